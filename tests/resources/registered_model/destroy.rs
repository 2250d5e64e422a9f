//! A model takes its versions along, so it goes only when that was said.

use serde_json::json;

use super::{API, IT, Subject};
use crate::support::{
    Case, cases,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        is_refused_whatever_its_versions_are,
        with_all_it_has_is_one_request_that_fires_nothing,
    ];
    let twice = on_both![
        is_refused_while_there_are_versions,
        counts_what_is_in_state_and_not_what_is_only_configured,
        whose_answer_is_lost_is_settled,
        spares_another_that_has_got_the_name_since,
    ];
    [once, twice].concat()
}

fn is_refused_while_there_are_versions<R: Registry>() {
    let it = Subject::<R>::on_its_own("guarded");
    let workspace = it.applied("");
    it.models.add_versions(&it.name, 2);
    let plan = workspace
        .run(&["plan", "-destroy", "-input=false"])
        .expect_ok();
    let text = plan.text();
    assert!(
        text.contains("Warning:") && text.contains("2 versions"),
        "{text}"
    );
    let says = ["force_destroy", &it.name];
    workspace.destroy().expect_error_containing(&says);
    assert!(it.models.version(&it.name, "2").is_some());
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());

    it.configure(&workspace, "force_destroy = true");
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(it.models.find(&it.name), None);
}

/// Its versions would go along.
fn spares_another_that_has_got_the_name_since<R: Registry>() {
    let it = Subject::<R>::on_its_own("anew");
    let workspace = it.applied("force_destroy = true");
    workspace
        .run(&["plan", "-destroy", "-input=false", "-out=tfplan"])
        .expect_ok();
    it.models.delete(&it.name);
    it.models.make(&it.name, "", &[]);
    it.models.add_versions(&it.name, 1);
    workspace
        .run(&["apply", "-input=false", "tfplan"])
        .expect_error_containing(&["Another Since the Last Refresh"]);
    assert_eq!(it.models.numbers(&it.name), ["1"]);
    workspace.destroy().expect_ok();
    assert_eq!(it.models.find(&it.name), None);
}

/// R4, R17: in a stage, or hidden from searches because one of them is marked as a prompt's.
fn is_refused_whatever_its_versions_are() {
    let it = Subject::new("any");
    let workspace = it.applied("");
    it.models.add_versions(&it.name, 1);
    let change = json!({"name": it.name, "version": "1", "stage": "archived",
        "archive_existing_versions": false});
    let path = "/api/2.0/mlflow/model-versions/transition-stage";
    Server::shared().rest().expect("POST", path, &change);
    for count in ["1 version", "2 versions"] {
        let plan = workspace.run(&["plan", "-destroy", "-input=false"]).text();
        assert!(plan.contains(&format!("has {count}.")), "{count}: {plan}");
        let says = ["Model Has Versions", &it.name];
        workspace.destroy().expect_error_containing(&says);
        it.models.add_prompt_version(&it.name, "text", "Hi");
    }
    assert!(it.models.version(&it.name, "1").is_some());
    it.models.delete(&it.name);
}

/// R22: to take tags and aliases off first would make webhooks fire.
fn with_all_it_has_is_one_request_that_fires_nothing() {
    let it = Subject::new("whole");
    let proxy = it.proxy();
    let config = it.config("tags = { a = \"1\" }\n  force_destroy = true");
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    it.models.add_versions(&it.name, 2);
    it.models.set_version_tag(&it.name, "1", "a", "1");
    it.models.set_alias(&it.name, "champion", "2");
    proxy.clear();
    workspace.destroy().expect_ok();
    let writes = proxy.requests().into_iter().filter(|it| it.method != "GET");
    let writes: Vec<_> = writes.map(|it| (it.method, it.path)).collect();
    assert_eq!(writes, [("DELETE".to_owned(), format!("{API}/delete"))]);
    assert_eq!(it.models.find(&it.name), None);
}

fn counts_what_is_in_state_and_not_what_is_only_configured<R: Registry>() {
    let it = Subject::<R>::on_its_own("unapplied");
    let workspace = it.applied("");
    it.models.add_versions(&it.name, 1);
    it.configure(&workspace, "force_destroy = true");
    workspace
        .destroy()
        .expect_error_containing(&["force_destroy"]);
    assert!(it.models.version(&it.name, "1").is_some());
    it.models.delete(&it.name);
}

fn whose_answer_is_lost_is_settled<R: Registry>() {
    for loss in [
        Loss::Close,
        Loss::Answer(Response::html(502, "Bad Gateway")),
    ] {
        let label = format!("{loss:?}");
        let it = Subject::<R>::on_its_own("lost");
        let proxy = it.proxy();
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
        workspace.apply().expect_ok();
        proxy.inject(
            "DELETE",
            "/registered-models/delete",
            1,
            Fault::Afterwards(loss),
        );
        workspace.destroy().expect_ok();
        assert_eq!(it.models.find(&it.name), None, "{label}");
        assert_eq!(
            proxy.count("DELETE", "/registered-models/delete"),
            1,
            "{label}"
        );
    }
}
