//! sd_notify(3), heard by a real datagram socket. What systemd itself makes of it: `systemd.rs`.

use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bowout_tests::{Actor, PATIENCE, actor, sys};
use tempfile::TempDir;

/// What listens at `NOTIFY_SOCKET`.
struct Supervisor {
    socket: UnixDatagram,
    dir: TempDir,
}

impl Supervisor {
    /// One that the command is told of.
    fn of(command: &mut Command) -> Supervisor {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
        command.env("NOTIFY_SOCKET", path);
        Supervisor { socket, dir }
    }

    fn hears(&self) -> String {
        hears(&self.socket)
    }

    fn rest(&self) -> Vec<String> {
        rest(&self.socket)
    }

    /// Fills the socket until nothing more goes in.
    fn fill(&self) {
        let socket = UnixDatagram::unbound().expect("a socket");
        socket.set_nonblocking(true).expect("a flag");
        // ENOBUFS where sending never waits.
        while socket.send_to(b"X_FULL=1", self.dir.path().join("notify")).is_ok() {}
    }
}

fn hears(socket: &UnixDatagram) -> String {
    let mut bytes = [0; 4096];
    let length = socket.recv(&mut bytes).expect("a message");
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

/// What is left in the socket of a program that has ended.
fn rest(socket: &UnixDatagram) -> Vec<String> {
    socket.set_nonblocking(true).expect("a flag");
    let mut rest = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(length) = socket.recv(&mut bytes) {
        rest.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
    }
    rest
}

/// How much time each of these messages asks for, none of which says anything else.
fn extensions(messages: &[String]) -> Vec<Duration> {
    let lines = messages.iter();
    lines.map(|line| duration(line, "EXTEND_TIMEOUT_USEC")).collect()
}

/// The number of microseconds in a line such as `EXTEND_TIMEOUT_USEC=10000000`.
fn duration(line: &str, name: &str) -> Duration {
    let number = line.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
    let micros = number.and_then(|digits| digits.parse().ok());
    Duration::from_micros(micros.unwrap_or_else(|| panic!("no {name} in {line:?}")))
}

/// The end of a program with the usual grace of 9 seconds begins.
fn stopping(message: &str) {
    let extension = message
        .strip_prefix("STOPPING=1\n")
        .unwrap_or_else(|| panic!("{message:?}"));
    let extension = duration(extension, "EXTEND_TIMEOUT_USEC");
    assert!(extension <= Duration::from_secs(10), "{extension:?}");
    assert!(extension > Duration::from_secs(5), "{extension:?}");
}

fn everything(command: &mut Command, socket: &UnixDatagram) {
    let before = uptime();
    let mut actor = Actor::start(command);
    assert_eq!(hears(socket), "READY=1");
    assert_eq!(hears(socket), "STATUS=half way there");
    let reloading = hears(socket);
    let (first, time) = reloading.split_once('\n').expect("two lines");
    assert_eq!(first, "RELOADING=1");
    let time = duration(time, "MONOTONIC_USEC");
    assert!(before <= time && time <= uptime(), "{time:?}");
    assert_eq!(hears(socket), "EXTEND_TIMEOUT_USEC=1500000");
    assert_eq!(hears(socket), format!("EXTEND_TIMEOUT_USEC={}", u64::MAX));
    assert_eq!(hears(socket), "WATCHDOG=1");
    for said in [
        "Ok(Sent)",
        "Ok(Sent)",
        "Err(Status)",
        "Ok(Sent)",
        "Ok(Sent)",
        "Ok(Sent)",
        "Ok(Sent)",
        "None",
    ] {
        actor.expect(said);
    }
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    stopping(&hears(socket));
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    assert_eq!(rest(socket), [""; 0]);
}

/// By the clock that the protocol counts by.
fn uptime() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::try_from(now).expect("it began at boot")
}

#[test]
fn at_a_path() {
    let mut command = actor("notify-everything");
    let supervisor = Supervisor::of(&mut command);
    everything(&mut command, &supervisor.socket);
}

#[cfg(target_os = "linux")]
#[test]
fn at_an_abstract_address() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    let name = format!("bowout-notify-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("an address");
    let socket = UnixDatagram::bind_addr(&address).expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
    everything(
        actor("notify-everything").env("NOTIFY_SOCKET", format!("@{name}")),
        &socket,
    );
}

#[test]
fn or_there_is_none_and_nothing_happens() {
    for address in [None, Some("")] {
        let mut command = actor("notify-everything");
        match address {
            Some(address) => command.env("NOTIFY_SOCKET", address),
            None => command.env_remove("NOTIFY_SOCKET"),
        };
        let mut actor = Actor::start(command.stderr(Stdio::piped()));
        let none = "Ok(NoSupervisor)";
        for said in [none, none, "Err(Status)", none, none, none, none, "None", "ready"] {
            actor.expect(said);
        }
        actor.ask(sys::TERMINATE);
        assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
        assert_eq!(complaint(&mut actor), "");
    }
}

