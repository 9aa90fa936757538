//! By the cgroup that it is in, and by that of a systemd unit.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bowout::stop::{FindProblem, Query};
use bowout_tests::{Actor, actor, skip};

use super::finding::{found, sorted, unique};

/// A cgroup that ends with the test.
pub struct Cgroup(PathBuf);

impl Cgroup {
    /// `None`, if we may not make one.
    pub fn new(path: &Path) -> Option<Cgroup> {
        match fs::create_dir(path) {
            Ok(()) => Some(Cgroup(path.to_owned())),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
                ) =>
            {
                None
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn add(&self, actor: &Actor) {
        fs::write(self.0.join("cgroup.procs"), actor.pid().to_string()).unwrap();
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // A process that was killed is there for another moment.
        for _ in 0..1000 {
            if fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// Where cgroups v2 are mounted.
pub fn hierarchy() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    let of_version_2 = |line: &str| {
        let mut fields = line.split(' ').skip(1);
        let point = fields.next()?;
        (fields.next()? == "cgroup2").then(|| PathBuf::from(point))
    };
    mounts.lines().find_map(of_version_2)
}

#[test]
fn a_unit_and_its_cgroup() {
    let Some(root) = hierarchy() else {
        return skip("there are no cgroups v2");
    };
    let word = unique();
    let (slice_name, unit) = (format!("{word}.slice"), format!("{word}.service"));
    let Some(slice) = Cgroup::new(&root.join(&slice_name)) else {
        return skip("we may not make cgroups");
    };
    let service = Cgroup::new(&slice.0.join(&unit)).unwrap();
    let below = Cgroup::new(&service.0.join("worker")).unwrap();
    // What a service calls a cgroup of its own is not a unit.
    let inner = format!("{word}-inner");
    let pretender = Cgroup::new(&service.0.join(format!("{inner}.service"))).unwrap();
    let [main, worker, inmate] = [(); 3].map(|()| Actor::ready("sleeper"));
    service.add(&main);
    below.add(&worker);
    pretender.add(&inmate);

    let all = sorted([main.pid(), worker.pid(), inmate.pid()]);
    for name in [word.clone(), unit.clone()] {
        assert_eq!(found(&Query::Unit(name)).unwrap(), all);
    }
    for path in [service.0.clone(), Path::new("/").join(&slice_name).join(&unit)] {
        assert_eq!(found(&Query::Cgroup(path)).unwrap(), all);
    }
    assert_eq!(found(&Query::Cgroup(below.0.clone())).unwrap(), [worker.pid()]);
    for name in [&inner, &word[..word.len() - 1], "worker", ".."] {
        let error = found(&Query::Unit(name.to_owned())).unwrap_err();
        assert!(matches!(error.problem(), FindProblem::NoSuchUnit), "{name}: {error:?}");
    }
    drop((main, worker, inmate));
    let error = found(&Query::Unit(word)).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NotRunning), "{error:?}");
}

#[test]
fn where_we_may_not_look_nobody_is_said_to_be_missing() {
    if !rustix::process::geteuid().is_root() {
        return skip("only root can act as somebody else");
    }
    let Some(root) = hierarchy() else {
        return skip("there are no cgroups v2");
    };
    let word = unique();
    let Some(slice) = Cgroup::new(&root.join(format!("{word}.slice"))) else {
        return skip("we may not make cgroups");
    };
    fs::set_permissions(&slice.0, fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("/{word}.slice/{word}.service");
    let _service = Cgroup::new(&slice.0.join(format!("{word}.service"))).unwrap();
    for (by, what) in [("unit", &word), ("cgroup", &path)] {
        let mut finder = Actor::start(actor("finder-as-nobody").args([by, what]));
        let said = finder.rest().join("\n");
        assert!(said.contains("PermissionDenied"), "--{by} {what}: {said}");
    }
}

#[test]
fn never_the_root_where_everybody_is() {
    let error = found(&Query::Cgroup(".".into())).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NoSuchCgroup), "{error:?}");
    let root = hierarchy();
    for path in ["", "/"].into_iter().map(Path::new).chain(root.as_deref()) {
        let error = found(&Query::Cgroup(path.to_owned())).unwrap_err();
        assert!(
            matches!(error.problem(), FindProblem::RootCgroup),
            "{path:?}: {error:?}"
        );
    }
}

#[test]
fn what_only_looks_like_a_cgroup() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cgroup.procs"), std::process::id().to_string()).unwrap();
    for path in [folder.path(), Path::new("/no/such/cgroup"), Path::new("../../tmp")] {
        let error = found(&Query::Cgroup(path.to_owned())).unwrap_err();
        assert!(
            matches!(error.problem(), FindProblem::NoSuchCgroup),
            "{path:?}: {error:?}"
        );
    }
}
