//! By what its command line says.

use bowout::stop::{self, FindProblem, Pattern, Query};
use bowout_tests::{Actor, actor, skip};

use super::finding::{found, sorted, unique};

/// Whether the system tells command lines.
fn are_told() -> bool {
    if bowout_tests::under_wine() {
        let error = found(&Query::CommandLine(Pattern::containing("x"))).unwrap_err();
        assert!(matches!(error.problem(), FindProblem::NotOnThisSystem), "{error:?}");
        skip("Wine 8 tells no command lines");
        return false;
    }
    true
}

/// A process that has this word among its arguments.
fn with(word: &str) -> Actor {
    let mut actor = Actor::start(actor("sleeper").args(["--word", word]));
    actor.expect("ready");
    actor
}

#[test]
fn a_part_of_it_or_a_predicate() {
    if !are_told() {
        return;
    }
    let word = unique();
    let actor = with(&word);
    let text = Query::CommandLine(Pattern::containing(format!("--word {word}")));
    assert_eq!(found(&text).unwrap(), [actor.pid()]);
    let end = word.clone();
    let predicate = Query::CommandLine(Pattern::new("ends with the word", move |line| line.ends_with(&end)));
    let matches = stop::find(&predicate).unwrap();
    let one = matches.one().unwrap();
    assert_eq!(one.id.pid(), actor.pid());
    assert!(
        one.command_line.as_ref().is_some_and(|line| line.ends_with(&word)),
        "{one:?}"
    );
    let second = with(&word);
    assert_eq!(found(&text).unwrap(), sorted([actor.pid(), second.pid()]));
}

#[test]
fn neither_oneself_nor_a_parent() {
    if !are_told() {
        return;
    }
    let word = unique();
    let mut finder = Actor::start(actor("finder-below").args(["command-line", &word]));
    let parent = format!("spared {}", finder.pid());
    assert_eq!(
        finder.rest(),
        [parent.as_str(), "nobody"],
        "the search itself is no news"
    );
    let other = with(&word);
    let mut finder = Actor::start(actor("finder-below").args(["command-line", &word]));
    assert_eq!(finder.rest(), [format!("found {}", other.pid())]);
}
