//! The conclusion, in words: what `bowout stop` would do, what would come of it, and who else would be hit.

use bowout::duration;
use bowout::inspect::{Inspection, Request, State, Verdict, When};
use bowout::signal::{DefaultAction, Signal};
use bowout::stop::{Plan, Protection, Route};

use super::facts::listed;
use crate::args::Allow;
use crate::terminal::Colour;

/// Green is heard, yellow ends it all the same, red does not.
pub(super) fn colour(request: &Request) -> Colour {
    match request.verdict {
        _ if request.is_heard() => Colour::Green,
        Verdict::Default(_) | Verdict::Untold => Colour::Yellow,
        _ => Colour::Red,
    }
}

pub(super) fn sentences(found: &Inspection) -> Vec<String> {
    if found.state == Some(State::Zombie) {
        let parent = found
            .parents
            .first()
            .map(|parent| format!(", process {},", parent.id.pid()));
        return vec![format!(
            "There is nothing left to stop: its parent{} has to fetch the exit status.",
            parent.unwrap_or_default()
        )];
    }
    let mut sentences = match found.protection {
        Some(why) => vec![spared(found.id.pid(), why)],
        None => plan(found),
    };
    let collateral: Vec<String> = found.collateral().iter().map(ToString::to_string).collect();
    sentences.push(match collateral.is_empty() {
        true => "Who else would be hit: nobody that is known.".to_owned(),
        false => format!("Who else would be hit: {}.", collateral.join("; ")),
    });
    let in_tree = found.descendants.iter().filter(|one| !one.is_console_host);
    let below: Vec<u32> = in_tree.map(|one| one.id.pid()).collect();
    if !below.is_empty() {
        sentences.push(format!("With --tree these too: {}.", listed(&below)));
    }
    sentences
}

fn spared(pid: u32, why: Protection) -> String {
    let option = Allow::word(why).map(|word| format!(" Only `bowout stop {pid} --allow {word}` would not."));
    format!(
        "`bowout stop {pid}` leaves it alone: it is {why}.{}",
        option.unwrap_or_default()
    )
}

/// What `bowout stop` would do with its default plan, and which one would be better.
fn plan(found: &Inspection) -> Vec<String> {
    let (plan, pid) = (Plan::default(), found.id.pid());
    let wait = plan.stages().first().map_or(Plan::DEFAULT_WAIT, |stage| stage.wait);
    let wait = duration::display(wait).to_string();
    let (Some(term), Some(kill)) = (found.request(Signal::Term), found.request(Signal::Kill)) else {
        return Vec::new();
    };
    let mut sentences = vec![format!("`bowout stop {pid}` ({plan}) {}.", outcome(term, kill, &wait))];
    let hears_int = found
        .request(Signal::Int)
        .is_some_and(|int| int.is_heard() && int.route().is_some());
    if hears_int && !term.is_heard() {
        sentences.push(format!(
            "INT it would hear: `bowout stop {pid} --plan INT/{wait}/KILL`."
        ));
    }
    sentences
}

fn outcome(term: &Request, kill: &Request, wait: &str) -> String {
    let Some(route) = term.route() else {
        let why = kill.attempts.iter().find_map(|attempt| attempt.result.as_ref().err());
        return match (kill.route(), why) {
            (Some(_), _) => "cannot ask it by TERM, and ends it by KILL at once".to_owned(),
            (None, Some(why)) => format!("could not stop it: {why}"),
            (None, None) => "could not stop it".to_owned(),
        };
    };
    let by = match route {
        Route::Signal => String::new(),
        route => format!(" by {route}"),
    };
    let when = match term.when {
        When::Continued => ", for which it is continued,",
        When::CallReturned => ", once the kernel lets go of it,",
        When::DebuggerDecided => ", if its debugger passes it on,",
        _ => ",",
    };
    match term.verdict {
        _ if term.is_heard() => {
            format!("asks it by TERM{by}{when} which it hears, and uses KILL if it is there after {wait}")
        }
        Verdict::Default(DefaultAction::Terminate) => {
            format!("ends it by TERM{when} without any cleanup of its own")
        }
        Verdict::Untold => format!("asks it by TERM{by}{when} and uses KILL if it is there after {wait}"),
        _ => format!("asks it by TERM in vain, and ends it by KILL after {wait}"),
    }
}
