//! Programs that run another one, and whom they leave behind.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bowout_tests::{Actor, Ended, sys::set_apart};

use super::family::{CHILD, ESCAPEE, Family, GRANDCHILD};
use crate::facts::{Fact, Facts};
use crate::play::PATIENCE;

/// A wrapper: its options, and what is between them and the program that it runs.
#[derive(Clone, Copy, Debug)]
struct Wrapper(&'static [&'static str], &'static str);

/// Outside of a container, where nobody else ends what is left. tini and catatonit complain when they are neither PID 1 nor
/// subreaper; catatonit makes itself one.
const WRAPPERS: [Wrapper; 8] = [
    Wrapper(&["bowout", "run"], "--"),
    Wrapper(&["tini", "-s"], "--"),
    Wrapper(&["tini", "-s", "-g"], "--"),
    Wrapper(&["dumb-init"], "--"),
    Wrapper(&["dumb-init", "-c"], "--"),
    Wrapper(&["catatonit"], "--"),
    Wrapper(&["catatonit", "-g"], "--"),
    Wrapper(&["timeout"], "1h"),
];

impl Wrapper {
    fn name(self) -> &'static str {
        self.0[0]
    }

    /// bowout was built with the judge.
    fn file(self) -> PathBuf {
        match self.name() {
            "bowout" => crate::contestant::beside_us("bowout"),
            name => name.into(),
        }
    }

    /// The command that has it run a program.
    fn runs(self, program: &[&str]) -> Command {
        self.runs_with(&[], program)
    }

    /// The same with more options.
    fn runs_with(self, options: &[&str], program: &[&str]) -> Command {
        let mut command = Command::new(self.file());
        let words = [&self.0[1..], options, &[self.1], program].concat();
        command.args(words).stderr(Stdio::null());
        set_apart(&mut command);
        command
    }

    fn is_installed(self) -> bool {
        self.says_its_version().is_some()
    }

    fn says_its_version(self) -> Option<Vec<u8>> {
        let output = Command::new(self.file()).arg("--version").output().ok()?;
        Some([output.stdout, output.stderr].concat())
    }

    /// The first line of what it says.
    fn version(self) -> String {
        let said = self
            .says_its_version()
            .map(|said| String::from_utf8_lossy(&said).into_owned());
        match said.as_ref().and_then(|said| said.lines().next()) {
            Some(line) if line.contains(self.name()) => line.to_owned(),
            Some(line) => format!("{} ({line})", self.name()),
            None => format!("not {}, which is not installed", self.name()),
        }
    }
}

const ORPHANS: &str = "\
Programs that run another one, and pass signals on to it. Here they run a child that has started two more: a grandchild, and an
escapee, which has called `setsid`. None of them does anything about signals. **Left** is who is still there three seconds after
the wrapper has ended. In a container the kernel ends everybody with PID 1, so that nobody notices; these run outside of one.";

const STATUSES: &str = "\
What their parent sees: a status, or the signal that ended them.";

