//! Turns a result into an exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Opening a model makes and copies a tree of a quarter of a million small nodes; with
/// the system's allocator that takes a sixth longer.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    opcmatch::cli::run(std::env::args_os())
}
