use bowout::Signal;
use bowout_tests::{Actor, Ended};

use super::{last_words, number, on_both, says};

fn hears(family: &mut Actor, sent: Signal, heard: &str) {
    family.ask(number(sent));
    says(family, &[&format!("child {heard}")]);
}

#[test]
fn every_signal_is_passed_on_as_it_is() {
    on_both("dumb-init", |dumb_init| {
        let signals = [
            Signal::Hup,
            Signal::Int,
            Signal::Quit,
            Signal::Usr1,
            Signal::Usr2,
            Signal::Alrm,
            Signal::Term,
            Signal::Cont,
            Signal::Winch,
        ];
        let names = signals.map(|signal| signal.to_string()).join(" ");
        for words in ["", "-c"] {
            let mut family = dumb_init.family(words, &format!("alone {names}"));
            for signal in signals {
                hears(&mut family, signal, &signal.to_string());
            }
            last_words(&mut family);
            assert_eq!(family.ended(), Ended::Code(0));
        }
    });
}

#[test]
fn a_signal_becomes_another() {
    on_both("dumb-init", |dumb_init| {
        for words in [
            "-r 15:10 -r 1:12",
            "--rewrite 15:10 --rewrite=1:12",
            "-c -r 15:10 -r 1:12",
        ] {
            let mut family = dumb_init.family(words, "alone TERM HUP USR1 USR2 INT");
            hears(&mut family, Signal::Term, "USR1");
            hears(&mut family, Signal::Hup, "USR2");
            hears(&mut family, Signal::Int, "INT");
            assert_eq!(last_words(&mut family), [] as [&str; 0]);
        }
    });
}

#[test]
fn a_signal_becomes_none() {
    on_both("dumb-init", |dumb_init| {
        let mut family = dumb_init.family("--rewrite 15:0", "alone TERM USR1");
        family.ask(number(Signal::Term));
        hears(&mut family, Signal::Usr1, "USR1");
        assert_eq!(last_words(&mut family), [] as [&str; 0]);
    });
}