/// What happens to the wrapper, and to whom it is asked what became of them.
const SCENES: [(&str, Scene, &[usize]); 3] = [
    ("the child exits", Scene::ChildExits, &[GRANDCHILD, ESCAPEE]),
    ("the wrapper gets TERM", Scene::Term, &[CHILD, GRANDCHILD, ESCAPEE]),
    ("the wrapper gets KILL", Scene::Kill, &[CHILD, GRANDCHILD, ESCAPEE]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scene {
    ChildExits,
    Term,
    Kill,
}

/// Of all wrappers, or of one. They are Linux's.
pub(crate) fn facts(only: Option<&str>) -> Vec<Facts> {
    let mut wrappers = WRAPPERS.to_vec();
    wrappers.retain(|wrapper| only.is_none_or(|only| only == wrapper.name()));
    if wrappers.is_empty() || !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let mut versions: Vec<String> = wrappers.iter().map(|wrapper| wrapper.version()).collect();
    versions.dedup();
    let facts = |title: &str, text: &str, rows| Facts {
        title: title.to_owned(),
        text: text.to_owned(),
        columns: wrappers
            .iter()
            .map(|wrapper| format!("`{}`", wrapper.0.join(" ")))
            .collect(),
        rows,
    };
    let text = format!("{ORPHANS}\n\nWho takes part: {}.", versions.join("; "));
    vec![
        facts("The orphans that wrappers leave", &text, orphans(&wrappers)),
        facts("The exit status of wrappers", STATUSES, statuses(&wrappers)),
    ]
}

fn orphans(wrappers: &[Wrapper]) -> Vec<Fact> {
    const NAMES: [&str; 3] = ["child", "grandchild", "escapee"];
    let mut rows = Vec::new();
    for (title, scene, members) in SCENES {
        // All wrappers at once: they sleep nearly all of the time.
        let seen: Vec<[&str; 3]> = std::thread::scope(|scope| {
            let played: Vec<_> = wrappers
                .iter()
                .map(|wrapper| scope.spawn(move || play(*wrapper, scene)))
                .collect();
            played
                .into_iter()
                .map(|played| played.join().expect("the judge does not panic"))
                .collect()
        });
        rows.extend(members.iter().map(|member| Fact {
            title: format!("{title} → the {}", NAMES[*member]),
            promised: ENDED.to_owned(),
            seen: seen.iter().map(|seen| seen[*member].to_owned()).collect(),
        }));
    }
    rows
}

const ENDED: &str = "ended";

/// Of a wrapper that is not installed.
const UNKNOWN: &str = "–";

/// What became of the family's members.
fn play(wrapper: Wrapper, scene: Scene) -> [&'static str; 3] {
    /// As the text says.
    const A_WHILE: Duration = Duration::from_secs(3);
    if !wrapper.is_installed() {
        return [UNKNOWN; 3];
    }
    let Some((mut actor, mut family)) = Family::start(|words| wrapper.runs(words)) else {
        return ["never started"; 3];
    };
    match scene {
        Scene::ChildExits => family.let_the_child_exit(),
        Scene::Term => actor.ask(libc::SIGTERM),
        Scene::Kill => actor.ask(libc::SIGKILL),
    }
    if actor.ended_within(PATIENCE).is_none() {
        return ["the wrapper stays"; 3];
    }
    let until = Instant::now() + A_WHILE;
    family
        .members
        .map(|member| if member.ends_by(until) { ENDED } else { "**left**" })
}

fn statuses(wrappers: &[Wrapper]) -> Vec<Fact> {
    let rows: [(&str, &str, &[&str], &[&str]); 6] = [
        ("the child exits with 7", "7", &[], &["sh", "-c", "exit 7"]),
        ("TERM ends the child", "TERM", &[], &["sh", "-c", "kill -TERM $$"]),
        ("KILL ends the child", "KILL", &[], &["sh", "-c", "kill -KILL $$"]),
        ("there is no such program", "127", &[], &["/no/such/program"]),
        ("it may not be executed", "126", &[], &["/etc/passwd"]),
        ("the wrapper has no such option", "2", &["--no-such-option"], &["true"]),
    ];
    let fact = |(title, promised, options, program): (&str, &str, &[&str], &[&str])| Fact {
        title: title.to_owned(),
        promised: promised.to_owned(),
        seen: wrappers
            .iter()
            .map(|wrapper| status(*wrapper, options, program))
            .collect(),
    };
    rows.into_iter().map(fact).collect()
}

fn status(wrapper: Wrapper, options: &[&str], program: &[&str]) -> String {
    if !wrapper.is_installed() {
        return UNKNOWN.to_owned();
    }
    match Actor::start(&mut wrapper.runs_with(options, program)).ended_within(PATIENCE) {
        Some(Ended::Code(code)) => code.to_string(),
        Some(Ended::Signal(signal)) => super::signal_name(signal),
        None => "no end".to_owned(),
    }
}
