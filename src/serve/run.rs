//! Serving from a program that knows nothing of async.

use std::future::pending;

use super::app::App;
use super::router::serve;

/// Serves on a bound listener until the process is told to end (Ctrl-C, or
/// SIGTERM where there is such a thing), then lets running requests finish.
///
/// # Errors
/// When the runtime cannot start or the listener fails.
pub fn run_until_stopped(listener: std::net::TcpListener, app: App) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        serve(tokio::net::TcpListener::from_std(listener)?, app, stopped()).await
    })
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
