use std::path::Path;

use bowout::spawn::Containment;
use bowout_tests::skip;

use super::{is_gone, options, start_with};

#[test]
fn that_leave_their_group_and_outlive_their_parent() {
    let mut started = start_with(
        &options().contain(),
        &["starts-another-and-leaves", "leaves-its-session"],
    );
    let other = started.other();
    if started.child.containment() != Containment::Cgroup {
        let _ = bowout::stop::signal(&other, bowout::Signal::Kill);
        return skip("no cgroup can be made here");
    }
    let cgroup = std::fs::read_to_string(format!("/proc/{}/cgroup", other.id().pid())).unwrap();
    let name = cgroup.lines().find_map(|line| line.strip_prefix("0::")).unwrap();
    assert!(name.contains("/bowout-"), "{cgroup}");
    let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map(Path::new);
    let folder = mounts.map(|mount| mount.join(name.trim_start_matches('/')));
    assert!(folder.iter().any(|folder| folder.exists()));
    started.child.wait().unwrap();
    started.child.kill().unwrap();
    assert!(is_gone(&other));
    drop(started);
    assert!(!folder.iter().any(|folder| folder.exists()), "a cgroup was left behind");
}
