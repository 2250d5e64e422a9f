//! A model takes its versions along, so it goes only when that was said.

use super::{IT, Subject};
use crate::support::{
    Case,
    http::Response,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    on_both![
        is_refused_while_there_are_versions,
        counts_what_is_in_state_and_not_what_is_only_configured,
        whose_answer_is_lost_is_settled,
    ]
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
