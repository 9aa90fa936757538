use bowout_tests::{Actor, Ask, Gate, actor, sys};

/// The system ends a process as soon as its handler returns from CTRL_CLOSE, LOGOFF or SHUTDOWN. Under Wine it is the thread
/// put into the process that stands for the system's: it must not come back before the cleanup is done.
#[test]
fn the_handler_is_held_while_a_cleanup_runs() {
    for event in [2, 5, 6] {
        let mut command = actor("slow-cleanup");
        let gate = Gate::before(&mut command);
        let mut actor = Actor::start(&mut command);
        actor.expect("ready");
        let handler = actor.ask_and_watch(event);
        actor.expect("cleaning");
        assert!(!handler.has_returned(), "event {event}");
        gate.open();
        actor.expect("cleaned slow");
        actor.expect("cleaned below");
        assert_eq!(actor.ended(), sys::ends_by(Ask::Console(event)));
    }
}
