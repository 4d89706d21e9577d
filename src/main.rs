//! Turns a result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    opcmatch::cli::run(std::env::args_os())
}
