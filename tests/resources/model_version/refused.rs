//! What cannot work is refused as early as it can be known, and no version is put into a prompt.

use super::{CREATE, IT, Subject, proxy, version};
use crate::support::{
    Case, cases,
    models::Models,
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        by_validate_without_a_server,
        a_prompt_of_that_name_gets_no_version,
        a_version_of_a_prompt_is_not_imported,
        a_source_that_is_refused_costs_no_version,
    ];
    let twice = on_both![a_model_that_does_not_exist_is_told,];
    [once, twice].concat()
}

fn by_validate_without_a_server() {
    let long = "a".repeat(100_001);
    let tag = format!("tags = {{ a = {long:?} }}");
    for (model, source, more, says) in [
        ("a/b", "s3://b/a", "", "model_name"),
        ("", "s3://b/a", "", "model_name"),
        ("m", "", "", "source"),
        ("m", "s3://b/a", "run_id = \"\"", "run_id"),
        (
            "m",
            "s3://b/a",
            "tags = { \"mlflow.x\" = \"1\" }",
            "Reserved Tag",
        ),
        (
            "m",
            "s3://b/a",
            "tags = { \"a//b\" = \"1\" }",
            "Invalid Tag Key",
        ),
        ("m", "s3://b/a", tag.as_str(), "Tag Value Too Long"),
    ] {
        let validated = Workspace::bare(&version(model, source, more)).validate();
        assert!(validated.is_refused_with(says), "{model} {source}: {says}");
    }
}

/// The server takes it, and then it is the newest version of the prompt.
fn a_prompt_of_that_name_gets_no_version() {
    let (models, name, proxy) = (Models::shared(), unique("prompt"), proxy());
    models.make_prompt(&name);
    let workspace = Workspace::at(&proxy.url(), &version(&name, "s3://b/a", ""));
    let says = ["Model Is a Prompt", &name];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(proxy.count("POST", CREATE), 0);
    assert_eq!(models.numbers(&name), [""; 0]);
    models.delete(&name);
}

fn a_model_that_does_not_exist_is_told<R: Registry>() {
    let (registry, nobody) = (R::start(), unique("nobody"));
    let config = registry.with_provider(&version(&nobody, "s3://b/a", ""));
    let workspace = Workspace::bare(&config);
    let says = ["Registered Model Not Found", &nobody];
    workspace.apply().expect_error_containing(&says);
}

fn a_version_of_a_prompt_is_not_imported() {
    let it = Subject::new("stray");
    it.models.add_prompt_version(&it.model, "text", "Hi");
    let workspace = it.workspace("dummy-source", "");
    let says = ["Version Is a Prompt", &it.model];
    let id = format!("{}/1", it.model);
    workspace.import(IT, &id).expect_error_containing(&says);
}

/// The server says so only at the creation, which comes after the destruction.
fn a_source_that_is_refused_costs_no_version() {
    let it = Subject::new("source");
    let destroyed = "skip_destroy = false";
    let workspace = it.applied("s3://b/a", destroyed);
    it.models.set_alias(&it.model, "champion", "1");
    for (source, says) in [
        ("foo", "set run_id or model_id"),
        ("../x", "set run_id or model_id"),
        ("s3://b", "names a path"),
        ("s3://b/../x", "no \"..\""),
    ] {
        it.configure(&workspace, source, destroyed);
        let refused = workspace.plan();
        refused.expect_error_containing(&["Invalid Source", says, "source"]);
    }
    assert_eq!(it.models.numbers(&it.model), ["1"]);
    it.configure(&workspace, "s3://b/a", destroyed);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.models.delete(&it.model);
}
