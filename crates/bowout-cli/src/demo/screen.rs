//! Where the demo is shown: a picture on a terminal, a line for each event elsewhere, nothing where JSON is wanted.

use std::io::Write;
use std::time::Duration;

use bowout::stop::Plan;

use super::picture::Picture;
use super::story::{Moment, Row, Story};
use crate::output;
use crate::terminal::{Block, CLEAR_LINE, Terminal};

/// How often the picture is drawn again.
const FRAME: Duration = Duration::from_millis(40);

/// Where the demo is shown.
pub(super) enum Screen {
    /// A picture that is drawn over and over in its place.
    Live { picture: Picture, block: Block },
    /// A line for each event.
    Lines,
    /// Nowhere.
    Dark,
}

impl Screen {
    pub(super) fn live(terminal: Terminal, plan: &Plan) -> Screen {
        Screen::Live {
            picture: Picture::new(terminal, plan),
            block: Block::default(),
        }
    }

    /// How long to wait for events before the picture is due again.
    pub(super) fn tick(&self) -> Option<Duration> {
        match self {
            Screen::Live { .. } => Some(FRAME),
            Screen::Lines | Screen::Dark => None,
        }
    }

    pub(super) fn starting(&mut self, plan: &Plan) {
        match self {
            // The first picture takes its place.
            Screen::Live { .. } => show("\x1b[?25lstarting four programs…"),
            Screen::Lines => output::data(format_args!("four programs, one plan for all: {plan}\n")),
            Screen::Dark => {}
        }
    }

    /// Something happened.
    pub(super) fn moment(&mut self, row: &Row, moment: &Moment) {
        if let Screen::Lines = self {
            let ms = moment.at.as_millis();
            output::data(format_args!(
                "{ms:>6} ms  {:<12}  {}",
                row.role.name(),
                moment.what.words(row)
            ));
        }
    }

    pub(super) fn draw(&mut self, story: &Story, now: Duration) {
        if let Screen::Live { picture, block } = self {
            show(&block.draw(&picture.frame(story, now)));
        }
    }

    /// Everybody is gone: the last picture stays.
    pub(super) fn finish(&mut self, story: &Story, now: Duration) {
        self.draw(story, now);
    }
}

/// The cursor comes back, also when the demo breaks off.
impl Drop for Screen {
    fn drop(&mut self) {
        if let Screen::Live { .. } = self {
            // What the keyboard left there (`^C`) is wiped away.
            show(&format!("{CLEAR_LINE}\x1b[?25h"));
        }
    }
}

/// There is nobody to tell that it could not be shown.
fn show(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = write!(stdout, "{text}").and_then(|()| stdout.flush());
}
