use bowout_tests::example;
use tempfile::TempDir;

/// Where the program makes its temp files, instead of where everybody does.
fn temp() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn files(temp: &TempDir) -> usize {
    std::fs::read_dir(temp).expect("it is there").count()
}

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
mod on_a_terminal {
    use bowout_tests::Ended::{self, Code, Signal};
    use bowout_tests::terminal::Terminal;

    use super::*;

    /// The program in the midst of its work: its terminal is in raw mode, and there are temp files.
    struct Tui {
        terminal: Terminal,
        temp: TempDir,
    }

    impl Tui {
        fn at_work() -> Tui {
            let temp = temp();
            let mut command = example("tui");
            command.env("TMPDIR", temp.path());
            let mut terminal = Terminal::start(command, 200);
            terminal.until("Ctrl-C: interrupt\r\n");
            terminal.press("abc");
            terminal.until("abc");
            assert_eq!(files(&temp), 1);
            assert_ne!(terminal.modes(), terminal.modes_before());
            Tui { terminal, temp }
        }

        /// Waits for the end, which must leave nothing behind, and gives what was shown on the normal screen after it.
        fn leaves_in_order(mut self, expected: Ended) -> String {
            assert_eq!(self.terminal.ended(), expected);
            assert_eq!(self.terminal.modes(), self.terminal.modes_before());
            assert_eq!(files(&self.temp), 0);
            let (_, shown) = self.terminal.end();
            let (_, on_normal_screen) = shown.split_once("\x1b[?1049l").expect("it is the normal screen");
            let (_, after) = on_normal_screen.split_once("\x1b[?25h").expect("the cursor is shown");
            after.to_owned()
        }
    }

    fn after_key(key: char, expected: Ended) -> String {
        let mut tui = Tui::at_work();
        tui.terminal.press(&key.to_string());
        tui.leaves_in_order(expected)
    }

    #[test]
    fn a_normal_end() {
        assert_eq!(after_key('\x04', Code(0)), "");
    }

    #[test]
    fn an_error() {
        assert_eq!(after_key('\x06', Code(1)), "Error: \"Ctrl-F was pressed\"\r\n");
    }

    #[test]
    fn a_panic() {
        let shown = after_key('\x10', Code(101));
        assert!(shown.contains("Ctrl-P was pressed"), "{shown:?}");
    }

    #[test]
    fn ctrl_c_at_the_keyboard() {
        assert_eq!(after_key('\x03', Signal(libc::SIGINT)), "");
    }

    #[test]
    fn a_signal() {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
            let tui = Tui::at_work();
            tui.terminal.ask(signal);
            assert_eq!(tui.leaves_in_order(Signal(signal)), "");
        }
    }

    #[test]
    fn a_terminal_that_closes() {
        let tui = Tui::at_work();
        assert_eq!(tui.terminal.hang_up(), Signal(libc::SIGHUP));
        assert_eq!(files(&tui.temp), 0);
    }
}

/// No more than that, since a test has no keys for a console.
#[cfg(windows)]
#[test]
fn an_input_that_ends() {
    use bowout_tests::{Actor, sys};

    let temp = temp();
    let mut tui = Actor::start(example("tui").env("TMP", temp.path()));
    let shown = tui.rest();
    assert_eq!(
        shown.last().map(String::as_str),
        Some("\x1b[?1049l\x1b[?25h"),
        "{shown:?}"
    );
    assert_eq!(tui.ended(), sys::ends_by(sys::TERMINATE));
    assert_eq!(files(&temp), 0);
}
