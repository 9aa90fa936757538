use bowout_tests::Ended;

use super::{each, end, on_both};

#[test]
fn have_suffixes_and_may_be_broken() {
    on_both("timeout", |timeout| {
        each(&["0.1", ".1s", "0.002m", "0.00003h", "0.000001d", "1e-1"], |duration| {
            let ended = end(timeout.runs(duration, "exec sleep 60"));
            assert_eq!(ended, Ended::Code(124), "{duration}");
        });
    });
}

#[test]
fn of_nought_are_no_limit() {
    on_both("timeout", |timeout| {
        each(&["0", "0s", "0.0d", "-k 0 0", "-k 9 0", "inf"], |limit| {
            assert_eq!(end(timeout.runs(limit, "sleep 0.2; exit 7")), Ended::Code(7), "{limit}");
        });
    });
}

#[test]
fn that_are_none_are_refused() {
    on_both("timeout", |timeout| {
        for duration in ["1x", "1ms", "1S", "nan", "-- -1", "-k 1x 9", "s"] {
            assert_eq!(end(timeout.runs(duration, "exit 7")), Ended::Code(125), "{duration}");
        }
    });
}
