//! One that does not die of KILL, since a debugger holds it right before its end.

use bowout_tests::Ended;
use bowout_tests::sys::HeldAtItsEnd;

use super::{program, run};

#[test]
fn that_it_is_pending_is_said() {
    let mut target = program("stubborn");
    let held = HeldAtItsEnd::new(target.child());
    let ran = run(&format!("stop {} --plan TERM/0/KILL/100ms", target.pid()));
    let last = format!(
        "; KILL was sent last, and is pending; see `bowout inspect {}`\n",
        target.pid()
    );
    assert!(ran.code == Some(3) && ran.stderr.ends_with(&last), "{ran:?}");
    let document = run(&format!("inspect {} --json", target.pid())).json();
    let pending = document["processes"][0]["signals"]["pending"].as_array();
    assert!(
        pending.is_some_and(|pending| pending.contains(&"KILL".into())),
        "{document}"
    );
    held.let_go();
    assert_eq!(target.ended(), Ended::Signal(9));
}
