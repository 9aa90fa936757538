use bowout_tests::{Actor, example, sys};

#[test]
fn a_sleep_is_cut_short() {
    let mut program = Actor::start(example("plain_loop").arg("1h"));
    program.expect("a round every 1h");
    program.ask(sys::TERMINATE);
    program.expect("cleaned up");
    assert_eq!(program.next_line(), None);
    assert_eq!(program.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn a_round_ends_after_its_step() {
    let mut program = Actor::start(example("plain_loop").arg("1ms"));
    program.expect("a round every 1ms");
    program.expect("step 1 of 50");
    program.ask(sys::INTERRUPT);
    let rest = program.rest();
    assert_eq!(rest.last().map(String::as_str), Some("cleaned up"));
    assert!(!rest.iter().any(|line| line == "step 50 of 50"), "{rest:?}");
    assert_eq!(program.ended(), sys::ends_by(sys::INTERRUPT));
}
