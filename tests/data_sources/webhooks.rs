//! All webhooks, however many there are and whoever else writes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::made_elsewhere;
use crate::support::mlflow::{Options, Server};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

pub fn cases() -> Vec<Case> {
    cases![
        filters_narrow_and_the_order_is_by_name,
        a_filter_that_means_nothing_is_refused,
        more_than_a_page_is_complete_while_others_write,
    ]
}

const URL: &str = "http://127.0.0.1:9/hook";
/// More than MLflow gives in one page.
const MANY: usize = 1100;

fn filters_narrow_and_the_order_is_by_name() {
    let (server, prefix) = (Server::shared(), unique("filtered"));
    let prompts = json!({"events": [{"entity": "PROMPT", "action": "CREATED"}]});
    let b = made_elsewhere(server, &format!("{prefix}-b"), URL, prompts);
    let c = made_elsewhere(
        server,
        &format!("{prefix}-c"),
        URL,
        json!({"status": "DISABLED"}),
    );
    let a = made_elsewhere(server, &format!("{prefix}-a"), URL, json!({}));
    for (filter, expected) in [
        ("", vec![&a, &b, &c]),
        ("status = \"ACTIVE\"", vec![&a, &b]),
        ("events = [\"prompt.created\"]", vec![&b]),
        (
            "events = [\"REGISTERED_MODEL_CREATED\", \"prompt_tag.set\"]",
            vec![&a, &c],
        ),
        ("model_name = \"churn\"", vec![]),
    ] {
        let config = format!("name_regex = \"^{prefix}-[abc]$\"\n{filter}");
        let found = find(&Workspace::new(server, &all(&config)));
        let ids: Vec<_> = found.ids.iter().collect();
        assert_eq!(ids, expected, "{filter}");
    }
    for id in [a, b, c] {
        server.rest().delete_webhook(&id);
    }
}

fn a_filter_that_means_nothing_is_refused() {
    for (filter, says) in [
        ("events = []", "No Events"),
        (
            "events = [\"model_version.create\"]",
            "model_version.created",
        ),
        ("status = \"active\"", "Did you mean ACTIVE?"),
        ("name_regex = \"(\"", "Invalid Regular Expression"),
    ] {
        Workspace::bare(&all(filter))
            .validate()
            .expect_error_containing(&[says]);
    }
}

fn more_than_a_page_is_complete_while_others_write() {
    let server = Server::start(Options::default());
    let names: Vec<_> = (0..MANY).map(|it| format!("stable-{it:04}")).collect();
    let stable: Vec<_> = names
        .iter()
        .map(|name| made_elsewhere(&server, name, URL, json!({})))
        .collect();
    let workspace = Workspace::new(&server, &all(""));
    let (ended, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| others_write(&server, &ended, &written));
        for _ in 0..3 {
            let before = written.load(Ordering::Relaxed);
            let found = find(&workspace);
            assert!(
                written.load(Ordering::Relaxed) > before,
                "nobody else wrote"
            );
            found.expect_each_once_in_order(&stable);
        }
        ended.store(true, Ordering::Relaxed);
    });
    let quiet = find(&workspace);
    assert_eq!(quiet.ids, stable);
}

/// Creates webhooks, and deletes the older ones of them, which moves all pages.
fn others_write(server: &Server, ended: &AtomicBool, written: &AtomicUsize) {
    let mut alive = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        alive.push(made_elsewhere(server, &unique("passing"), URL, json!({})));
        if alive.len() > 5 {
            server.rest().delete_webhook(&alive.remove(0));
        }
        written.fetch_add(1, Ordering::Relaxed);
    }
    for id in alive {
        server.rest().delete_webhook(&id);
    }
}

fn all(arguments: &str) -> String {
    format!(
        r#"
data "mlflow_webhooks" "it" {{
{arguments}
}}
output "ids" {{ value = data.mlflow_webhooks.it.ids }}
output "names" {{ value = data.mlflow_webhooks.it.webhooks[*].name }}
output "same" {{ value = data.mlflow_webhooks.it.webhooks[*].id == data.mlflow_webhooks.it.ids }}
"#
    )
}

struct Found {
    ids: Vec<String>,
    names: Vec<String>,
}

fn find(workspace: &Workspace) -> Found {
    workspace.apply().expect_ok();
    let outputs = workspace.run(&["output", "-json"]).expect_ok().json();
    assert_eq!(outputs["same"]["value"], true);
    Found {
        ids: texts(&outputs["ids"]["value"]),
        names: texts(&outputs["names"]["value"]),
    }
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("it is a list").iter();
    list.map(|it| it.as_str().expect("it is text").to_owned())
        .collect()
}

impl Found {
    fn expect_each_once_in_order(&self, stable: &[String]) {
        let unique: BTreeSet<_> = self.ids.iter().collect();
        assert_eq!(unique.len(), self.ids.len(), "one stands twice");
        let missing: Vec<_> = stable.iter().filter(|it| !unique.contains(it)).collect();
        assert!(missing.is_empty(), "missing: {missing:?}");
        assert!(self.names.is_sorted(), "not in order");
    }
}
