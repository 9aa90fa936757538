//! By the Unix socket that it listens on.

use bowout::stop::{FindProblem, Query};
use bowout_tests::{Actor, actor};

use super::finding::{found, unique};

#[test]
fn by_any_path_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("a socket"), folder.path().join("link"));
    let mut actor = Actor::start(actor("listens-on-socket").arg(&path));
    actor.expect("ready");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let moved = folder.path().join("moved");
    std::fs::rename(&path, &moved).unwrap();
    assert!(found(&Query::UnixSocket(path.clone())).unwrap_err().is_missing());
    assert_eq!(found(&Query::UnixSocket(moved.clone())).unwrap(), [actor.pid()]);
    std::fs::rename(&moved, &path).unwrap();
    for path in [path.clone(), link, folder.path().join("./a socket")] {
        assert_eq!(found(&Query::UnixSocket(path)).unwrap(), [actor.pid()]);
    }
    let part = folder.path().join("a sock");
    let error = found(&Query::UnixSocket(part)).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NoSuchSocket), "{error:?}");
    let error = found(&Query::UnixSocket(folder.path().into())).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NotASocket), "{error:?}");
    // Its file is still there when the process is gone.
    drop(actor);
    let error = found(&Query::UnixSocket(path)).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NotListening), "{error:?}");
}

#[test]
fn by_its_abstract_name() {
    let name = unique();
    let mut actor = Actor::start(actor("listens-on-abstract-socket").arg(&name));
    actor.expect("ready");
    assert_eq!(
        found(&Query::UnixSocket(format!("@{name}").into())).unwrap(),
        [actor.pid()]
    );
    assert!(found(&Query::UnixSocket(name.into())).unwrap_err().is_missing());
}
