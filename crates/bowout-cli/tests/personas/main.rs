//! What timeout, dumb-init and tini document, one file for each behaviour: tried on the original, and on bowout under its name.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod dumb_init_groups;
mod dumb_init_job_control;
mod dumb_init_options;
mod dumb_init_rewrites;
mod dumb_init_statuses;
mod timeout_durations;
mod timeout_foreground;
mod timeout_groups;
mod timeout_nested;
mod timeout_signals;
mod timeout_statuses;
mod timeout_verbose;
mod tini_options;

use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use bowout::Signal;
use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, Ended, PATIENCE, skip};

/// The names by which bowout is more than itself.
const PERSONAS: [&str; 3] = ["timeout", "dumb-init", "tini"];

/// A program that runs another one.
struct Tool {
    name: &'static str,
    file: PathBuf,
    who: Who,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Original,
    Bowout,
}

/// Tries it on the original, and on bowout under its name.
fn on_both(name: &'static str, test: impl Fn(&Tool)) {
    match original(name) {
        Some(file) => {
            eprintln!("{name}, the original");
            let who = Who::Original;
            test(&Tool { name, file, who });
        }
        None => skip(&format!("{name} is not installed")),
    }
    if PERSONAS.contains(&name) {
        eprintln!("{name}, which is bowout");
        let (file, who) = (link(name), Who::Bowout);
        test(&Tool { name, file, who });
    }
}

fn original(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A link of this name to the command.
fn link(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("personas");
    std::fs::create_dir_all(&folder).expect("a folder for links");
    let link = folder.join(name);
    match symlink(env!("CARGO_BIN_EXE_bowout"), &link) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => panic!("{}: {error}", link.display()),
        _ => link,
    }
}

impl Tool {
    /// The command with arguments, a line of them.
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(&self.file);
        command.args(words.split_whitespace());
        set_apart(&mut command);
        command
    }

    /// The command with these arguments, and then a script for sh.
    fn runs(&self, words: &str, script: &str) -> Command {
        let mut command = self.command(words);
        command.args(["sh", "-c", script]);
        command
    }

    /// The same with a family that says what it hears, in [`FAMILY`]'s words. It goes on when all of it is there.
    fn family(&self, words: &str, family: &str) -> Actor {
        self.family_of(&mut self.command(words), family)
    }

    fn family_of(&self, command: &mut Command, family: &str) -> Actor {
        command.args(["perl", "-e", FAMILY]).args(family.split_whitespace());
        let mut actor = Actor::start_with(command, Stdio::piped());
        actor.expect("ready");
        actor
    }
}

/// Tries all cases at once: those with a time limit would take theirs one after the other.
fn each<T: Copy + Send>(cases: &[T], test: impl Fn(T) + Sync) {
    let test = &test;
    std::thread::scope(|scope| {
        for case in cases {
            let case = *case;
            scope.spawn(move || test(case));
        }
    });
}

/// How the command ends.
fn end(mut command: Command) -> Ended {
    Actor::start(command.stderr(Stdio::null())).ended()
}

/// All that it says.
fn output(mut command: Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it starts")
}

/// A program that says `child TERM` when it hears TERM, for as long as its standard input is open. Its arguments: `alone`; or
/// `with`, for one that has a child, which says `grandchild TERM`; or `leaves`, for one that exits with 7 when it is told to by
/// HUP, and has such a child. Then the signals that they listen to, whose handlers Perl runs between two waits.
const FAMILY: &str = r#"
    $| = 1;
    my ($family, @signals) = @ARGV;
    my $who = "child";
    pipe(my $there, my $is_there);
    if ($family ne "alone" && fork == 0) { $who = "grandchild" }
    for my $signal (@signals) { $SIG{$signal} = sub { print "$who $signal\n" } }
    if ($family eq "leaves") { $SIG{HUP} = $who eq "child" ? sub { exit 7 } : "IGNORE" }
    if ($who eq "grandchild") { syswrite($is_there, "!") }
    else { sysread($there, my $byte, 1) unless $family eq "alone"; print "ready\n" }
    while (1) {
        vec(my $input = "", fileno(STDIN), 1) = 1;
        last if select($input, undef, undef, 0.02) > 0;
    }
"#;

/// The states of processes: proc_pid_stat(5).
const ASLEEP: &str = "S";
const STOPPED: &str = "T";

fn wait_until(pid: u32, state: &str) {
    let until = Instant::now() + PATIENCE;
    loop {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it is there");
        // Behind the name, which may hold anything.
        let (_, now) = stat.rsplit_once(") ").expect("it has a name");
        if now.starts_with(state) {
            return;
        }
        assert!(Instant::now() < until, "{pid} never came to {state}: {now}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn number(signal: Signal) -> i32 {
    signal.number().expect("Linux has it")
}

fn by(signal: Signal) -> Ended {
    Ended::Signal(number(signal))
}

/// Waits until the family has said all of these, in any order. timeout asks its child itself and again with its group, so that
/// it may be heard twice.
fn says(actor: &mut Actor, lines: &[&str]) {
    let mut missing = lines.to_vec();
    while !missing.is_empty() {
        let line = actor.next_line().unwrap_or_else(|| panic!("it never said {missing:?}"));
        assert!(lines.contains(&line.as_str()), "{line}");
        missing.retain(|missing| *missing != line);
    }
}

/// Lets the family go and gives what it had to say, in any order.
fn last_words(actor: &mut Actor) -> Vec<String> {
    drop(actor.child().stdin.take());
    let mut said = actor.rest();
    said.sort();
    said
}
