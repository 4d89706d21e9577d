//! The command line: reads arguments, prints, and gives an exit code. The only
//! module that prints: results to standard output, everything else to standard error.
//!
//! Exit codes: 0 done, 1 finished and nothing found, 2 error, 130 stopped by Ctrl-C.
//! A closed pipe is not an error.

mod arguments;
mod data;
mod error;
mod evaluate;
mod event;
mod home;
mod import;
mod key;
mod lists;
mod matching;
mod model;
mod progress;
mod row_report;
mod search;
mod serve;
mod watched;
mod whole;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::serve::INTERRUPTED;
use crate::store::{Actor, acting};
use arguments::{Arguments, Command};

pub use error::{CliError, Unreachable};
pub use event::EventFault;

/// How a command ended.
enum Outcome {
    /// It did what was asked.
    Done,
    /// It finished and there was nothing.
    NothingFound,
}

/// Runs the program on its arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) => {
            // Help and version are no errors; clap knows which stream is right.
            let code = u8::try_from(help.exit_code()).unwrap_or(2);
            return if help.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(2) };
        }
    };
    let common = &arguments.common;
    // What a command writes is recorded under its name.
    let actor = Actor::program(arguments.command_line(), Some(jiff::Timestamp::now()));
    let result = acting(actor, || match arguments.command {
        None => serve::run(&serve::ServeArguments::default(), common),
        Some(Command::Serve(ref own)) => serve::run(own, common),
        Some(Command::Import(ref own)) => import::run(own, common),
        Some(Command::Match(ref own)) => matching::run(own, common),
        Some(Command::Search(ref own)) => search::run(own, common),
        Some(Command::Event(ref own)) => event::run(own, common),
        Some(Command::Data(ref own)) => data::run(own, common),
        Some(Command::Eval(ref own)) => evaluate::run(own, common),
        Some(Command::Key(ref own)) => key::run(own, common),
        Some(Command::Model(ref own)) => model::run(own, common),
    });
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when standard error is closed as well.
            let _ = writeln!(std::io::stderr(), "opcmatch: {error}");
            ExitCode::from(if error.is_stop() { INTERRUPTED } else { 2 })
        }
    }
}
