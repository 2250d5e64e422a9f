//! Wrong addresses, broken registries and lost answers: nothing is dropped, nothing is made twice,
//! and the error says what is wrong.

use std::time::{Duration, Instant};

use super::{Subject, id, only};
use crate::support::{
    Case,
    http::Response,
    port::Silent,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    on_both![
        a_bad_answer_at_refresh_drops_nothing,
        a_moved_registry_just_has_its_address_updated,
        a_lost_answer_leaves_exactly_one_webhook,
        a_request_that_never_arrived_is_repeated,
        twins_made_under_losses_are_as_many_as_in_state,
        a_lost_answer_to_an_update_or_delete_is_settled,
        an_unreachable_registry_is_told_in_bounded_time,
        answers_of_something_else_are_told,
        a_page_in_place_of_every_write_is_told_soon,
    ]
}

fn a_bad_answer_at_refresh_drops_nothing<R: Registry>() {
    let it = Subject::<R>::new("kept");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
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
        proxy.inject("GET", R::API, 20, Fault::Afterwards(loss));
        let plan = workspace.plan();
        assert!(!plan.is_ok(), "{label}: {}", plan.text());
        assert!(!plan.text().contains("will be created"), "{label}");
        proxy.heal();
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
}

/// A webhook of a registry is not gone because another registry does not have it.
pub(super) fn another_registry_is_not_where_it_was<R: Registry>(it: &Subject<R>, other: &str) {
    let config = it.signing("");
    let workspace = it.workspace(&config);
    workspace.apply().expect_ok();
    workspace.write("main.tf", &R::at(other, &config));
    let says = [
        "Webhook Lives on Another Registry",
        &it.registry.url(),
        other,
    ];
    workspace.plan().expect_error_containing(&says);
    workspace.destroy().expect_error_containing(&says);
    it.configure(&workspace, &config);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_moved_registry_just_has_its_address_updated<R: Registry>() {
    let it = Subject::<R>::new("moved");
    let (old, new) = (it.proxy(), it.proxy());
    let config = it.signing("");
    let workspace = it.workspace_behind(&old, &config);
    workspace.apply().expect_ok();
    it.configure_behind(&new, &workspace, &config);
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    it.registry.delete(&id(&workspace));
    // It now lives at the new address, so its absence there is believed.
    assert_eq!(workspace.planned_actions(), only("create"));
}

fn a_lost_answer_leaves_exactly_one_webhook<R: Registry>() {
    for loss in [
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Answer(Response::new(200, "application/json", "{}")),
        Loss::Reset,
        Loss::Close,
        Loss::Truncate,
    ] {
        let (label, it) = (format!("{loss:?}"), Subject::<R>::new("once"));
        let proxy = it.proxy();
        proxy.inject("POST", R::API, 1, Fault::Afterwards(loss));
        let workspace = it.workspace_behind(&proxy, &it.signing(""));
        workspace.apply().expect_ok();
        let made = it.webhooks();
        assert_eq!(made.len(), 1, "{label}");
        assert_eq!(id(&workspace), made[0].id, "{label}");
        assert_eq!(proxy.count("POST", R::API), 1, "{label}");
        workspace.expect_clean_plan();
        workspace.destroy().expect_ok();
    }
}

fn a_request_that_never_arrived_is_repeated<R: Registry>() {
    let it = Subject::<R>::new("repeated");
    let proxy = it.proxy();
    proxy.inject("POST", R::API, 1, Fault::Instead(Loss::Close));
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
    workspace.apply().expect_ok();
    assert_eq!(it.webhooks().len(), 1);
    workspace.destroy().expect_ok();
}

fn twins_made_under_losses_are_as_many_as_in_state<R: Registry>() {
    for loss in [
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Reset,
    ] {
        let it = Subject::<R>::new("twins");
        let proxy = it.proxy();
        proxy.inject("POST", R::API, 3, Fault::Afterwards(loss.clone()));
        let workspace = it.workspace_behind(&proxy, &it.signing("count = 5"));
        workspace.apply().expect_ok();
        let made = it.webhooks().into_iter().map(|it| it.id);
        let (mut made, mut kept): (Vec<_>, _) = (made.collect(), ids(&workspace));
        made.sort();
        kept.sort();
        assert_eq!(made, kept, "{loss:?}");
        assert_eq!(made.len(), 5, "{loss:?}");
        workspace.destroy().expect_ok();
        assert_eq!(it.webhooks(), []);
    }
}

/// Of all resources in the state.
fn ids(workspace: &Workspace) -> Vec<String> {
    let state = workspace.state_json();
    let resources = state["values"]["root_module"]["resources"].as_array();
    let id = |it: &serde_json::Value| it["values"]["id"].as_str().unwrap().to_owned();
    resources.unwrap().iter().map(id).collect()
}

fn a_lost_answer_to_an_update_or_delete_is_settled<R: Registry>() {
    let it = Subject::<R>::new("settled");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
    workspace.apply().expect_ok();
    let changed = it.signing("description = \"New\"");
    it.configure_behind(&proxy, &workspace, &changed);
    proxy.inject("PATCH", R::API, 1, Fault::Afterwards(Loss::Reset));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhook().description, "New");
    proxy.inject("DELETE", R::API, 1, Fault::Afterwards(Loss::Reset));
    workspace.destroy().expect_ok();
    assert_eq!(it.webhooks(), []);
}

