use bowout_tests::{Actor, actor};
use std::process::Stdio;

/// No thread and no descriptor before, and none afterwards.
#[test]
fn threads_and_descriptors_are_there_while_they_are_needed() {
    let mut actor = Actor::start_with(&mut actor("orphan-leaves-nothing"), Stdio::piped());
    assert_eq!(actor.rest(), ["nothing unless wanted", "nothing left behind"]);
}
