//! By the name of its program: whole, and never a part.

use bowout::stop::{self, FindProblem, Query, Target};
use bowout_tests::{Actor, under_wine};

use super::finding::{Renamed, found, pids, sorted, unique};

#[test]
fn the_whole_name_however_long() {
    let name = unique();
    let program = Renamed::new(&name);
    let mut actor = program.sleeper();
    let matches = stop::find(&Query::Name(name.clone())).unwrap();
    let one = matches.one().unwrap();
    assert_eq!(one.id.pid(), actor.pid());
    assert_eq!(one.name.as_ref(), Some(&name));
    // Wine tells none.
    let is_right = |line: &String| line.contains("sleeper");
    assert!(one.command_line.as_ref().map_or(under_wine(), is_right), "{one:?}");
    // It is known by its start time, so it opens as it was found.
    let target = Target::open(one.id).unwrap();
    assert_eq!((target.id(), target.id().start().is_some()), (one.id, true));
    assert!(one.to_string().starts_with(&format!("{} {name}", one.id)), "{one}");
    assert!(actor.is_alive());
}

#[test]
fn never_a_part_of_it() {
    let name = unique();
    let program = Renamed::new(&name);
    let _actor = program.sleeper();
    // 15 bytes are what Linux keeps of it.
    for part in [&name[..15], &name[..name.len() - 1], &format!("{name}x"), ""] {
        let error = found(&Query::Name(part.to_owned())).unwrap_err();
        assert!(
            matches!(error.problem(), FindProblem::NoMatch { spared } if spared.is_empty()),
            "{part:?}: {error:?}"
        );
        assert!(error.is_missing());
        assert_eq!(error.to_string(), format!("name {part:?}: no process matches"));
    }
}

#[test]
fn of_several_none_is_guessed() {
    let name = unique();
    let program = Renamed::new(&name);
    let (first, second) = (program.sleeper(), program.sleeper());
    let matches = stop::find(&Query::Name(name)).unwrap();
    assert_eq!(pids(&matches), sorted([first.pid(), second.pid()]));
    let ambiguous = matches.one().unwrap_err();
    assert_eq!(ambiguous.found(), matches.all());
    let lines: Vec<String> = ambiguous.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
}

#[test]
fn neither_oneself_nor_a_parent() {
    let name = unique();
    let program = Renamed::new(&name);
    let mut finder = Actor::start(program.command("finder-below").args(["name", &name]));
    let lines = finder.rest();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.contains(&format!("spared {}", finder.pid())), "{lines:?}");
    assert_eq!(lines[2], "nobody");
    let other = program.sleeper();
    let mut finder = Actor::start(program.command("finder-below").args(["name", &name]));
    assert_eq!(finder.rest(), [format!("found {}", other.pid())]);
}

#[cfg(windows)]
#[test]
fn in_any_case_with_or_without_exe() {
    let name = unique();
    let program = Renamed::new(&name);
    let actor = program.sleeper();
    for wanted in [name.to_uppercase(), format!("{name}.exe"), format!("{name}.EXE")] {
        assert_eq!(found(&Query::Name(wanted)).unwrap(), [actor.pid()]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_script_by_its_own_name_or_its_interpreters() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;
    let (name, folder) = (unique(), tempfile::tempdir().unwrap());
    let script = folder.path().join(&name);
    std::fs::write(&script, "#!/bin/sh\necho ready\nread line\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let start = |command: &mut Command| {
        // Its standard input says nothing until the test ends.
        let mut actor = Actor::start_with(command, std::process::Stdio::piped());
        actor.expect("ready");
        actor
    };
    let interpreter = folder.path().join(unique());
    symlink("/bin/sh", &interpreter).unwrap();
    let by_itself = start(&mut Command::new(&script));
    assert_eq!(found(&Query::Name(name.clone())).unwrap(), [by_itself.pid()]);
    let by_name = start(Command::new(&interpreter).arg(&script));
    assert_eq!(found(&Query::Name(name)).unwrap(), [by_itself.pid()]);
    let interpreter = interpreter.file_name().unwrap().to_str().unwrap();
    assert_eq!(found(&Query::Name(interpreter.to_owned())).unwrap(), [by_name.pid()]);
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_has_exited_is_not_found() {
    let name = unique();
    let program = Renamed::new(&name);
    let mut actor = program.sleeper();
    actor.child().kill().unwrap();
    // It has not been waited for, so its name is still there.
    let id = bowout::stop::ProcessId::from(&*actor.child());
    while Target::open(id).is_ok() {
        std::thread::yield_now();
    }
    assert!(found(&Query::Name(name)).unwrap_err().is_missing());
}
