//! The command `bowout`: makes processes stop well, on Unix and Windows.
//!
//! This file is the table of contents: one module for each verb, and what they share below.

mod demo;
mod inspect;
mod papers;
mod personas;
mod run;
mod signal;
mod signals;
mod stop;

mod args;
mod exit;
mod find;
mod json;
mod open;
mod options;
mod output;
mod sys;
mod terminal;

use std::process::ExitCode;

use args::{Cli, Verb};
use personas::Persona;

fn main() -> ExitCode {
    // On Windows a Ctrl-C to another console is sent by this same program, started once more.
    bowout::stop::run_helper_if_asked();
    // First otherwise, because whatever comes before it makes the program start later.
    let mut line = std::env::args_os();
    if let Some(persona) = line.next().as_deref().and_then(Persona::named) {
        return ExitCode::from(persona.run(line.collect()));
    }
    if line.next().is_some_and(|verb| verb == "run") {
        if let Some(code) = run::main(line.collect()) {
            return ExitCode::from(code);
        }
    }
    bowout::supervise::release_signals();
    if let Some(args) = args::of_demo_program() {
        return ExitCode::from(demo::program::run(&args));
    }
    let Cli { verb, colours } = args::read();
    let code = match verb {
        Verb::Stop(args) => stop::run(&args, colours),
        Verb::Signal(args) => signal::run(&args),
        Verb::Inspect(args) => inspect::run(&args, colours),
        Verb::Signals(args) => signals::run(&args, colours),
        Verb::Demo(args) => demo::run(&args, colours),
        Verb::Completions(args) => papers::completions(&args),
        Verb::Man(args) => papers::manual(&args),
    };
    ExitCode::from(output::code(code, exit::FAILED))
}
