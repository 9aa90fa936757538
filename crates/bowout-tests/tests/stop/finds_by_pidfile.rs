//! By a number that somebody once wrote down, if it can be believed.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bowout::stop::{self, FindError, FindProblem, PidFileProblem, ProcessId, Query, Target};
use bowout_tests::{Actor, Ended};
use tempfile::TempDir;

/// A pidfile that says this.
fn pidfile(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daemon.pid");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn problem(error: &FindError) -> &PidFileProblem {
    match error.problem() {
        FindProblem::PidFile(problem) => problem,
        _ => panic!("{error:?}"),
    }
}

#[test]
fn the_process_whose_number_it_holds() {
    let mut actor = Actor::ready("sleeper");
    let id = Target::open(ProcessId::from(&*actor.child())).unwrap().id();
    for text in [format!("{}\n", id.pid()), id.pid().to_string(), format!("{id}\r\n")] {
        let (_folder, path) = pidfile(&text);
        let matches = stop::find(&Query::PidFile(path)).unwrap();
        assert_eq!(matches.one().unwrap().id, id, "{text:?}");
    }
}

#[test]
fn one_that_says_something_else() {
    for (text, is_empty) in [
        ("", true),
        ("\n", true),
        ("nginx\n", false),
        ("-1\n", false),
        ("12 34\n", false),
    ] {
        let (_folder, path) = pidfile(text);
        let error = stop::find(&Query::PidFile(path)).unwrap_err();
        match problem(&error) {
            PidFileProblem::Empty => assert!(is_empty, "{text:?}"),
            PidFileProblem::NotAPid(_) => assert!(!is_empty, "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
        assert!(!error.is_missing());
    }
}

#[test]
fn one_whose_process_is_gone() {
    let mut actor = Actor::ready("sleeper");
    let id = Target::open(ProcessId::from(&*actor.child())).unwrap().id();
    let (_folder, path) = pidfile(&id.to_string());
    actor.child().kill().unwrap();
    assert_ne!(actor.ended(), Ended::Code(0));
    let error = stop::find(&Query::PidFile(path)).unwrap_err();
    // Its number may have come round.
    let gone = matches!(
        problem(&error),
        PidFileProblem::Stale { .. } | PidFileProblem::PidReused { .. }
    );
    assert!(gone && error.is_missing(), "{error:?}");
}

#[test]
fn one_older_than_the_process_that_has_the_number_now() {
    let actor = Actor::ready("sleeper");
    let (_folder, path) = pidfile(&actor.pid().to_string());
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3600))
        .unwrap();
    drop(file);
    let error = stop::find(&Query::PidFile(path)).unwrap_err();
    assert!(matches!(problem(&error), PidFileProblem::PidReused { .. }), "{error:?}");
    assert!(error.is_missing());
}

#[test]
fn none() {
    let folder = tempfile::tempdir().unwrap();
    let missing = stop::find(&Query::PidFile(folder.path().join("none.pid"))).unwrap_err();
    assert!(matches!(problem(&missing), PidFileProblem::Missing), "{missing:?}");
    assert!(missing.is_missing());
}

#[cfg(unix)]
#[test]
fn one_that_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.pid");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for path in [pipe, folder.path().to_owned()] {
        let error = stop::find(&Query::PidFile(path)).unwrap_err();
        assert!(matches!(problem(&error), PidFileProblem::NotAFile), "{error:?}");
    }
}

#[cfg(unix)]
#[test]
fn one_that_others_can_write() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    let actor = Actor::ready("sleeper");
    let (_folder, path) = pidfile(&actor.pid().to_string());
    std::fs::set_permissions(&path, Permissions::from_mode(0o646)).unwrap();
    let error = stop::find(&Query::PidFile(path.clone())).unwrap_err();
    assert!(
        matches!(problem(&error), PidFileProblem::WritableByOthers { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("everybody (mode 0646)"), "{error}");
    if !rustix::process::geteuid().is_root() {
        return bowout_tests::skip("only root can give a file away");
    }
    let nobody = 65534;
    std::os::unix::fs::chown(&path, None, Some(nobody)).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o664)).unwrap();
    let error = stop::find(&Query::PidFile(path.clone())).unwrap_err();
    assert!(error.to_string().contains("group 65534 (mode 0664)"), "{error}");
    std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert!(stop::find(&Query::PidFile(path.clone())).is_ok());
    std::os::unix::fs::chown(&path, Some(nobody), None).unwrap();
    let error = stop::find(&Query::PidFile(path)).unwrap_err();
    assert!(
        matches!(problem(&error), PidFileProblem::ForeignOwner { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("user 65534"), "{error}");
}

#[cfg(unix)]
#[test]
fn one_that_a_link_leads_to() {
    use std::os::unix::fs::{lchown, symlink};
    let actor = Actor::ready("sleeper");
    let (folder, path) = pidfile(&actor.pid().to_string());
    let link = folder.path().join("link.pid");
    symlink("daemon.pid", &link).unwrap();
    let through_folder = folder.path().join("folder");
    symlink(folder.path(), &through_folder).unwrap();
    for path in [&link, &through_folder.join("link.pid")] {
        assert!(stop::find(&Query::PidFile(path.clone())).is_ok(), "{path:?}");
    }
    symlink("loop.pid", folder.path().join("loop.pid")).unwrap();
    let error = stop::find(&Query::PidFile(folder.path().join("loop.pid"))).unwrap_err();
    assert!(matches!(problem(&error), PidFileProblem::Io(_)), "{error:?}");
    if !rustix::process::geteuid().is_root() {
        return bowout_tests::skip("only root can give a link away");
    }
    for given_away in [&link, &through_folder] {
        lchown(given_away, Some(65534), None).unwrap();
        let error = stop::find(&Query::PidFile(through_folder.join("link.pid"))).unwrap_err();
        assert!(
            matches!(problem(&error), PidFileProblem::ForeignOwner { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains("link"), "{error}");
        lchown(given_away, Some(0), None).unwrap();
    }
    assert!(stop::find(&Query::PidFile(path)).is_ok());
}

#[cfg(windows)]
#[test]
fn one_that_others_can_write() {
    let actor = Actor::ready("sleeper");
    let (_folder, path) = pidfile(&actor.pid().to_string());
    let rights = "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;OW)";
    bowout_tests::sys::set_rights(&path, rights);
    assert!(stop::find(&Query::PidFile(path.clone())).is_ok());
    bowout_tests::sys::set_rights(&path, &format!("{rights}(A;;0x1301bf;;;WD)"));
    let error = stop::find(&Query::PidFile(path)).unwrap_err();
    assert!(
        matches!(problem(&error), PidFileProblem::WritableByOthers { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("everybody"), "{error}");
}
