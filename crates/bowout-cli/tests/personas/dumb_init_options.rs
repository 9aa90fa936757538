use super::{on_both, output};

#[test]
fn it_says_what_it_does_if_wanted() {
    on_both("dumb-init", |dumb_init| {
        for (words, variable, says) in [
            ("", "", false),
            ("-v", "", true),
            ("--verbose --", "", true),
            ("", "1", true),
            ("", "0", false),
        ] {
            let mut command = dumb_init.runs(words, "exit 0");
            if !variable.is_empty() {
                command.env("DUMB_INIT_DEBUG", variable);
            }
            let stderr = output(command).stderr;
            assert_eq!(
                !stderr.is_empty(),
                says,
                "{words} {variable} {}",
                String::from_utf8_lossy(&stderr)
            );
        }
    });
}

#[test]
fn it_tells_how_it_is_called() {
    on_both("dumb-init", |dumb_init| {
        for words in ["-h", "--help", "-V", "--version"] {
            let output = output(dumb_init.command(words));
            assert!(output.status.success(), "{words}");
            let said = [output.stdout, output.stderr].concat();
            assert!(String::from_utf8_lossy(&said).contains(dumb_init.name), "{words}");
        }
    });
}
