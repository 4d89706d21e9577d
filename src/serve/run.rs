//! Serving from a program that knows nothing of async.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::app::App;
use super::outbox::look_out_for_ever;
use super::router::serve;

/// How long work that nobody waits for any more may go on when the program ends.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Serves on a bound listener until the process is told to end (Ctrl-C, or
/// SIGTERM where there is such a thing), then lets running requests finish; a second
/// signal ends at once.
///
/// # Errors
/// When the runtime cannot start or the listener fails.
pub fn run_until_stopped(listener: std::net::TcpListener, app: App) -> std::io::Result<()> {
    look_out_for_ever(app.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let first = Arc::new(Notify::new());
        let tell = first.clone();
        let serving = serve(listener, app, async move {
            stopped().await;
            tell.notify_one();
        });
        let again = async {
            first.notified().await;
            stopped().await;
        };
        tokio::select! { done = serving => done, () = again => Ok(()) }
    });
    // Work that was given up may compute for long yet. What it would write, the store
    // takes whole or not at all.
    runtime.shutdown_timeout(LAST_WORK);
    done
}

async fn stopped() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = pending::<()>();
    tokio::select! { () = interrupted => {}, () = terminated => {} }
}
