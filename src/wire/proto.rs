//! The generated messages of the plugin protocol.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::use_self,
    clippy::or_fun_call,
    reason = "generated code"
)]

tonic::include_proto!("tfplugin6");
