use bowout_tests::{Actor, example, sys};

#[test]
fn the_file_is_read_anew_and_one_that_is_gone_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.conf");
    std::fs::write(&file, "old\n").expect("it is written");
    let mut program = Actor::start(example("reload").arg(&file));
    program.expect("settings: old");
    std::fs::write(&file, "new\n").expect("it is written");
    program.ask(sys::RELOAD.1);
    program.expect("settings: new");
    std::fs::remove_file(&file).expect("it was there");
    program.ask(sys::RELOAD.1);
    program.expect("settings: new");
    program.ask(sys::TERMINATE);
    assert_eq!(program.next_line(), None);
    assert_eq!(program.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn without_a_file_it_says_its_usage() {
    let ran = example("reload").output().expect("it runs");
    assert_eq!(ran.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("usage: reload FILE"), "{said}");
}
