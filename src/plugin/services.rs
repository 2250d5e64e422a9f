//! What the host may call: the provider's own service, and the four that every plugin has.

use std::{convert::Infallible, pin::Pin};

use futures_util::{FutureExt, Stream, StreamExt, future::BoxFuture, stream};
use http::{Request, Response as HttpResponse};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status, Streaming, body::Body, server::NamedService};
use tower_service::Service;

use super::proto::{
    ConnInfo, Empty, StdioData,
    grpc_broker_server::{GrpcBroker, GrpcBrokerServer},
    grpc_controller_server::{GrpcController, GrpcControllerServer},
    grpc_stdio_server::{GrpcStdio, GrpcStdioServer},
    health::{
        HealthCheckRequest, HealthCheckResponse,
        health_check_response::ServingStatus,
        health_server::{Health, HealthServer},
    },
};

/// A generated gRPC server, as tonic makes them: always ready, never failing.
pub trait GrpcService:
    Service<
        Request<Incoming>,
        Response = HttpResponse<Body>,
        Error = Infallible,
        Future: Send + 'static,
    > + NamedService
    + Clone
    + Send
    + 'static
{
}

impl<S> GrpcService for S where
    S: Service<
            Request<Incoming>,
            Response = HttpResponse<Body>,
            Error = Infallible,
            Future: Send + 'static,
        > + NamedService
        + Clone
        + Send
        + 'static
{
}

/// Finds the service that a request is for.
#[derive(Clone)]
pub(super) struct Services<S> {
    provider: S,
    controller: GrpcControllerServer<Controller>,
    stdio: GrpcStdioServer<Stdio>,
    broker: GrpcBrokerServer<Broker>,
    health: HealthServer<Healthy>,
}

impl<S: GrpcService> Services<S> {
    /// `shutdown` is cancelled when the host asks for it; `end` tells open streams to end.
    pub(super) fn new(provider: S, shutdown: CancellationToken, end: CancellationToken) -> Self {
        Self {
            provider,
            controller: GrpcControllerServer::new(Controller { shutdown }),
            stdio: GrpcStdioServer::new(Stdio { end: end.clone() }),
            broker: GrpcBrokerServer::new(Broker { end }),
            health: HealthServer::new(Healthy),
        }
    }

    pub(super) fn call(
        &self,
        request: Request<Incoming>,
    ) -> BoxFuture<'static, Result<HttpResponse<Body>, Infallible>> {
        match service_name(request.uri().path()) {
            name if name == S::NAME => self.provider.clone().call(request).boxed(),
            GrpcControllerServer::<Controller>::NAME => self.controller.clone().call(request),
            GrpcStdioServer::<Stdio>::NAME => self.stdio.clone().call(request),
            GrpcBrokerServer::<Broker>::NAME => self.broker.clone().call(request),
            HealthServer::<Healthy>::NAME => self.health.clone().call(request),
            _ => async { Ok(Status::unimplemented("unknown service").into_http()) }.boxed(),
        }
    }
}

/// `/package.Service/Method` without its bars and method.
fn service_name(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split_once('/').map_or(path, |(service, _)| service)
}

struct Controller {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    /// Answers at once: the host waits for the answer without a limit.
    async fn shutdown(&self, _: tonic::Request<Empty>) -> Result<Response<Empty>, Status> {
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// A stream with nothing in it that lasts as long as the service.
type Silence<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn silence<T: Send + 'static>(end: &CancellationToken) -> Silence<T> {
    let end = end.clone().cancelled_owned();
    stream::pending().take_until(end).boxed()
}

/// Standard streams over gRPC, which the host opens first of all. Nothing is ever printed here.
struct Stdio {
    end: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Silence<StdioData>;

    async fn stream_stdio(
        &self,
        _: tonic::Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(silence(&self.end)))
    }
}

/// Further connections between host and plugin; opened by every host and used by none.
struct Broker {
    end: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Silence<ConnInfo>;

    async fn start_stream(
        &self,
        _: tonic::Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(silence(&self.end)))
    }
}

struct Healthy;

#[tonic::async_trait]
impl Health for Healthy {
    /// A plugin is asked for under the name `plugin`, a server as a whole under none.
    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | "plugin" => Ok(Response::new(HealthCheckResponse {
                status: ServingStatus::Serving.into(),
            })),
            _ => Err(Status::not_found("unknown service")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_service() {
        for (path, service) in [
            ("/plugin.GRPCStdio/StreamStdio", "plugin.GRPCStdio"),
            ("/plugin.GRPCStdio", "plugin.GRPCStdio"),
            ("/", ""),
        ] {
            assert_eq!(service_name(path), service, "{path}");
        }
    }
}
