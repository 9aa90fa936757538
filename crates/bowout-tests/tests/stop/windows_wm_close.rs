//! Programs with windows.

use bowout_tests::{Actor, Ended, skip, windowed};

use super::stopper;

/// One that has its window.
fn ready(window: &str) -> Option<Actor> {
    let mut target = Actor::start(&mut windowed(window));
    let first = target.next_line().expect("a line");
    if first.starts_with("no window") {
        skip(&first);
        return None;
    }
    assert_eq!(first, "window");
    Some(target)
}

#[test]
fn a_visible_window_is_asked_to_close() {
    for signal in ["TERM", "CLOSE"] {
        for scenario in ["stopper", "stopper-with-user32"] {
            let Some(mut target) = ready("visible") else { return };
            let pid = target.pid();
            let mut stopper = stopper(scenario, &format!("{signal}/30s/KILL"), &[pid]);
            stopper.expect(&format!("step {pid} {signal} WindowClose"));
            stopper.expect(&format!("ended {pid} Stopped exit code 7"));
            target.expect("heard WM_CLOSE");
            assert_eq!(target.ended(), Ended::Code(7));
        }
    }
}

/// As many console programs have one, which takes no notice of anything.
#[test]
fn a_hidden_one_comes_after_the_console() {
    let Some(mut target) = ready("hidden") else { return };
    let pid = target.pid();
    let mut stopper = stopper("stopper", "TERM/30s/KILL", &[pid]);
    stopper.expect(&format!("step {pid} TERM ConsoleCtrlC"));
    stopper.expect(&format!("ended {pid} Stopped exit code 7"));
    target.expect("heard Ctrl-C");
}

#[test]
fn a_hidden_one_is_asked_where_nothing_else_is_left() {
    let Some(mut target) = ready("hidden") else { return };
    let pid = target.pid();
    let mut stopper = stopper("stopper", "CLOSE/100ms/KILL", &[pid]);
    stopper.expect(&format!("step {pid} CLOSE HiddenWindowClose"));
    stopper.expect(&format!("step {pid} KILL Terminate"));
    target.expect("took no notice");
}

#[test]
fn a_program_without_windows_is_not_waited_for() {
    let target = Actor::ready("exits-on-ctrl-c");
    let pid = target.pid();
    let mut stopper = stopper("stopper", "CLOSE/1h/KILL", &[pid]);
    stopper.expect(&format!(
        "missed {pid} CLOSE WindowClose=NoWindow,InjectedEvent=NotOptedIn"
    ));
    stopper.expect(&format!("step {pid} KILL Terminate"));
}
