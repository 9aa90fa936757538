use std::process::Command;

use bowout::Signal;
use bowout_tests::Ended;

use super::{STOPPED, last_words, number, on_both, output, says, wait_until};

/// Though TSTP would do nothing to a child in a session of its own.
#[test]
fn stops_both_and_continues_both() {
    on_both("dumb-init", |dumb_init| {
        for signal in [Signal::Tstp, Signal::Ttin, Signal::Ttou] {
            let mut family = dumb_init.family("", "alone CONT");
            family.ask(number(signal));
            wait_until(family.pid(), STOPPED);
            wait_until(last_descendant(family.pid()), STOPPED);
            family.ask(number(Signal::Cont));
            says(&mut family, &["child CONT"]);
            last_words(&mut family);
            assert_eq!(family.ended(), Ended::Code(0));
        }
    });
}

/// The child, which need not be the wrapper's own.
fn last_descendant(mut pid: u32) -> u32 {
    loop {
        let mut ps = Command::new("ps");
        ps.args(["-o", "pid=", "--ppid", &pid.to_string()]);
        match String::from_utf8_lossy(&output(ps).stdout).trim().parse() {
            Ok(child) => pid = child,
            Err(_) => return pid,
        }
    }
}
