//! A destruction frees the name, and never takes the experiment that every server has.

use super::{IT, Subject, id, only, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss},
    random,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        frees_the_name_for_the_next_apply,
        by_replacement_frees_it_too,
        of_a_long_name_fits_any_database,
        without_a_new_name_leaves_it_taken,
        of_what_is_gone_or_deleted_is_done,
        whose_answers_are_lost_is_settled,
        that_is_cut_after_the_new_name_is_finished_by_the_next,
        of_the_default_experiment_is_refused,
    ]
}

fn renamed(name: &str, id: &str) -> String {
    format!("{name} (deleted {id})")
}

fn frees_the_name_for_the_next_apply() {
    let it = Subject::new("again");
    let (workspace, first) = it.applied("");
    workspace.destroy().expect_ok();
    let left = it.experiments.get(&first);
    assert_eq!(left["lifecycle_stage"], "deleted");
    assert_eq!(left["name"], renamed(&it.name, &first).as_str());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(id(&workspace), first);
    workspace.destroy().expect_ok();
    // What was renamed can still be restored, under its new name.
    it.experiments.restore(&first);
    it.experiments.delete(&first);
}

fn by_replacement_frees_it_too() {
    let it = Subject::new("replaced");
    let (workspace, first) = it.applied("artifact_location = \"s3://bucket/one\"");
    it.configure(&workspace, "artifact_location = \"s3://bucket/two\"");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_ne!(id(&workspace), first);
    assert!(!it.experiments.is_active(&first));
    // Left out, it stays where it is.
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn of_a_long_name_fits_any_database() {
    let it = Subject::new("long");
    let long = format!("{}{}", it.name, "x".repeat(256 - it.name.len()));
    let workspace = Workspace::new(Server::shared(), &super::named(&long, ""));
    workspace.apply().expect_ok();
    let id = id(&workspace);
    workspace.destroy().expect_ok();
    let name = it.experiments.get(&id)["name"].clone();
    let name = name.as_str().unwrap();
    assert_eq!(name.len(), 256);
    assert!(name.ends_with(&format!("x (deleted {id})")), "{name}");
}

/// Deleted in the user interface and restored there, it has its new name already.
fn without_a_new_name_leaves_it_taken() {
    let it = Subject::new("kept");
    let (workspace, first) = it.applied("rename_on_destroy = false");
    workspace.destroy().expect_ok();
    assert_eq!(it.experiments.get(&first)["name"], it.name.as_str());
    let says = ["Already Exists", "was deleted", &first];
    workspace.apply().expect_error_containing(&says);

    it.experiments.restore(&first);
    let twice = renamed(&it.name, &first);
    it.experiments.rename(&first, &twice);
    let workspace = Workspace::new(Server::shared(), &super::named(&twice, ""));
    workspace.import(IT, &first).expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(it.experiments.get(&first)["name"], twice.as_str());
}

fn of_what_is_gone_or_deleted_is_done() {
    let it = Subject::new("gone");
    let proxy = proxy();
    let workspace = Workspace::at(&proxy.url(), &it.config(""));
    workspace.apply().expect_ok();
    let id = id(&workspace);
    let plan = ["plan", "-destroy", "-input=false", "-out=tfplan"];
    workspace.run(&plan).expect_ok();
    it.experiments.delete(&id);
    proxy.clear();
    workspace
        .run(&["apply", "-input=false", "tfplan"])
        .expect_ok();
    assert_eq!(proxy.count("POST", super::API), 0);
    assert_eq!(it.experiments.get(&id)["name"], it.name.as_str());
}

fn whose_answers_are_lost_is_settled() {
    for endpoint in ["/experiments/update", "/experiments/delete"] {
        for loss in [
            Loss::Close,
            Loss::Answer(Response::html(502, "Bad Gateway")),
        ] {
            let label = format!("{endpoint} {loss:?}");
            let it = Subject::new("lost");
            let proxy = proxy();
            let workspace = Workspace::at(&proxy.url(), &it.config(""));
            workspace.apply().expect_ok();
            let id = id(&workspace);
            proxy.inject("POST", endpoint, 1, Fault::Afterwards(loss));
            workspace.destroy().expect_ok();
            assert!(!it.experiments.is_active(&id), "{label}");
            assert_eq!(it.experiments.find_named(&it.name), None, "{label}");
            assert_eq!(proxy.count("POST", endpoint), 1, "{label}");
        }
    }
}

fn that_is_cut_after_the_new_name_is_finished_by_the_next() {
    let it = Subject::new("cut");
    let proxy = proxy();
    let workspace = Workspace::at(&proxy.url(), &it.config(""));
    workspace.apply().expect_ok();
    let made = id(&workspace);
    let refusal = Response::json_error(400, "INVALID_PARAMETER_VALUE", "cut here");
    let refusal = Fault::Instead(Loss::Answer(refusal));
    proxy.inject("POST", "/experiments/delete", 1, refusal);
    workspace.destroy().expect_error_containing(&["cut here"]);
    let new = renamed(&it.name, &made);
    assert_eq!(workspace.resource(IT)["name"], new.as_str());
    assert_eq!(
        workspace.planned_actions(),
        only("update"),
        "or its name back"
    );
    workspace.destroy().expect_ok();
    assert_eq!(it.experiments.get(&made)["name"], new.as_str());
    assert!(!it.experiments.is_active(&made));
}

/// All cases share it, so what is changed of it is put back.
fn of_the_default_experiment_is_refused() {
    let tag = format!("case-{:x}", random());
    let config = |tags: &str| super::named("Default", &format!("tags = {{ {tags} }}"));
    let ours = format!("{tag} = \"1\"");
    let workspace = Workspace::new(Server::shared(), &config(&ours));
    workspace.import(IT, "0").expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let experiments = Subject::new("default").experiments;
    assert_eq!(experiments.tags("0")[&tag], "1");
    let says = ["Default Experiment Must Stay", "removed block"];
    workspace.destroy().expect_error_containing(&says);
    let moved = config(&ours).replace("tags", "artifact_location = \"s3://b\"\n  tags");
    workspace.reconfigure(Server::shared(), &moved);
    workspace.plan().expect_error_containing(&says);
    assert!(experiments.is_active("0"));
    workspace.reconfigure(Server::shared(), &config(""));
    workspace.apply().expect_ok();
    assert!(!experiments.tags("0").contains_key(&tag));
}
