//! A Ctrl-C that the sender hears itself, by leave.

use bowout_tests::{Actor, Ended, actor};

#[test]
fn the_sender_survives_without_a_handler_of_its_own() {
    let mut sender = Actor::start(&mut actor("sends-ctrl-c-to-own-console"));
    sender.expect("neighbour Some(7)");
    sender.expect("alive");
    assert_eq!(sender.ended(), Ended::Code(0));
}

#[test]
fn the_senders_own_listener_hears_it_as_the_others_do() {
    let mut sender = Actor::start(&mut actor("sends-ctrl-c-to-own-console-and-listens"));
    sender.expect("neighbour Some(7)");
    sender.expect("request interrupt");
}
