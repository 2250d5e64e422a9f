//! The same resource in a Databricks workspace, where it differs from MLflow.

use serde_json::json;

use super::{API, IT, NOTE, Subject, id, named, only};
use crate::support::{
    Case, cases,
    databricks::{Databricks, Options},
    proxy::{Fault, Loss},
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        other_spellings_of_a_path_are_no_other_name,
        tags_change_in_place_and_none_can_go,
        more_tags_than_one_request_takes_are_set_all_the_same,
        a_destruction_needs_no_other_name,
        one_that_was_deleted_elsewhere_is_made_anew,
        of_several_deleted_ones_none_is_guessed,
        one_in_the_trash_is_told_and_not_made_a_second_time,
        ids_of_notebooks_in_git_folders_are_taken,
        that_of_a_notebook_is_neither_imported_nor_destroyed,
        a_notebook_of_that_name_is_thought_of,
        one_of_that_name_is_told_by_either_code,
        a_deleted_one_is_not_taken_for_a_lost_creation,
        what_no_workspace_takes_is_refused_by_the_plan,
        a_folder_that_is_not_there_is_told,
        the_peers_state_is_taken_over,
        one_that_was_deleted_while_it_was_the_peers_is_made_anew_or_restored,
    ]
}

fn subject(prefix: &str) -> Subject<Databricks> {
    Subject::on_its_own(prefix)
}

