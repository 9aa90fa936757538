//! The forced stop of a tree of a thousand and of ten thousand processes.
//!
//! Every stop has a process of its own, the *stopper*, so that its memory can be told. Its parent, the *grove*, takes in the
//! orphans and waits for them, as the first process of a system does. A tree's standard output is a pipe that all of its
//! processes hold; when the stopper reads its end, nobody is left.

mod bare;
mod stoppers;
mod sys;

use std::io::Read;
use std::process::{ChildStdout, Command, Stdio};

use rustix::io::Errno;
use rustix::process::{WaitOptions, getpid, set_child_subreaper, wait};

use super::child::Process;
use super::table::{self, Series, millis, row};
use super::tools::{Tool, or_skip};
use super::{Error, Result};

use stoppers::Way;

/// So many processes, in so many rounds.
const SIZES: [(usize, usize); 2] = [(1_000, 9), (10_000, 5)];

/// A way that takes part.
struct Contestant {
    way: Way,
    returned: Series,
    gone: Series,
    memory: u64,
    descriptors: u64,
}

pub(super) fn run() -> Result<()> {
    let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| takes_part(*way)).collect();
    for (count, rounds) in SIZES {
        let contestant = |way: &Way| Contestant {
            way: *way,
            returned: Series::default(),
            gone: Series::default(),
            memory: 0,
            descriptors: 0,
        };
        let mut contestants: Vec<Contestant> = ways
            .iter()
            .filter(|way| way.rounds(count, rounds) > 0)
            .map(contestant)
            .collect();
        let turns = contestants.len();
        for round in 0..rounds {
            for turn in 0..turns {
                let contestant = &mut contestants[(turn + round) % turns];
                if round < contestant.way.rounds(count, rounds) {
                    contestant.take(count, round)?;
                }
            }
        }
        let head = [
            "",
            "all gone, ms",
            "×",
            "beside",
            "returned, ms",
            "memory, MB",
            "descriptors",
        ];
        let mut rows = vec![row(head)];
        rows.extend(contestants.iter().map(|one| one.row(&contestants)));
        table::print(
            &format!("Stopping by force: a tree of {count} processes; {rounds} rounds, in turns"),
            &rows,
        );
    }
    println!("\nMemory is the stopper's largest; descriptors, the slots for them that the kernel has made it.");
    Ok(())
}

/// Says so if it does not.
fn takes_part(way: Way) -> bool {
    let name = way.name();
    match way {
        Way::Cgroup | Way::CgroupByBowout(_) => bare::Cgroup::new()
            .map_err(|why| println!("{name} does not take part: {why}"))
            .is_ok(),
        _ => way.tool().is_none_or(|tool| or_skip(name, tool).is_some()),
    }
}

impl Contestant {
    fn take(&mut self, count: usize, round: usize) -> Result<()> {
        let name = self.way.name();
        let mut grove = Process::start(&["grove", name, &count.to_string()])?;
        let [returned, gone, memory, descriptors] = grove.numbers()?[..] else {
            return Err(format!("{name} did not stop a tree of {count}").into());
        };
        self.returned.add(round, [returned]);
        self.gone.add(round, [gone]);
        self.memory = self.memory.max(memory);
        self.descriptors = self.descriptors.max(descriptors);
        Ok(())
    }

    fn row(&self, all: &[Contestant]) -> Vec<String> {
        let beside = all.iter().find(|one| one.way == self.way.beside());
        row([
            self.way.name(),
            &millis(self.gone.p50()),
            &beside.map_or("–".into(), |beside| self.gone.against(&beside.gone)),
            self.way.beside().name(),
            &millis(self.returned.p50()),
            &format!("{:.1}", self.memory as f64 / 1024.0),
            &self.descriptors.to_string(),
        ])
    }
}

/// The role of the grove. It ends when everybody below it is gone.
pub(super) fn grove(name: &str, count: &str) -> Result<()> {
    set_child_subreaper(Some(getpid()))?;
    let way = Way::from_name(name)?;
    if way.is_own() {
        role(&["stopper", name, count])?.spawn()?;
    } else {
        let mut root = role(&["tree", count])?.stdout(Stdio::piped()).spawn()?;
        let life = grown(root.stdout.take(), count.parse()?)?;
        let mut stopper = match way.tool() {
            Some(tool) => tool?.command(root.id()),
            None => role(&["stopper", name, count, &root.id().to_string()])?,
        };
        stopper.stdin(life).spawn()?;
    }
    loop {
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(Errno::CHILD) => std::process::exit(0),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The role of the stopper.
pub(super) fn stopper(name: &str, count: &str, root: &[&str]) -> Result<()> {
    let (way, count) = (Way::from_name(name)?, count.parse()?);
    match root {
        [root] => stoppers::stop_foreign(way, count, root.parse()?)?,
        _ => stoppers::stop_own(way, count)?,
    }
    std::process::exit(0)
}

/// The role of the tree's root.
pub(super) fn grow(count: &str, cgroup: &[&str]) -> Result<()> {
    if let [entrance] = cgroup {
        std::fs::write(entrance, "0")?;
    }
    Ok(sys::grow(count.parse()?)?)
}

fn role(role: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("child").args(role);
    Ok(command)
}

/// The pipe that all processes of a tree hold, once they are all there.
fn grown(life: Option<ChildStdout>, count: usize) -> Result<ChildStdout> {
    let mut life = life.ok_or("no standard output")?;
    life.read_exact(&mut vec![0; count])
        .map_err(|error| Error::from(format!("the tree did not grow: {error}")))?;
    Ok(life)
}
