//! Whether a request carries all that was planned. Registries show no secret, so what was left out
//! of a request could not be seen afterwards; an apply must not report it as done.

use secrecy::{ExposeSecret, SecretString};

use super::{events, model::Webhook};
use crate::{
    api::{NewTarget, NewWebhook, TargetChange, WebhookChange},
    framework::{Diagnostic, Diagnostics, Field, Path, Value, differences},
    provider::managed::effective,
};

/// The arguments that a request carries, by their paths.
type Carried = Vec<String>;

/// # Errors
/// When something was planned for the new webhook that its creation does not carry.
pub(super) fn expect_all_created(planned: &Webhook, new: &NewWebhook) -> Result<(), Diagnostics> {
    expect_all(&Webhook::default(), planned, &by_creation(new))
}

/// # Errors
/// When something was planned to change, in more than its spelling, that the update does not carry.
pub(super) fn expect_all_updated(
    prior: &Webhook,
    planned: &Webhook,
    change: Option<&WebhookChange>,
) -> Result<(), Diagnostics> {
    let carried = change.map(by_update).unwrap_or_default();
    expect_all(prior, planned, &carried)
}

fn expect_all(prior: &Webhook, planned: &Webhook, carried: &Carried) -> Result<(), Diagnostics> {
    let (prior, planned) = (prior.clone().into_value(), planned.clone().into_value());
    let left_out = differences(&prior, &planned).into_iter().filter(|path| {
        let before = prior.at(path).unwrap_or(&Value::Null);
        let after = planned.at(path).unwrap_or(&Value::Null);
        !after.is_unknown() && !is_same(path, before, after) && !carried.contains(&sent_as(path))
    });
    let left_out: Diagnostics = left_out.map(unsendable).collect();
    left_out.into_result().map(drop)
}

/// The argument whose value is sent when this one changes: of a version it is the secret.
fn sent_as(path: &Path) -> String {
    let path = path.to_string();
    let secret = path.strip_suffix("_wo_version");
    secret.map_or_else(|| path.clone(), str::to_owned)
}

/// Whether the two are different spellings of the same.
fn is_same(path: &Path, before: &Value, after: &Value) -> bool {
    let is_empty = |it: &Value| it.is_null() || it.as_str() == Some("");
    match sent_as(path).rsplit('.').next() {
        Some("events") => events::same(before, after),
        Some("workspace") => effective(before.as_str()) == effective(after.as_str()),
        Some("description" | "workspace_url") => is_empty(before) && is_empty(after),
        // The other way round it differs: null leaves a secret alone, and "" takes it away.
        Some("secret" | "authorization" | "access_token") => {
            before.as_str() == Some("") && after.is_null()
        }
        // A block that neither has.
        _ => is_absent(before) && is_absent(after),
    }
}

fn is_absent(value: &Value) -> bool {
    value.is_null() || value.elements().is_some_and(<[Value]>::is_empty)
}

fn by_creation(new: &NewWebhook) -> Carried {
    let top = [
        ("name", new.name.is_some()),
        ("model_name", new.model_name.is_some()),
        ("events", !new.events.is_empty()),
        ("description", new.description.is_some()),
        ("status", true),
        // A header of the request names it.
        ("workspace", true),
    ];
    let block = match &new.target {
        NewTarget::Http {
            url,
            enable_ssl_verification: _,
            secret,
            authorization,
        } => vec![
            ("http_url_spec[0].url", !url.is_empty()),
            ("http_url_spec[0].enable_ssl_verification", true),
            ("http_url_spec[0].secret", secret.is_some()),
            ("http_url_spec[0].authorization", authorization.is_some()),
        ],
        NewTarget::Job {
            job_id,
            workspace_url,
            access_token,
        } => vec![
            ("job_spec[0].job_id", !job_id.is_empty()),
            ("job_spec[0].workspace_url", workspace_url.is_some()),
            ("job_spec[0].access_token", has_text(access_token)),
        ],
    };
    carried(top.into_iter().chain(block))
}

fn by_update(change: &WebhookChange) -> Carried {
    let events = change.events.as_ref();
    let top = [
        ("name", change.name.is_some()),
        ("events", events.is_some_and(|it| !it.is_empty())),
        ("description", change.description.is_some()),
        ("status", true),
    ];
    let block = match &change.target {
        None => vec![],
        Some(TargetChange::Http {
            url,
            enable_ssl_verification: verification,
            secret,
            authorization,
        }) => vec![
            ("http_url_spec[0].url", url.is_some()),
            (
                "http_url_spec[0].enable_ssl_verification",
                verification.is_some(),
            ),
            ("http_url_spec[0].secret", secret.is_some()),
            ("http_url_spec[0].authorization", authorization.is_some()),
        ],
        Some(TargetChange::Job {
            job_id,
            workspace_url,
            access_token,
        }) => vec![
            ("job_spec[0].job_id", job_id.is_some()),
            ("job_spec[0].workspace_url", workspace_url.is_some()),
            (
                "job_spec[0].access_token",
                access_token.as_ref().is_some_and(has_text),
            ),
        ],
    };
    carried(top.into_iter().chain(block))
}

