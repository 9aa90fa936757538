use bowout_tests::Ended;

use super::{last_words, on_both, says};

#[test]
fn are_asked_as_a_whole() {
    on_both("timeout", |timeout| {
        let mut family = timeout.family("1", "with TERM");
        says(&mut family, &["child TERM", "grandchild TERM"]);
        last_words(&mut family);
        assert_eq!(family.ended(), Ended::Code(124));
    });
}

#[test]
fn are_left_alone_in_the_foreground() {
    on_both("timeout", |timeout| {
        let mut family = timeout.family("--foreground 1", "with TERM");
        says(&mut family, &["child TERM"]);
        assert_eq!(last_words(&mut family), [] as [&str; 0]);
        assert_eq!(family.ended(), Ended::Code(124));
    });
}
