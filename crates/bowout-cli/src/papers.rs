//! `bowout completions` and `bowout man`: what is written from the definition of the arguments.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args::{self, CompletionsArgs, ManArgs};
use crate::{exit, output};

/// The words that shells complete.
pub(crate) fn completions(args: &CompletionsArgs) -> u8 {
    let mut command = args::command();
    if let Some(shell) = args.shell {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, NAME, &mut script);
        output::bytes(&script);
    }
    let Some(dir) = &args.dir else { return exit::DONE };
    let write = |shell: &Shell| clap_complete::generate_to(*shell, &mut command.clone(), NAME, dir).map(drop);
    told(
        dir,
        fs::create_dir_all(dir).and_then(|()| Shell::value_variants().iter().try_for_each(write)),
    )
}

/// The manual.
pub(crate) fn manual(args: &ManArgs) -> u8 {
    // A page of its own for `help` would say nothing.
    let mut command = args::command().disable_help_subcommand(true);
    command.build();
    let pages: Vec<&Command> = std::iter::once(&command).chain(command.get_subcommands()).collect();
    if let Some(dir) = &args.dir {
        let write = |command: &&Command| fs::write(dir.join(format!("{}.1", title(command))), page(command)?);
        return told(
            dir,
            fs::create_dir_all(dir).and_then(|()| pages.iter().try_for_each(write)),
        );
    }
    let wanted = args.verb.as_deref().unwrap_or(NAME);
    let Some(found) = pages.iter().find(|command| command.get_name() == wanted) else {
        let verbs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        output::error(&format!(
            "there is no manual page for {wanted:?}: write one of {}",
            verbs.join(", ")
        ));
        return exit::USAGE;
    };
    // In memory nothing can go wrong; what can on standard output is told there.
    told(Path::new("-"), page(found).map(|page| output::bytes(&page)))
}

const NAME: &str = "bowout";
/// What stands at the foot of a page.
const SOURCE: &str = concat!("bowout ", env!("CARGO_PKG_VERSION"));

fn told(dir: &Path, written: io::Result<()>) -> u8 {
    match written {
        Ok(()) => exit::DONE,
        Err(why) => {
            output::error(&format!("cannot write to {dir:?}: {why}"));
            exit::FAILED
        }
    }
}

/// `bowout-stop`.
fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or(NAME)
}

/// The page in roff. What stands behind the options is laid out as it is in the help: it is examples and tables.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone()).title(title(command)).source(SOURCE);
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let behind = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (lists, notes): (Vec<&str>, Vec<&str>) = behind.split("\n\n").partition(|section| list(section).is_some());
    let mut roff = Roff::new();
    for (at, note) in notes.into_iter().enumerate() {
        match at {
            0 => roff.control("SH", ["NOTES"]),
            _ => roff.control("PP", []),
        };
        roff.text([roman(note)]);
    }
    for (heading, lines) in lists.into_iter().filter_map(list) {
        roff.control("SH", [heading.to_uppercase().as_str()]);
        roff.control("nf", []);
        for line in lines.lines() {
            roff.text([roman(line.trim_start())]);
        }
        roff.control("fi", []);
    }
    roff.to_writer(&mut page)?;
    Ok(page)
}

/// A heading, and lines that are no running text.
fn list(section: &str) -> Option<(&str, &str)> {
    let (heading, lines) = section.split_once(":\n  ")?;
    (!heading.contains('\n')).then_some((heading, lines))
}
