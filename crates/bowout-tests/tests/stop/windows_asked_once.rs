//! A second request means "at once" to many programs.

use bowout_tests::{Actor, actor};

use super::stopper;

#[test]
fn who_hears_the_ctrl_c_to_another_gets_no_event_of_his_own() {
    let mut first = Actor::start(actor("family").args(["hears-both-ways", "exits-on-ctrl-c"]));
    for _ in 0..2 {
        while first.next_line().expect("a line") != "ready" {}
    }
    let mut stopper = stopper("tree-stopper", "TERM/2s/KILL", &[first.pid()]);
    let told = stopper.rest();
    let heard = first.rest();
    let requests = heard.iter().filter(|line| line.starts_with("request by"));
    assert_eq!(requests.count(), 1, "{told:?} {heard:?}");
}
