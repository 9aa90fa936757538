use std::path::PathBuf;

use bowout_tests::{Actor, example, sys};

/// A log that ends with the test.
struct Log(PathBuf);

impl Log {
    fn new(name: &str) -> Log {
        Log(std::env::temp_dir().join(format!("bowout-test-{}-{name}.log", std::process::id())))
    }

    /// What it says, but for the rounds.
    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let lines = text.lines().filter(|line| *line != "a round of work");
        lines.map(str::to_owned).collect()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const SAVED: [&str; 3] = ["saved customers", "saved orders", "closed"];

#[test]
fn by_hand_it_is_a_plain_program() {
    #[cfg(windows)]
    let _guard = sys::no_service_starts();
    let log = Log::new("by-hand");
    let mut program = Actor::start(example("windows_service").arg(&log.0));
    program.expect("this process was not started by a service control manager: let it listen as a plain program");
    while log.lines().is_empty() {
        assert!(program.is_alive());
    }
    program.ask(sys::TERMINATE);
    assert_eq!(program.ended(), sys::ends_by(sys::TERMINATE));
    let name = if cfg!(windows) { "cooperative" } else { "terminate" };
    assert_eq!(
        log.lines()[..2],
        ["started".to_owned(), format!("asked to stop: {name}")]
    );
    assert_eq!(log.lines()[2..], SAVED);
}

#[cfg(windows)]
#[test]
fn the_manager_starts_and_stops_it() {
    use bowout_tests::skip;
    use windows_sys::Win32::System::Services::{SERVICE_CONTROL_STOP, SERVICE_RUNNING};

    let log = Log::new("as-a-service");
    let program = example("windows_service");
    let argument = format!("\"{}\"", log.0.display());
    let Some(service) = sys::Service::start(program.get_program().as_ref(), &argument) else {
        return skip("only administrators may make a service");
    };
    service.wait_for(|status| status.dwCurrentState == SERVICE_RUNNING);
    while log.lines().is_empty() {
        assert_eq!(service.status().dwCurrentState, SERVICE_RUNNING);
    }
    assert_eq!(service.control(SERVICE_CONTROL_STOP), Ok(()));
    // It began with 1, and the first cleanup that has ended makes it 2 for as long as the second one takes.
    service.wait_for(|status| status.dwCheckPoint >= 2);
    assert_eq!(service.ended().dwWin32ExitCode, 0);
    assert_eq!(log.lines()[..2], ["started", "asked to stop: service stop"]);
    assert_eq!(log.lines()[2..], SAVED);
}
