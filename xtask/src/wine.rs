//! A Windows of one's own: a private Wine prefix with a server and a display, ended when dropped.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    error::Error,
    front::{self, Front},
    workspace,
};

/// What has to be on `PATH`.
const PROGRAMS: [&str; 4] = ["wine", "wineserver", "x86_64-w64-mingw32-gcc", "Xvfb"];

/// A running Wine.
pub(crate) struct Wine {
    // Declared, and so dropped, in this order: the programs lose their server before they lose their display.
    server: Server,
    display: Display,
}

impl Wine {
    /// Starts Wine on a prefix in `dir`, which is made at the first time.
    pub(crate) fn start(dir: &Path, front: &Front) -> Result<Wine, Error> {
        let prefix = dir.join("wine-prefix");
        fs::create_dir_all(&prefix).map_err(|source| Error::File {
            path: prefix.clone(),
            source,
        })?;
        // The display comes first: the server hands its own on to every program.
        let display = Display::start()?;
        let server = Server::start(prefix, &display)?;
        let wine = Wine { server, display };
        wine.boot(front)?;
        Ok(wine)
    }

    /// Lets a command's Windows programs run here.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        set_environment(command, &self.server.prefix, &self.display);
    }

    /// Fills a new prefix. In one already filled, starts the services, so that no test pays for it. Their streams are
    /// nobody's: Wine's services would hold a test's pipe open for as long as they live.
    fn boot(&self, front: &Front) -> Result<(), Error> {
        let filled = self.server.prefix.join("filled");
        let is_new = !filled.exists();
        let mut boot = Command::new("wine");
        // Any program starts the services; `wineboot --init` would start them a second time.
        boot.args(if is_new {
            ["wineboot", "--update"].as_slice()
        } else {
            &["cmd", "/c", "exit"]
        });
        boot.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.lend_to(&mut boot);
        front.run_well(&mut boot)?;
        if is_new {
            self.add_missing_library(front)?;
            fs::write(&filled, "").map_err(|source| Error::File { path: filled, source })?;
        }
        Ok(())
    }

    fn add_missing_library(&self, front: &Front) -> Result<(), Error> {
        let library = self.server.prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if library.exists() {
            return Ok(());
        }
        let mut gcc = Command::new("x86_64-w64-mingw32-gcc");
        gcc.args(["-shared", "-O2", "-o"]).arg(&library);
        gcc.arg(workspace::root().join("xtask/wine/bcryptprimitives.c"))
            .arg("-ladvapi32");
        front.run_well(&mut gcc)
    }
}

/// Says what to install when something is missing.
pub(crate) fn require_programs() -> Result<(), Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &&str| std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    let missing: Vec<_> = PROGRAMS.into_iter().filter(|program| !is_there(program)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::MissingPrograms(missing))
    }
}

/// What to start a session by, so that Wine loses no program: `setarch -R` switches address space randomization off for all
/// that the session starts.
///
/// Wine needs the address 0x7FFE0000 in every process, and its loader lies at 0x7D000000. Linux 6 puts a program's heap
/// anywhere in the GiB behind it: in one of some thousands on that very address. Wine 8 ends such a process ("failed to map
/// the shared user data"), and `CreateProcess` fails with `ERROR_INTERNAL_ERROR`.
pub(crate) fn launcher() -> &'static [&'static str] {
    let setarch: &[&str] = &["setarch", "-R"];
    let is_allowed = Command::new(setarch[0])
        .args(&setarch[1..])
        .arg("true")
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if is_allowed {
        return setarch;
    }
    // Some containers forbid it.
    eprintln!("xtask: `setarch -R` does not run here: one start of a program in thousands may fail with error 1359");
    &[]
}

fn set_environment(command: &mut Command, prefix: &Path, display: &Display) {
    command
        .env("WINEPREFIX", prefix)
        .env("WINEDEBUG", "-all")
        // No dialogue that offers to download .NET or a browser, no entries in the desktop's menus, and no debugger that
        // keeps a program that crashed, and its pipes, for ever.
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d")
        .env("DISPLAY", &display.name);
}

/// An X server that shows nothing to nobody.
struct Display {
    xvfb: Child,
    name: String,
}

impl Display {
    /// Starts one on a display number that it finds free itself.
    fn start() -> Result<Display, Error> {
        let mut xvfb = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| Error::Start {
                program: "Xvfb".to_owned(),
                source,
            })?;
        let mut number = String::new();
        if let Some(stdout) = xvfb.stdout.take() {
            // A failure leaves the number empty.
            let _ = BufReader::new(stdout).read_line(&mut number);
        }
        let display = Display {
            xvfb,
            name: format!(":{}", number.trim()),
        };
        if display.name.len() > 1 {
            Ok(display)
        } else {
            Err(Error::NoDisplay)
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Asked rather than killed: it removes its socket and its lock file.
        front::end(&mut self.xvfb);
    }
}

/// The process behind all of a prefix's programs.
struct Server {
    prefix: PathBuf,
}

impl Server {
    /// What `wineserver` says with its exit code when the prefix has a server already.
    const IN_USE: i32 = 2;
    /// Stays between programs, since every cold start costs half a second; and should nobody be left to end it, not
    /// for ever.
    const STAY: &str = "--persistent=300";

    fn start(prefix: PathBuf, display: &Display) -> Result<Server, Error> {
        let mut wineserver = Command::new("wineserver");
        set_environment(wineserver.arg(Self::STAY), &prefix, display);
        wineserver
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let program = || "wineserver".to_owned();
        let status = wineserver.status().map_err(|source| Error::Start {
            program: program(),
            source,
        })?;
        match status.code() {
            Some(0) => Ok(Server { prefix }),
            Some(Self::IN_USE) => Err(Error::PrefixInUse(prefix)),
            _ => Err(Error::Failed {
                program: program(),
                status,
            }),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for request in ["--kill", "--wait"] {
            let mut wineserver = Command::new("wineserver");
            wineserver.arg(request).env("WINEPREFIX", &self.prefix);
            wineserver
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            if let Err(error) = wineserver.status() {
                eprintln!("xtask: the Wine server may still run: wineserver {request}: {error}");
            }
        }
    }
}
