//! Who takes part.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::Result;

/// A program that runs another one.
#[derive(Debug)]
pub(super) struct Wrapper {
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// Its file and its arguments; nothing if the other program is run as it is.
    words: Vec<PathBuf>,
}

/// What a wrapper is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is none, but what the others are compared with.
    Nothing,
    /// Everything.
    Init,
    /// Passing signals on, where an option makes a difference.
    Variant,
    /// It is no init: what has nothing to do with that.
    TimeLimit,
}

/// Each by the options that come closest to what the others do. Where tini is neither PID 1 nor subreaper it complains, so it
/// is made a subreaper; catatonit makes itself one.
const PEERS: [(&str, Role, &[&str]); 7] = [
    ("tini", Role::Init, &["tini", "-s", "--"]),
    ("tini, static", Role::Init, &["tini-static", "-s", "--"]),
    ("tini -g", Role::Variant, &["tini", "-s", "-g", "--"]),
    ("dumb-init", Role::Init, &["dumb-init", "--"]),
    ("dumb-init -c", Role::Variant, &["dumb-init", "-c", "--"]),
    ("catatonit", Role::Init, &["catatonit", "--"]),
    ("timeout", Role::TimeLimit, &["timeout", "1h"]),
];

/// The builds of bowout, each with what cargo is told, and where the program then is, from the folder of this one.
const BUILDS: [(&str, Role, &[&str], Build); 3] = [
    (
        "bowout",
        Role::Init,
        &["run", "--"],
        (&["build", "--release", "--package", "bowout-cli"], "bowout"),
    ),
    ("bowout, static", Role::Init, &["run", "--"], STATIC),
    (
        "bowout --group, static",
        Role::Variant,
        &["run", "--group", "--"],
        STATIC,
    ),
];

type Build = (&'static [&'static str], &'static str);

const STATIC: Build = (&["static"], "../x86_64-unknown-linux-musl/static/bowout");

/// Those that differ where no option is at issue.
pub(super) fn without_variants(all: &[Wrapper]) -> Vec<&Wrapper> {
    all.iter().filter(|wrapper| wrapper.role != Role::Variant).collect()
}

/// All that are to be had here. The others are named.
pub(super) fn all() -> Vec<Wrapper> {
    let mut all = vec![Wrapper {
        name: "(no wrapper)",
        role: Role::Nothing,
        words: Vec::new(),
    }];
    let peers = PEERS.map(|(name, role, words)| (name, role, &words[1..], in_path(words[0])));
    let builds = BUILDS.map(|(name, role, arguments, (cargo, file))| (name, role, arguments, built(cargo, file)));
    for (name, role, arguments, file) in peers.into_iter().chain(builds) {
        match file {
            Ok(file) => {
                if role != Role::Variant {
                    println!("{name}: {}", version(&file));
                }
                let arguments = arguments.iter().map(PathBuf::from);
                let words = std::iter::once(file).chain(arguments).collect();
                all.push(Wrapper { name, role, words });
            }
            Err(why) => println!("{name} does not take part: {why}"),
        }
    }
    all
}

fn in_path(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    Ok(found.ok_or("it is not installed")?)
}

/// As it says itself.
fn version(file: &Path) -> String {
    let Ok(output) = Command::new(file).arg("--version").output() else {
        return "?".to_owned();
    };
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).lines().next().unwrap_or("?").to_owned()
}

/// Has cargo build it, so that what is measured is what the sources say.
fn built(cargo: &[&str], file: &str) -> Result<PathBuf> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(cargo)
        .args(["--quiet", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !status.success() {
        return Err(format!("`cargo {}` failed", cargo.join(" ")).into());
    }
    // What a linker writes, in no order, is in the page cache in small pieces, which costs a start 0.07 ms; what is installed
    // was copied.
    let here = std::env::current_exe()?;
    let copy = here.with_file_name(format!("bowout-bench-{}", cargo[0]));
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::fs::write(&copy, std::fs::read(here.with_file_name(file))?)?;
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755))?;
    Ok(copy)
}

impl Wrapper {
    /// Its file, if it is a wrapper at all.
    pub(super) fn file(&self) -> Option<&Path> {
        self.words.first().map(PathBuf::as_path)
    }

    /// The command that has it run this program.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut words = self.words.iter().map(PathBuf::as_path).chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command.args(words);
        command
    }
}
