use bowout_tests::{Actor, Gate, actor, sys};

/// `std::process::exit` takes away the alternate stack of the main thread, on whichever thread it is called.
#[test]
fn a_request_to_a_program_that_is_leaving_by_exit_is_taken() {
    let mut command = actor("exit-from-a-thread");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("cleaning");
    actor.ask(libc::SIGTERM);
    gate.open();
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::Ended::Code(3));
}
