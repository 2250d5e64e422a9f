//! States that releases wrote: today's provider reads them and plans nothing.
//!
//! `tests/data/upgrade` has a configuration for each case and, in a folder for each release, the
//! state that this release made of it. Before a release its folder is made by
//! `make testacc RUN=upgrade MLFLOW_TEST_RECORD=1`; what is recorded is never changed again.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    feature::Feature,
    mlflow::Server,
    terraform::{Workspace, terraform},
    unique,
};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/upgrade");
const THIS_RELEASE: &str = env!("CARGO_PKG_VERSION");
const IT: &str = "mlflow_webhook.it";

pub fn cases() -> Vec<Case> {
    cases![
        a_secret_in_the_state_plans_nothing,
        a_write_only_secret_plans_nothing,
        a_job_on_databricks_plans_nothing,
    ]
}

fn a_secret_in_the_state_plans_nothing() {
    on_mlflow(
        "mlflow_secret",
        &json!({
            "events": [
                {"entity": "MODEL_VERSION", "action": "CREATED"},
                {"entity": "REGISTERED_MODEL", "action": "CREATED"},
            ],
            "status": "DISABLED",
        }),
    );
}

fn a_write_only_secret_plans_nothing() {
    let entity = if Feature::Prompts.is_there() {
        "PROMPT"
    } else {
        "MODEL_VERSION"
    };
    on_mlflow(
        "mlflow_write_only",
        &json!({
            "events": [{"entity": entity, "action": "CREATED"}],
            "description": "Kept nowhere",
        }),
    );
}

fn on_mlflow(case: &str, webhook: &Value) {
    let (server, name) = (Server::shared(), unique("upgrade"));
    let words = [("address", server.url()), ("name", name.clone())];
    if recording() {
        record(case, &words);
    }
    for release in releases() {
        let mut webhook = webhook.clone();
        webhook["name"] = name.clone().into();
        webhook["url"] = "http://127.0.0.1:9/hook".into();
        webhook["secret"] = "s3cret".into();
        let made = server.rest().create_webhook(&webhook);
        plans_nothing(&release, case, &words, "webhook_id", &made);
        let id = made["webhook_id"].as_str().expect("it has an id");
        server.rest().delete_webhook(id);
    }
}

fn a_job_on_databricks_plans_nothing() {
    let registry = Databricks::start();
    let words = [("address", registry.url()), ("token", ADMIN.to_owned())];
    if recording() {
        record("databricks_job", &words);
    }
    for release in releases() {
        registry.create(&json!({
            "model_name": "churn",
            "events": ["MODEL_VERSION_CREATED"],
            "status": "TEST_MODE",
            "job_spec": {"job_id": "7", "access_token": "dapi-job"},
        }));
        let made = registry.webhooks().remove(0);
        plans_nothing(&release, "databricks_job", &words, "id", &made);
    }
}

/// The state of a release, with this webhook in it, leaves nothing to do.
fn plans_nothing(release: &Path, case: &str, words: &[(&str, String)], id: &str, made: &Value) {
    let mut words = words.to_vec();
    words.push(("id", made[id].as_str().expect("it has an id").to_owned()));
    for time in TIMES {
        words.push((time, made[time].to_string()));
    }
    let state = fs::read_to_string(release.join(format!("{case}.tfstate")));
    let mut state: Value = state
        .map(|it| filled(&it, &words).replace("registry.terraform.io", own_registry()))
        .map(|it| serde_json::from_str(&it).expect("a state is JSON"))
        .unwrap_or_else(|error| panic!("{case} of {}: {error}", release.display()));
    let private = &mut state["resources"][0]["instances"][0]["private"];
    *private = BASE64_STANDARD
        .encode(private.as_str().unwrap_or_default())
        .into();
    let workspace = Workspace::bare(&configuration(case, &words));
    workspace.write("terraform.tfstate", &state.to_string());
    workspace.expect_clean_plan();
    // Nor does an apply find anything to upgrade.
    let before = workspace.resource(IT);
    workspace.apply().expect_ok();
    assert_eq!(workspace.resource(IT), before);
}

const TIMES: [&str; 2] = ["creation_timestamp", "last_updated_timestamp"];

/// Where the host at hand thinks that providers come from.
fn own_registry() -> &'static str {
    if terraform().contains("tofu") {
        "registry.opentofu.org"
    } else {
        "registry.terraform.io"
    }
}

fn recording() -> bool {
    env::var_os("MLFLOW_TEST_RECORD").is_some()
}

/// Makes the state of this release, with a word in braces for whatever differs each time.
fn record(case: &str, words: &[(&str, String)]) {
    let workspace = Workspace::bare(&configuration(case, words));
    workspace.apply().expect_ok();
    let mut state: Value = serde_json::from_str(&workspace.state_text()).expect("it is JSON");
    state["lineage"] = "recorded".into();
    let instance = &mut state["resources"][0]["instances"][0];
    let private = instance["private"].as_str().unwrap_or_default();
    let private = BASE64_STANDARD.decode(private).expect("it is encoded");
    instance["private"] = String::from_utf8_lossy(&private).into_owned().into();
    let mut words = words.to_vec();
    let attributes = instance["attributes"].clone();
    words.push((
        "id",
        attributes["id"].as_str().expect("it has an id").to_owned(),
    ));
    for time in TIMES {
        words.push((time, attributes[time].to_string()));
    }
    let mut text = format!("{state:#}\n");
    for (word, value) in words {
        text = text.replace(&value, &format!("{{{{{word}}}}}"));
    }
    let folder = Path::new(DATA).join(THIS_RELEASE);
    fs::create_dir_all(&folder).expect("the repository can be written to");
    fs::write(folder.join(format!("{case}.tfstate")), text).expect("and so can its folders");
    workspace.destroy().expect_ok();
}

fn configuration(case: &str, words: &[(&str, String)]) -> String {
    let text = fs::read_to_string(Path::new(DATA).join(format!("{case}.tf")));
    filled(&text.expect("the case has a configuration"), words)
}

/// Where the server has no prompts, no release can have left an event about them.
fn filled(text: &str, words: &[(&str, String)]) -> String {
    let text = if Feature::Prompts.is_there() {
        text.to_owned()
    } else {
        text.replace("prompt.created", "model_version.created")
    };
    words.iter().fold(text, |text, (word, value)| {
        text.replace(&format!("{{{{{word}}}}}"), value)
    })
}

/// The folders of releases; the one at hand is among them from its recording on.
fn releases() -> Vec<PathBuf> {
    let entries = fs::read_dir(DATA).expect("the cases are there").flatten();
    let folders: Vec<_> = entries
        .map(|it| it.path())
        .filter(|it| it.is_dir())
        .collect();
    assert!(!folders.is_empty(), "no release is recorded");
    folders
}
