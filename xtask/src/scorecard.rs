//! `cargo xtask scorecard`: bowout and its peers, judged side by side, here and as Windows programs under Wine.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    error::Error,
    front::{self, Front},
    test_windows::{TARGET, exit_code},
    toolchain::Toolchain,
    wine::{self, Wine},
    workspace,
};

/// The chore that the front starts; not for people.
pub(crate) const SESSION: &str = "scorecard-session";

/// What `cargo test` builds, since then a run after the tests finds all of it built.
const BUILD: [&str; 3] = ["--workspace", "--no-run", "--quiet"];

/// The variable by which the judge is told where safe-exit is installed.
const PYTHON_PACKAGES: &str = "SCORECARD_PYTHON_PACKAGES";

/// The front: leaves the work to a session, which ends what it started.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, Error> {
    let mut session = vec![SESSION];
    match args {
        [] => {}
        [only, contestant] if only == "--only" => session.push(contestant),
        _ => return Err(Error::ScorecardArguments),
    }
    let launcher = if missing_for_windows().is_none() {
        wine::launcher()
    } else {
        &[]
    };
    Ok(exit_code(front::start_session(launcher, &session)?))
}

/// The session: judges everybody and writes COMPARE.md, or judges one and writes nothing.
pub(crate) fn session(args: &[String]) -> Result<ExitCode, Error> {
    let front = Front::watch();
    let dir = workspace::target_dir("scorecard");
    workspace::make_dir(&dir)?;
    let only = args.first().map(String::as_str);
    let python = if only.is_none() {
        install_safe_exit(&front, &dir)?
    } else {
        None
    };

    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--locked"]).current_dir(workspace::root());
    front.run_well(cargo.args(BUILD))?;
    let judge = workspace::target_dir("debug").join("scorecard");
    let mut native = Command::new(&judge);
    native.envs(python.iter().map(|packages| (PYTHON_PACKAGES, packages)));
    let mut found = vec![judged(&front, &mut native, only, dir.join("native.json"))?];
    match missing_for_windows() {
        None => found.push(judged_on_wine(&front, only, dir.join("wine.json"))?),
        Some(missing) => println!("not judged on Windows: {missing}"),
    }
    if only.is_none() {
        let page = workspace::root().join("COMPARE.md");
        let mut compare = Command::new(&judge);
        compare.arg("compare").args(found.iter().map(|found| &found.results));
        compare.envs(python.iter().map(|packages| (PYTHON_PACKAGES, packages)));
        let file = File::create(&page).map_err(|source| Error::File {
            path: page.clone(),
            source,
        })?;
        front.run_well(compare.stdout(file))?;
        println!("written: {}", page.display());
    }
    Ok(if found.iter().all(|found| found.bowout_passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What a judge found, and where it wrote it down.
struct Found {
    results: PathBuf,
    bowout_passed: bool,
}

/// Runs a judge, and has its results written to a file.
fn judged(front: &Front, judge: &mut Command, only: Option<&str>, results: PathBuf) -> Result<Found, Error> {
    let file = File::create(&results).map_err(|source| Error::File {
        path: results.clone(),
        source,
    })?;
    let status = front.run(judge.arg("run").args(only).stdout(file))?;
    Ok(Found {
        results,
        bowout_passed: status.success(),
    })
}

/// What lacks to judge Windows programs here.
fn missing_for_windows() -> Option<Error> {
    wine::require_programs()
        .and_then(|()| Toolchain::for_target(TARGET))
        .err()
}

/// The same in the prefix of the Windows tests, whose builds serve too.
fn judged_on_wine(front: &Front, only: Option<&str>, results: PathBuf) -> Result<Found, Error> {
    let dir = workspace::target_dir("windows");
    let mut cargo = Toolchain::for_target(TARGET)?.cargo("test", TARGET, &dir);
    front.run_well(cargo.args(BUILD).args(["--exclude", "xtask"]))?;
    let wine = Wine::start(&dir, front)?;
    let mut judge = Command::new("wine");
    judge
        .arg(dir.join(TARGET).join("debug").join("scorecard.exe"))
        .env("BOWOUT_TEST_WINE", "1");
    wine.lend_to(&mut judge);
    judged(front, &mut judge, only, results)
}

/// Installs the Python peer for nobody but the judge, in the version and with the hash that its requirements name. Without
/// it, its column stays empty.
fn install_safe_exit(front: &Front, dir: &Path) -> Result<Option<PathBuf>, Error> {
    let packages = dir.join("python");
    // pip does not tidy up what an older version left.
    match fs::remove_dir_all(&packages) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(Error::File { path: packages, source }),
        _ => {}
    }
    workspace::make_dir(&packages)?;
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
        "--no-deps",
        "--require-hashes",
    ])
    .args(["--root-user-action", "ignore", "--requirement"])
    .arg(workspace::root().join("crates/bowout-scorecard/python/requirements.txt"))
    .arg("--target")
    .arg(&packages);
    match front.run(&mut pip) {
        Ok(status) if status.success() => Ok(Some(packages)),
        Err(Error::Interrupted) => Err(Error::Interrupted),
        _ => {
            println!("safe-exit is not judged: pip could not install it");
            Ok(None)
        }
    }
}
