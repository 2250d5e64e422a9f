//! What a refresh costs the registry: a handful of lists for many webhooks, one request for one.

use super::Subject;
use crate::support::{
    Case,
    registry::{Registry, on_both},
};

pub fn cases() -> Vec<Case> {
    on_both![
        many_share_lists_and_one_costs_one_request,
        what_a_list_does_not_show_is_planned_anew,
    ]
}

fn many_share_lists_and_one_costs_one_request<R: Registry>() {
    for (count, most) in [(60, R::REQUESTS_FOR_60), (1, 1)] {
        let it = Subject::<R>::new("refreshed");
        let proxy = it.proxy();
        let many = it.signing(&format!("count = {count}"));
        let workspace = it.workspace_behind(&proxy, &many);
        workspace.apply().expect_ok();
        proxy.clear();
        workspace.expect_clean_plan();
        let requests = proxy.count("GET", R::API);
        assert!(requests <= most, "{requests} requests for {count} webhooks");
        workspace.destroy().expect_ok();
    }
}

fn what_a_list_does_not_show_is_planned_anew<R: Registry>() {
    let it = Subject::<R>::new("gone");
    let workspace = it.workspace(&it.signing("count = 30"));
    workspace.apply().expect_ok();
    let seventh = "mlflow_webhook.it[7]".to_owned();
    let gone = workspace.resource(&seventh)["id"].clone();
    it.registry.delete(gone.as_str().unwrap());
    let planned = workspace.planned_actions();
    assert_eq!(planned, [(seventh, "create".to_owned())]);
    workspace.destroy().expect_ok();
}
