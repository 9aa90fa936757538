//! `signal --list`, which `kill -l` is.

use super::run;

#[test]
fn the_names_a_line_each() {
    let ran = run("signal --list");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let names: Vec<&str> = ran.stdout.lines().collect();
    let expected = if cfg!(windows) {
        &["INT", "KILL", "TERM", "BREAK", "CLOSE"][..]
    } else {
        &["HUP", "INT", "QUIT"][..]
    };
    assert_eq!(&names[..expected.len()], expected);
    assert_eq!(names.len() == expected.len(), cfg!(windows), "{names:?}");
    assert_eq!(names.contains(&"RTMIN+1"), cfg!(target_os = "linux"), "{names:?}");
}

#[test]
fn names_numbers_and_exit_codes() {
    for (words, lines) in [("15", "TERM\n"), ("137 143", "KILL\nTERM\n"), ("9 130", "KILL\nINT\n")] {
        let ran = run(&format!("signal --list {words}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), lines), "{ran:?}");
        assert_eq!(run(&format!("signal -l {words}")).stdout, lines);
    }
    if cfg!(unix) {
        assert_eq!(run("signal --list sigterm KILL").stdout, "15\n9\n");
    }
}

#[test]
fn nonsense_prints_nothing_else() {
    for words in ["TERM nonsense", "0", "128", "300", "-1", "15 99999999999"] {
        let ran = run(&format!("signal --list {words}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    }
}
