//! Linux: what is measured, and the children in which it is.
//!
//! Handlers belong to a whole process, so that every contestant has a process of its own: this program, started again as
//! `bowout-bench child …`.

mod child;
mod cleanups;
mod contestants;
mod idle;
mod proc;
mod signals;
mod spawning;
mod stopping;
mod storm;
mod sys;
mod table;
mod tools;
mod trees;
mod wrapping;

use std::time::Duration;

type Error = Box<dyn std::error::Error>;
type Result<T> = std::result::Result<T, Error>;

/// How long anything may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["child", ref role @ ..] => child::run(role),
        [] => {
            introduce();
            PARTS.iter().try_for_each(|(_, run)| run())
        }
        [part] => {
            let (_, run) = PARTS.iter().find(|(name, _)| *name == part).ok_or_else(|| {
                let names = PARTS.map(|(name, _)| name);
                format!("the parts are: {}; without a part, all", names.join(", "))
            })?;
            introduce();
            run()
        }
        _ => Err("one part, or none for all".into()),
    }
}

type Part = (&'static str, fn() -> Result<()>);

const PARTS: [Part; 8] = [
    ("signal", signals::run),
    ("spawn", spawning::run),
    ("stop", stopping::run),
    ("trees", trees::run),
    ("run", wrapping::run),
    ("cleanups", cleanups::run),
    ("idle", idle::run),
    ("storm", storm::run),
];

/// What was measured, on what, and how to do it again.
fn introduce() {
    let part = std::env::args().nth(1).map(|part| format!(" -- {part}"));
    println!("cargo run --release -p bowout-bench{}", part.unwrap_or_default());
    let versions: Vec<String> = ["bowout", "ctrlc", "kill_tree", "signal-hook", "tokio"]
        .into_iter()
        .map(|name| format!("{name} {}", version(name)))
        .collect();
    println!("{}", versions.join(", "));
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    println!("Linux {}, {cores} cores, load {load}", kernel.trim());
    println!("Ratios compare medians within a round; they are the median over the rounds, and the quartiles.");
}

/// The version that the workspace's lock file names.
fn version(name: &str) -> &'static str {
    const LOCK: &str = include_str!("../../../../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    LOCK.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("?", |(version, _)| version)
}
