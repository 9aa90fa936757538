use bowout::stop::{ProcessId, Target};
use bowout_tests::{Actor, actor_path, example, sys};

#[test]
fn the_program_goes_first_and_whoever_it_has_started() {
    let mut command = example("supervise");
    let mut supervisor = Actor::start(command.arg(actor_path()).arg("starts-another"));
    let mut started = || {
        let line = supervisor.next_line().expect("a line");
        let pid: ProcessId = line
            .strip_prefix("started ")
            .expect("a process")
            .parse()
            .expect("a number");
        Target::open(pid).expect("it runs")
    };
    let (program, other) = (started(), started());
    supervisor.ask(sys::TERMINATE);
    let said = supervisor.rest();
    assert_eq!(supervisor.ended(), sys::ends_by(sys::TERMINATE));
    assert!(program.has_exited() && other.has_exited());
    for target in [program, other] {
        let report = format!("{} (actor): stopped", target.id().pid());
        assert!(said.iter().any(|line| line.starts_with(&report)), "{said:#?}");
    }
}

#[test]
fn it_is_started_again() {
    let mut command = example("supervise");
    let mut supervisor = Actor::start(command.arg(actor_path()).args(["exits-with", "3"]));
    let mut first = || supervisor.next_line().expect("a line");
    for _ in 0..2 {
        assert!(first().starts_with("started "));
        assert!(first().starts_with("ended: "));
    }
    supervisor.ask(sys::TERMINATE);
    assert_eq!(supervisor.ended(), sys::ends_by(sys::TERMINATE));
}
