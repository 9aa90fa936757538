//! What it costs to start a child, and to have it started, ended and waited for.

use std::process::{Command, Stdio};

use bowout::spawn::{Child, ChildOptions};

use super::table::{self, Series, micros, row};
use super::{Result, sys};

const ROUNDS: usize = 15;
const SAMPLES: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    /// What keeps the standard library from its faster way.
    PlainWithClosure,
    Bowout,
    DieWithParent,
    Contain,
}

const WAYS: [(Way, &str); 5] = [
    (Way::Plain, "Command::spawn"),
    (Way::PlainWithClosure, "the same with an empty pre_exec"),
    (Way::Bowout, "bowout"),
    (Way::DieWithParent, "bowout, die_with_parent"),
    (Way::Contain, "bowout, contain"),
];

pub(super) fn run() -> Result<()> {
    let mut starting = vec![Series::default(); WAYS.len()];
    let mut whole = starting.clone();
    for round in 0..ROUNDS {
        for sample in 0..SAMPLES {
            for turn in 0..WAYS.len() {
                let at = (turn + sample) % WAYS.len();
                let [began, started, ended] = take(WAYS[at].0)?;
                starting[at].add(round, [started - began]);
                whole[at].add(round, [ended - began]);
            }
        }
    }
    for (what, series) in [
        ("until the call returns", starting),
        ("until it has exited and was waited for", whole),
    ] {
        let mut rows = vec![row(["", "p50 µs", "p99 µs", "× Command::spawn"])];
        rows.extend(
            WAYS.iter()
                .zip(&series)
                .map(|((_, way), of)| row([way, &micros(of.p50()), &micros(of.p99()), &of.against(&series[0])])),
        );
        let title = format!("Spawning /bin/true, {what}; {ROUNDS} rounds of {SAMPLES} children each, in turns");
        table::print(&title, &rows);
    }
    Ok(())
}

/// When it began, when the child was started, and when it was waited for.
fn take(way: Way) -> Result<[u64; 3]> {
    let mut command = Command::new("/bin/true");
    command.stdin(Stdio::null());
    if way == Way::PlainWithClosure {
        sys::add_empty_closure(&mut command);
    }
    let began = sys::now();
    match way {
        Way::Plain | Way::PlainWithClosure => {
            let mut child = command.spawn()?;
            let started = sys::now();
            child.wait()?;
            Ok([began, started, sys::now()])
        }
        Way::Bowout => with_bowout(began, &mut command, &Child::options()),
        Way::DieWithParent => with_bowout(began, &mut command, &Child::options().die_with_parent()),
        Way::Contain => with_bowout(began, &mut command, &Child::options().contain()),
    }
}

fn with_bowout(began: u64, command: &mut Command, options: &ChildOptions) -> Result<[u64; 3]> {
    let child = options.spawn(command)?;
    let started = sys::now();
    child.wait()?;
    Ok([began, started, sys::now()])
}
