//! What can be said of a configuration alone, whichever registry it is for.
//!
//! Nothing here may speak up because of a value that is not known yet.

use std::collections::BTreeMap;

use super::features;
use crate::{
    api::Event,
    framework::{Diagnostic, Diagnostics, Path},
    provider::webhook::{
        events,
        model::{Webhook, in_job},
    },
};

/// Everything wrong with this configuration on any registry.
pub(in crate::provider::webhook) fn check(config: &Webhook) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(target(config));
    found.extend(event_names(config));
    found.extend(model_of_new_models(config));
    found.extend(secrets(config));
    found.extend(job_token(config));
    if !found.has_errors() {
        found.extend(no_registry(config));
    }
    found
}

/// Exactly one of the two blocks. A dynamic block with an unknown `for_each` may still turn out
/// to be there or not.
fn target(config: &Webhook) -> Option<Diagnostic> {
    let http = config.http_url_spec.known().map(Vec::is_empty);
    let job = config.job_spec.known().map(Vec::is_empty);
    let (summary, detail, path) = match (http, job) {
        (Some(true), Some(true)) => (
            "Missing Target",
            "A webhook needs a target: add an http_url_spec block to call a URL, or a job_spec \
             block to start a Databricks job.",
            Path::root(),
        ),
        (Some(false), Some(false)) => (
            "Two Targets",
            "A webhook has one target: keep either the http_url_spec block or the job_spec block, \
             and write a second resource for the other.",
            Path::attribute("job_spec"),
        ),
        _ => return None,
    };
    let diagnostic = Diagnostic::error(summary, detail);
    Some(if path == Path::root() {
        diagnostic
    } else {
        diagnostic.at(path)
    })
}

/// Every name known, and no event twice.
fn event_names(config: &Webhook) -> Diagnostics {
    let mut seen: BTreeMap<Event, &str> = BTreeMap::new();
    let mut found = Diagnostics::new();
    let path = Path::attribute("events");
    for name in events::names(&config.events) {
        match events::named(name) {
            Err(problem) => {
                found.push(Diagnostic::error("Unknown Event", problem).at(path.clone()));
            }
            Ok(event) => {
                if let Some(other) = seen.insert(event, name) {
                    found.push(same_event(other, name).at(path.clone()));
                }
            }
        }
    }
    found
}

fn same_event(one: &str, other: &str) -> Diagnostic {
    Diagnostic::error(
        "Same Event Twice",
        format!("{one:?} and {other:?} are two spellings of the same event: keep one of them."),
    )
}

/// A new model cannot be the model that a webhook already listens to.
fn model_of_new_models(config: &Webhook) -> Option<Diagnostic> {
    let model = config.model_name.known()?;
    let creation = |name: &&str| Event::parse(name) == Some(Event::REGISTERED_MODEL_CREATED);
    let name = events::names(&config.events).find(creation)?;
    let detail = format!(
        "{name:?} fires for models that are new, so it cannot be limited to the model {model:?}: \
         remove model_name, or this event."
    );
    Some(
        Diagnostic::error("Event Cannot Be Limited to a Model", detail)
            .at(Path::attribute("events")),
    )
}

/// Each secret in one form only, and a write-only one and its version together.
fn secrets(config: &Webhook) -> Diagnostics {
    let secrets = config.secrets().into_iter();
    secrets.filter_map(|it| it.validate()).collect()
}

/// A job cannot be started by nobody. A version without a value is told already.
fn job_token(config: &Webhook) -> Option<Diagnostic> {
    let job = config.job()?;
    let missing = job.access_token.is_null()
        && job.access_token_wo.is_null()
        && job.access_token_wo_version.known().is_none();
    missing.then(|| {
        Diagnostic::error(
            "Missing Access Token",
            "A job is started in someone's name: set access_token, or access_token_wo with \
             access_token_wo_version.",
        )
        .at(in_job("access_token"))
    })
}

