//! The same resource on a Databricks workspace registry, where it differs from MLflow.

use serde_json::json;

use super::{IT, named, only};
use crate::support::{
    Case, cases,
    databricks::{Databricks, Options},
    http::Response,
    models::Models,
    proxy::{Fault, Loss, Proxy},
    registry::Registry,
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        every_field_changes_in_place_and_the_id_stays,
        many_are_refreshed_with_their_ids,
        drift_and_a_deletion_elsewhere_are_seen,
        what_is_there_is_imported_and_never_adopted,
        a_lost_answer_leaves_one_model,
        versions_that_are_not_ready_are_guarded_too,
        the_peers_state_is_taken_over,
        aliases_are_refused_by_the_plan,
        names_of_unity_catalog_are_refused_by_the_plan,
    ]
}

fn workspace(registry: &Databricks, name: &str, more: &str) -> Workspace {
    Workspace::bare(&registry.with_provider(&named(name, more)))
}

fn configure(registry: &Databricks, workspace: &Workspace, name: &str, more: &str) {
    workspace.write("main.tf", &registry.with_provider(&named(name, more)));
}

fn every_field_changes_in_place_and_the_id_stays() {
    let registry = Databricks::start();
    let more = "description = \"Old\"\n  tags = { stays = \"1\", goes = \"1\" }";
    let it = workspace(&registry, "churn", more);
    it.apply().expect_ok();
    it.expect_clean_plan();
    let id = it.resource(IT)["registered_model_id"].clone();
    assert_eq!(
        Some(&id),
        registry.model("churn").as_ref().map(|it| &it["id"])
    );

    let more = "description = \"New\"\n  tags = { stays = \"2\", comes = \"1\" }";
    configure(&registry, &it, "churn-2", more);
    it.apply().expect_ok();
    it.expect_clean_plan();
    let model = registry.model("churn-2").expect("it was renamed");
    assert_eq!((&model["id"], &model["description"]), (&id, &json!("New")));
    let tags = json!([{"key": "comes", "value": "1"}, {"key": "stays", "value": "2"}]);
    let mut found = model["tags"].as_array().cloned().unwrap_or_default();
    found.sort_by_key(|it| it["key"].to_string());
    assert_eq!(json!(found), tags);

    configure(&registry, &it, "churn-2", "");
    it.apply().expect_ok();
    let model = registry.model("churn-2").expect("it is there");
    assert_eq!(model["description"], "");
    it.destroy().expect_ok();
    assert_eq!(registry.model("churn-2"), None);
}

/// A list does not show them.
fn many_are_refreshed_with_their_ids() {
    let registry = Databricks::start();
    let config = "resource \"mlflow_registered_model\" \"it\" {\n  count = 12\n  \
                  name  = \"churn-${count.index}\"\n}\n\
                  output \"ids\" {\n  value = mlflow_registered_model.it[*].registered_model_id\n}\n";
    let it = Workspace::bare(&registry.with_provider(config));
    it.apply().expect_ok();
    let ids = |it: &Workspace| it.run(&["output", "-json", "ids"]).expect_ok().json();
    let made = ids(&it);
    assert!(made.as_array().unwrap().iter().all(|id| id.is_string()));
    it.expect_clean_plan();
    it.run(&["apply", "-refresh-only", "-auto-approve"])
        .expect_ok();
    assert_eq!(ids(&it), made);
}

fn drift_and_a_deletion_elsewhere_are_seen() {
    let registry = Databricks::start();
    let it = workspace(
        &registry,
        "churn",
        "description = \"Ours\"\n  tags = { a = \"1\" }",
    );
    it.apply().expect_ok();
    let text = json!({"name": "churn", "description": "Theirs"});
    registry.on_models("PATCH", "update", &text);
    assert_eq!(it.planned_actions(), only("update"));
    let tag = json!({"name": "churn", "key": "theirs", "value": "1"});
    registry.on_models("POST", "set-tag", &tag);
    it.apply().expect_ok();
    it.expect_clean_plan();
    registry.on_models("DELETE", "delete?name=churn", &json!(null));
    assert_eq!(it.planned_actions(), only("create"));
}

fn what_is_there_is_imported_and_never_adopted() {
    for exists in ["RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS"] {
        let registry = Databricks::start_with(Options {
            exists,
            ..Options::default()
        });
        let tags = json!([{"key": "a", "value": "1"}]);
        let model = json!({"name": "churn", "description": "Theirs", "tags": tags});
        registry.on_models("POST", "create", &model);
        let more = "description = \"Theirs\"\n  tags = { a = \"1\" }";
        let it = workspace(&registry, "churn", more);
        let says = ["Already Exists", "import {", "\"churn\""];
        it.apply().expect_error_containing(&says);
        it.import(IT, "churn").expect_ok();
        it.expect_clean_plan();
    }
}

fn a_lost_answer_leaves_one_model() {
    let losses = [
        Fault::Afterwards(Loss::Close),
        Fault::Afterwards(Loss::Answer(Response::html(503, ""))),
        Fault::Instead(Loss::Reset),
    ];
    for fault in losses {
        let (registry, label) = (Databricks::start(), format!("{fault:?}"));
        let proxy = Proxy::start(registry.address());
        proxy.inject("POST", "/registered-models/create", 1, fault);
        let config = Databricks::at(&proxy.url(), &named("churn", "tags = { a = \"1\" }"));
        let it = Workspace::bare(&config);
        it.apply().expect_ok();
        let id = registry.model("churn").map(|it| it["id"].clone());
        assert_eq!(
            id.as_ref(),
            Some(&it.resource(IT)["registered_model_id"]),
            "{label}"
        );
        it.expect_clean_plan();
    }
}

