//! What the system tells a program's windows.

use std::io;
use std::time::Duration;

use bowout_scorecard::{Scene, sys};
use bowout_tests::Actor;

use super::{Answer, Limit};
use crate::contestant::{Contestant, PEERS};
use crate::play::{LONG, Play};
use crate::rows::Row;
use crate::verdict::Judged;

const A_WINDOW: &str = "a window and its message loop are for its user to write";

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "`WM_CLOSE`",
            "The program asked for what windows are told, if its library can. All its top-level windows get `WM_CLOSE`, as \
             `taskkill /pid` does it. The cleanups run, and the program ends.",
            "It is how Windows asks a program to end, if anything is.",
            |contestant| told(contestant, Duration::ZERO, close),
        )
        .note(&PEERS, A_WINDOW)
        .not_offered_by(&PEERS),
        Row::new(
            "the session ends, as a window is told",
            "The same program's windows get `WM_QUERYENDSESSION`, and on yes `WM_ENDSESSION`. Finishing the work takes half a \
             second; the system ends the program as soon as the window has answered. The work is finished, and the cleanups run.",
            "A program that has loaded user32 is told of a logoff or a shutdown in no other way.",
            |contestant| told(contestant, Duration::from_millis(500), end_session),
        )
        .note(&PEERS, A_WINDOW)
        .not_offered_by(&PEERS),
        Row::new(
            "an end of the session that is called off",
            "The windows get `WM_QUERYENDSESSION`, and then `WM_ENDSESSION` that says no (another program objected). A second \
             later the program is still at work; then comes `WM_CLOSE`, and it ends.",
            "The user who cancels a shutdown wants to go on.",
            called_off,
        )
        .note(&PEERS, A_WINDOW)
        .not_offered_by(&PEERS),
    ]
}

fn told(
    contestant: &Contestant,
    drain: Duration,
    tell: impl FnOnce(&mut Actor) -> io::Result<Option<Limit>>,
) -> Judged {
    let mut play = Play::start_with(contestant, Scene::Window, LONG, drain)?;
    play.ready()?;
    play.ask_by(tell)?;
    play.end()?.cleaned_up()
}

fn close(actor: &mut Actor) -> io::Result<Option<Limit>> {
    for window in sys::windows_of(actor.pid())? {
        window.close()?;
    }
    Ok(None)
}

fn end_session(actor: &mut Actor) -> io::Result<Option<Limit>> {
    let windows = sys::windows_of(actor.pid())?;
    if !windows.iter().all(|window| window.lets_the_session_end()) {
        return Err(io::Error::other("it says no to the end of the session"));
    }
    let all_were_told = std::thread::spawn(move || windows.iter().for_each(|window| window.end_session(true)));
    Ok(Some(Limit::new(Answer::OfWindow(all_were_told))))
}

fn called_off(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Window)?;
    play.ready()?;
    play.ask_by(|actor| {
        for window in sys::windows_of(actor.pid())? {
            window.lets_the_session_end();
            window.end_session(false);
        }
        Ok(None)
    })?;
    if !play.stays_silent(Duration::from_secs(1)) {
        return Err(crate::verdict::no("it stopped"));
    }
    play.ask_by(close)?;
    play.end()?.cleaned_up()
}