fn carried(all: impl Iterator<Item = (&'static str, bool)>) -> Carried {
    let carried = all.filter(|(_, is_carried)| *is_carried);
    carried.map(|(name, _)| name.to_owned()).collect()
}

fn has_text(secret: &SecretString) -> bool {
    !secret.expose_secret().is_empty()
}

fn unsendable(path: Path) -> Diagnostic {
    let argument = path.to_string();
    let way_out = match argument.strip_suffix("_version") {
        Some(value) => format!("Give {value} a value, or leave {argument} as it was."),
        None => format!("Give {argument} a value."),
    };
    Diagnostic::error(
        "No Value to Send",
        format!(
            "The plan changes {argument}, but there is no value to send for it. Nothing was sent, \
             and the webhook is as it was. {way_out}"
        ),
    )
    .at(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::ServerKind,
        framework::{Attr, Secret, SetOf, Step},
        provider::webhook::{
            model::{HttpUrlSpec, JobSpec},
            state,
        },
    };

    /// The update carries it.
    const SENT: &str = "sent";
    /// An error before anything is sent.
    const REFUSED: &str = "refused";

    /// What becomes of an argument that an update sets, changes and removes.
    const RULES: &[(&str, [&str; 3])] = &[
        ("name", [SENT, SENT, REFUSED]),
        // A change of it makes a new webhook, so no update is ever to bring it.
        ("model_name", [REFUSED; 3]),
        ("events", [SENT, SENT, REFUSED]),
        ("description", [SENT; 3]),
        ("status", [SENT; 3]),
        ("http_url_spec[0].url", [SENT, SENT, REFUSED]),
        ("http_url_spec[0].secret", [SENT; 3]),
        ("http_url_spec[0].authorization", [SENT; 3]),
        (
            "http_url_spec[0].enable_ssl_verification",
            [SENT, SENT, REFUSED],
        ),
        // Of a version without a value. One that goes takes the secret along.
        (
            "http_url_spec[0].secret_wo_version",
            [REFUSED, REFUSED, SENT],
        ),
        (
            "http_url_spec[0].authorization_wo_version",
            [REFUSED, REFUSED, SENT],
        ),
        ("job_spec[0].job_id", [SENT, SENT, REFUSED]),
        ("job_spec[0].workspace_url", [SENT; 3]),
        // A job is never without a token.
        ("job_spec[0].access_token", [SENT, SENT, REFUSED]),
        ("job_spec[0].access_token_wo_version", [REFUSED; 3]),
        ("workspace", [REFUSED; 3]),
        // What the registry decides, no update can bring.
        ("id", [REFUSED; 3]),
        ("creation_timestamp", [REFUSED; 3]),
        ("last_updated_timestamp", [REFUSED; 3]),
    ];

    #[test]
    fn every_argument_that_differs_is_sent_or_refused() {
        for path in arguments() {
            let name = path.to_string();
            let rule = RULES.iter().find(|(argument, _)| *argument == name);
            let (_, expected) = rule.unwrap_or_else(|| panic!("{name} has no rule"));
            let [one, other] = values(&name);
            let steps = [(&Value::Null, &one), (&one, &other), (&other, &Value::Null)];
            for kind in [ServerKind::Mlflow, ServerKind::Databricks] {
                for ((before, after), expected) in steps.into_iter().zip(expected) {
                    let prior = with(&path, before.clone());
                    let planned = with(&path, after.clone());
                    let outcome = outcome(kind, &prior, &planned, &planned);
                    assert_eq!(outcome, *expected, "{name}: {before:?} to {after:?}");
                }
            }
        }
    }

    #[test]
    fn a_new_version_sends_the_value_that_goes_with_it() {
        for name in ["secret", "authorization", "access_token"] {
            let versions = arguments().into_iter();
            let mut versions = versions.filter(|it| it.to_string().ends_with("_wo_version"));
            let path = versions.find(|it| sent_as(it).ends_with(name)).unwrap();
            let block = if name == "access_token" {
                "job_spec"
            } else {
                "http_url_spec"
            };
            let value = Path::attribute(block).index(0).then(format!("{name}_wo"));
            for (before, after) in [(Value::Null, 1_u64), (Value::number(1_u64), 2)] {
                let prior = with(&path, before);
                let planned = with(&path, Value::number(after));
                let config = set(
                    planned.clone().into_value(),
                    value.steps(),
                    Value::string("v"),
                );
                let config = Webhook::from_value(config).unwrap();
                for kind in [ServerKind::Mlflow, ServerKind::Databricks] {
                    assert_eq!(outcome(kind, &prior, &planned, &config), SENT, "{name}");
                }
                let new = state::new_webhook(&planned, &config);
                assert!(expect_all_created(&planned, &new).is_ok(), "{name}");
                let new = state::new_webhook(&planned, &planned);
                let refused = expect_all_created(&planned, &new).unwrap_err();
                let refused: Vec<_> = refused.iter().filter_map(|it| it.path.clone()).collect();
                assert_eq!(refused, std::slice::from_ref(&path), "{name}");
            }
        }
    }

    #[test]
    fn what_is_only_spelt_otherwise_needs_no_request() {
        let event = |name: &str| Value::set(vec![Value::string(name)]);
        let (empty, null) = (Value::string(""), Value::Null);
        let key = "http_url_spec[0].secret";
        for (name, before, after, expected) in [
            (
                "events",
                event("model_version.created"),
                event("MODEL_VERSION_CREATED"),
                "same",
            ),
            ("description", empty.clone(), null.clone(), "same"),
            ("description", null.clone(), empty.clone(), "same"),
            (key, empty.clone(), null.clone(), "same"),
            // Null leaves an imported webhook's secret alone, and "" takes it away.
            (key, null, empty, SENT),
        ] {
            let path = arguments().into_iter().find(|it| it.to_string() == name);
            let path = path.unwrap();
            let (prior, planned) = (with(&path, before), with(&path, after));
            let outcome = outcome(ServerKind::Mlflow, &prior, &planned, &planned);
            assert_eq!(outcome, expected, "{name}");
        }
    }

    #[test]
    fn everything_planned_for_a_new_webhook_is_sent() {
        for base in [http(), job()] {
            let new = state::new_webhook(&base, &base);
            assert!(expect_all_created(&base, &new).is_ok(), "{base:?}");
        }
    }

    fn outcome(
        kind: ServerKind,
        prior: &Webhook,
        planned: &Webhook,
        config: &Webhook,
    ) -> &'static str {
        let change = state::change(kind, prior, planned, config);
        match expect_all_updated(prior, planned, change.as_ref()) {
            Err(_) => REFUSED,
            Ok(()) if change.is_some() => SENT,
            Ok(()) => "same",
        }
    }

    /// Every argument of the row but the write-only ones, which no plan holds.
    fn arguments() -> Vec<Path> {
        let names = |row: Value| row.entries().cloned().unwrap_or_default().into_keys();
        let blocks = ["http_url_spec", "job_spec"];
        let top = names(Webhook::default().into_value());
        let top = top
            .filter(|name| !blocks.contains(&name.as_ref()))
            .map(Path::attribute);
        let below = |block: &'static str, row: Value| {
            names(row).map(move |name| Path::attribute(block).index(0).then(name))
        };
        let http = below(blocks[0], HttpUrlSpec::default().into_value());
        let job = below(blocks[1], JobSpec::default().into_value());
        let all = top.chain(http).chain(job);
        all.filter(|it| !it.to_string().ends_with("_wo")).collect()
    }

    fn values(argument: &str) -> [Value; 2] {
        match argument.rsplit('.').next().unwrap() {
            "events" => ["prompt.created", "prompt_tag.set"]
                .map(|event| Value::set(vec![Value::string(event)])),
            "status" => ["ACTIVE", "DISABLED"].map(Value::string),
            "enable_ssl_verification" => [Value::Bool(true), Value::Bool(false)],
            it if it.ends_with("_version") || it.ends_with("_timestamp") => {
                [1_u64, 2].map(Value::number)
            }
            _ => ["a", "b"].map(Value::string),
        }
    }

    /// A webhook whose argument has that value. Its token is not in two forms.
    fn with(path: &Path, value: Value) -> Webhook {
        let name = path.to_string();
        let mut base = if name.starts_with("job_spec") {
            job()
        } else {
            http()
        }
        .into_value();
        if name.ends_with("access_token_wo_version") {
            let plain = Path::attribute("job_spec").index(0).then("access_token");
            base = set(base, plain.steps(), Value::Null);
        }
        Webhook::from_value(set(base, path.steps(), value)).unwrap()
    }

    fn set(whole: Value, steps: &[Step], value: Value) -> Value {
        let Some((step, rest)) = steps.split_first() else {
            return value;
        };
        match (whole, step) {
            (Value::Object(mut all), Step::Attribute(name)) => {
                let below = all.remove(name).unwrap_or_default();
                all.insert(name.clone(), set(below, rest, value));
                Value::Object(all)
            }
            (Value::List(mut all), Step::Index(index)) => {
                let below = std::mem::take(&mut all[*index]);
                all[*index] = set(below, rest, value);
                Value::List(all)
            }
            other => panic!("{other:?}"),
        }
    }

    fn http() -> Webhook {
        let http = HttpUrlSpec {
            url: "https://ci.example.com".to_owned().into(),
            enable_ssl_verification: true.into(),
            ..HttpUrlSpec::default()
        };
        Webhook {
            http_url_spec: vec![http].into(),
            ..base()
        }
    }

    fn job() -> Webhook {
        let job = JobSpec {
            job_id: "7".to_owned().into(),
            access_token: Secret::from("t".to_owned()).into(),
            ..JobSpec::default()
        };
        Webhook {
            job_spec: vec![job].into(),
            ..base()
        }
    }

    fn base() -> Webhook {
        let event = Attr::Known("model_version.created".to_owned());
        Webhook {
            name: "n".to_owned().into(),
            events: SetOf(vec![event]).into(),
            status: "ACTIVE".to_owned().into(),
            http_url_spec: vec![].into(),
            job_spec: vec![].into(),
            ..Webhook::default()
        }
    }
}
