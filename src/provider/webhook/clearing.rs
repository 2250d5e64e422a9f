//! Values that an update cannot clear, because the server's version answers 200 and leaves them there.

use super::{
    model::Webhook,
    state::{self, Cleared},
};
use crate::{
    framework::{Context, Diagnostic, Diagnostics, Plan},
    provider::{Client, diagnostics::explain},
    registry::{Registry, Version},
};

/// Where an update could not clear what is to be cleared, a new webhook can be without it.
pub(super) async fn replace(
    cx: &Context<Client>,
    registry: &Registry,
    prior: &Webhook,
    config: &Webhook,
    plan: &mut Plan<Webhook>,
) -> Result<(), Diagnostics> {
    let cleared = state::cleared(prior, &plan.state, config);
    if cleared.is_empty() || !plan.replace.is_empty() {
        return Ok(());
    }
    let Some(version) = that_does_not_clear(cx, registry).await? else {
        return Ok(());
    };
    for it in cleared {
        cx.warn(replaced_to_clear(it.what(), &version).at(it.path()));
        plan.replace.push(it.path());
    }
    Ok(())
}

/// What turns out to be a clearing only when it is applied was planned as an update: nothing is sent,
/// for the server would leave the value there and say nothing.
pub(super) async fn refuse(
    cx: &Context<Client>,
    registry: &Registry,
    cleared: &[Cleared],
) -> Result<(), Diagnostics> {
    if cleared.is_empty() {
        return Ok(());
    }
    let Some(version) = that_does_not_clear(cx, registry).await? else {
        return Ok(());
    };
    let told = |it: &Cleared| not_cleared(it.what(), &version).at(it.path());
    cleared
        .iter()
        .map(told)
        .collect::<Diagnostics>()
        .into_result()?;
    Ok(())
}

/// The server's version, if clearings are lost on it.
async fn that_does_not_clear(
    cx: &Context<Client>,
    registry: &Registry,
) -> Result<Option<Version>, Diagnostics> {
    let version = registry.version(cx.stop()).await;
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

fn not_cleared(what: &str, version: &Version) -> Diagnostic {
    Diagnostic::error(
        "Value Cannot Be Cleared in Place",
        format!(
            "The {what} was unknown while planning and turned out empty. The server is MLflow \
             {version}, and before {} MLflow ignores the clearing of a {what}, so nothing was \
             changed. Plan and apply again: the webhook will then be replaced.",
            first_to_clear()
        ),
    )
}
