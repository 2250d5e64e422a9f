//! Deployments listen to what happens to aliases: nothing is sent unless something changes.

use serde_json::json;

use super::{ALIAS, Subject, proxy};
use crate::support::{
    Case, cases, mlflow::Server, receiver::Receiver, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_apply_without_changes_fires_nothing,
        the_end_of_one_that_is_not_there_sends_nothing,
    ]
}

/// A webhook about aliases tells each event, and a later one shows that no other came before.
fn an_apply_without_changes_fires_nothing() {
    let it = Subject::new("quiet");
    let receiver = Receiver::start();
    let webhook = Server::shared().rest().create_webhook(&json!({
        "name": unique("aliases"),
        "url": receiver.url(),
        "events": [
            {"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"},
            {"entity": "MODEL_VERSION_ALIAS", "action": "DELETED"},
        ],
    }));
    let workspace = it.applied("1");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, "2");
    workspace.apply().expect_ok();
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    it.models.set_alias(&it.model, "last", "3");
    let about =
        |each: &crate::support::http::Request| each.json()["data"]["name"] == it.model.as_str();
    let delivered = receiver.wait_for_matching(4, about);
    let mut told: Vec<_> = delivered
        .iter()
        .map(|each| {
            let each = each.json();
            let part = |part: &serde_json::Value| part.as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {}",
                part(&each["action"]),
                part(&each["data"]["alias"]),
                part(&each["data"]["version"])
            )
        })
        .collect();
    told.sort();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(told[..2], ["created champion 1", "created champion 2"]);
    assert_eq!(told[2], "created last 3");
    assert!(told[3].starts_with("deleted champion"), "{told:?}");
    let id = webhook["webhook_id"].as_str().unwrap();
    Server::shared().rest().delete_webhook(id);
}

fn the_end_of_one_that_is_not_there_sends_nothing() {
    let it = Subject::new("gone");
    let proxy = proxy();
    let workspace = Workspace::at(&proxy.url(), &it.config("1"));
    workspace.apply().expect_ok();
    it.models.delete_alias(&it.model, "champion");
    let unrefreshed = ["destroy", "-input=false", "-auto-approve", "-refresh=false"];
    workspace.run(&unrefreshed).expect_ok();
    assert_eq!(proxy.count("DELETE", ALIAS), 0);
}
