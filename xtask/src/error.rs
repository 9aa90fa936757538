//! What can go wrong, and what to do about it.

use std::{fmt, io};
#[cfg(unix)]
use std::{path::PathBuf, process::ExitStatus};

use crate::USAGE;

/// Why a chore could not be done.
#[derive(Debug)]
pub(crate) enum Error {
    /// No chore has this name.
    UnknownChore(String),
    /// `check-targets` was asked for a target that bowout does not support.
    UnknownTarget {
        target: String,
        known: &'static [&'static str],
    },
    /// No compiler at hand has a standard library for the target, nor the sources to build one.
    NoCompiler { target: &'static str },
    /// The compiler at hand has no clippy beside it.
    NoClippy {
        driver: &'static str,
        install: &'static str,
    },
    /// Programs that the chore starts are not on `PATH`.
    #[cfg(unix)]
    MissingPrograms(Vec<&'static str>),
    /// A program could not be started.
    Start { program: String, source: io::Error },
    /// A program that has to succeed did not.
    #[cfg(unix)]
    Failed { program: String, status: ExitStatus },
    /// A file or a folder could not be made or read.
    #[cfg(unix)]
    File { path: PathBuf, source: io::Error },
    /// Another run uses the same Wine prefix.
    #[cfg(unix)]
    PrefixInUse(PathBuf),
    /// Xvfb ended before it told its display.
    #[cfg(unix)]
    NoDisplay,
    /// Whoever started the chore is gone.
    #[cfg(unix)]
    Interrupted,
    /// `test-windows` on Windows.
    #[cfg(not(unix))]
    NeedsNoWine,
    /// `uutils-suite` on Windows.
    #[cfg(not(unix))]
    UnixOnly,
    /// `scorecard` on Windows.
    #[cfg(not(unix))]
    JudgeOnly,
    /// `scorecard` was given something else than `--only NAME`.
    #[cfg(unix)]
    ScorecardArguments,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::UnknownChore(chore) => write!(out, "there is no chore `{chore}`\n\n{USAGE}"),
            Error::UnknownTarget { target, known } => {
                write!(
                    out,
                    "`{target}` is not a target of bowout; these are:\n  {}",
                    known.join("\n  ")
                )
            }
            Error::NoCompiler { target } => write!(
                out,
                "no standard library for {target}\n  install it:         rustup target add {target}\n  \
                 without rustup's:   apt-get install rustc-web cargo-web rust-web-src   (Debian; builds it from source)"
            ),
            Error::NoClippy { driver, install } => write!(out, "{driver} does not run\n  install it: {install}"),
            #[cfg(unix)]
            Error::MissingPrograms(programs) => write!(
                out,
                "not on PATH: {}\n  on Debian and Ubuntu: apt-get install wine wine64 gcc-mingw-w64-x86-64 xvfb",
                programs.join(", ")
            ),
            Error::Start { program, source } => write!(out, "cannot start {program}: {source}"),
            #[cfg(unix)]
            Error::Failed { program, status } => write!(out, "{program} failed: {status}"),
            #[cfg(unix)]
            Error::File { path, source } => write!(out, "{}: {source}", path.display()),
            #[cfg(unix)]
            Error::PrefixInUse(prefix) => write!(
                out,
                "a Wine server runs on this prefix already: another `cargo xtask test-windows` is at work here\n  \
                 wait for it, or end it: WINEPREFIX={} wineserver -k",
                prefix.display()
            ),
            #[cfg(unix)]
            Error::NoDisplay => write!(
                out,
                "Xvfb ended before it told its display; try it by hand: Xvfb -displayfd 1"
            ),
            #[cfg(unix)]
            Error::Interrupted => write!(out, "interrupted; what was started has been ended"),
            #[cfg(unix)]
            Error::ScorecardArguments => write!(out, "`scorecard` takes nothing, or `--only NAME`\n\n{USAGE}"),
            #[cfg(not(unix))]
            Error::UnixOnly => write!(out, "this is Windows, where bowout has no other names"),
            #[cfg(not(unix))]
            Error::JudgeOnly => write!(out, "this is Windows: run `cargo run -p bowout-scorecard -- run`"),
            #[cfg(not(unix))]
            Error::NeedsNoWine => write!(out, "this is Windows: run `cargo test --workspace`"),
        }
    }
}
