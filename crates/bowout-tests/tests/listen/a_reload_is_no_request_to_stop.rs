use bowout_tests::{Actor, Gate, actor, sys};

#[test]
fn a_daemon_reloads_on_the_one_and_stops_on_the_other() {
    let (name, reload) = sys::RELOAD;
    let mut command = actor("reload-daemon");
    let gate = Gate::before(command.arg(name));
    let mut actor = Actor::start(&mut command);
    actor.expect("listens");
    // Too early to reload, and still no reason to stop.
    actor.ask(reload);
    gate.open();
    actor.expect("ready");
    for _ in 0..3 {
        actor.ask(reload);
        actor.expect("reloads");
    }
    actor.ask(sys::TERMINATE);
    let request = actor.next_line().unwrap_or_default();
    assert!(request.starts_with("request "), "{request}");
    actor.expect("reader ended");
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[test]
fn ctrl_c_can_be_an_event_too() {
    let mut actor = Actor::start(actor("subscriber").arg("INT"));
    actor.expect("ready");
    actor.ask(sys::INTERRUPT);
    actor.expect("heard INT");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().len(), 1);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
