//! What a refresh costs the registry: a handful of lists for many webhooks, one request for one.

use super::webhook;
use crate::support::databricks::{ADMIN, Databricks};
use crate::support::mlflow::Server;
use crate::support::proxy::Proxy;
use crate::support::terraform::Workspace;
use crate::support::{Case, cases};

const MLFLOW: &str = "/api/2.0/mlflow/webhooks";

pub fn cases() -> Vec<Case> {
    cases![
        many_share_a_list_and_one_costs_one_request,
        what_a_list_does_not_show_is_asked_for_by_its_id,
        many_on_databricks_share_a_handful_of_lists,
    ]
}

fn many_share_a_list_and_one_costs_one_request() {
    let proxy = Proxy::start(Server::shared().address());
    for (count, most) in [("60", 12), ("1", 1)] {
        let many = webhook(
            "many",
            "https://ci.example.com",
            &format!("count = {count}"),
        );
        let workspace = Workspace::at(&proxy.url(), &many);
        workspace.apply().expect_ok();
        proxy.clear();
        workspace.expect_clean_plan();
        let requests = proxy.count("GET", MLFLOW);
        assert!(requests <= most, "{requests} requests for {count} webhooks");
        workspace.destroy().expect_ok();
    }
}

fn what_a_list_does_not_show_is_asked_for_by_its_id() {
    let rest = Server::shared().rest();
    let many = webhook("gone", "https://ci.example.com", "count = 30");
    let workspace = Workspace::new(Server::shared(), &many);
    workspace.apply().expect_ok();
    let gone = workspace.resource("mlflow_webhook.it[7]")["id"].clone();
    rest.delete_webhook(gone.as_str().unwrap());
    assert_eq!(
        workspace.planned_actions(),
        [("mlflow_webhook.it[7]".to_owned(), "create".to_owned())]
    );
    workspace.destroy().expect_ok();
}

fn many_on_databricks_share_a_handful_of_lists() {
    let registry = Databricks::start();
    let config = format!(
        r#"
provider "mlflow" {{
  databricks = {{
    host  = "{}"
    token = "{ADMIN}"
  }}
}}
resource "mlflow_webhook" "it" {{
  count  = 60
  events = ["MODEL_VERSION_CREATED"]
  http_url_spec {{
    url = "https://ci.example.com"
  }}
}}
"#,
        registry.url()
    );
    let workspace = Workspace::bare(&config);
    workspace.apply().expect_ok();
    registry.clear();
    workspace.expect_clean_plan();
    let lists = registry.count("GET", "/api/2.0/mlflow/registry-webhooks/list");
    assert!(lists <= 6, "{lists} lists for 60 webhooks");
}