fn an_unreachable_registry_is_told_in_bounded_time<R: Registry>() {
    let it = Subject::<R>::new("nobody");
    let silent = Silent::new();
    let nobody = silent.url();
    let workspace = Workspace::bare(&R::at(&nobody, &it.signing("")));
    let start = Instant::now();
    let says = ["Registry Unreachable", &nobody, "Nothing listens"];
    workspace.apply().expect_error_containing(&says);
    assert!(start.elapsed() < Duration::from_secs(90));
    let nowhere = R::at("https://nowhere.invalid", &it.signing(""));
    Workspace::bare(&nowhere)
        .apply()
        .expect_error_containing(&["Registry Host Unknown", "nowhere.invalid"]);
}

fn answers_of_something_else_are_told<R: Registry>() {
    let it = Subject::<R>::new("page");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
    let answer_all = |answer: Response| {
        let post = Fault::Instead(Loss::Answer(answer.clone()));
        proxy.inject("POST", R::API, 1, post);
        proxy.inject("GET", "/", 100, Fault::Instead(Loss::Answer(answer)));
    };
    answer_all(Response::html(200, "Sign in"));
    workspace
        .apply()
        .expect_error_containing(&[R::FOREIGN_ANSWER, R::WHERE_IT_IS]);
    proxy.heal();
    answer_all(Response::html(404, "Not Found"));
    workspace
        .apply()
        .expect_error_containing(&["No Webhook API", R::WHERE_IT_IS]);
    proxy.heal();
    let redirect = Response::html(301, "").with_header("Location", "https://other.example.com/x");
    proxy.inject("POST", "/", 1, Fault::Instead(Loss::Answer(redirect)));
    workspace
        .apply()
        .expect_error_containing(&["Registry Redirects Elsewhere", "https://other.example.com"]);
}

/// What only spoils writes is not seen by looking after them. With all the retries that are the
/// default, it is told within half a minute all the same.
fn a_page_in_place_of_every_write_is_told_soon<R: Registry>() {
    let it = Subject::<R>::new("spoilt");
    let proxy = it.proxy();
    let page = || Fault::Instead(Loss::Answer(Response::html(200, "Sign in")));
    let expect_told = |workspace: &Workspace, method: &'static str| {
        proxy.clear();
        proxy.inject(method, R::API, usize::MAX, page());
        let begun = Instant::now();
        let outcome = match method {
            "DELETE" => workspace.destroy(),
            _ => workspace.apply(),
        };
        let outcome = outcome.expect_error_containing(&[R::FOREIGN_ANSWER, "Sign in"]);
        assert!(
            !outcome.text().contains("could not be found out"),
            "{method}"
        );
        assert!(begun.elapsed() < Duration::from_secs(30), "{method}");
        assert_eq!(proxy.count(method, R::API), 2, "{method}");
        proxy.heal();
    };
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
    expect_told(&workspace, "POST");
    assert_eq!(it.webhooks(), []);
    workspace.apply().expect_ok();
    it.configure_behind(&proxy, &workspace, &it.signing("description = \"New\""));
    expect_told(&workspace, "PATCH");
    expect_told(&workspace, "DELETE");
    assert_eq!(it.webhook().description, "");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}
