//! What every RPC does alike: a log span, errors as diagnostics, and a panic as one of them.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use futures_util::FutureExt;
use tonic::{Response, Status};
use tracing::Instrument;

use super::encode;
use crate::{
    framework::{Diagnostic, Diagnostics},
    wire::proto,
};

/// A response message that can carry diagnostics.
pub(super) trait Answer: Default {
    /// What the user will be told.
    fn diagnostics(&mut self) -> &mut Vec<proto::Diagnostic>;
}

macro_rules! answers {
    ($($rpc:ident),* $(,)?) => {$(
        impl Answer for proto::$rpc::Response {
            fn diagnostics(&mut self) -> &mut Vec<proto::Diagnostic> {
                &mut self.diagnostics
            }
        }
    )*};
}

impl Answer for proto::invoke_action::event::Completed {
    fn diagnostics(&mut self) -> &mut Vec<proto::Diagnostic> {
        &mut self.diagnostics
    }
}

impl Answer for proto::list_resource::Event {
    fn diagnostics(&mut self) -> &mut Vec<proto::Diagnostic> {
        &mut self.diagnostic
    }
}

answers!(
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    upgrade_resource_identity,
    validate_provider_config,
    configure_provider,
    validate_resource_config,
    upgrade_resource_state,
    read_resource,
    plan_resource_change,
    apply_resource_change,
    import_resource_state,
    move_resource_state,
    generate_resource_config,
    validate_data_resource_config,
    read_data_source,
    validate_ephemeral_resource_config,
    open_ephemeral_resource,
    renew_ephemeral_resource,
    close_ephemeral_resource,
    validate_list_resource_config,
    get_functions,
    plan_action,
    validate_action_config,
);

/// Runs one RPC about `subject`, a type name or nothing. Whatever happens, the host gets an
/// answer: a gRPC error would be shown as a broken plugin.
pub(super) async fn answer<R: Answer>(
    rpc: &'static str,
    subject: &str,
    act: impl Future<Output = Result<R, Diagnostics>>,
) -> Result<Response<R>, Status> {
    Ok(Response::new(outcome(rpc, subject, act).await))
}

/// What an RPC comes to, its own failure and panic included.
pub(super) async fn outcome<R: Answer>(
    rpc: &'static str,
    subject: &str,
    act: impl Future<Output = Result<R, Diagnostics>>,
) -> R {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    let id = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let span = tracing::info_span!(
        "rpc",
        tf_rpc = rpc,
        tf_resource_type = subject,
        tf_req_id = id
    );
    async {
        tracing::trace!("request received");
        let start = Instant::now();
        // Nothing of the request outlives the panic but the server, whose locks are read whole.
        let result = AssertUnwindSafe(act).catch_unwind().await;
        let result = result.unwrap_or_else(|_| Err(panicked(rpc)));
        let mut answer = result.unwrap_or_else(telling);
        log(answer.diagnostics(), start);
        answer
    }
    .instrument(span)
    .await
}

/// Nothing but these diagnostics.
pub(super) fn telling<R: Answer>(diagnostics: Diagnostics) -> R {
    let mut answer = R::default();
    *answer.diagnostics() = encode::diagnostics(diagnostics);
    answer
}

/// The panic's own message may quote values of the user, so it is not repeated.
pub(super) fn panicked(rpc: &str) -> Diagnostics {
    Diagnostic::error(
        "Provider Panicked",
        format!(
            "The provider ran into a bug of its own in {rpc} and gave up on this request. What it \
             had already done on the registry stays. Please report this with the output of the \
             same command under TF_LOG=ERROR, which names the place in the code."
        ),
    )
    .into()
}

fn log(diagnostics: &[proto::Diagnostic], start: Instant) {
    for diagnostic in diagnostics {
        let severity = diagnostic.severity().as_str_name();
        tracing::debug!(
            diagnostic_severity = severity,
            diagnostic_summary = diagnostic.summary,
            "diagnostic"
        );
    }
    let elapsed = start.elapsed().as_secs_f64() * 1000.0;
    tracing::trace!(tf_req_duration_ms = elapsed, "request answered");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[expect(clippy::panic, reason = "a panic is what this is about")]
    async fn a_panic_becomes_an_error_of_its_request() {
        let act = async { panic!("with a value in it") };
        let mut answer: Response<proto::read_resource::Response> =
            answer("ReadResource", "x", act).await.unwrap();
        let [diagnostic] = answer.get_mut().diagnostics().as_slice() else {
            panic!("one diagnostic expected")
        };
        assert_eq!(diagnostic.severity(), proto::diagnostic::Severity::Error);
        assert!(diagnostic.detail.contains("ReadResource"));
        assert!(!diagnostic.detail.contains("with a value"));
    }
}
