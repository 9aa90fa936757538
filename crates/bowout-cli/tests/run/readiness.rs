use std::fs;
use std::io::{IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use bowout_tests::{Actor, Ended, PATIENCE, actor_path};
#[cfg(target_os = "linux")]
use bowout_tests::{actor, skip};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use tempfile::TempDir;

use super::{bowout_path, script, stderr_of};

/// With a guard between bowout and the program, and without.
const GUARDS: [&str; 2] = ["", "--leftovers leave"];

/// What bowout itself is supervised by, and a folder for a pidfile.
struct Outer {
    socket: UnixDatagram,
    folder: TempDir,
}

impl Outer {
    fn new() -> Outer {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a limit");
        Outer { socket, folder }
    }

    fn pidfile(&self) -> PathBuf {
        self.folder.path().join("app.pid")
    }

    /// Has bowout be supervised, and keep the pidfile.
    fn of<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("NOTIFY_SOCKET", self.folder.path().join("notify"))
    }

    fn options(&self, more: &str) -> String {
        format!("--pidfile {} {more}", self.pidfile().display())
    }

    /// The next message, and what came with it.
    fn hears(&self) -> (String, Vec<OwnedFd>) {
        let mut text = [0; 8192];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
        let mut rights = RecvAncillaryBuffer::new(&mut space);
        let parts = &mut [IoSliceMut::new(&mut text)];
        let received = recvmsg(&self.socket, parts, &mut rights, RecvFlags::empty()).expect("a message");
        let descriptors = rights.drain().flat_map(|part| match part {
            RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect(),
            _ => Vec::new(),
        });
        let descriptors = descriptors.collect();
        (
            String::from_utf8_lossy(&text[..received.bytes]).into_owned(),
            descriptors,
        )
    }

    fn expect(&self, message: &str) {
        assert_eq!(self.hears().0, message);
    }

    /// Of one that has ended.
    fn has_heard_all(&self) -> bool {
        self.socket.set_nonblocking(true).expect("a flag");
        self.socket.recv(&mut [0]).is_err()
    }
}

/// `bowout run OPTIONS -- actor SCENARIO`.
fn run_actor(options: &str, scenario: &[&str]) -> Command {
    let mut command = Command::new(bowout_path());
    command.arg("run").args(options.split_whitespace());
    command.arg("--").arg(actor_path()).args(scenario);
    bowout_tests::sys::set_apart(&mut command);
    command
}

#[test]
fn what_the_program_tells_is_passed_on() {
    for guard in GUARDS {
        let outer = Outer::new();
        let options = outer.options(&format!("--ready notify {guard}"));
        let mut run = Actor::start(outer.of(&mut run_actor(&options, &["notify-everything"])));
        outer.expect("READY=1");
        let pid = fs::read_to_string(outer.pidfile()).expect("it is written before");
        assert_ne!(pid.trim(), run.pid().to_string());
        outer.expect("STATUS=half way there");
        assert!(outer.hears().0.starts_with("RELOADING=1\nMONOTONIC_USEC="));
        outer.expect("EXTEND_TIMEOUT_USEC=1500000");
        assert!(outer.hears().0.starts_with("EXTEND_TIMEOUT_USEC="));
        outer.expect("WATCHDOG=1");
        while run.next_line().expect("it gets ready") != "ready" {}
        run.ask(libc::SIGTERM);
        assert!(outer.hears().0.starts_with("STOPPING=1\n"));
        assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
        assert!(outer.has_heard_all() && !outer.pidfile().exists());
    }
}

#[test]
fn or_it_writes_a_line_end() {
    for guard in GUARDS {
        // Those that bowout opens for itself are among them.
        for number in [3, 4, 5, 6, 9] {
            let outer = Outer::new();
            let pidfile = outer.pidfile();
            let pidfile = pidfile.display();
            let text = format!(
                "! test -e {pidfile} || echo early; echo listening on 80 >&{number}; \
                 while ! test -e {pidfile}; do :; done; grep -cx $$ {pidfile}; exit 3"
            );
            let options = outer.options(&format!("--ready fd={number} {guard}"));
            let mut run = Actor::start(outer.of(&mut script(&options, &text)));
            outer.expect("READY=1");
            run.expect("1");
            assert_eq!(run.rest(), [""; 0]);
            assert_eq!(run.ended(), Ended::Code(3));
            assert!(outer.has_heard_all());
        }
    }
}

