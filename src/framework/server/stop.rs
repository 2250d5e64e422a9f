//! The end of an operation at the user's word.

use std::{future::Future, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::framework::{Diagnostic, Diagnostics};

/// How long an operation may take to end by itself. Users who asked to stop wait for it.
const GRACE: Duration = Duration::from_millis(500);

/// What the operation comes to, or an error soon after the stop.
pub(super) async fn until_stopped<T>(
    stop: &CancellationToken,
    operation: impl Future<Output = Result<T, Diagnostics>>,
) -> Result<T, Diagnostics> {
    let over = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        biased;
        result = operation => result,
        () = over => Err(stopped()),
    }
}

fn stopped() -> Diagnostics {
    Diagnostic::error(
        "Operation Stopped",
        "The operation was given up before its end because a stop was asked for. What it had \
         already done on the registry stays.",
    )
    .into()
}
