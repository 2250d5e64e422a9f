//! A workspace takes along what its deletion_mode says, and nothing else.

use super::{API, IT, Subject, named, proxy};
use crate::support::{Case, cases, mlflow::Server, models::Models, terraform::Workspace, unique};

pub fn cases() -> Vec<Case> {
    cases![
        is_refused_while_it_holds_what_others_made,
        with_its_experiments_is_refused_and_says_why,
        with_all_it_holds_in_one_go,
        that_moves_everything_to_the_default_one,
        that_would_move_it_onto_a_taken_name_moves_nothing,
        counts_what_is_in_state_and_not_what_is_only_configured,
    ]
}

fn is_refused_while_it_holds_what_others_made() {
    let it = Subject::new("guarded");
    let proxy = proxy();
    let workspace = Workspace::at(&proxy.url(), &it.config(""));
    workspace.apply().expect_ok();
    let models = Models::of(it.rest.clone().in_workspace(&it.name));
    models.make("theirs", "", &[]);
    let says = ["Workspace Not Empty", "registered_models", "CASCADE"];
    workspace.destroy().expect_error_containing(&says);
    assert_eq!(proxy.count("DELETE", API), 1, "it is final");
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());
    assert!(models.find("theirs").is_some());
    models.delete("theirs");
    workspace.destroy().expect_ok();
}

/// The workspace, two experiments, a model and an alias of it.
fn whole(it: &Subject, mode: &str) -> String {
    format!(
        r#"{}
resource "mlflow_experiment" "all" {{
  for_each  = toset(["churn", "fraud"])
  workspace = mlflow_workspace.it.name
  name      = each.key
}}
resource "mlflow_registered_model" "churn" {{
  workspace = mlflow_workspace.it.name
  name      = "churn"
}}
"#,
        it.config(mode)
    )
}

/// All its experiments are gone, and count all the same: the server deletes them softly.
fn with_its_experiments_is_refused_and_says_why() {
    let it = Subject::new("soft");
    let server = Server::with_workspaces();
    let workspace = Workspace::new(server, &whole(&it, ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let says = [
        "Workspace Not Empty",
        "Experiments that were deleted count too",
        "mlflow gc",
        "deletion_mode = \"CASCADE\"",
    ];
    workspace.destroy().expect_error_containing(&says);
    assert!(it.find().is_some());
    // As the message says.
    it.configure(&workspace, "deletion_mode = \"CASCADE\"");
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
}

fn with_all_it_holds_in_one_go() {
    let it = Subject::new("whole");
    let server = Server::with_workspaces();
    let workspace = Workspace::new(server, &whole(&it, "deletion_mode = \"CASCADE\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.experiments().make("theirs", &[]);
    let plan = workspace
        .run(&["plan", "-destroy", "-input=false"])
        .expect_ok()
        .text();
    let warning = "Warning: Everything in the Workspace Goes Along";
    assert!(plan.contains(warning), "{plan}");
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.experiments().find_named("theirs"), None);
    workspace.destroy().expect_ok();
}

fn that_moves_everything_to_the_default_one() {
    let it = Subject::new("moving");
    let workspace = it.applied("deletion_mode = \"SET_DEFAULT\"");
    let (name, experiments) = (unique("theirs"), it.experiments());
    let id = experiments.make(&name, &[]);
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
    let moved = Subject::new("any");
    let moved = crate::support::experiments::Experiments::of(moved.rest.in_workspace("default"));
    assert_eq!(moved.named(&name)["experiment_id"], id.as_str());
}

fn that_would_move_it_onto_a_taken_name_moves_nothing() {
    let it = Subject::new("clashing");
    let workspace = it.applied("deletion_mode = \"SET_DEFAULT\"");
    // Every workspace may have an experiment of this name, and the default one has it.
    it.experiments().make("Default", &[]);
    let says = ["Workspace Not Empty", "where no name may be taken"];
    workspace.destroy().expect_error_containing(&says);
    assert!(it.experiments().find_named("Default").is_some());
    it.delete("CASCADE");
}

fn counts_what_is_in_state_and_not_what_is_only_configured() {
    let it = Subject::new("unapplied");
    let workspace = it.applied("");
    it.experiments().make("theirs", &[]);
    let cascade = named(&it.name, "deletion_mode = \"CASCADE\"");
    workspace.reconfigure(Server::with_workspaces(), &cascade);
    let says = ["Workspace Not Empty"];
    workspace.destroy().expect_error_containing(&says);
    assert!(it.find().is_some());
    it.delete("CASCADE");
}
