use std::fs::File;
use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};

use bowout_tests::{Actor, Gate, actor, sys};

/// A program whose standard input is a pipe that the test holds the other end of.
fn piped(command: &mut Command) -> (Actor, ChildStdin) {
    sys::without_console(command);
    let mut actor = Actor::start_with(command, Stdio::piped());
    let stdin = actor.child().stdin.take().expect("it was piped");
    actor.expect("ready");
    (actor, stdin)
}

fn leaves(actor: &mut Actor) {
    assert_eq!(actor.rest(), ["request standard input closed", "cleaned"]);
    // Nobody asked, and nothing failed.
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[test]
fn a_pipe_that_is_closed_is_a_request() {
    let (mut actor, stdin) = piped(&mut actor("orphan-stdin"));
    drop(stdin);
    leaves(&mut actor);
}

#[test]
fn a_pipe_that_is_open_is_none() {
    let (mut actor, _stdin) = piped(&mut actor("orphan-stdin"));
    actor.ask(sys::TERMINATE);
    assert_ne!(actor.next_line().as_deref(), Some("request standard input closed"));
    assert_eq!(actor.rest(), ["cleaned"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn a_pipe_that_was_closed_before_is_a_request() {
    let mut command = actor("orphan-stdin");
    sys::without_console(&mut command);
    let mut actor = Actor::start_with(&mut command, Stdio::piped());
    drop(actor.child().stdin.take());
    actor.expect("ready");
    leaves(&mut actor);
}

#[test]
fn what_was_written_before_the_end_is_read_first() {
    let mut command = actor("orphan-stdin-unread");
    let gate = Gate::before(&mut command);
    let (mut actor, mut stdin) = piped(&mut command);
    stdin.write_all(b"the last words").expect("it is open");
    drop(stdin);
    gate.open();
    assert_eq!(
        actor.rest(),
        [
            "asked while there was something to read: false",
            "read 14 bytes",
            "request standard input closed",
        ]
    );
}

#[test]
fn not_a_byte_is_taken_from_the_program() {
    let (mut actor, mut stdin) = piped(&mut actor("orphan-stdin-read-meanwhile"));
    for _ in 0..100 {
        stdin.write_all(&[b'.'; 10_000]).expect("it is open");
    }
    drop(stdin);
    assert_eq!(actor.rest(), ["read 1000000 bytes", "request standard input closed"]);
}

/// A client closes the pipe, waits, and sends SIGTERM; or the other way round, a Ctrl-C reaches the whole group and the parent
/// is sooner gone than its child.
#[test]
fn it_is_never_the_second_request_that_cuts_a_cleanup_short() {
    let mut command = actor("orphan-slow-cleanup");
    let gate = Gate::before(&mut command);
    let (mut actor, stdin) = piped(&mut command);
    actor.ask(sys::TERMINATE);
    actor.expect("cleaning");
    std::thread::sleep(2 * bowout::listen::REPEAT_WINDOW);
    drop(stdin);
    // A look of Windows' later.
    std::thread::sleep(std::time::Duration::from_millis(500));
    gate.open();
    assert_eq!(actor.rest(), ["cleaned"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

/// Nobody closes it. Everything else is heard.
fn cannot_close(stdin: Stdio) {
    let mut actor = Actor::start_with(&mut actor("orphan-hearing"), stdin);
    let report: Vec<_> = std::iter::from_fn(|| actor.next_line().filter(|line| line != "ready")).collect();
    assert!(
        report
            .iter()
            .any(|line| line.starts_with("standard input closed: Failed(\"standard input is a file")),
        "{report:?}"
    );
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().last().map(String::as_str), Some("cleaned"));
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn a_null_device_cannot_be_closed_and_the_program_is_told_so() {
    cannot_close(Stdio::null());
}

#[test]
fn a_file_cannot_be_closed_and_the_program_is_told_so() {
    let myself = std::env::current_exe().expect("it has a path");
    cannot_close(File::open(myself).expect("it is there").into());
}

#[cfg(unix)]
mod on_unix {
    use std::net::Shutdown;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn started_with(stdin: OwnedFd) -> Actor {
        let mut actor = Actor::start_with(&mut actor("orphan-stdin"), stdin.into());
        actor.expect("ready");
        actor
    }

    #[test]
    fn a_socket_that_is_closed_is_a_request() {
        let (theirs, ours) = UnixStream::pair().expect("two sockets");
        let mut actor = started_with(theirs.into());
        drop(ours);
        leaves(&mut actor);
    }

    /// As Node.js does when a child's `stdin` is ended.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_socket_whose_writing_half_is_closed_is_a_request() {
        let (theirs, ours) = UnixStream::pair().expect("two sockets");
        let mut actor = started_with(theirs.into());
        ours.shutdown(Shutdown::Write).expect("it is open");
        leaves(&mut actor);
    }

    /// The program that opened the terminal, as a terminal emulator does, closes it and ends after its child.
    #[test]
    fn a_terminal_that_is_gone_is_a_request() {
        let mut command = actor("orphan-parent-with-terminal");
        let gate = Gate::before(&mut command);
        let mut actor = Actor::start(&mut command);
        actor.expect("ready");
        gate.open();
        assert_eq!(
            actor.rest(),
            ["request standard input closed", "cleaned", "exit status: 0"]
        );
    }

    #[test]
    fn it_is_the_standard_input_that_the_program_began_to_listen_with() {
        let (mut actor, stdin) = piped(&mut actor("orphan-stdin-replaced"));
        drop(stdin);
        leaves(&mut actor);
    }

    #[test]
    fn a_forked_child_neither_ends_the_watch_nor_stands_in_its_way() {
        let (mut actor, stdin) = piped(&mut actor("orphan-fork"));
        drop(stdin);
        leaves(&mut actor);
    }
}
