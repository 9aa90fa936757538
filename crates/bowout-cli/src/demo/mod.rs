//! `bowout demo`: the main job, on real processes, before your eyes.

mod act;
mod cast;
mod note;
mod picture;
pub(crate) mod program;
mod screen;
mod story;
mod summary;

use std::time::Duration;

use bowout::Signal;
use bowout::stop::Plan;

use crate::args::DemoArgs;
use crate::terminal::{Colours, Ink, Terminal};
use crate::{exit, output};
use act::Broken;
use picture::Picture;
use screen::Screen;
use story::Story;

/// The one plan for all: `TERM/2s/KILL`.
fn plan() -> Plan {
    Plan::new(Signal::Term).wait(Duration::from_secs(2)).then(Signal::Kill)
}

pub(crate) fn run(args: &DemoArgs, colours: Colours) -> u8 {
    let shutdown = match bowout::listen() {
        Ok(shutdown) => shutdown,
        Err(why) => {
            output::error(&why.to_string());
            return exit::FAILED;
        }
    };
    let plan = plan();
    let terminal = Terminal::behind(&std::io::stdout(), colours);
    let mut screen = match (args.json, terminal) {
        (true, _) => Screen::Dark,
        (_, Some(terminal)) if Picture::fits(terminal) => Screen::live(terminal, &plan),
        _ => Screen::Lines,
    };
    let played = act::play(&plan, &mut screen, shutdown.handle());
    // The cursor comes back before anything else is said.
    drop(screen);
    match played {
        Ok(story) => {
            if args.json {
                summary::json_lines(&story);
            } else {
                summary::table(&story, Ink::for_stream(&std::io::stdout(), colours));
            }
            verdict(&story)
        }
        Err(Broken::Interrupted) => {
            output::error("interrupted: every program of the demo was ended");
            shutdown.leave()
        }
        Err(Broken::Failed(why)) => {
            output::error(&why);
            exit::FAILED
        }
    }
}

fn verdict(story: &Story) -> u8 {
    if story.is_over() && story.reports().all(|report| report.outcome.is_gone()) {
        exit::DONE
    } else {
        exit::ALIVE
    }
}
