//! Values that an update cannot clear, because the server's version answers 200 and leaves them there.

use crate::{
    api::{Version, Webhooks},
    framework::{Context, Diagnostic, Diagnostics, Plan},
    provider::{
        Configured,
        explain::explain,
        webhook::{model::Webhook, state},
    },
};

/// Where an update could not clear what is to be cleared, a new webhook can be without it.
pub(in crate::provider::webhook) async fn plan(
    cx: &Context<Configured>,
    webhooks: &Webhooks,
    prior: &Webhook,
    config: &Webhook,
    plan: &mut Plan<Webhook>,
) -> Result<(), Diagnostics> {
    let cleared = state::cleared(prior, &plan.state, config);
    if cleared.is_empty() || !plan.replace.is_empty() {
        return Ok(());
    }
    let Some(version) = that_does_not_clear(cx, webhooks).await? else {
        return Ok(());
    };
    for it in cleared {
        cx.warn(replaced_to_clear(it.what(), &version).at(it.path()));
        plan.replace.push(it.path());
    }
    Ok(())
}

/// The server's version, if clearings are lost on it.
async fn that_does_not_clear(
    cx: &Context<Configured>,
    webhooks: &Webhooks,
) -> Result<Option<Version>, Diagnostics> {
    let version = webhooks.server().version(cx.stop()).await;
    let version = version.map_err(|error| explain(&error))?;
    Ok((version < first_to_clear()).then_some(version))
}

/// MLflow before this version answers 200 to a clearing and leaves everything as it was.
fn first_to_clear() -> Version {
    Version::new(3, 16, 0)
}

fn replaced_to_clear(what: &str, version: &Version) -> Diagnostic {
    Diagnostic::warning(
        "Webhook Replaced to Clear a Value",
        format!(
            "The server is MLflow {version}. Before {} MLflow ignores the clearing of a {what}, so \
             the webhook will be deleted and created again without it.",
            first_to_clear()
        ),
    )
}
