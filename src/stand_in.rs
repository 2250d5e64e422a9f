//! A provider that can only be stopped, until there is a real one.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use hyper::body::Incoming;
use terraform_provider_mlflow::wire::proto::stop_provider;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tower_service::Service;

#[derive(Clone, Debug)]
pub(crate) struct Server;

pub(crate) fn server() -> Server {
    Server
}

impl Server {
    pub(crate) fn max_decoding_message_size(self, _: usize) -> Self {
        self
    }
    pub(crate) fn max_encoding_message_size(self, _: usize) -> Self {
        self
    }
}

impl NamedService for Server {
    const NAME: &'static str = "tfplugin6.Provider";
}

struct Stop;

impl UnaryService<stop_provider::Request> for Stop {
    type Response = stop_provider::Response;
    type Future = Ready<Result<tonic::Response<Self::Response>, tonic::Status>>;

    fn call(&mut self, _: tonic::Request<stop_provider::Request>) -> Self::Future {
        ready(Ok(tonic::Response::new(stop_provider::Response {
            error: String::new(),
        })))
    }
}

impl Service<Request<Incoming>> for Server {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        Box::pin(async move {
            if !request.uri().path().ends_with("/StopProvider") {
                return Ok(tonic::Status::unimplemented("not yet").into_http());
            }
            let codec = tonic_prost::ProstCodec::default();
            Ok(Grpc::new(codec).unary(Stop, request).await)
        })
    }
}
