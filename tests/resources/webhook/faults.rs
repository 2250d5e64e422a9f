//! Wrong addresses, broken servers and lost answers: nothing is dropped, nothing is made twice,
//! and the error says what is wrong.

use std::time::{Duration, Instant};

use super::{IT, webhook, with_body};
use crate::support::http::Response;
use crate::support::mlflow::{Options, Server, free_port};
use crate::support::proxy::{Fault, Loss, Proxy};
use crate::support::terraform::Workspace;
use crate::support::{Case, cases, unique};

const HOOKS: &str = "/api/2.0/mlflow/webhooks";
const URL: &str = "http://127.0.0.1:9/hook";

pub fn cases() -> Vec<Case> {
    cases![
        a_bad_answer_at_refresh_drops_nothing,
        another_server_is_not_where_the_webhook_was,
        a_moved_server_just_has_its_address_updated,
        a_lost_answer_leaves_exactly_one_webhook,
        twins_made_under_losses_are_as_many_as_in_state,
        a_lost_answer_to_an_update_or_delete_is_settled,
        an_unreachable_registry_is_told_in_bounded_time,
        answers_that_are_no_mlflow_are_told,
        a_server_over_files_is_told,
        a_missing_encryption_key_is_told,
        a_receiver_that_the_server_refuses_is_told_at_its_url,
        a_clearing_that_old_servers_ignore_replaces,
    ]
}

fn a_bad_answer_at_refresh_drops_nothing() {
    let server = Server::shared();
    let proxy = Proxy::start(server.address());
    let workspace = Workspace::at(&proxy.url(), &webhook(&unique("kept"), URL, ""));
    let workspace = workspace.env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    workspace.apply().expect_ok();
    for loss in [
        Loss::Answer(Response::html(404, "Not Found")),
        Loss::Answer(Response::html(200, "<h1>Please log in</h1>")),
        Loss::Answer(Response::json_error(
            404,
            "ENDPOINT_NOT_FOUND",
            "No such path",
        )),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "oops")),
        Loss::Answer(Response::html(502, "Bad Gateway")),
        Loss::Truncate,
        Loss::Close,
    ] {
        let label = format!("{loss:?}");
        proxy.inject("GET", HOOKS, 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
}

fn another_server_is_not_where_the_webhook_was() {
    let server = Server::shared();
    let other = Server::start(Options {
        workspaces: true,
        ..Options::default()
    });
    let config = webhook(&unique("elsewhere"), URL, "");
    let workspace = Workspace::new(server, &config);
    workspace.apply().expect_ok();
    workspace.reconfigure(&other, &config);
    let says = [
        "Webhook Lives on Another Registry",
        &server.url(),
        &other.url(),
    ];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    workspace.reconfigure(server, &config);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    an_unknown_workspace_is_told(&other);
}

/// Part of the case before, which has the one server with workspaces.
fn an_unknown_workspace_is_told(server: &Server) {
    let config = webhook(&unique("spaces"), URL, "");
    let workspace = Workspace::new(server, &config);
    workspace.apply().expect_ok();
    let lost = workspace.env("MLFLOW_WORKSPACE", "nowhere");
    lost.plan()
        .expect_error_containing(&["Workspace Not Found", "nowhere"]);
    server.rest().create_workspace("team-a");
    let moved = lost.env("MLFLOW_WORKSPACE", "team-a");
    let says = ["Webhook Lives on Another Registry", "workspace team-a"];
    moved.plan().expect_error_containing(&says);
    let home = moved.env("MLFLOW_WORKSPACE", "default");
    home.destroy().expect_ok();
}

fn a_moved_server_just_has_its_address_updated() {
    let server = Server::shared();
    let (old, new) = (
        Proxy::start(server.address()),
        Proxy::start(server.address()),
    );
    let config = webhook(&unique("moved"), URL, "");
    let provider = |proxy: &Proxy| {
        format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n{config}",
            proxy.url()
        )
    };
    let workspace = Workspace::at(&old.url(), &config);
    workspace.apply().expect_ok();
    workspace.write("main.tf", &provider(&new));
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
    server.rest().delete_webhook(&id);
    // It now lives at the new address, so its absence there is believed.
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "create".to_owned())]
    );
}

