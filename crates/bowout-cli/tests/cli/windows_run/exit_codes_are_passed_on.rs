use std::fs;
use std::time::{Duration, Instant};

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, Ended, PATIENCE, actor_path};

use super::super::{bowout, finish};
use super::running;

#[test]
fn with_all_their_bits() {
    // 259 is "still active", and the last is what Ctrl-C leaves.
    for code in [0, 3, 259, 0xC000_013A_u32 as i32] {
        assert_eq!(finish(&mut running("", &format!("exits-with {code}"))).code, Some(code));
    }
}

#[test]
fn a_program_that_is_not_there_is_127() {
    let ran = finish(&mut bowout("run -- no-such-program-anywhere"));
    assert_eq!(ran.code, Some(127), "{ran:?}");
    assert!(ran.stderr.contains("there is no such program"), "{ran:?}");
}

#[test]
fn one_that_is_no_program_is_126() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("text.exe");
    fs::write(&file, "this is no program").expect("a file can be written");
    let ran = finish(bowout("run --").arg(&file));
    assert_eq!(ran.code, Some(126), "{ran:?}");
    assert!(ran.stderr.contains("cannot run"), "{ran:?}");
}

#[test]
fn a_batch_file_is_run() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("leaves.cmd");
    fs::write(&file, "@exit %1\r\n").expect("a file can be written");
    let ran = finish(bowout("run --").arg(&file).arg("42"));
    assert_eq!(ran.code, Some(42), "{ran:?}");
}

#[test]
fn the_pidfile_names_the_program_as_long_as_it_runs() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("app.pid");
    let mut command = bowout("run --pidfile");
    command.arg(&file).arg("--").arg(actor_path()).arg("sleeper");
    set_apart(&mut command);
    let mut run = Actor::start(&mut command);
    run.expect("ready");
    // It is written when the program runs already.
    let until = Instant::now() + PATIENCE;
    while !file.exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
    let pid = fs::read_to_string(&file).expect("it is there");
    let target = bowout::stop::Target::open(pid.trim().parse().expect("a number")).expect("it runs");
    assert_eq!(target.name(), Some("actor"));
    bowout::stop::signal(&target, bowout::Signal::Kill).expect("it can be ended");
    assert_eq!(run.ended(), Ended::Code(1));
    assert!(!file.exists());
}

#[test]
fn what_windows_does_not_have_is_refused() {
    for ready in ["notify", "fd=3"] {
        let ran = finish(
            bowout(&format!("run --ready {ready} --"))
                .arg(actor_path())
                .arg("sleeper"),
        );
        assert_eq!((ran.code, ran.stderr.lines().count()), (Some(2), 1), "{ran:?}");
        assert!(ran.stderr.contains("ready") && ran.stdout.is_empty(), "{ran:?}");
    }
}
