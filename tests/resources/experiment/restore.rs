//! What was deleted comes back when that is asked for, and is brought to the configuration.

use super::{IT, NOTE, Subject, behind, id, named, only, proxy};
use crate::support::{
    Case, cases,
    experiments::Experiments,
    feature::Feature,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        brings_back_the_same_id_with_its_runs,
        after_a_destroy_that_kept_the_name,
        under_another_address_in_one_apply,
        that_is_cut_is_deleted_again,
        to_the_location_of_its_workspace,
    ];
    let twice = on_both![
        of_nothing_makes_a_new_one,
        never_takes_over_a_live_one,
        to_another_artifact_location_is_refused,
        whose_answer_is_lost_is_settled,
    ];
    [once, twice].concat()
}

const RESTORE: &str = "restore_deleted = true";

fn brings_back_the_same_id_with_its_runs() {
    let it = Subject::new("restored");
    let (workspace, first) = it.applied("description = \"Old\"\n  tags = { a = \"1\" }");
    let run = it.experiments.make_run(&first);
    it.experiments.delete_run(&run);
    it.experiments.set_tag(&first, "theirs", "2");
    it.experiments.delete(&first);
    let config = format!("{RESTORE}\n  description = \"New\"\n  tags = {{ a = \"3\", b = \"4\" }}");
    it.configure(&workspace, &config);
    assert_eq!(workspace.planned_actions(), only("create"));
    let text = workspace.apply().expect_ok().text();
    assert!(text.contains("Warning: Experiment Is Restored"), "{text}");
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), first);
    let tags = it.experiments.tags(&first);
    let tags: Vec<_> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(tags, ["a=3", "b=4", &format!("{NOTE}=New"), "theirs=2"]);
    assert!(it.experiments.run_is_active(&run), "as the warning says");
    workspace.destroy().expect_ok();
}

fn after_a_destroy_that_kept_the_name() {
    let it = Subject::new("kept");
    let (workspace, first) = it.applied(&format!("{RESTORE}\n  rename_on_destroy = false"));
    workspace.destroy().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), first);
    // With a new name it is not found again.
    it.configure(&workspace, RESTORE);
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    workspace.apply().expect_ok();
    assert_ne!(id(&workspace), first);
    workspace.destroy().expect_ok();
}

/// Its destruction takes a while, and the experiment is destroyed only then.
const GOES_BEFORE_IT: &str = "resource \"terraform_data\" \"user\" {
  triggers_replace = \"old\"
  depends_on       = [mlflow_experiment.it]
  provisioner \"local-exec\" {
    when    = destroy
    command = \"sleep 0.5\"
  }
}
";

/// Without a `moved` block the old one is destroyed while the new one is made.
fn under_another_address_in_one_apply() {
    for (more, stays) in [("", false), ("\n  rename_on_destroy = false", true)] {
        let it = Subject::new("address");
        let config = it.config(&format!("{RESTORE}{more}"));
        let config = it.registry.with_provider(&config) + GOES_BEFORE_IT;
        let workspace = Workspace::bare(&config);
        workspace.apply().expect_ok();
        let first = id(&workspace);
        let moved = config.replace("\"it\"", "\"new\"");
        let moved = moved
            .replace("old", "new")
            .replace("mlflow_experiment.it", "");
        workspace.write("main.tf", &moved);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let state = workspace.resource("mlflow_experiment.new");
        assert_eq!(state["id"] == first.as_str(), stays, "{more}");
        workspace.destroy().expect_ok();
    }
}

fn of_nothing_makes_a_new_one<R: Registry>() {
    let it = Subject::<R>::on_its_own("fresh");
    let (workspace, _) = it.applied(RESTORE);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn never_takes_over_a_live_one<R: Registry>() {
    let it = Subject::<R>::on_its_own("live");
    let theirs = it.experiments.make(&it.name, &[]);
    let workspace = it.workspace(RESTORE);
    let says = ["Already Exists", "import {", &theirs];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(it.live(), Some(theirs.clone()));
    it.experiments.delete(&theirs);
}

fn to_another_artifact_location_is_refused<R: Registry>() {
    let it = Subject::<R>::on_its_own("elsewhere");
    let (workspace, first) = it.applied("artifact_location = \"s3://bucket/one\"");
    it.experiments.delete(&first);
    let other = "artifact_location = \"s3://bucket/two\"";
    it.configure(&workspace, &format!("{RESTORE}\n  {other}"));
    let says = ["Artifacts Are Elsewhere", "s3://bucket/one"];
    workspace.apply().expect_error_containing(&says);
    assert!(!it.experiments.is_active(&first));
    it.configure(&workspace, RESTORE);
    workspace.apply().expect_ok();
    assert_eq!(id(&workspace), first);
    workspace.destroy().expect_ok();
}

/// Written down it is no other, though a server with workspaces takes none.
fn to_the_location_of_its_workspace() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let (server, name) = (Server::with_workspaces(), unique("written"));
    let experiments = Experiments::of(server.rest());
    let workspace = Workspace::new(server, &named(&name, ""));
    workspace.apply().expect_ok();
    let (first, state) = (id(&workspace), workspace.resource(IT));
    let location = state["artifact_location"].as_str().unwrap();
    experiments.delete(&first);
    let configure = |location: &str| {
        let more = format!("{RESTORE}\n  artifact_location = {location:?}");
        workspace.reconfigure(server, &named(&name, &more));
    };
    configure(&format!("{location}/elsewhere"));
    let says = ["Artifact Location Not Supported"];
    workspace.plan().expect_error_containing(&says);
    configure(location);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), first);
    workspace.destroy().expect_ok();
}

fn that_is_cut_is_deleted_again() {
    let it = Subject::new("cut");
    let proxy = proxy();
    let (_, first) = it.applied("");
    it.experiments.delete(&first);
    let config = it.config(&format!("{RESTORE}\n  tags = {{ a = \"1\" }}"));
    let workspace = Workspace::bare(&behind(&proxy, &config));
    let refusal = || {
        let answer = Response::json_error(400, "INVALID_PARAMETER_VALUE", "cut here");
        Fault::Instead(Loss::Answer(answer))
    };
    proxy.inject("POST", "set-experiment-tag", 1, refusal());
    workspace.apply().expect_error_containing(&["cut here"]);
    assert!(!it.experiments.is_active(&first));
    assert_eq!(it.experiments.get(&first)["name"], it.name.as_str());
    assert!(!workspace.state_text().contains(IT));

    // Where that fails too, it stays in state, and is kept by taking its mark away.
    proxy.inject("POST", "set-experiment-tag", 1, refusal());
    proxy.inject("POST", "/experiments/delete", 1, refusal());
    let says = ["Creation Not Undone", "terraform untaint"];
    workspace.apply().expect_error_containing(&says);
    workspace.run(&["untaint", IT]).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), first);
    workspace.destroy().expect_ok();
}

fn whose_answer_is_lost_is_settled<R: Registry>() {
    let it = Subject::<R>::on_its_own("lost");
    let proxy = it.proxy();
    let (_, first) = it.applied("");
    it.experiments.delete(&first);
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(RESTORE)));
    proxy.inject("POST", "/restore", 1, Fault::Afterwards(Loss::Close));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", "/restore"), 1);
    assert_eq!(id(&workspace), first);
    workspace.destroy().expect_ok();
}
