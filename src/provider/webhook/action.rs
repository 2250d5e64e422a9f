//! The action `mlflow_webhook_test`: proves a delivery once per change.

use super::delivery;
use crate::{
    api::TestResult,
    framework::{self, Attr, Context, Diagnostic, Diagnostics, Invoke, schema::Schema},
    provider::Configured,
    row,
};

/// `mlflow_webhook_test`.
#[derive(Debug)]
pub(in crate::provider) struct Action;

row! {
    /// The `config` block.
    pub(in crate::provider) struct Config {
        webhook_id: Attr<String>,
        event: Attr<String>,
        workspace: Attr<String>,
    }
}

impl framework::Action<Configured> for Action {
    type Config = Config;

    const TYPE_NAME: &'static str = "mlflow_webhook_test";

    fn schema() -> Schema {
        let schema = Schema::new(
            "Has the registry make a test delivery of a webhook, and fails when the receiver does \
             not take it. Triggered by the creation and the update of a webhook, it proves once per \
             change that deliveries arrive; nothing is sent while planning.\n\n\
             Needs Terraform 1.14. In an action that the webhook itself triggers, `webhook_id` is \
             `caller.id` from Terraform 1.16 on, and the webhook's own id before. The receiver gets \
             a real request with an example event.",
        );
        delivery::arguments()
            .into_iter()
            .fold(schema, Schema::attribute)
    }

    async fn invoke(
        &self,
        cx: &Context<Configured>,
        request: Invoke<Config>,
    ) -> Result<(), Diagnostics> {
        let Invoke { config, progress } = request;
        let webhook_id = config.webhook_id.known().map_or("", String::as_str);
        progress.report(beginning(webhook_id, &config.event)).await;
        let result = delivery::deliver(cx, &config.workspace, webhook_id, &config.event).await?;
        match delivery::failure(&result) {
            Some(reason) => Err(failed(webhook_id, &reason).into()),
            None => {
                progress.report(ending(&result)).await;
                Ok(())
            }
        }
    }
}

fn beginning(webhook_id: &str, event: &Attr<String>) -> String {
    let what = event.known().map_or_else(
        || "a test".to_owned(),
        |event| format!("an example of {event}"),
    );
    format!("The registry delivers {what} through webhook {webhook_id}")
}

fn ending(result: &TestResult) -> String {
    result.response_status.map_or_else(
        || "Delivered".to_owned(),
        |status| format!("Delivered: the receiver answered {status}"),
    )
}

fn failed(webhook_id: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        "Test Delivery Failed",
        format!(
            "The registry tried to deliver a test through webhook {webhook_id:?}, and it did not \
             arrive: {reason}.\n\n\
             The registry itself calls the receiver: check that the URL is right as seen from \
             there, that the receiver runs, and that it accepts the webhook's signature.",
        ),
    )
}