#[test]
fn in_pieces_too() {
    let outer = Outer::new();
    let text = "printf listening >&3; sleep 0.1; printf on >&3; sleep 0.1; echo >&3; echo said; sleep 1000";
    let mut run = Actor::start(outer.of(&mut script("--ready fd=3", text)));
    outer.expect("READY=1");
    run.expect("said");
    run.ask(libc::SIGTERM);
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn one_that_ends_at_once_was_ready_all_the_same() {
    for guard in GUARDS {
        let outer = Outer::new();
        let mut run = Actor::start(outer.of(&mut script(&format!("--ready fd=3 {guard}"), "echo >&3; exit 4")));
        assert_eq!(run.ended(), Ended::Code(4));
        outer.expect("READY=1");
    }
}

#[test]
fn who_ends_before_was_never_ready() {
    for guard in GUARDS {
        for ready in ["fd=3", "notify"] {
            for (limit, text, ended) in [
                ("", "printf almost >&3; exit 7", Ended::Code(7)),
                ("", "kill -KILL $$", Ended::Signal(libc::SIGKILL)),
                ("-t 100ms", "sleep 1000", Ended::Code(124)),
                ("-q", "exec /nowhere/program", Ended::Code(127)),
            ] {
                let outer = Outer::new();
                let options = outer.options(&format!("--ready {ready} {guard} {limit}"));
                let text = format!("exec 3>&3 2>&-; {text}");
                let mut run = Actor::start(outer.of(&mut script(&options, &text)));
                assert_eq!(run.ended(), ended, "{options} {text}");
                assert!(outer.has_heard_all() && !outer.pidfile().exists(), "{options} {text}");
            }
        }
    }
}

#[test]
fn who_has_not_said_it_has_no_pidfile() {
    let outer = Outer::new();
    let mut run = Actor::start(outer.of(&mut run_actor(&outer.options("--ready notify"), &["notify-ready"])));
    run.expect("ready");
    assert!(!outer.pidfile().exists());
    run.ask(libc::SIGTERM);
    run.expect("cleaned");
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn descriptors_go_with_their_message_and_the_main_process_stays_bowout() {
    for guard in GUARDS {
        let outer = Outer::new();
        let mut command = run_actor(&format!("--ready notify {guard}"), &["notify-with-descriptor"]);
        let mut run = Actor::start(outer.of(&mut command));
        let (message, descriptors) = outer.hears();
        assert_eq!(message, "READY=1\nFDSTORE=1\nFDNAME=pipe");
        let [descriptor] = <[OwnedFd; 1]>::try_from(descriptors).expect("one descriptor");
        fs::File::from(descriptor).write_all(b"hello").expect("it is a pipe");
        run.expect("heard \"hello\"");
        assert_eq!(run.ended(), Ended::Code(0));
    }
}

#[test]
fn without_a_supervisor_they_are_closed() {
    let mut command = run_actor("--ready notify", &["notify-with-descriptor"]);
    let mut run = Actor::start(command.env_remove("NOTIFY_SOCKET"));
    run.expect("heard \"\"");
    assert_eq!(run.ended(), Ended::Code(0));
}

#[test]
fn one_whom_nobody_reaches_is_told_of_once() {
    let (code, said) = stderr_of(
        run_actor("--ready notify -t 500ms", &["notify-steps", "10", "1000"]).env("NOTIFY_SOCKET", "/nowhere/socket"),
    );
    assert_eq!(code, Some(124));
    let told: Vec<&str> = said.lines().filter(|line| line.contains("/nowhere/socket")).collect();
    assert_eq!(told.len(), 1, "{said}");
}

#[test]
fn it_is_said() {
    let (_, said) = stderr_of(&mut script("-v --ready fd=3", "echo >&3"));
    assert!(said.ends_with("bowout: the program is ready\n"), "{said}");
}

#[test]
fn the_watchdog_is_for_the_program() {
    let line = "export WATCHDOG_PID=$$ WATCHDOG_USEC=2000000; exec \"$@\"";
    let inner = run_actor("--ready notify", &["notify-everything"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", line, "sh"])
        .arg(inner.get_program())
        .args(inner.get_args());
    let mut run = Actor::start(command.env_remove("NOTIFY_SOCKET"));
    while run.next_line().expect("it says its interval") != "Some(2s)" {}
    run.expect("ready");
    run.ask(libc::SIGTERM);
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn what_is_no_way_to_be_ready_is_refused() {
    for way in [
        "soon",
        "fd=2",
        "fd=-1",
        "fd=",
        "fd=x",
        "fd=4294967296",
        "fd=4294967295",
        "3",
    ] {
        let (code, said) = stderr_of(&mut script(&format!("--ready {way}"), "echo ran >&2"));
        assert_eq!((code, said.lines().count()), (Some(2), 1), "{said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_program_gets_that_descriptor_and_no_other() {
    let count = |options: &str| {
        let (ended, said) = super::finish(options, "ls /proc/self/fd | wc -l");
        assert_eq!(ended, Ended::Code(0));
        said[0].parse::<u32>().expect("a number")
    };
    let plain = count("");
    for guard in GUARDS {
        assert_eq!(count(&format!("--ready fd=17 {guard}")), plain + 1);
        assert_eq!(count(&format!("--ready notify {guard}")), plain);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_sigio_of_somebody_is_passed_on_as_ever() {
    let text = "trap 'echo io; exit 5' IO; echo >&3; sleep 1000 & echo ready; wait";
    let mut run = super::start("--ready fd=3", text);
    run.expect("ready");
    run.ask(libc::SIGIO);
    run.expect("io");
    assert_eq!(run.ended(), Ended::Code(5));
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_bowout_keeps_nobody_from_leaving() {
    let outer = Outer::new();
    let mut command = run_actor("--ready notify", &["notify-ready", "tell"]);
    // The program says there that nobody listens any more.
    command.stderr(Stdio::null());
    let mut run = Actor::start(outer.of(&mut command));
    for said in ["telling", "Sent", "ready"] {
        run.expect(said);
    }
    outer.expect("READY=1");
    run.ask(libc::SIGKILL);
    run.expect("cleaned");
    assert_eq!(run.rest(), [""; 0]);
}

/// The socket is open to everybody, as the supervisor's is.
#[test]
#[cfg(target_os = "linux")]
fn another_user_is_heard_from_below_and_from_nowhere_else() {
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    let visible = Command::new("sh")
        .args(["-c", "test -x \"$0\""])
        .arg(actor_path())
        .uid(NOBODY)
        .status();
    if !visible.is_ok_and(|status| status.success()) || Command::new("setpriv").arg("--version").output().is_err() {
        return skip("only root may be another user, who must see the test program; and setpriv is needed");
    }
    let outer = Outer::new();
    let text = format!(
        "echo $NOTIFY_SOCKET; read go; setpriv --reuid {NOBODY} {} notify-ready tell",
        actor_path().display()
    );
    let mut command = script("--ready notify", &text);
    let (go, gate) = rustix::pipe::pipe().expect("a pipe");
    let mut run = Actor::start_with(outer.of(command.stderr(Stdio::piped())), go.into());
    let address = run.next_line().expect("its address");
    let mut stranger = Actor::start(
        actor("notify-ready")
            .arg("tell")
            .env("NOTIFY_SOCKET", &address)
            .uid(NOBODY),
    );
    for said in ["telling", "Sent", "ready"] {
        stranger.expect(said);
    }
    fs::File::from(gate).write_all(b"\n").expect("it reads");
    for said in ["telling", "Sent", "ready"] {
        run.expect(said);
    }
    outer.expect("READY=1");
    let pid = stranger.pid();
    let stderr = run.child().stderr.take().expect("it was piped");
    run.ask(libc::SIGTERM);
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
    assert!(outer.hears().0.starts_with("STOPPING=1\n"));
    assert!(outer.has_heard_all());
    let said = std::io::read_to_string(stderr).expect("text");
    assert!(
        said.contains(&format!("a message of process {pid}, of another user ({NOBODY})")),
        "{said}"
    );
}
