//! What only one kind of registry has, and where a configuration makes use of it. A value that is not
//! known yet makes use of nothing.

use crate::{
    api::Event,
    framework::{Attr, Path, Secret},
    provider::webhook::{
        events,
        model::{HttpUrlSpec, Webhook, in_http},
    },
};

/// A use of something that one of the registries does not have.
pub(super) struct Feature {
    /// As users call it.
    pub(super) what: String,
    pub(super) path: Path,
}

/// Every use of what Databricks does not have.
pub(super) fn only_of_mlflow(config: &Webhook) -> Vec<Feature> {
    let arguments = [(
        config.name.known().is_some(),
        "names of webhooks (name)",
        Path::attribute("name"),
    )];
    let events = events_without(config, Event::databricks_name);
    used(arguments).chain(events).collect()
}

/// Every use of what MLflow does not have.
pub(super) fn only_of_databricks(config: &Webhook) -> Vec<Feature> {
    let of_http = |is_used: fn(&HttpUrlSpec) -> bool| config.http().is_some_and(is_used);
    let arguments = [
        (
            config.model_name.known().is_some(),
            "webhooks of a single model (model_name)",
            Path::attribute("model_name"),
        ),
        (
            config.job().is_some(),
            "webhooks that start a job (job_spec)",
            Path::attribute("job_spec"),
        ),
        (
            config.status.known().is_some_and(|it| it == "TEST_MODE"),
            "the status TEST_MODE",
            Path::attribute("status"),
        ),
        (
            of_http(|it| has_text(&it.authorization)),
            "the authorization header",
            in_http("authorization"),
        ),
        (
            of_http(|it| has_text(&it.authorization_wo)),
            "the authorization header",
            in_http("authorization_wo"),
        ),
        (
            of_http(|it| it.enable_ssl_verification.known() == Some(&false)),
            "unverified receivers (enable_ssl_verification = false)",
            in_http("enable_ssl_verification"),
        ),
    ];
    let events = events_without(config, Event::mlflow_name);
    used(arguments).chain(events).collect()
}

fn used<const N: usize>(
    arguments: [(bool, &'static str, Path); N],
) -> impl Iterator<Item = Feature> {
    let used = arguments.into_iter().filter(|(is_used, ..)| *is_used);
    used.map(|(_, what, path)| Feature {
        what: what.to_owned(),
        path,
    })
}

/// The configured events for which a registry has no name.
fn events_without(
    config: &Webhook,
    name_of: fn(Event) -> Option<&'static str>,
) -> impl Iterator<Item = Feature> {
    let without = move |name: &&str| Event::parse(name).is_some_and(|it| name_of(it).is_none());
    let names = events::names(&config.events).filter(without);
    names.map(|name| Feature {
        what: format!("the event {name:?}"),
        path: Path::attribute("events"),
    })
}

fn has_text(secret: &Attr<Secret>) -> bool {
    secret.known().is_some_and(|it| !it.expose().is_empty())
}