fn complaint(actor: &mut Actor) -> String {
    let stderr = actor.child().stderr.take().expect("it was piped");
    std::io::read_to_string(stderr).expect("it is text")
}

#[test]
fn at_an_address_that_cannot_be_reached_the_program_says_so() {
    for (address, reason) in [
        (
            "vsock:2:1234",
            "NOTIFY_SOCKET is \"vsock:2:1234\", to which bowout cannot send",
        ),
        (
            "/nonexistent/notify",
            "cannot tell the supervisor at NOTIFY_SOCKET=\"/nonexistent/notify\"",
        ),
    ] {
        let mut command = actor("notify-ready");
        let mut actor = Actor::start(
            command
                .arg("ready")
                .env("NOTIFY_SOCKET", address)
                .stderr(Stdio::piped()),
        );
        actor.expect("telling");
        let error = actor.next_line().unwrap_or_default();
        assert!(error.starts_with(reason), "{error:?}");
        actor.expect("ready");
        actor.ask(sys::TERMINATE);
        assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
        let complaint = complaint(&mut actor);
        assert!(complaint.starts_with(&format!("bowout: {reason}")), "{complaint:?}");
        assert_eq!(complaint.lines().count(), 1, "{complaint:?}");
    }
}

#[test]
fn and_if_it_does_not_read_the_program_ends_all_the_same() {
    let mut command = actor("notify-ready");
    let supervisor = Supervisor::of(&mut command);
    supervisor.fill();
    let mut actor = Actor::start(command.stderr(Stdio::piped()));
    actor.expect("ready");
    let asked = Instant::now();
    actor.ask(sys::TERMINATE);
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    let complaint = complaint(&mut actor);
    assert!(complaint.contains("NOTIFY_SOCKET"), "{complaint:?}");
}

/// Sending never waits on the systems that say ENOBUFS.
#[cfg(target_os = "linux")]
#[test]
fn and_if_it_is_slow_to_read_what_the_program_says_itself_waits() {
    let mut command = actor("notify-ready");
    let supervisor = Supervisor::of(&mut command);
    supervisor.fill();
    let mut actor = Actor::start(command.arg("ready"));
    actor.expect("telling");
    while supervisor.hears() != "READY=1" {}
    actor.expect("Sent");
    actor.expect("ready");
}

#[test]
fn by_the_process_that_it_started_and_not_by_a_child_of_that() {
    let mut command = actor("notify-ready");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(command.env("SYSTEMD_EXEC_PID", "1"));
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    assert_eq!(supervisor.rest(), [""; 0]);
}

#[test]
fn or_by_a_child_that_says_that_it_is_the_service() {
    let mut command = actor("notify-ready");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(command.arg("ready").env("SYSTEMD_EXEC_PID", "1"));
    assert_eq!(supervisor.hears(), "READY=1");
    for line in ["telling", "Sent", "ready"] {
        actor.expect(line);
    }
    actor.ask(sys::TERMINATE);
    stopping(&supervisor.hears());
}

#[test]
fn of_every_step_on_the_way_out() {
    let mut command = actor("notify-steps");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(command.args(["300", "9000"]));
    assert_eq!(supervisor.hears(), "READY=1");
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    stopping(&supervisor.hears());
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    // Ten steps in three seconds, and not more than one message a second; none goes beyond the deadline.
    let extensions = extensions(&supervisor.rest());
    assert!((1..=4).contains(&extensions.len()), "{extensions:?}");
    assert!(
        extensions.is_sorted_by(|earlier, later| earlier > later),
        "{extensions:?}"
    );
}

#[test]
fn of_no_step_while_a_cleanup_hangs() {
    let mut command = actor("notify-hangs");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(command.arg("6000").stderr(Stdio::null()));
    assert_eq!(supervisor.hears(), "READY=1");
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    let message = supervisor.hears();
    assert!(message.starts_with("STOPPING=1\n"), "{message:?}");
    actor.expect("hanging");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    // Each asks for what is left and a second, so it tells when it was sent: at about 2 of 6 seconds, one after the other.
    let extensions = extensions(&supervisor.rest());
    let last = extensions.last().expect("a step was made");
    assert!(*last > Duration::from_secs(3), "{extensions:?}");
}

#[test]
fn of_no_stop_by_a_program_that_ends_its_listener_and_goes_on() {
    let mut command = actor("notify-and-go-on");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("dropped");
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    stopping(&supervisor.hears());
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    assert_eq!(supervisor.rest(), [""; 0]);
}

#[test]
fn that_the_service_lives_as_often_as_it_wants_to_know() {
    let mut command = actor("notify-watchdog");
    let supervisor = Supervisor::of(&mut command);
    let mut actor = Actor::start(command.arg("1").env("WATCHDOG_USEC", "30000000"));
    assert_eq!(supervisor.hears(), "READY=1");
    actor.expect("Some(30s)");
    for _ in 0..3 {
        assert_eq!(supervisor.hears(), "WATCHDOG=1");
    }
    let mut child = Actor::start(command.env("WATCHDOG_PID", "1"));
    child.expect("None");
}