fn a_lost_answer_leaves_exactly_one_webhook() {
    let server = Server::shared();
    for loss in [
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Answer(Response::new(200, "application/json", "{}")),
        Loss::Reset,
        Loss::Close,
        Loss::Truncate,
    ] {
        let (label, name) = (format!("{loss:?}"), unique("once"));
        let proxy = Proxy::start(server.address());
        proxy.inject("POST", HOOKS, 1, Fault::Afterwards(loss));
        let workspace = Workspace::at(&proxy.url(), &webhook(&name, URL, ""));
        workspace.apply().expect_ok();
        let made = server.rest().webhooks_named(&name);
        assert_eq!(made.len(), 1, "{label}");
        assert_eq!(
            workspace.resource(IT)["id"],
            made[0]["webhook_id"],
            "{label}"
        );
        assert_eq!(proxy.count("POST", HOOKS), 1, "{label}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
    a_request_that_never_arrived_is_repeated(server);
}

fn a_request_that_never_arrived_is_repeated(server: &Server) {
    let (proxy, name) = (Proxy::start(server.address()), unique("repeated"));
    proxy.inject("POST", HOOKS, 1, Fault::Instead(Loss::Close));
    let workspace = Workspace::at(&proxy.url(), &webhook(&name, URL, ""));
    workspace.apply().expect_ok();
    assert_eq!(server.rest().webhooks_named(&name).len(), 1);
    workspace.destroy().expect_ok();
}

fn twins_made_under_losses_are_as_many_as_in_state() {
    let server = Server::shared();
    for loss in [
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Reset,
    ] {
        let (proxy, name) = (Proxy::start(server.address()), unique("twins"));
        proxy.inject("POST", HOOKS, 3, Fault::Afterwards(loss.clone()));
        let config = with_body(
            &name,
            "count = 5",
            &format!("url = {URL:?}\nsecret = \"s\""),
        );
        let workspace = Workspace::at(&proxy.url(), &config);
        workspace.apply().expect_ok();
        let mut made = ids(&server.rest().webhooks_named(&name), "webhook_id");
        let state = workspace.state_json();
        let resources = state["values"]["root_module"]["resources"].as_array();
        let values: Vec<_> = resources
            .unwrap()
            .iter()
            .map(|it| it["values"].clone())
            .collect();
        let mut kept = ids(&values, "id");
        made.sort();
        kept.sort();
        assert_eq!(made, kept, "{loss:?}");
        assert_eq!(made.len(), 5, "{loss:?}");
        workspace.destroy().expect_ok();
        assert_eq!(server.rest().webhooks_named(&name).len(), 0);
    }
}

fn ids(webhooks: &[serde_json::Value], key: &str) -> Vec<String> {
    let id = |it: &serde_json::Value| it[key].as_str().unwrap().to_owned();
    webhooks.iter().map(id).collect()
}

fn a_lost_answer_to_an_update_or_delete_is_settled() {
    let server = Server::shared();
    let (proxy, name) = (Proxy::start(server.address()), unique("settled"));
    let config = |more: &str| {
        let config = webhook(&name, URL, more);
        format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n{config}",
            proxy.url()
        )
    };
    let workspace = Workspace::at(&proxy.url(), &webhook(&name, URL, ""));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &config("description = \"New\""));
    proxy.inject("PATCH", HOOKS, 1, Fault::Afterwards(Loss::Reset));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(server.rest().webhook_named(&name)["description"], "New");
    proxy.inject("DELETE", HOOKS, 1, Fault::Afterwards(Loss::Reset));
    workspace.destroy().expect_ok();
    assert_eq!(server.rest().webhooks_named(&name).len(), 0);
}

