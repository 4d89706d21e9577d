//! Ctrl-C as a flag, for programs that know nothing of async.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a program that was interrupted: 128 + SIGINT, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Turns true at the first Ctrl-C; a second one ends the program at once, with
/// [`INTERRUPTED`]. From then on for as long as the program runs; `None` where the
/// system gives no signals, and Ctrl-C ends the program as ever.
pub fn interruption() -> Option<Arc<AtomicBool>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    // Once the first future exists the signal is ours.
    let mut signal = {
        let _inside = runtime.enter();
        Signal::new()?
    };
    let flag = Arc::new(AtomicBool::new(false));
    let told = flag.clone();
    std::thread::spawn(move || {
        runtime.block_on(async {
            while signal.came().await {
                if told.swap(true, Ordering::Relaxed) {
                    std::process::exit(i32::from(INTERRUPTED));
                }
            }
        });
    });
    Some(flag)
}

#[cfg(unix)]
struct Signal(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signal {
    fn new() -> Option<Signal> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).ok().map(Signal)
    }

    async fn came(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

#[cfg(not(unix))]
struct Signal;

#[cfg(not(unix))]
impl Signal {
    fn new() -> Option<Signal> {
        Some(Signal)
    }

    async fn came(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
