use std::fs;
use std::process::Command;

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, Ended};

use super::{bowout_path, finish, script, start, stderr_of};

#[test]
fn it_names_the_program_and_goes_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    let option = format!("--pidfile {}", path.display());
    let mut run = start(&option, "echo $$; sleep 1000 & wait");
    let pid = run.next_line().expect("its pid");
    // It is there as soon as the program is, or a moment later.
    while fs::read_to_string(&path).ok().as_deref() != Some(&format!("{pid}\n")) {
        assert!(run.is_alive());
        std::thread::yield_now();
    }
    let (code, said) = stderr_of(&mut script(&option, "echo second"));
    assert_eq!(code, Some(125));
    assert!(said.contains("running already") && said.contains(&pid), "{said}");

    let stop = Command::new(bowout_path())
        .args(["stop", "--pidfile"])
        .arg(&path)
        .output();
    assert!(stop.expect("it runs").status.success());
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
    assert!(!path.exists());
    assert_eq!(
        fs::read_dir(folder.path()).expect("it is there").count(),
        0,
        "nothing else is left"
    );
}

#[test]
fn one_that_names_nobody_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    fs::write(&path, "2000000000\n").expect("it can be written");
    let text = format!("while ! grep -qsx $$ {0}; do :; done", path.display());
    assert_eq!(
        finish(&format!("--pidfile {}", path.display()), &text).0,
        Ended::Code(0)
    );
    assert!(!path.exists());
}

#[test]
fn one_that_somebody_else_has_written_since_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    let text = format!("while ! grep -qsx $$ {0}; do :; done; echo 1 > {0}", path.display());
    assert_eq!(
        finish(&format!("--pidfile {}", path.display()), &text).0,
        Ended::Code(0)
    );
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "1\n");
}

#[test]
fn one_whose_program_is_not_there_is_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    fs::write(&path, "2000000000\n").expect("it can be written");
    let mut run = Command::new(bowout_path());
    let run = run.args(["run", "--pidfile"]).arg(&path).args(["--", "/nowhere/app"]);
    assert_eq!(stderr_of(run).0, Some(127));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "2000000000\n");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
}

#[test]
fn where_it_cannot_be_written_that_is_said() {
    let (code, said) = stderr_of(&mut script("--pidfile /nowhere/app.pid", "exit 3"));
    assert_eq!(code, Some(125));
    assert!(said.contains("/nowhere/app.pid"), "{said}");
}

#[test]
fn what_is_no_pidfile_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("app.conf");
    fs::write(&config, "precious\n").expect("it can be written");
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let ran = folder.path().join("ran");
    for path in [&config, &pipe, folder.path()] as [&std::path::Path; 3] {
        let option = format!("--pidfile {}", path.display());
        let (code, said) = stderr_of(&mut script(&option, &format!("touch {}", ran.display())));
        assert_eq!(code, Some(125), "{said}");
        assert!(
            said.contains(&path.display().to_string()) && said.contains("left as it is"),
            "{said}"
        );
    }
    let (code, said) = stderr_of(
        Command::new(bowout_path())
            .args(["run", "--pidfile", "", "--", "touch"])
            .arg(&ran),
    );
    assert_eq!(code, Some(125), "{said}");
    assert!(!ran.exists(), "the program is not started");
    assert_eq!(fs::read_to_string(&config).expect("it is there"), "precious\n");
    assert!(pipe.exists());
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
}

#[test]
fn one_that_others_could_write_is_not_taken_over() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    fs::write(&path, "2000000000\n").expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).expect("it is ours");
    let (code, said) = stderr_of(&mut script(&format!("--pidfile {}", path.display()), "exit 3"));
    assert_eq!(code, Some(125));
    assert!(said.contains("everybody"), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "2000000000\n");
}

#[test]
fn whatever_the_umask_it_can_be_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.pid");
    let run = format!(
        "umask 0; exec {} run --pidfile {} -- sh -c 'echo started; sleep 1000'",
        bowout_path().display(),
        path.display(),
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &run]);
    set_apart(&mut shell);
    let mut run = Actor::start(&mut shell);
    assert_eq!(run.next_line().as_deref(), Some("started"));
    while !path.exists() {
        assert!(run.is_alive());
        std::thread::yield_now();
    }
    let stop = Command::new(bowout_path())
        .args(["stop", "--pidfile"])
        .arg(&path)
        .output();
    let stop = stop.expect("it runs");
    assert!(stop.status.success(), "{}", String::from_utf8_lossy(&stop.stderr));
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
}
