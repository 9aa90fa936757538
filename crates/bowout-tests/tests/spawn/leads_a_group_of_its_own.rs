use bowout::spawn::Containment;

use super::{options, ready, start_with};

#[test]
#[cfg(unix)]
fn from_its_first_instruction_on() {
    let group = |pid: u32| rustix::process::getpgid(rustix::process::Pid::from_raw(pid as i32)).unwrap();
    let mut started = super::start(&["starts-another"]);
    let other = started.other();
    let child = started.child.id();
    assert_eq!(group(child).as_raw_nonzero().get(), child as i32);
    assert_eq!(group(other.id().pid()), group(child));
}

#[test]
fn and_is_told_what_holds_it_together() {
    let plain = if cfg!(windows) {
        Containment::JobObject
    } else {
        Containment::ProcessGroup
    };
    assert_eq!(ready("sleeper").child.containment(), plain);
    let contained = start_with(&options().contain(), &["sleeper"]).child.containment();
    assert!([plain, Containment::Cgroup].contains(&contained), "{contained:?}");
}
