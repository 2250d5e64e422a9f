//! The data source `mlflow_webhook_test`: a test delivery for `check` blocks.

use super::delivery;
use crate::{
    framework::{
        Attr, Context, DataSource, Diagnostics,
        schema::{Attribute, Schema},
    },
    provider::Configured,
    row,
};

/// `mlflow_webhook_test`.
#[derive(Debug)]
pub(in crate::provider) struct Test;

row! {
    /// The data source.
    pub(in crate::provider) struct Model {
        webhook_id: Attr<String>,
        event: Attr<String>,
        workspace: Attr<String>,
        success: Attr<bool>,
        response_status: Attr<i64>,
        response_body: Attr<String>,
        error_message: Attr<String>,
    }
}

impl DataSource<Configured> for Test {
    type Model = Model;

    const TYPE_NAME: &'static str = "mlflow_webhook_test";

    fn schema() -> Schema {
        let schema = Schema::new(
            "Has the registry make a test delivery of a webhook, and tells what came of it. A \
             delivery that fails is no error: look at `success` in a `check` block.\n\n\
             ~> **This sends a real request to the receiver at each plan and at each apply.** The \
             receiver must be able to tell example events from real ones. A `check` block that \
             holds this data source makes `terraform plan -detailed-exitcode` end with 2, because \
             Terraform reads such data again during the apply. Where Terraform 1.14 or later can \
             be used, the action `mlflow_webhook_test` delivers once per change instead.",
        );
        let attributes = delivery::arguments().into_iter().chain(outcome());
        attributes.fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, config: Model) -> Result<Model, Diagnostics> {
        let webhook_id = config.webhook_id.known().map_or("", String::as_str);
        let result = delivery::deliver(cx, &config.workspace, webhook_id, &config.event).await?;
        Ok(Model {
            success: result.success.into(),
            response_status: result.response_status.map(i64::from).into(),
            // Hosts evaluate the message of an assertion that holds too, and refuse null in it.
            error_message: delivery::failure(&result).unwrap_or_default().into(),
            response_body: result.response_body.into(),
            ..config
        })
    }
}

fn outcome() -> [Attribute; 4] {
    [
        Attribute::bool(
            "success",
            "Whether the receiver took the delivery, with a status below 400.",
        )
        .computed(),
        Attribute::number(
            "response_status",
            "The HTTP status that the receiver answered; null when it gave no answer.",
        )
        .computed(),
        Attribute::string(
            "response_body",
            "What the receiver answered; null when it gave no answer.",
        )
        .computed(),
        Attribute::string(
            "error_message",
            "Why the delivery failed, in the registry's or the receiver's words; `\"\"` when it did \
             not. Made for the `error_message` of an `assert`.",
        )
        .computed(),
    ]
}
