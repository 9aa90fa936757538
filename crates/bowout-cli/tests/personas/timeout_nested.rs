use bowout_tests::Ended;

use super::{end, last_words, on_both, says};

#[test]
fn the_inner_time_is_over_first() {
    on_both("timeout", |timeout| {
        let inner = format!("{} 0.1 sleep 60; test $? = 124 && exit 7", timeout.file.display());
        assert_eq!(end(timeout.runs("60", &inner)), Ended::Code(7));
    });
}

#[test]
fn the_outer_time_is_over_first() {
    on_both("timeout", |timeout| {
        let mut outer = timeout.command("1");
        outer.arg(&timeout.file).arg("60");
        let mut family = timeout.family_of(&mut outer, "alone TERM");
        says(&mut family, &["child TERM"]);
        last_words(&mut family);
        assert_eq!(family.ended(), Ended::Code(124));
    });
}
