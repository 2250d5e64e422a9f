//! Accepts connections and answers what comes in over them, until there is a reason to end.

use std::{io, sync::Arc, time::Duration};

use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::{select, signal, time};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    listener::{Listener, Stream},
    panics::{GuardingExecutor, guard},
    parent::Parent,
    services::{GrpcService, Services},
    tls::ALPN,
};

/// When serving ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Until {
    /// The host says so or is no more. Interrupts are the host's business: they reach all processes
    /// of a terminal, and the host tells its plugins what to do.
    HostIsDone,
    /// Somebody presses Ctrl-C. Hosts come and go.
    Interrupted,
}

/// Time for last answers to get out and for hosts to hang up, which they do once they are answered.
/// The host waits 2 s for the process to end, then kills it.
const LAST_WORDS: Duration = Duration::from_millis(100);

pub(super) struct Server {
    listener: Listener,
    tls: Option<TlsAcceptor>,
}

impl Server {
    pub(super) fn new(listener: Listener, tls: Option<Arc<ServerConfig>>) -> Self {
        let tls = tls.map(TlsAcceptor::from);
        Self { listener, tls }
    }

    pub(super) async fn serve<S: GrpcService>(self, provider: S, until: Until) {
        let shutdown = CancellationToken::new();
        let end = CancellationToken::new();
        let services = Services::new(provider, shutdown.clone(), end.clone());
        let tasks = TaskTracker::new();
        select! {
            () = reason_to_end(until, shutdown) => {}
            () = self.accept_all(&services, &tasks) => {}
        }
        end.cancel();
        tasks.close();
        // A host that still writes when the connection is closed loses an answer that it has not
        // read yet, so it is the host that hangs up.
        let _ = time::timeout(LAST_WORDS, tasks.wait()).await;
    }

    /// Every connection and every request is one of the tasks.
    async fn accept_all<S: GrpcService>(&self, services: &Services<S>, tasks: &TaskTracker) {
        loop {
            match self.listener.accept().await {
                Ok(stream) => {
                    let tls = self.tls.clone();
                    let connection = connection(stream, tls, services.clone(), tasks.clone());
                    tasks.spawn(guard(log_failure(connection)));
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    // Out of file descriptors, most likely; there will be some again.
                    time::sleep(LAST_WORDS).await;
                }
            }
        }
    }
}

async fn log_failure(connection: impl Future<Output = io::Result<()>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection failed");
    }
}

async fn connection<S: GrpcService>(
    stream: Box<dyn Stream>,
    tls: Option<TlsAcceptor>,
    services: Services<S>,
    tasks: TaskTracker,
) -> io::Result<()> {
    let stream = match tls {
        Some(tls) => authenticate(stream, tls).await?,
        None => stream,
    };
    let service = service_fn(move |request| services.call(request));
    http2::Builder::new(GuardingExecutor(tasks))
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(io::Error::other)
}

async fn authenticate(stream: Box<dyn Stream>, tls: TlsAcceptor) -> io::Result<Box<dyn Stream>> {
    let stream = tls.accept(stream).await?;
    if stream.get_ref().1.alpn_protocol() == Some(ALPN) {
        return Ok(Box::new(stream));
    }
    Err(io::Error::other("the client did not negotiate HTTP/2"))
}

async fn reason_to_end(until: Until, shutdown: CancellationToken) {
    match until {
        Until::HostIsDone => select! {
            () = shutdown.cancelled() => {}
            () = orphaned() => {}
            () = swallow_interrupts() => {}
        },
        Until::Interrupted => {
            if signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}

/// Never returns.
async fn swallow_interrupts() {
    while signal::ctrl_c().await.is_ok() {}
    std::future::pending().await
}

/// Returns when the host has ended without telling its plugins.
async fn orphaned() {
    let host = Parent::of_this_process();
    let mut pulse = time::interval(Duration::from_secs(1));
    while host.lives() {
        pulse.tick().await;
    }
}
