use bowout_tests::{Actor, actor, sys};

#[test]
fn whichever_comes_first_ends_the_wait() {
    let mut alone = Actor::start(actor("deadline-or-request").arg("30"));
    assert_eq!(alone.rest(), ["ready", "not done within 30ms"]);
    assert_eq!(alone.ended(), sys::Ended::Code(0));

    let mut asked = Actor::start(actor("deadline-or-request").arg("3600000"));
    asked.expect("ready");
    asked.ask(sys::TERMINATE);
    asked.expect("request true");
}
