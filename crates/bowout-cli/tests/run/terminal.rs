use std::fs;
use std::process::Command;
use std::time::Instant;

use bowout_tests::terminal::Terminal;
use bowout_tests::{Ended, PATIENCE, skip};

use super::{bowout_path, script};

/// An interactive shell on a terminal of its own.
///
/// What is stopped by a key in these tests starts nobody meanwhile: a shell that is in the middle of a `vfork(2)` then is never seen
/// to be stopped, with or without bowout.
fn shell() -> Terminal {
    let mut command = Command::new("sh");
    command
        .arg("-i")
        .env("PS1", "ready> ")
        .env("BOWOUT", bowout_path())
        .env_remove("ENV");
    let mut shell = Terminal::start(command, 100);
    shell.then("ready> ");
    shell
}

/// Types a line; what it prints is told from what was typed by quotes in the words.
fn line(shell: &mut Terminal, text: &str) {
    shell.press(text);
    shell.press("\n");
}

/// The shell is in front again, and what ran before had this status.
fn back_with(shell: &mut Terminal, status: i32) {
    shell.then("ready> ");
    line(shell, "echo status=$?=");
    shell.then(&format!("status={status}="));
    shell.then("ready> ");
    assert_eq!(shell.foreground(), shell.pid());
}

fn is_installed(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        skip(&format!("{program} is not installed"));
    }
    found
}

const SLEEPS: &str = r#""$BOWOUT" run sh -c 'echo st""arted; exec sleep 1000'"#;

#[test]
fn ctrl_c_ends_the_program_and_the_shell_sees_it() {
    let mut shell = shell();
    line(&mut shell, SLEEPS);
    shell.then("started");
    assert_ne!(shell.foreground(), shell.pid());
    shell.press("\x03");
    back_with(&mut shell, 130);
}

#[test]
fn ctrl_c_is_the_program_s_to_hear() {
    let mut shell = shell();
    line(
        &mut shell,
        r#""$BOWOUT" run sh -c 'trap "echo he\"\"ard; exit 9" INT; sleep 1000 & echo st""arted; while :; do wait; done'"#,
    );
    shell.then("started");
    shell.press("\x03");
    shell.then("heard");
    back_with(&mut shell, 9);
}

#[test]
fn ctrl_z_stops_both_and_fg_continues_both() {
    let mut shell = shell();
    line(
        &mut shell,
        r#""$BOWOUT" run sh -c 'trap "echo con\"\"tinued" CONT; sleep 1000 & echo st""arted; while :; do wait; done'"#,
    );
    shell.then("started");
    for _ in 0..3 {
        shell.press("\x1a");
        shell.then("topped");
        shell.then("ready> ");
        assert_eq!(shell.foreground(), shell.pid());
        line(&mut shell, "fg");
        shell.then("continued");
    }
    shell.press("\x03");
    back_with(&mut shell, 130);
}

