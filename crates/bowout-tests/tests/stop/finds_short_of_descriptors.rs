//! Who cannot be looked for, because descriptors run out meanwhile, is never said to be missing.

use std::os::unix::process::CommandExt;

use bowout_tests::{Actor, Ended, actor, skip};

use super::finding::{Renamed, unique};
use super::finds_by_cgroup::{Cgroup, hierarchy};

/// Whoever looks finds this one, or says what was wanting.
fn assert_found_or_said(by: &str, what: &str, pid: u32) {
    let mut finder = Actor::start(actor("finder-short-of-descriptors").args([by, what]));
    let said = finder.rest();
    assert_eq!(finder.ended(), Ended::Code(0), "{said:?}");
    let found = format!("found {pid}");
    let (told, other): (Vec<_>, Vec<_>) = said
        .iter()
        .partition(|line| line.ends_with(": allow more of them (ulimit -n)"));
    assert!(
        !told.is_empty() && other.iter().all(|line| **line == found),
        "--{by} {what}: {said:?}"
    );
}

#[test]
fn by_name_and_command_line() {
    let name = unique();
    let file = Renamed::new(&name);
    let target = file.sleeper();
    assert_found_or_said("name", &name, target.pid());
    assert_found_or_said("command-line", &name, target.pid());
}

#[test]
fn by_group() {
    let mut target = Actor::start(actor("sleeper").process_group(0));
    target.expect("ready");
    let pid = target.pid();
    assert_found_or_said("group", &pid.to_string(), pid);
}

#[test]
fn by_port_and_socket() {
    let mut target = Actor::start(actor("listens-on-tcp").arg("127.0.0.1"));
    let port = target.next_line().expect("it tells its port");
    assert_found_or_said("port", &port, target.pid());
    let name = unique();
    let mut target = Actor::start(actor("listens-on-abstract-socket").arg(&name));
    target.expect("ready");
    assert_found_or_said("socket", &format!("@{name}"), target.pid());
}

#[test]
fn by_cgroup_and_unit() {
    let Some(root) = hierarchy() else {
        return skip("there are no cgroups v2");
    };
    let word = unique();
    let (slice_name, unit) = (format!("{word}.slice"), format!("{word}.service"));
    let Some(slice) = Cgroup::new(&root.join(&slice_name)) else {
        return skip("we may not make cgroups");
    };
    let service = Cgroup::new(&slice.path().join(&unit)).unwrap();
    let below = Cgroup::new(&service.path().join("worker")).unwrap();
    let target = Actor::ready("sleeper");
    below.add(&target);
    assert_found_or_said("unit", &word, target.pid());
    assert_found_or_said("cgroup", &format!("/{slice_name}"), target.pid());
}
