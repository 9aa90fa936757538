use bowout_tests::Ended;
use bowout_tests::terminal::Terminal;

use super::{Tool, Who, on_both};

/// On a terminal, under a shell that has no jobs: a script.
fn in_a_script(timeout: &Tool, words: &str) -> Terminal {
    let script = format!(
        r#"{} {words} sh -c 'echo "which line?"; read line && echo "got $line"'; echo "status $?""#,
        timeout.file.display()
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]);
    let mut terminal = Terminal::start(shell, 80);
    terminal.until("which line?");
    terminal.press("this one\n");
    terminal
}

#[test]
fn reads_from_the_terminal() {
    on_both("timeout", |timeout| {
        let mut terminal = in_a_script(timeout, "--foreground 60");
        terminal.until("got this one");
        terminal.until("status 0");
        assert_eq!(terminal.ended(), Ended::Code(0));
    });
}

/// In a script the original is in the background of its terminal then, and stopped when it reads (TTIN). bowout hands the terminal
/// to the command and takes it back.
#[test]
fn is_what_reading_needs_but_not_with_bowout() {
    on_both("timeout", |timeout| {
        let limit = if timeout.who == Who::Original { "1" } else { "60" };
        let mut terminal = in_a_script(timeout, limit);
        terminal.until("status ");
        let (ended, shown) = terminal.end();
        assert_eq!(ended, Ended::Code(0));
        match timeout.who {
            Who::Original => assert!(shown.contains("status 124") && !shown.contains("got"), "{shown}"),
            Who::Bowout => assert!(shown.contains("status 0") && shown.contains("got this one"), "{shown}"),
        }
    });
}

#[test]
fn hears_the_terminals_keys() {
    on_both("timeout", |timeout| {
        // Before the original has noted whom it has started it ends by itself, as one that has not started anybody yet.
        let script = format!(
            r#"trap : INT
            {} --foreground 60 sh -c '
                trap "echo heard; exit 7" INT
                until grep -q "^State:.S" /proc/$PPID/status; do :; done
                echo ready; sleep 60 & wait'
            echo "status $?""#,
            timeout.file.display()
        );
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]);
        let mut terminal = Terminal::start(shell, 80);
        terminal.until("ready");
        terminal.press("\u{3}");
        terminal.until("heard");
        terminal.until("status 7");
        assert_eq!(terminal.ended(), Ended::Code(0));
    });
}
