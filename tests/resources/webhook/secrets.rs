//! A secret signs, changes, goes and stays, and lies nowhere that it should not.

use serde_json::json;

use super::{IT, with_body};
use crate::support::http::Request;
use crate::support::mlflow::Server;
use crate::support::receiver::{Receiver, is_signed, is_signed_with};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        a_changed_secret_signs_and_a_removed_one_does_not,
        a_write_only_secret_is_nowhere_and_survives_other_changes,
        an_imported_webhook_goes_on_signing,
        a_configured_secret_is_sent_once_after_an_import,
        an_empty_secret_means_unsigned,
    ]
}

fn a_changed_secret_signs_and_a_removed_one_does_not() {
    let it = Signing::start("secret");
    let workspace = it.workspace("", "secret = \"first\"");
    workspace.apply().expect_ok();
    assert!(is_signed_with(&it.delivery(), "first"));
    it.configure(&workspace, "", "secret = \"second\"");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(is_signed_with(&it.delivery(), "second"));
    it.configure(&workspace, "", "");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(!is_signed(&it.delivery()));
    workspace.destroy().expect_ok();
}

fn a_write_only_secret_is_nowhere_and_survives_other_changes() {
    let it = Signing::start("write-only");
    let secret = |text: &str, version: u32| {
        format!("secret_wo = \"canary-{text}\"\nsecret_wo_version = {version}")
    };
    let workspace = it.workspace("", &secret("one", 1));
    let plan = workspace.plan_json().to_string();
    workspace.apply().expect_ok();
    assert!(is_signed_with(&it.delivery(), "canary-one"));
    // Another value under the same version is not sent: only the version tells.
    it.configure(&workspace, "description = \"Changed\"", &secret("two", 1));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(is_signed_with(&it.delivery(), "canary-one"));
    it.configure(&workspace, "", &secret("two", 2));
    let update = workspace.plan_json().to_string();
    workspace.apply().expect_ok();
    assert!(is_signed_with(&it.delivery(), "canary-two"));
    for (place, text) in [
        ("plan", plan),
        ("plan of an update", update),
        ("state", workspace.state_text()),
    ] {
        // The configuration itself is quoted in a JSON plan; the values planned are not.
        let planned = text.split("\"configuration\":").next().unwrap();
        assert!(!planned.contains("canary"), "{place}");
    }
    it.configure(&workspace, "", "");
    workspace.apply().expect_ok();
    assert!(!is_signed(&it.delivery()));
    workspace.destroy().expect_ok();
}

fn an_imported_webhook_goes_on_signing() {
    let it = Signing::start("imported");
    let id = it.made_elsewhere();
    let workspace = it.workspace("", "");
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, "description = \"Now ours\"", "");
    workspace.apply().expect_ok();
    assert!(is_signed_with(&it.delivery(), "theirs"));
    workspace.destroy().expect_ok();
}

fn a_configured_secret_is_sent_once_after_an_import() {
    let it = Signing::start("taken");
    let id = it.made_elsewhere();
    let workspace = it.workspace("", "secret = \"ours\"");
    workspace.import(IT, &id).expect_ok();
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "update".to_owned())]
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(is_signed_with(&it.delivery(), "ours"));
    workspace.destroy().expect_ok();
}

fn an_empty_secret_means_unsigned() {
    let it = Signing::start("unsigned");
    let id = it.made_elsewhere();
    let workspace = it.workspace("", "secret = \"\"");
    workspace.import(IT, &id).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(!is_signed(&it.delivery()));
    workspace.destroy().expect_ok();
}

/// A webhook and the receiver that it calls.
struct Signing {
    server: &'static Server,
    receiver: Receiver,
    name: String,
}

impl Signing {
    fn start(prefix: &str) -> Self {
        Self {
            server: Server::shared(),
            receiver: Receiver::start(),
            name: unique(prefix),
        }
    }

    fn workspace(&self, more: &str, secret: &str) -> Workspace {
        Workspace::new(self.server, &self.config(more, secret))
    }

    fn configure(&self, workspace: &Workspace, more: &str, secret: &str) {
        workspace.reconfigure(self.server, &self.config(more, secret));
    }

    fn config(&self, more: &str, secret: &str) -> String {
        let url = self.receiver.url();
        with_body(&self.name, more, &format!("url = {url:?}\n{secret}"))
    }

    /// A webhook of this name that signs, as a script would have made it.
    fn made_elsewhere(&self) -> String {
        let made = self.server.rest().create_webhook(&json!({
            "name": self.name,
            "url": self.receiver.url(),
            "secret": "theirs",
            "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
        }));
        made["webhook_id"].as_str().unwrap().to_owned()
    }

    /// What arrives when a model is registered now.
    fn delivery(&self) -> Request {
        let model = unique("model");
        self.server.rest().register_model(&model);
        let mine = |delivery: &Request| delivery.json()["data"]["name"] == model.as_str();
        self.receiver.wait_for_matching(1, mine).remove(0)
    }
}
