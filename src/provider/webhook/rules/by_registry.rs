//! What the configured registry does not have or would refuse, told when a change is planned.

use super::features;
use crate::{
    api::ServerKind,
    framework::{Attr, Diagnostic, Diagnostics, Path, Secret},
    provider::{
        explain::not_on_databricks,
        models::name_not_on,
        webhook::model::{Webhook, in_http},
    },
};

/// What MLflow's database holds at most; SQLite does not look, PostgreSQL does.
const MAX_URL: usize = 500;
const MAX_DESCRIPTION: usize = 1000;
const MAX_SECRET: usize = 687;

/// Everything that a registry of this kind would not take of this plan.
pub(in crate::provider::webhook) fn check(
    kind: ServerKind,
    config: &Webhook,
    planned: &Webhook,
    prior: Option<&Webhook>,
) -> Diagnostics {
    match kind {
        ServerKind::Mlflow => on_mlflow(config, planned, prior),
        ServerKind::Databricks => on_databricks(planned),
    }
}

/// Databricks calls receivers over https only, and its webhooks have no names.
fn on_databricks(planned: &Webhook) -> Diagnostics {
    let mut found = Diagnostics::new();
    for feature in features::only_of_mlflow(planned) {
        found.push(not_on_databricks(&feature.what).at(feature.path));
    }
    let (kind, model) = (Some(ServerKind::Databricks), &planned.model_name);
    found.extend(name_not_on(kind, model, "model_name"));
    let plain = |url: &String| !url.to_ascii_lowercase().starts_with("https:");
    if planned
        .http()
        .and_then(|it| it.url.known())
        .is_some_and(plain)
    {
        found.push(https_only().at(in_http("url")));
    }
    found
}

fn https_only() -> Diagnostic {
    Diagnostic::error(
        "Receiver Without HTTPS",
        "Databricks calls receivers over https only: use an https URL. A receiver with a \
         certificate of its own can be allowed with enable_ssl_verification = false.",
    )
}

/// Everything that MLflow would not take of this plan. What did not change is not held against it:
/// it may have been there before the provider was.
fn on_mlflow(config: &Webhook, planned: &Webhook, prior: Option<&Webhook>) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(missing_name(planned));
    for feature in features::only_of_databricks(config) {
        found.push(databricks_only(&feature.what).at(feature.path));
    }
    found.extend(lengths(config, planned, prior));
    found
}

fn missing_name(planned: &Webhook) -> Option<Diagnostic> {
    planned.name.is_null().then(|| {
        Diagnostic::error(
            "Missing Name",
            "On an MLflow server every webhook has a name: set name, such as \
             \"deploy-on-new-version\".",
        )
        .at(Path::attribute("name"))
    })
}

fn databricks_only(what: &str) -> Diagnostic {
    Diagnostic::error(
        "Not Supported by MLflow",
        format!(
            "The configured registry is an MLflow server, and only Databricks has {what}. Remove \
             it, or use a provider block for the Databricks workspace."
        ),
    )
}

fn lengths(config: &Webhook, planned: &Webhook, prior: Option<&Webhook>) -> Diagnostics {
    let characters = |text: &Attr<String>| text.known().map_or(0, |it| it.chars().count());
    let bytes = |secret: &Attr<Secret>| secret.known().map_or(0, |it| it.expose().len());
    let mut found = Diagnostics::new();
    let mut check = |length: usize, most: usize, unit: &str, path: Path| {
        if length > most {
            found.push(too_long(length, most, unit).at(path));
        }
    };
    if prior.is_none_or(|it| it.description != planned.description) {
        let length = characters(&planned.description);
        check(
            length,
            MAX_DESCRIPTION,
            "characters",
            Path::attribute("description"),
        );
    }
    if let Some(http) = planned.http() {
        let before = prior.and_then(Webhook::http);
        if before.is_none_or(|it| it.url != http.url) {
            check(characters(&http.url), MAX_URL, "characters", in_http("url"));
        }
        if before.is_none_or(|it| it.secret != http.secret) {
            check(bytes(&http.secret), MAX_SECRET, "bytes", in_http("secret"));
        }
    }
    if let Some(http) = config.http() {
        check(
            bytes(&http.secret_wo),
            MAX_SECRET,
            "bytes",
            in_http("secret_wo"),
        );
    }
    found
}

