//! Whatever is written: it is read, or refused in one line, and never a panic.

use std::ffi::OsString;

use proptest::prelude::*;

use super::refusal::Refusal;
use super::{Cli, Verb, command, parse};

/// One word of a command line: one that means something, one that nearly does, or anything at all.
fn word() -> impl Strategy<Value = OsString> {
    prop_oneof![
        6 => proptest::sample::select(known_words()).prop_map(OsString::from),
        3 => "-{0,2}[a-zA-Z0-9:/.+=_-]{0,10}".prop_map(OsString::from),
        1 => ".{0,20}".prop_map(OsString::from),
        1 => proptest::collection::vec(any::<u16>(), 0..8).prop_map(any_text),
    ]
}

/// Every verb and every option, and values for them.
fn known_words() -> Vec<String> {
    let values = [
        "1",
        "1234",
        "1234:5",
        "0",
        "-0",
        "-1",
        "-5",
        "--",
        "TERM",
        "KILL",
        "-9",
        "143",
        "RTMIN+3",
        "TERM/10s/KILL",
        "TERM/inf",
        "500ms",
        "inf",
        "nginx",
        "tcp:8080",
        "/run/app.pid",
        "(",
        "x.*",
        "own",
        "always",
        "bash",
        "stop",
        "help",
        "",
    ];
    let mut words: Vec<String> = values.map(str::to_owned).to_vec();
    let whole = command();
    for verb in std::iter::once(&whole).chain(whole.get_subcommands()) {
        words.push(verb.get_name().to_owned());
        for option in verb.get_arguments() {
            words.extend(option.get_long().map(|long| format!("--{long}")));
            words.extend(option.get_short().map(|short| format!("-{short}")));
        }
    }
    words
}

#[cfg(unix)]
fn any_text(units: Vec<u16>) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(units.into_iter().flat_map(u16::to_le_bytes).collect())
}

#[cfg(windows)]
fn any_text(units: Vec<u16>) -> OsString {
    use std::os::windows::ffi::OsStringExt;
    OsString::from_wide(&units)
}

fn argv(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    std::iter::once("bowout".into()).chain(words).collect()
}

fn refused(line: &str) -> String {
    match parse(&argv(line.split(' ').map(OsString::from))) {
        Err(Refusal::Words(words)) => words,
        Err(Refusal::Help(_)) => panic!("{line}: help"),
        Ok(cli) => panic!("{line}: {cli:?}"),
    }
}

#[test]
fn clap_finds_no_fault_with_the_definition() {
    command().debug_assert();
}

