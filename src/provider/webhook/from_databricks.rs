//! The state of the Databricks provider's webhook, taken over by a `moved` block.
//!
//! Its secrets were lost there: the peer writes them as empty texts, or not at all. They are null
//! here, so a configured one is sent once by the next apply.

use serde_json::Value;

use super::model::{HttpUrlSpec, JobSpec, Webhook};
use crate::{
    framework::{Attr, Diagnostics, Imported, MoveSource, Secret, SetOf},
    provider::managed::from_databricks,
};

const TYPE_NAME: &str = "databricks_mlflow_webhook";

/// The state, if it is one of a webhook of that provider, from whichever host's registry.
pub(super) fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<Webhook>, Diagnostics>> {
    from_databricks(source, TYPE_NAME, webhook)
}

fn webhook(state: &Value) -> Webhook {
    Webhook {
        id: text(state, "id"),
        model_name: text(state, "model_name"),
        events: SetOf(events(state)).into(),
        description: text(state, "description"),
        status: text(state, "status"),
        http_url_spec: blocks(state, "http_url_spec", http).into(),
        job_spec: blocks(state, "job_spec", job).into(),
        ..Webhook::default()
    }
}

fn events(state: &Value) -> Vec<Attr<String>> {
    let names = state["events"].as_array().into_iter().flatten();
    let names = names.filter_map(Value::as_str).map(str::to_owned);
    let unique: std::collections::BTreeSet<String> = names.collect();
    unique.into_iter().map(Attr::Known).collect()
}

fn blocks<T>(state: &Value, name: &str, read: fn(&Value) -> T) -> Vec<T> {
    let blocks = state[name].as_array().into_iter().flatten();
    blocks.take(1).map(read).collect()
}

fn http(block: &Value) -> HttpUrlSpec {
    HttpUrlSpec {
        url: text(block, "url"),
        secret: secret(block, "secret"),
        authorization: secret(block, "authorization"),
        // The peer never sends false, so what its state says is not what the registry has.
        enable_ssl_verification: true.into(),
        ..HttpUrlSpec::default()
    }
}

fn job(block: &Value) -> JobSpec {
    JobSpec {
        job_id: text(block, "job_id"),
        // The peer also keeps one that only the registry named. Taken over, it would be cleared as
        // if the user had removed it; a configured one goes along with the token that is sent.
        workspace_url: Attr::Null,
        access_token: secret(block, "access_token"),
        ..JobSpec::default()
    }
}

/// Left out and empty are the same to the peer's framework.
fn text(object: &Value, name: &str) -> Attr<String> {
    let text = object[name].as_str().filter(|it| !it.is_empty());
    text.map(str::to_owned).into()
}

fn secret(object: &Value, name: &str) -> Attr<Secret> {
    let text = object[name].as_str().filter(|it| !it.is_empty());
    text.map(|it| Secret::from(it.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn source<'a>(provider: &'a str, state: &'a Value) -> MoveSource<'a> {
        MoveSource {
            provider,
            type_name: TYPE_NAME,
            version: 0,
            state,
        }
    }

    #[test]
    fn the_peers_state_is_read_from_any_registry_host() {
        let state = json!({
            "id": "42", "model_name": "churn", "description": "", "status": "ACTIVE",
            "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
            "http_url_spec": [{"url": "https://e.com", "secret": "", "authorization": "",
                               "enable_ssl_verification": false}],
            "job_spec": [], "provider_config": [{"workspace_id": "7"}],
        });
        for host in [
            "registry.terraform.io",
            "registry.opentofu.org",
            "mirror.example.com",
        ] {
            let provider = format!("{host}/databricks/databricks");
            let taken = take_over(&source(&provider, &state))
                .unwrap()
                .unwrap()
                .state;
            assert_eq!(taken.id, "42".to_owned().into());
            assert_eq!(taken.description, Attr::Null);
            let http = taken.http().unwrap();
            assert_eq!(
                (&http.secret, &http.authorization),
                (&Attr::Null, &Attr::Null)
            );
            assert_eq!(taken.events.known().unwrap().0.len(), 2);
            assert_eq!(taken.job(), None);
        }
    }

    #[test]
    fn a_job_keeps_its_token_but_not_a_workspace_that_the_registry_may_have_named() {
        let state = json!({
            "id": "42", "events": ["COMMENT_CREATED"], "status": "",
            "job_spec": [{"job_id": "1", "workspace_url": "https://named", "access_token": "kept"}],
        });
        let provider = "registry.terraform.io/databricks/databricks".to_owned();
        let taken = take_over(&source(&provider, &state))
            .unwrap()
            .unwrap()
            .state;
        let job = taken.job().unwrap();
        assert_eq!(job.workspace_url, Attr::Null);
        assert_eq!(job.access_token.known().unwrap().expose(), "kept");
        assert_eq!(taken.status, Attr::Null);
    }

    #[test]
    fn other_states_are_left_to_others() {
        let state = json!({});
        assert!(take_over(&source("registry.terraform.io/hashicorp/aws", &state)).is_none());
        let other = MoveSource {
            type_name: "databricks_job",
            ..source("registry.terraform.io/databricks/databricks", &state)
        };
        assert!(take_over(&other).is_none());
        let newer = MoveSource {
            version: 1,
            ..source("registry.terraform.io/databricks/databricks", &state)
        };
        assert!(take_over(&newer).unwrap().is_err());
    }
}