fn too_long(length: usize, most: usize, unit: &str) -> Diagnostic {
    Diagnostic::error(
        "Value Too Long",
        format!("MLflow takes at most {most} {unit} here, and this has {length}. Shorten it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{framework::SetOf, provider::webhook::model::HttpUrlSpec};

    fn webhook() -> Webhook {
        let event = Attr::Known("model_version.created".to_owned());
        Webhook {
            name: "n".to_owned().into(),
            events: SetOf(vec![event]).into(),
            http_url_spec: vec![HttpUrlSpec {
                url: "https://ci.example.com".to_owned().into(),
                ..HttpUrlSpec::default()
            }]
            .into(),
            job_spec: vec![].into(),
            ..Webhook::default()
        }
    }

    fn with_http(change: impl FnOnce(&mut HttpUrlSpec)) -> Webhook {
        let mut http = webhook().http().unwrap().clone();
        change(&mut http);
        Webhook {
            http_url_spec: vec![http].into(),
            ..webhook()
        }
    }

    fn paths(config: &Webhook, prior: Option<&Webhook>) -> Vec<String> {
        let found = on_mlflow(config, config, prior);
        let path = |it: &Diagnostic| it.path.as_ref().unwrap().to_string();
        found.iter().map(path).collect()
    }

    fn text(length: usize) -> Attr<String> {
        "ä".repeat(length).into()
    }

    fn secret(length: usize) -> Attr<Secret> {
        Secret::from("s".repeat(length)).into()
    }

    #[test]
    fn what_mlflow_lacks_is_refused_at_its_path() {
        let databricks_event = Attr::Known("COMMENT_CREATED".to_owned());
        for (config, expected) in [
            (webhook(), None),
            (
                Webhook {
                    name: Attr::Null,
                    ..webhook()
                },
                Some("name"),
            ),
            (
                Webhook {
                    name: Attr::Unknown,
                    ..webhook()
                },
                None,
            ),
            (
                Webhook {
                    model_name: text(1),
                    ..webhook()
                },
                Some("model_name"),
            ),
            (
                Webhook {
                    status: "TEST_MODE".to_owned().into(),
                    ..webhook()
                },
                Some("status"),
            ),
            (
                Webhook {
                    events: SetOf(vec![databricks_event]).into(),
                    ..webhook()
                },
                Some("events"),
            ),
            (
                with_http(|it| it.authorization = secret(1)),
                Some("http_url_spec[0].authorization"),
            ),
            (with_http(|it| it.authorization = secret(0)), None),
            (
                with_http(|it| it.authorization_wo = secret(1)),
                Some("http_url_spec[0].authorization_wo"),
            ),
            (
                with_http(|it| it.enable_ssl_verification = false.into()),
                Some("http_url_spec[0].enable_ssl_verification"),
            ),
        ] {
            assert_eq!(paths(&config, None), Vec::from_iter(expected), "{config:?}");
        }
    }

    #[test]
    fn lengths_are_held_against_what_changes_only() {
        let long = with_http(|it| {
            it.url = format!("https://{}", "x".repeat(493)).into();
            it.secret = secret(688);
        });
        let long = Webhook {
            description: text(1001),
            ..long
        };
        let all = [
            "description",
            "http_url_spec[0].url",
            "http_url_spec[0].secret",
        ];
        assert_eq!(paths(&long, None), all);
        assert_eq!(paths(&long, Some(&webhook())), all);
        assert_eq!(paths(&long, Some(&long)), [""; 0]);
        let fits = with_http(|it| {
            it.url = format!("https://{}", "x".repeat(492)).into();
            it.secret = secret(687);
        });
        assert_eq!(
            paths(
                &Webhook {
                    description: text(1000),
                    ..fits
                },
                None
            ),
            [""; 0]
        );
    }
}
