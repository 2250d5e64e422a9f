//! The generated messages and services that every plugin has beside its own protocol.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::use_self,
    clippy::or_fun_call,
    reason = "generated code"
)]

tonic::include_proto!("plugin");

/// The standard gRPC health check.
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}
