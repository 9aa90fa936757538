//! The command `bowout`: makes processes stop well, on Unix and Windows.
//!
//! This file is the table of contents: one module for each verb, and what they share below.

mod demo;
mod signal;
mod signals;
mod stop;

mod args;
mod exit;
mod find;
mod json;
mod open;
mod output;
mod sys;
mod terminal;

use std::process::ExitCode;

use args::Verb;

fn main() -> ExitCode {
    // On Windows a Ctrl-C to another console is sent by this same program, started once more.
    bowout::stop::run_helper_if_asked();
    let code = match args::read() {
        Verb::Stop(args) => stop::run(args),
        Verb::Signal(args) => signal::run(args),
        Verb::Signals(args) => signals::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::DemoProgram(args) => demo::program::run(&args),
    };
    ExitCode::from(code)
}
