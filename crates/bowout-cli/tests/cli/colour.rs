//! Colours where they are wanted.

use super::{bowout, finish, run};

#[test]
fn none_without_a_terminal_unless_it_is_said() {
    for (line, coloured) in [
        ("signals", false),
        ("signals --color auto", false),
        ("signals --color=never", false),
        ("signals --color always", true),
        ("--color=always signals", true),
        ("stop --help", false),
        ("stop --help --color always", true),
    ] {
        let ran = run(line);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(ran.stdout.contains('\x1b'), coloured, "{line}: {ran:?}");
    }
}

#[test]
fn what_is_said_counts_more_than_the_environment() {
    let ran = finish(bowout("signals --color always").env("NO_COLOR", "1"));
    assert!(ran.stdout.contains('\x1b'), "{ran:?}");
}
