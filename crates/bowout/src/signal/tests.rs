use super::*;
use proptest::prelude::*;

#[test]
fn every_named_signal_has_a_row_and_its_name_parses_back() {
    for signal in all() {
        assert_eq!(table::row(signal).signal, signal);
        for spelled in [signal.name(), format!("SIG{signal}"), signal.name().to_lowercase()] {
            assert_eq!(spelled.parse(), Ok(signal), "{spelled}");
        }
    }
}

#[test]
fn names_and_aliases_are_unique() {
    let mut names: Vec<&str> = Vec::new();
    for row in &table::TABLE {
        names.push(row.name);
        names.extend(row.aliases);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_number_means_one_signal_on_each_system() {
    for os in Os::ALL {
        let mut numbers: Vec<i32> = all().filter_map(|signal| signal.number_on(os)).collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count, "{}", os.name());
    }
}

#[test]
fn numbers_parse_back_here() {
    for signal in all() {
        if let Some(number) = signal.number() {
            assert_eq!(number.to_string().parse(), Ok(signal));
        }
    }
}

#[test]
fn windows_names_are_understood_everywhere() {
    for (text, signal) in [
        ("CTRL_C", Signal::Int),
        ("ctrl_break", Signal::Break),
        ("BREAK", Signal::Break),
        ("CLOSE", Signal::Close),
        ("WM_CLOSE", Signal::Close),
    ] {
        assert_eq!(text.parse(), Ok(signal));
    }
}

#[test]
#[cfg(windows)]
fn break_has_the_number_that_it_has_in_the_c_runtime() {
    assert_eq!("21".parse(), Ok(Signal::Break));
}

#[test]
fn real_time_signals_count_from_either_end() {
    let Some((low, high)) = sys::real_time_range() else {
        assert!("RTMIN".parse::<Signal>().is_err());
        return;
    };
    let number = |text: &str| text.parse::<Signal>().ok().and_then(Signal::number);
    assert_eq!(number("RTMIN"), Some(low));
    assert_eq!(number("SIGRTMIN+1"), Some(low + 1));
    assert_eq!(number("rtmax"), Some(high));
    assert_eq!(number("RTMAX-2"), Some(high - 2));
    assert_eq!(number(&format!("RTMAX-{}", high - low)), Some(low));
    for outside in [format!("RTMIN+{}", high - low + 1), format!("RTMAX-{}", high - low + 1)] {
        assert!(outside.parse::<Signal>().is_err(), "{outside}");
    }
}

#[test]
fn an_unknown_name_lists_near_ones() {
    let error = "SIGTREM".parse::<Signal>().unwrap_err();
    assert_eq!(error.near().first().map(String::as_str), Some("TERM"));
    assert!(error.to_string().contains("did you mean TERM"), "{error}");
    let error = "banana".parse::<Signal>().unwrap_err();
    assert!(error.near().is_empty());
    assert!(error.to_string().contains("bowout signals"), "{error}");
}

#[test]
fn nonsense_is_refused() {
    for text in [
        "",
        "0",
        "-9",
        "+15",
        "999999999999",
        "SIG",
        "RTMIN+",
        "RTMIN-1",
        "RTMAX+1",
        "15 ",
        "TERM/",
    ] {
        assert!(text.parse::<Signal>().is_err(), "{text:?}");
    }
}

#[test]
fn kill_and_stop_cannot_be_caught() {
    let stubborn: Vec<Signal> = all().filter(|signal| !signal.can_be_caught()).collect();
    assert_eq!(stubborn, [Signal::Kill, Signal::Stop]);
}

proptest! {
    #[test]
    fn parsing_never_panics(text in ".{0,40}") {
        let _ = text.parse::<Signal>();
    }

    #[test]
    fn what_parses_prints_to_something_that_parses_the_same(text in "(SIG|sig)?(RTM(IN|AX)[+-]?[0-9]{0,3}|[A-Z]{1,6}|[0-9]{1,3})") {
        if let Ok(signal) = text.parse::<Signal>() {
            prop_assert_eq!(signal.to_string().parse(), Ok(signal));
        }
    }
}