/// A mix of what only MLflow and what only Databricks has.
fn no_registry(config: &Webhook) -> Option<Diagnostic> {
    let mlflow = features::only_of_mlflow(config).into_iter().next()?;
    let databricks = features::only_of_databricks(config).into_iter().next()?;
    let detail = format!(
        "Only MLflow has {}, and only Databricks has {}: no registry accepts both. Remove one of \
         them, or write one webhook for each registry.",
        mlflow.what, databricks.what
    );
    Some(Diagnostic::error("No Registry Has Both", detail).at(databricks.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        framework::{Attr, Secret, SetOf},
        provider::webhook::model::{HttpUrlSpec, JobSpec},
    };

    fn events(names: &[&str]) -> Attr<SetOf<Attr<String>>> {
        let names = names.iter().map(|it| Attr::Known((*it).to_owned()));
        SetOf(names.collect()).into()
    }

    fn http() -> HttpUrlSpec {
        HttpUrlSpec {
            url: "https://ci.example.com".to_owned().into(),
            ..HttpUrlSpec::default()
        }
    }

    fn job() -> JobSpec {
        JobSpec {
            job_id: "7".to_owned().into(),
            access_token: Secret::from("t".to_owned()).into(),
            ..JobSpec::default()
        }
    }

    fn webhook() -> Webhook {
        Webhook {
            name: "n".to_owned().into(),
            events: events(&["model_version.created"]),
            http_url_spec: vec![http()].into(),
            job_spec: vec![].into(),
            ..Webhook::default()
        }
    }

    fn secret() -> Attr<Secret> {
        Secret::from("s".to_owned()).into()
    }

    fn summaries(config: &Webhook) -> Vec<String> {
        let found = check(config);
        found.iter().map(|it| it.summary.clone()).collect()
    }

    #[test]
    fn exactly_one_target_and_no_alarm_while_unknown() {
        type Blocks = (Attr<Vec<HttpUrlSpec>>, Attr<Vec<JobSpec>>);
        let cases: [(Blocks, &[&str]); 6] = [
            ((vec![http()].into(), vec![].into()), &[]),
            ((vec![].into(), vec![].into()), &["Missing Target"]),
            ((vec![http()].into(), vec![job()].into()), &["Two Targets"]),
            ((Attr::Unknown, vec![].into()), &[]),
            ((Attr::Unknown, Attr::Unknown), &[]),
            ((vec![http()].into(), Attr::Unknown), &[]),
        ];
        for ((http_url_spec, job_spec), expected) in cases {
            let config = Webhook {
                http_url_spec,
                job_spec,
                ..webhook()
            };
            assert_eq!(summaries(&config), expected, "{config:?}");
        }
    }

    #[test]
    fn events_are_known_and_each_stands_once() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&["model_version.created", "prompt.created"], &[]),
            (&["model_version.create"], &["Unknown Event"]),
            (
                &["model_version.created", "MODEL_VERSION_CREATED"],
                &["Same Event Twice"],
            ),
            (
                &["nonsense", "more nonsense"],
                &["Unknown Event", "Unknown Event"],
            ),
        ];
        for (names, expected) in cases {
            let config = Webhook {
                events: events(names),
                ..webhook()
            };
            assert_eq!(summaries(&config), expected, "{names:?}");
        }
        let misspelt = Webhook {
            events: events(&["model_version.create"]),
            ..webhook()
        };
        let detail = check(&misspelt).into_iter().next().unwrap().detail;
        assert!(
            detail.contains("Did you mean \"model_version.created\"?"),
            "{detail}"
        );
    }

    #[test]
    fn a_secret_has_one_form_and_a_write_only_one_a_version() {
        let one = Attr::Known(1);
        let none = Secret::default().into();
        for (plain, write_only, version, expected) in [
            (secret(), Attr::Null, Attr::Null, vec![]),
            (Attr::Null, secret(), one, vec![]),
            (Attr::Null, secret(), Attr::Unknown, vec![]),
            (Attr::Null, Attr::Unknown, Attr::Null, vec![]),
            (Attr::Unknown, secret(), one, vec![]),
            (secret(), secret(), one, vec!["Secret Given Twice"]),
            (Attr::Null, secret(), Attr::Null, vec!["Missing Version"]),
            (Attr::Null, Attr::Null, Attr::Unknown, vec![]),
            (Attr::Null, Attr::Unknown, one, vec![]),
            (Attr::Null, Attr::Null, one, vec!["Missing Value"]),
            (secret(), Attr::Null, one, vec!["Missing Value"]),
            (Attr::Unknown, Attr::Null, one, vec!["Missing Value"]),
            (Attr::Null, none, one, vec![]),
        ] {
            let config = Webhook {
                http_url_spec: vec![HttpUrlSpec {
                    secret: plain,
                    secret_wo: write_only,
                    secret_wo_version: version,
                    ..http()
                }]
                .into(),
                ..webhook()
            };
            assert_eq!(summaries(&config), expected, "{config:?}");
        }
    }

    #[test]
    fn a_mix_that_no_registry_has_is_told_at_once() {
        let both = ["No Registry Has Both"];
        let of_model = Webhook {
            model_name: "churn".to_owned().into(),
            ..webhook()
        };
        assert_eq!(summaries(&of_model), both);
        let with_job = Webhook {
            http_url_spec: vec![].into(),
            job_spec: vec![job()].into(),
            ..webhook()
        };
        assert_eq!(summaries(&with_job), both);
        let unnamed = Webhook {
            name: Attr::Unknown,
            ..with_job
        };
        assert_eq!(summaries(&unnamed), [""; 0]);
        let mixed = Webhook {
            name: Attr::Null,
            events: events(&["prompt.created", "COMMENT_CREATED"]),
            ..webhook()
        };
        assert_eq!(summaries(&mixed), both);
    }

    #[test]
    fn a_job_needs_a_token_and_a_new_model_no_name() {
        let tokenless = Webhook {
            name: Attr::Null,
            http_url_spec: vec![].into(),
            job_spec: vec![JobSpec {
                access_token: Attr::Null,
                ..job()
            }]
            .into(),
            ..webhook()
        };
        assert_eq!(summaries(&tokenless), ["Missing Access Token"]);
        let limited = Webhook {
            name: Attr::Null,
            model_name: "churn".to_owned().into(),
            events: events(&["REGISTERED_MODEL_CREATED"]),
            ..webhook()
        };
        assert_eq!(summaries(&limited), ["Event Cannot Be Limited to a Model"]);
    }
}
