//! Which compiler serves a target.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{error::Error, workspace};

/// A compiler that can build for a target that is not this machine's.
pub(crate) enum Toolchain {
    /// The toolchain in use; it has the target's standard library.
    Current,
    /// Debian's, which builds the standard library from its sources.
    BuildsStd,
}

impl Toolchain {
    const DEBIAN_CARGO: &str = "/usr/bin/cargo";
    const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
    const DEBIAN_RUSTDOC: &str = "/usr/bin/rustdoc";
    const DEBIAN_CLIPPY: &str = "/usr/bin/clippy-driver";

    /// The toolchain in use if it has the target, else Debian's if it has the sources.
    pub(crate) fn for_target(target: &'static str) -> Result<Toolchain, Error> {
        if answer("rustc", &["--print", "target-libdir", "--target", target]).is_some_and(|libs| has_std(&libs)) {
            return Ok(Toolchain::Current);
        }
        match answer(Self::DEBIAN_RUSTC, &["--print", "sysroot"]) {
            Some(sysroot) if has_sources(&sysroot) && Path::new(Self::DEBIAN_CARGO).exists() => {
                Ok(Toolchain::BuildsStd)
            }
            _ => Err(Error::NoCompiler { target }),
        }
    }

    /// The compiler with clippy's lints, which `cargo clippy` too puts around the workspace's own crates.
    pub(crate) fn clippy(&self) -> Result<&'static str, Error> {
        let (driver, install) = match self {
            Toolchain::Current => ("clippy-driver", "rustup component add clippy"),
            Toolchain::BuildsStd => (Self::DEBIAN_CLIPPY, "apt-get install rust-web-clippy"),
        };
        answer(driver, &["--version"])
            .map(|_| driver)
            .ok_or(Error::NoClippy { driver, install })
    }

    /// `cargo VERB --target TARGET` in the workspace, building into `target_dir`.
    pub(crate) fn cargo(&self, verb: &str, target: &str, target_dir: &Path) -> Command {
        let mut cargo = match self {
            Toolchain::Current => {
                let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
                cargo.arg(verb);
                cargo
            }
            Toolchain::BuildsStd => {
                let mut cargo = Command::new(Self::DEBIAN_CARGO);
                cargo
                    .args([verb, "-Zbuild-std"])
                    .env("RUSTC", Self::DEBIAN_RUSTC)
                    .env("RUSTDOC", Self::DEBIAN_RUSTDOC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    // `cargo run` of the other toolchain sets these for its own compiler.
                    .env_remove("LD_LIBRARY_PATH")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO");
                cargo
            }
        };
        cargo.args(["--locked", "--target", target]);
        cargo
            .arg("--target-dir")
            .arg(target_dir)
            .current_dir(workspace::root())
            .stdin(Stdio::null());
        cargo
    }
}

fn has_std(target_libs: &str) -> bool {
    Path::new(target_libs).is_dir()
}

fn has_sources(sysroot: &str) -> bool {
    Path::new(sysroot)
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
}

/// The line that a compiler answers, or nothing where it is missing or refuses.
fn answer(compiler: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(compiler)
        .args(args)
        .current_dir(workspace::root())
        .output()
        .ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| line.trim().to_owned())
}
