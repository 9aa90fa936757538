use super::{on_both, output};

#[test]
fn says_what_it_sends() {
    on_both("timeout", |timeout| {
        for (words, said) in [
            ("-v 1", &["TERM"][..]),
            ("--verbose -s INT -k 0.1 1", &["INT", "KILL"]),
            ("1", &[]),
            ("-v 60", &[]),
        ] {
            let script = if words.starts_with("-v 60") {
                "exit 7"
            } else {
                "trap '' INT; exec sleep 60"
            };
            let stderr = output(timeout.runs(words, script)).stderr;
            let stderr = String::from_utf8_lossy(&stderr);
            assert_eq!(stderr.lines().count(), said.len(), "{stderr}");
            assert!(
                stderr.lines().zip(said).all(|(line, signal)| line.contains(signal)),
                "{stderr}"
            );
        }
    });
}

#[test]
fn help_and_version_are_on_standard_output() {
    on_both("timeout", |timeout| {
        for words in ["--help", "--version"] {
            let output = output(timeout.command(words));
            assert!(output.status.success() && output.stderr.is_empty());
            assert!(String::from_utf8_lossy(&output.stdout).contains(timeout.name));
        }
    });
}
