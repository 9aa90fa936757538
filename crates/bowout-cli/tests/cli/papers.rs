//! Completions and manual pages.

use std::path::PathBuf;

use super::{finish, run};

const VERBS: [&str; 8] = [
    "stop",
    "signal",
    "run",
    "inspect",
    "signals",
    "demo",
    "completions",
    "man",
];
const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn every_shell_completes_every_verb() {
    for shell in SHELLS {
        let ran = run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}: {ran:?}");
        for word in VERBS.iter().chain(&["no-force", "probe", "pidfile"]) {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
        assert!(!ran.stdout.contains("demo-program"), "{shell}");
    }
}

#[cfg(unix)]
#[test]
fn bash_itself_completes() {
    use std::process::{Command, Stdio};

    use bowout_tests::skip;

    if Command::new("bash")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        return skip("there is no bash");
    }
    let script = "source <(\"$0\" completions bash); COMP_WORDS=(bowout stop --no); COMP_CWORD=2; \
                  _bowout bowout --no stop; echo \"${COMPREPLY[@]}\"";
    let ran = finish(Command::new("bash").args(["-c", script]).arg(super::bowout_path()));
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("--no-force\n", ""),
        "{ran:?}"
    );
}

#[test]
fn a_page_for_each_verb() {
    for verb in VERBS {
        let ran = run(&format!("man {verb}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{verb}: {ran:?}");
        assert!(ran.stdout.contains(&format!("\n.TH bowout-{verb} 1 ")), "{ran:?}");
        assert!(ran.stdout.contains(".SH EXAMPLES"), "{verb}");
    }
    let ran = run("man");
    assert!(
        ran.stdout.contains("bowout\\-stop(1)") && !ran.stdout.contains("demo\\-program"),
        "{ran:?}"
    );
    let ran = run("man nonsense");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
}

/// A folder that ends with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn all_of_them_into_a_directory() {
    let folder = Folder(std::env::temp_dir().join(format!("bowout-papers-{}", std::process::id())));
    for verb in ["man", "completions"] {
        let mut command = super::bowout(verb);
        let ran = finish(command.arg("--dir").arg(folder.0.join("below")));
        assert_eq!(
            (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
            (Some(0), "", ""),
            "{verb}"
        );
    }
    let entries = std::fs::read_dir(folder.0.join("below")).expect("it was made");
    let files = entries.map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8"));
    let mut files: Vec<String> = files.collect();
    files.sort();
    let mut expected: Vec<String> = VERBS.iter().map(|verb| format!("bowout-{verb}.1")).collect();
    expected.extend(
        [
            "bowout.1",
            "_bowout",
            "_bowout.ps1",
            "bowout.bash",
            "bowout.elv",
            "bowout.fish",
        ]
        .map(str::to_owned),
    );
    expected.sort();
    assert_eq!(files, expected);
    let file = folder.0.join("below").join("bowout.1");
    let ran = finish(super::bowout("man").arg("--dir").arg(&file));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(125), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("bowout: cannot write to "), "{ran:?}");
}