fn an_unreachable_registry_is_told_in_bounded_time() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let workspace = Workspace::at(&nobody, &webhook(&unique("nobody"), URL, ""));
    let start = Instant::now();
    let says = ["Registry Unreachable", &nobody, "Nothing listens"];
    workspace.apply().expect_error_containing(&says);
    assert!(start.elapsed() < Duration::from_secs(90));
    let nowhere = Workspace::at("http://nowhere.invalid", &webhook("n", URL, ""));
    nowhere
        .apply()
        .expect_error_containing(&["Registry Host Unknown", "nowhere.invalid"]);
}

fn answers_that_are_no_mlflow_are_told() {
    let proxy = Proxy::start(Server::shared().address());
    let workspace = Workspace::at(&proxy.url(), &webhook(&unique("page"), URL, ""));
    let login = Response::html(200, "Sign in");
    proxy.inject(
        "POST",
        HOOKS,
        1,
        Fault::Instead(Loss::Answer(login.clone())),
    );
    proxy.inject("GET", "/", 100, Fault::Instead(Loss::Answer(login)));
    workspace
        .apply()
        .expect_error_containing(&["Not an MLflow Answer", "tracking_uri"]);
    proxy.heal();
    let missing = Response::html(404, "Not Found");
    proxy.inject(
        "POST",
        "/",
        1,
        Fault::Instead(Loss::Answer(missing.clone())),
    );
    proxy.inject("GET", "/", 100, Fault::Instead(Loss::Answer(missing)));
    workspace
        .apply()
        .expect_error_containing(&["No Webhook API", "tracking_uri", "3.3"]);
    proxy.heal();
    let redirect = Response::html(301, "").with_header("Location", "https://mlflow.example.com/x");
    proxy.inject("POST", "/", 1, Fault::Instead(Loss::Answer(redirect)));
    workspace
        .apply()
        .expect_error_containing(&["Registry Redirects Elsewhere", "https://mlflow.example.com"]);
}

fn a_server_over_files_is_told() {
    let server = Server::start(Options {
        file_store: true,
        ..Options::default()
    });
    let workspace = Workspace::new(&server, &webhook(&unique("files"), URL, ""));
    workspace
        .apply()
        .expect_error_containing(&["Server Without Database", "--backend-store-uri"]);
}

fn a_missing_encryption_key_is_told() {
    let keyless = Options {
        encryption_key: false,
        ..Options::default()
    };
    let mut server = Server::start(keyless.clone());
    let workspace = Workspace::new(&server, &webhook(&unique("keyless"), URL, ""));
    workspace.apply().expect_ok();
    server.restart(keyless);
    let plan = workspace.plan();
    plan.expect_error_containing(&["MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY"]);
}

fn a_receiver_that_the_server_refuses_is_told_at_its_url() {
    let server = Server::start(Options {
        private_ips: false,
        ..Options::default()
    });
    let workspace = Workspace::new(&server, &webhook(&unique("private"), URL, ""));
    let says = [
        "Receiver URL Refused",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS",
        "url =",
    ];
    workspace.apply().expect_error_containing(&says);
}

fn a_clearing_that_old_servers_ignore_replaces() {
    let proxy = Proxy::start(Server::shared().address());
    let name = unique("clearing");
    let config = |more: &str| {
        let config = webhook(&name, URL, more);
        format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n{config}",
            proxy.url()
        )
    };
    let workspace = Workspace::at(&proxy.url(), &webhook(&name, URL, "description = \"Old\""));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("GET", "/version"), 0);
    workspace.write("main.tf", &config(""));
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "update".to_owned())]
    );
    let old = Response::new(200, "text/html", "3.15.0");
    proxy.inject("GET", "/version", 100, Fault::Instead(Loss::Answer(old)));
    assert_eq!(
        workspace.planned_actions(),
        [(IT.to_owned(), "delete-create".to_owned())]
    );
    let applied = workspace.apply().expect_ok();
    assert!(applied.text().contains("Webhook Replaced to Clear a Value"));
    proxy.heal();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