#[test]
fn what_is_typed_reaches_the_program() {
    let mut shell = shell();
    line(&mut shell, r#""$BOWOUT" run sh -c 'read word; echo "<$word>"'"#);
    line(&mut shell, "hello");
    shell.then("<hello>");
    back_with(&mut shell, 0);
}

#[test]
fn in_the_background_it_leaves_the_terminal_alone_until_fg() {
    let mut shell = shell();
    line(
        &mut shell,
        r#""$BOWOUT" run sh -c 'echo st""arted; read word; echo "<$word>"' &"#,
    );
    shell.then("started");
    line(&mut shell, "echo he''re");
    shell.then("here");
    assert_eq!(shell.foreground(), shell.pid());
    line(&mut shell, "fg");
    shell.then("sh -c");
    line(&mut shell, "hello");
    shell.then("<hello>");
    back_with(&mut shell, 0);
}

#[test]
fn a_full_screen_program_has_the_whole_terminal() {
    if !is_installed("vi") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text");
    let mut shell = shell();
    let before = shell.modes();
    line(&mut shell, &format!("\"$BOWOUT\" run vi {}", text.display()));
    shell.then("~");
    shell.press("ihello\x1b");
    // It takes the key itself, and stops its group.
    shell.press("\x1a");
    shell.then("topped");
    shell.then("ready> ");
    assert_eq!(shell.modes(), before);
    line(&mut shell, "fg");
    shell.then("hello");
    shell.resize(60, 20);
    shell.press(":wq\r");
    back_with(&mut shell, 0);
    assert_eq!(shell.modes(), before);
    assert_eq!(fs::read_to_string(text).expect("it was written"), "hello\n");
}

#[test]
fn in_a_pipeline_ctrl_c_and_ctrl_z_mean_all_of_it() {
    let mut shell = shell();
    let pipelines = [
        format!("{SLEEPS} | cat"),
        format!("cat /dev/null | {SLEEPS}"),
        format!("{SLEEPS} | \"$BOWOUT\" run cat"),
    ];
    for pipeline in pipelines {
        line(&mut shell, &pipeline);
        shell.then("started");
        shell.press("\x1a");
        shell.then("topped");
        shell.then("ready> ");
        line(&mut shell, "fg");
        // It says so before it is so.
        while shell.foreground() == shell.pid() {
            std::thread::yield_now();
        }
        shell.press("\x03");
        back_with(&mut shell, 130);
    }
}

#[test]
fn in_a_pipeline_its_neighbour_may_use_the_terminal() {
    if !is_installed("less") {
        return;
    }
    let mut shell = shell();
    line(&mut shell, r#""$BOWOUT" run seq 1000 | less"#);
    shell.then("20\r\n");
    shell.press("q");
    shell.then("ready> ");
    line(&mut shell, r#"seq 1000 | "$BOWOUT" run less"#);
    shell.then("20\r\n");
    shell.press("q");
    back_with(&mut shell, 0);
}

#[test]
fn in_a_script_ctrl_c_ends_the_script_as_well() {
    let mut shell = shell();
    line(
        &mut shell,
        &format!("sh -c '{}; echo af\"\"ter'", SLEEPS.replace('\'', "\""))
            .replace("st\"\"arted; exec", "started; exec"),
    );
    shell.then("started\r\n");
    shell.press("\x03");
    back_with(&mut shell, 130);
}

#[test]
fn a_terminal_that_is_closed_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let heard = folder.path().join("heard");
    // As the first program of the terminal, and below a shell.
    let text = format!(
        "trap 'echo hup > {0}.new; mv {0}.new {0}; exit 3' HUP; sleep 1000 & echo started; while :; do wait; done",
        heard.display()
    );
    let mut terminal = Terminal::start(script("", &text), 80);
    terminal.then("started");
    assert_eq!(terminal.hang_up(), Ended::Code(3));
    assert!(heard.exists());
    fs::remove_file(&heard).expect("it is there");

    let mut shell = shell();
    let file = folder.path().join("script");
    fs::write(&file, text).expect("it can be written");
    line(&mut shell, &format!("\"$BOWOUT\" run sh {}", file.display()));
    shell.then("started");
    shell.hang_up();
    let deadline = Instant::now() + PATIENCE;
    while !heard.exists() {
        assert!(Instant::now() < deadline, "the program does not hear of it");
        std::thread::yield_now();
    }
}

/// As a container's first program on a terminal there is no shell that could continue a program which Ctrl-Z has stopped.
#[test]
fn without_a_shell_ctrl_z_stops_nobody_for_good() {
    let text = "trap 'echo continued' CONT; sleep 1000 & echo started; while :; do wait; done";
    let mut terminal = Terminal::start(script("", text), 80);
    terminal.then("started");
    terminal.press("\x1a");
    terminal.then("continued");
    terminal.press("\x03");
    assert_eq!(terminal.ended(), Ended::Signal(libc::SIGINT));
}