/// The model itself names only those that are ready.
fn versions_that_are_not_ready_are_guarded_too() {
    for (looks, status) in [(9, "PENDING_REGISTRATION"), (0, "FAILED_REGISTRATION")] {
        let registry = Databricks::start();
        let models = Models::of(registry.rest());
        let it = workspace(&registry, "churn", "");
        it.apply().expect_ok();
        registry.set(|options| (options.pending, options.fails) = (9, Some("gone")));
        models.add_version("churn", json!({"source": "dbfs:/models/churn/1"}));
        registry.set(|options| options.pending = looks);
        let version = models.version("churn", "1").unwrap();
        assert_eq!(version["status"], status);
        assert_eq!(models.get("churn")["latest_versions"], json!(null));

        let plan = it.run(&["plan", "-destroy", "-input=false"]).expect_ok();
        assert!(plan.text().contains("has 1 version."), "{}", plan.text());
        let says = ["Model Has Versions", "force_destroy = true"];
        it.destroy().expect_error_containing(&says);
        assert!(models.version("churn", "1").is_some(), "{status}");
        configure(&registry, &it, "churn", "force_destroy = true");
        it.apply().expect_ok();
        it.destroy().expect_ok();
        assert_eq!(registry.model("churn"), None);
    }
}

/// A state that Databricks' own provider wrote moves here without a change.
fn the_peers_state_is_taken_over() {
    let registry = Databricks::start();
    let tags = json!([{"key": "a", "value": "1"}]);
    let model = json!({"name": "churn", "description": "Theirs", "tags": tags});
    registry.on_models("POST", "create", &model);
    let moved =
        "moved {\n  from = databricks_mlflow_model.it\n  to   = mlflow_registered_model.it\n}\n";
    let config = named("churn", "description = \"Theirs\"\n  tags = { a = \"1\" }");
    let config = registry.with_provider(&format!("{config}{moved}"));
    let it = Workspace::bare(&config).beside("databricks/databricks");
    it.write("terraform.tfstate", &peers_state().to_string());
    if it.is_refused_by_old_hosts() {
        return;
    }
    let plan = it.plan().expect_ok().text();
    let says = "0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
    it.apply().expect_ok();
    it.expect_clean_plan();
    assert_eq!(registry.count("POST", "/registered-models/"), 0);
    assert_eq!(it.resource(IT)["tags"], json!({"a": "1"}));
}

fn peers_state() -> serde_json::Value {
    let attributes = json!({
        "creation_timestamp": 1, "description": "Theirs", "id": "churn", "last_updated_timestamp": 1,
        "name": "churn", "registered_model_id": "abc", "tags": [{"key": "a", "value": "1"}],
        "user_id": "ada@example.com",
    });
    json!({
        "version": 4, "terraform_version": "1.5.0", "serial": 1,
        "lineage": "7a7b0c5e-0000-4000-8000-000000000001", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "databricks_mlflow_model", "name": "it",
            "provider": "provider[\"registry.terraform.io/databricks/databricks\"]",
            "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
        }],
        "check_results": null,
    })
}

fn aliases_are_refused_by_the_plan() {
    let registry = Databricks::start();
    let alias = "resource \"mlflow_registered_model_alias\" \"it\" {\n  model_name = \"churn\"\n  \
                 alias = \"champion\"\n  version = \"1\"\n}\n";
    let it = Workspace::bare(&registry.with_provider(alias));
    it.plan()
        .expect_error_containing(&["Not Supported by Databricks"]);
}

fn names_of_unity_catalog_are_refused_by_the_plan() {
    let registry = Databricks::start();
    let webhook = "events = [\"MODEL_VERSION_CREATED\"]\n  http_url_spec {\n    \
                   url = \"https://ci.example.com\"\n  }";
    for (kind, at, more) in [
        ("resource \"mlflow_registered_model\"", "name", ""),
        (
            "resource \"mlflow_model_version\"",
            "model_name",
            "source = \"dbfs:/m\"",
        ),
        ("resource \"mlflow_webhook\"", "model_name", webhook),
        ("data \"mlflow_registered_model\"", "name", ""),
        ("data \"mlflow_model_version\"", "model_name", ""),
        ("data \"mlflow_model_versions\"", "model_name", ""),
    ] {
        let config = format!("{kind} \"it\" {{\n  {at} = \"main.ml.churn\"\n  {more}\n}}\n");
        let it = Workspace::bare(&registry.with_provider(&config));
        it.validate().expect_ok();
        let says = [
            "Model Name With a Period",
            "Unity Catalog",
            &format!("{at} ="),
        ];
        it.plan().expect_error_containing(&says);
    }
    let config = "data \"mlflow_model_version\" \"it\" {\n  model_name = \"churn\"\n  \
                  alias = \"champion\"\n}\n";
    registry.on_models("POST", "create", &json!({"name": "churn"}));
    let says = ["Not Supported by Databricks", "aliases", "alias ="];
    Workspace::bare(&registry.with_provider(config))
        .plan()
        .expect_error_containing(&says);
}