fn other_spellings_of_a_path_are_no_other_name() {
    for shows_root in [false, true] {
        let it = subject("path");
        it.registry.set(|options| options.shows_root = shows_root);
        let root = format!("/Workspace{}", it.name);
        let slash = format!("{root}/");
        let workspace = it.workspace("");
        it.rename(&workspace, &slash, "");
        workspace.apply().expect_ok();
        assert_eq!(workspace.resource(IT)["name"], slash.as_str());
        for name in [&slash, &root, &it.name] {
            it.rename(&workspace, name, "");
            workspace.expect_clean_plan();
        }
        it.rename(&workspace, &root, "description = \"Ours\"");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.registry.count("POST", "/experiments/update"), 0);

        workspace.run(&["state", "rm", IT]).expect_ok();
        workspace.import(IT, &format!("name:{slash}")).expect_ok();
        workspace.expect_clean_plan();
        it.rename(&workspace, &format!("{root}-2"), "");
        assert_eq!(workspace.planned_actions(), only("update"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let kept = it.registry.experiments();
        assert_eq!(kept[0]["name"], format!("{}-2", it.name));
    }
}

fn tags_change_in_place_and_none_can_go() {
    let it = subject("tags");
    let (workspace, made) =
        it.applied("description = \"First\"\n  tags = { a = \"1\", b = \"1\" }");
    it.configure(&workspace, "tags = { a = \"2\", b = \"1\", c = \"1\" }");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let tags = it.experiments.tags(&made);
    let tags: Vec<_> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(tags, ["a=2", "b=1", "c=1", &format!("{NOTE}=")]);

    it.configure(&workspace, "tags = { a = \"2\" }");
    let says = ["Tags Cannot Be Removed", "b, c", "tags ="];
    workspace.plan().expect_error_containing(&says);
    // Those that a configuration lacks of an imported one are told alike.
    workspace.run(&["state", "rm", IT]).expect_ok();
    workspace.import(IT, &made).expect_ok();
    workspace.plan().expect_error_containing(&says);
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn more_tags_than_one_request_takes_are_set_all_the_same() {
    let it = subject("many");
    let long = "x".repeat(6000);
    let tags = format!(
        "tags = merge({{ for i in range(30) : \"k${{i}}\" => \"v\" }}, {{ long = {long:?} }})"
    );
    let (workspace, made) = it.applied(&tags);
    workspace.expect_clean_plan();
    assert_eq!(it.experiments.tags(&made).len(), 31);
    workspace.destroy().expect_ok();
}

fn a_destruction_needs_no_other_name() {
    for has_trash in [false, true] {
        let it = subject("again");
        it.registry.set(|options| options.has_trash = has_trash);
        let (workspace, first) = it.applied("");
        workspace.destroy().expect_ok();
        assert_eq!(it.registry.count("POST", "/experiments/update"), 0);
        let kept = it.experiments.get(&first);
        assert_eq!(kept["name"] == it.name.as_str(), !has_trash);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_ne!(id(&workspace), first);
        workspace.destroy().expect_ok();
    }
}

fn one_that_was_deleted_elsewhere_is_made_anew() {
    for (has_trash, says) in [
        (false, "set restore_deleted = true"),
        (true, "restore-experiment"),
    ] {
        let it = subject("deleted");
        it.registry.set(|options| options.has_trash = has_trash);
        let (workspace, first) = it.applied("");
        it.experiments.delete(&first);
        let text = workspace.plan().expect_ok().text();
        assert!(text.contains("Warning: Experiment Was Deleted"), "{text}");
        assert!(text.contains(says) && !text.contains("mlflow gc"), "{text}");
        assert_eq!(workspace.planned_actions(), only("create"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_ne!(id(&workspace), first);
        workspace.destroy().expect_ok();
    }
}

fn of_several_deleted_ones_none_is_guessed() {
    let it = subject("several");
    let restoring = "restore_deleted = true\n  tags = { a = \"1\" }";
    let (workspace, first) = it.applied(restoring);
    workspace.destroy().expect_ok();
    let text = workspace.apply().expect_ok().text();
    assert!(text.contains("Warning: Experiment Is Restored"), "{text}");
    assert_eq!(id(&workspace), first);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();

    let second = it.experiments.make(&it.name, &[]);
    it.experiments.delete(&second);
    let says = ["Several Deleted Experiments", &first, &second];
    workspace.apply().expect_error_containing(&says);
    it.experiments.restore(&second);
    workspace.import(IT, &second).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// A workspace may move what is deleted to the trash, under another name.
fn one_in_the_trash_is_told_and_not_made_a_second_time() {
    let it = subject("trash");
    it.registry.set(|options| options.has_trash = true);
    let other = it.experiments.make(&format!("{}er", it.name), &[]);
    it.experiments.delete(&other);
    let (workspace, first) = it.applied("restore_deleted = true");
    it.experiments.delete(&first);
    let run = workspace.apply();
    assert!(!run.text().contains(&other), "{}", run.text());
    run.expect_error_containing(&["Deleted Experiment in Trash", &first, "restore_deleted ="]);
    assert_eq!(it.registry.experiments().len(), 2);

    it.experiments.restore(&first);
    workspace.run(&["state", "rm", IT]);
    workspace.import(IT, &first).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.configure(&workspace, "");
    workspace.apply().expect_ok();
    assert_ne!(id(&workspace), first);
}

fn ids_of_notebooks_in_git_folders_are_taken() {
    let it = subject("git");
    it.registry.set(|options| options.has_hex_ids = true);
    let made = it.experiments.make(&it.name, &[]);
    let read = format!("data \"mlflow_experiment\" \"it\" {{\n  id = {made:?}\n}}\n");
    let config = format!("{}{read}", it.config(""));
    let workspace = Workspace::bare(&it.registry.with_provider(&config));
    workspace.import(IT, &made).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id(&workspace), made);
}

/// Its destruction would take the notebook along.
fn that_of_a_notebook_is_neither_imported_nor_destroyed() {
    for (key, value) in [
        ("mlflow.experimentType", "NOTEBOOK"),
        ("mlflow.experiment.sourceType", "REPO_NOTEBOOK"),
    ] {
        let it = subject("notebook");
        let (workspace, made) = it.applied("");
        it.experiments.set_tag(&made, key, value);
        workspace.expect_clean_plan();
        let says = ["Experiment of a Notebook", "terraform state rm"];
        let plan = workspace.run(&["plan", "-destroy", "-input=false"]);
        plan.expect_error_containing(&says);
        workspace.destroy().expect_error_containing(&says);
        assert!(it.experiments.is_active(&made));
        workspace.run(&["state", "rm", IT]).expect_ok();
        workspace.import(IT, &made).expect_error_containing(&says);
        let says = ["Already Exists", "belongs to a notebook"];
        workspace.apply().expect_error_containing(&says);
    }
}

fn a_notebook_of_that_name_is_thought_of() {
    let registry = Databricks::start();
    let config = registry.with_provider(&named("/Shared/notebook", ""));
    let says = ["Already Exists", "a folder, a notebook"];
    Workspace::bare(&config)
        .apply()
        .expect_error_containing(&says);
}

fn one_of_that_name_is_told_by_either_code() {
    for exists in ["RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS"] {
        let registry = Databricks::start_with(Options {
            exists,
            ..Options::default()
        });
        let made = json!({"name": "/Shared/churn"});
        registry
            .rest()
            .expect("POST", &format!("{API}/create"), &made);
        let id = registry.experiments()[0]["experiment_id"].clone();
        let config = registry.with_provider(&named("/Workspace/Shared/churn", ""));
        let says = ["Already Exists", "import {", id.as_str().expect("a text")];
        Workspace::bare(&config)
            .apply()
            .expect_error_containing(&says);
    }
}

fn a_deleted_one_is_not_taken_for_a_lost_creation() {
    for fault in [Fault::Instead(Loss::Close), Fault::Afterwards(Loss::Close)] {
        let it = subject("lost");
        let deleted = it.experiments.make(&it.name, &[]);
        it.experiments.delete(&deleted);
        let proxy = it.proxy();
        proxy.inject("POST", "/experiments/create", 1, fault);
        let workspace = Workspace::bare(&Databricks::at(&proxy.url(), &it.config("")));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.live(), Some(id(&workspace)));
        assert_eq!(it.registry.experiments().len(), 2);
    }
}

fn what_no_workspace_takes_is_refused_by_the_plan() {
    let registry = Databricks::start();
    for (name, more, says) in [
        ("churn", "", ["Experiment Name Not a Path", "/Shared/churn"]),
        ("Shared/churn", "", ["Experiment Name Not a Path", "name ="]),
        (
            "/Shared/churn",
            "trace_archival_retention = \"30d\"",
            ["Not Supported by Databricks", "trace_archival_retention ="],
        ),
        (
            "/Shared/churn",
            "workspace = \"team-a\"",
            ["Workspace Not Supported", "workspace ="],
        ),
    ] {
        let it = Workspace::bare(&registry.with_provider(&named(name, more)));
        it.validate().expect_ok();
        it.plan().expect_error_containing(&says);
    }
    assert_eq!(registry.count("POST", API), 0);
}

fn a_folder_that_is_not_there_is_told() {
    let it = subject("folder");
    let says = ["Reference Not Found", "'/Shared/nowhere' not found"];
    let elsewhere = "/Shared/nowhere/churn";
    let (workspace, _) = it.applied("");
    it.rename(&workspace, elsewhere, "");
    workspace.apply().expect_error_containing(&says);
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());
    workspace.run(&["state", "rm", IT]).expect_ok();
    workspace.apply().expect_error_containing(&says);
}

/// A description, which their provider never wrote, is all that is changed.
fn the_peers_state_is_taken_over() {
    for (more, change) in [("tags = { a = \"1\" }", 0), ("description = \"New\"", 1)] {
        let it = subject("moved");
        let made = it.experiments.make(&it.name, &[("a", "1")]);
        let workspace = moved(&it, &made, more);
        if workspace.is_refused_by_old_hosts() {
            continue;
        }
        let plan = workspace.plan().expect_ok().text();
        let counts = format!("0 to add, {change} to change, 0 to destroy");
        assert!(plan.contains(&counts), "{plan}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(id(&workspace), made);
        assert_eq!(it.experiments.tags(&made)["a"], "1");
        assert_eq!(it.registry.experiments().len(), 1);
    }
}

/// Their provider takes it for alive.
fn one_that_was_deleted_while_it_was_the_peers_is_made_anew_or_restored() {
    for (more, is_restored) in [("", false), ("restore_deleted = true", true)] {
        let it = subject("moved-deleted");
        let made = it.experiments.make(&it.name, &[("a", "1")]);
        it.experiments.delete(&made);
        let workspace = moved(&it, &made, more);
        if workspace.is_refused_by_old_hosts() {
            continue;
        }
        let text = workspace.plan().expect_ok().text();
        let says = ["Warning: Experiment Was Deleted", "1 to add, 0 to change"];
        assert!(says.iter().all(|it| text.contains(it)), "{text}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(id(&workspace) == made, is_restored);
    }
}

/// The experiment in a state of their provider's, and the configuration that takes it over.
fn moved(it: &Subject<Databricks>, id: &str, more: &str) -> Workspace {
    let moved =
        "moved {\n  from = databricks_mlflow_experiment.it\n  to   = mlflow_experiment.it\n}\n";
    let config = named(&format!("/Workspace{}", it.name), more);
    let config = it.registry.with_provider(&format!("{config}{moved}"));
    let workspace = Workspace::bare(&config).beside("databricks/databricks");
    workspace.write("terraform.tfstate", &peers_state(id, &it.name));
    workspace
}

fn peers_state(id: &str, name: &str) -> String {
    let attributes = json!({
        "artifact_location": "dbfs:/somewhere", "creation_time": 1, "description": null,
        "experiment_id": id, "id": id, "last_update_time": 1, "lifecycle_stage": "active", "name": name,
        "provider_config": [], "tags": [{"key": "a", "value": "1"}], "timeouts": null,
        "trace_location": [],
    });
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "databricks_mlflow_experiment", "name": "it",
            "provider": "provider[\"registry.terraform.io/databricks/databricks\"]",
            "instances": [{"schema_version": 0, "attributes": attributes}],
        }],
    });
    state.to_string()
}