#[test]
fn what_cannot_be_read_says_what_to_write() {
    for (line, words) in [
        ("stpo 5", "\"stpo\" is no verb: did you mean stop?; see `bowout --help`"),
        ("stop 5 --forse", "--forse is not understood here"),
        (
            "stop 5 --gruce 1s",
            "--gruce is not understood here: did you mean --grace?; see `bowout stop --help`",
        ),
        ("stop 5 --grace", "--grace needs a value; see"),
        (
            "stop 5 --allow all",
            "\"all\" is no value for --allow: write one of own, ancestor, init",
        ),
        (
            "stop 5 --json --quiet",
            "--json and --quiet do not go together: write one of them",
        ),
        ("stop 5 --plan TERM --signal INT", "do not go together"),
        ("stop -INT 5", "\"-INT\": write --signal INT; see `bowout stop --help`"),
        (
            "stop -1234",
            "\"-1234\" names no process: for the process group write --group 1234",
        ),
        ("stop 1234 -9", "\"-9\": write --signal KILL; see `bowout stop --help`"),
        ("stop -15 1234", "\"-15\": write --signal TERM"),
        ("stop 1234 -- -9", "for the process group write --group 9"),
        ("stop TERM 1234", "\"TERM\": write --signal TERM"),
        ("stop -9", "\"-9\": write --signal KILL"),
        ("inspect 1234 -TERM", "-T is not understood here"),
        ("-9 1234", "\"-9\": write signal KILL"),
        (
            "stop nginx",
            "\"nginx\" names no process: for a program's name write --name nginx",
        ),
        ("inspect :8080", "for who listens on the port write --port 8080"),
        ("stop tcp:8080", "write --port tcp:8080"),
        (
            "signal HUP /run/x.pid",
            "for the one in a pidfile write --pidfile /run/x.pid",
        ),
        ("stop app.pid", "write --pidfile app.pid"),
        ("stop my$app", "a process id is a number"),
        ("stop -1", "would mean every process there is"),
        ("stop 5 --group -5", "\"-5\" is no process group"),
        ("signal", "SIGNAL is missing; see `bowout signal --help`"),
        ("signal -9 5", "\"-9\": write KILL, without the dash"),
        ("signal -TERM 5", "\"-TERM\": write TERM, without the dash"),
        ("signal TERM -5", "write --group 5"),
        (
            "signal 1234",
            "\"1234\" is no signal, which comes first: write bowout signal TERM 1234",
        ),
        ("signal 1234 usr1", "which comes first: write bowout signal USR1 1234"),
        ("signal 1234 -9", "which comes first: write bowout signal KILL 1234"),
        (
            "signal -s HUP 1234",
            "-s is not understood here: write HUP itself, in front of the PID",
        ),
        (
            "signal 1234 --signal HUP",
            "--signal is not understood here: write HUP itself",
        ),
        ("signal TERM -- -1", "would mean every process there is"),
        ("signal TERM -- -0", "\"0\" is no process group"),
        ("signal --probe TERM 5", "\"TERM\" names no process"),
        ("signal TERM --probe 5", "do not go together"),
        ("signal --list 5 --json", "--list"),
        ("signal --list nonsense", "unknown signal \"nonsense\""),
        ("signal --list 300", "unknown signal \"300\""),
        (
            "--color sometimes stop 5",
            "\"sometimes\" is no value for --color: write one of auto, always, never",
        ),
        ("completions csh", "write one of bash, elvish, fish, powershell, zsh"),
        ("completions", "is missing"),
    ] {
        let said = refused(line);
        assert!(said.contains(words), "{line}: {said}");
    }
}

#[test]
fn a_plan_comes_from_all_that_was_said_of_it() {
    let plan = |line: &str| match parse(&argv(line.split(' ').map(OsString::from))).unwrap().verb {
        Verb::Stop(args) => args.plan().map(|plan| plan.to_string()),
        verb => panic!("{verb:?}"),
    };
    for (line, expected) in [
        ("stop 5", "TERM/10s/KILL"),
        ("stop 5 --signal INT", "INT/10s/KILL"),
        ("stop 5 -s int --grace 1m", "INT/1m/KILL"),
        ("stop 5 --signal KILL", "KILL/10s"),
        ("stop 5 --no-force", "TERM/10s"),
        ("stop 5 --no-force --plan INT/1s/TERM/2s/KILL/3s", "INT/1s/TERM/2s"),
        ("stop 5 --no-force --signal INT --grace inf", "INT/inf"),
    ] {
        assert_eq!(plan(line).as_deref(), Ok(expected), "{line}");
    }
    for line in ["stop 5 --plan KILL --no-force", "stop 5 --signal KILL --no-force"] {
        assert!(plan(line).unwrap_err().contains("--no-force leaves nothing"), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn anything_is_read_or_refused_in_one_line(words in proptest::collection::vec(word(), 0..8)) {
        match parse(&argv(words)) {
            Ok(Cli { verb: Verb::Stop(args), .. }) => {
                if let Ok(plan) = args.plan() {
                    prop_assert!(plan.to_string().parse::<bowout::stop::Plan>().is_ok(), "{}", plan);
                }
                args.find.wanted();
            }
            Ok(Cli { verb: Verb::Signal(args), .. }) => {
                args.wanted();
            }
            Ok(_) | Err(Refusal::Help(_)) => {}
            Err(Refusal::Words(words)) => {
                let words = crate::output::printable(&words);
                prop_assert!(!words.contains('\n') && words.contains("; see `bowout"), "{}", words);
            }
        }
    }
}
