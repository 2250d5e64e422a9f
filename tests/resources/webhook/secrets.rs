//! A secret signs, changes, goes and stays, and lies nowhere that it should not.

use super::{IT, Subject, only};
use crate::support::{
    Case,
    registry::{Made, Registry, on_both},
};

pub fn cases() -> Vec<Case> {
    on_both![
        a_changed_secret_signs_and_a_removed_one_does_not,
        a_write_only_secret_is_nowhere_and_survives_other_changes,
        a_version_whose_value_is_null_takes_no_secret_away,
        an_imported_webhook_goes_on_signing,
        a_configured_secret_is_sent_once_after_an_import,
        an_empty_secret_means_unsigned,
    ]
}

fn a_changed_secret_signs_and_a_removed_one_does_not<R: Registry>() {
    let it = Subject::<R>::new("secret");
    let workspace = it.workspace(&it.with("", "secret = \"first\""));
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(Some("first"));
    it.configure(&workspace, &it.with("", "secret = \"second\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(Some("second"));
    it.configure(&workspace, &it.with("", ""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(None);
    workspace.destroy().expect_ok();
}

fn a_write_only_secret_is_nowhere_and_survives_other_changes<R: Registry>() {
    let it = Subject::<R>::new("write-only");
    let secret = |text: &str, version: u32| {
        format!("secret_wo = \"canary-{text}\"\nsecret_wo_version = {version}")
    };
    let workspace = it.workspace(&it.with("", &secret("one", 1)));
    let plan = workspace.plan_json().to_string();
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(Some("canary-one"));
    // Another value under the same version is not sent: only the version tells.
    let other = it.with("description = \"Changed\"", &secret("two", 1));
    it.configure(&workspace, &other);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(Some("canary-one"));
    it.configure(&workspace, &it.with("", &secret("two", 2)));
    let update = workspace.plan_json().to_string();
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(Some("canary-two"));
    for (place, text) in [
        ("plan", plan),
        ("plan of an update", update),
        ("state", workspace.state_text()),
    ] {
        // The configuration itself is quoted in a JSON plan; the values planned are not.
        let planned = text.split("\"configuration\":").next().unwrap();
        assert!(!planned.contains("canary"), "{place}");
    }
    it.configure(&workspace, &it.with("", ""));
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(None);
    workspace.destroy().expect_ok();
}

fn a_version_whose_value_is_null_takes_no_secret_away<R: Registry>() {
    const VARIABLES: &str = "variable \"secret\" {\n type = string\n ephemeral = true\n default = \"s3cret\"\n}\n\
                             variable \"given\" {\n type = bool\n ephemeral = true\n default = true\n}\n\
                             resource \"terraform_data\" \"later\" {\n input = \"x\"\n}\n";
    let it = Subject::<R>::new("version-alone");
    let config = |value: &str, version: u32| {
        let secret = format!("secret_wo = {value}\nsecret_wo_version = {version}");
        format!("{VARIABLES}{}", it.with("", &secret))
    };
    let of_variable = "var.given ? var.secret : null";
    let workspace = it.workspace(&config(of_variable, 1));
    workspace.apply().expect_ok();
    let says = ["Missing Value", "secret_wo_version", "secret_wo"];
    it.configure(&workspace, &config(of_variable, 2));
    let workspace = workspace.env("TF_VAR_given", "false");
    workspace.validate().expect_ok();
    workspace.plan().expect_error_containing(&says);
    workspace.apply().expect_error_containing(&says);
    it.registry.assert_signs_with(Some("s3cret"));
    // Known only once the other resource is there.
    workspace
        .run(&["state", "rm", "terraform_data.later"])
        .expect_ok();
    it.configure(
        &workspace,
        &config("terraform_data.later.output == \"x\" ? null : \"y\"", 2),
    );
    workspace.plan().expect_ok();
    workspace.apply().expect_error_containing(&says);
    it.registry.assert_signs_with(Some("s3cret"));
    it.configure(&workspace, &config("\"\"", 2));
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(None);
    workspace.destroy().expect_ok();
}

fn an_imported_webhook_goes_on_signing<R: Registry>() {
    let it = Subject::<R>::new("imported");
    let id = made_elsewhere(&it);
    let workspace = it.workspace(&it.with("", ""));
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, &it.with("description = \"Now ours\"", ""));
    workspace.apply().expect_ok();
    it.registry.assert_signs_with(Some("theirs"));
    workspace.destroy().expect_ok();
}

fn a_configured_secret_is_sent_once_after_an_import<R: Registry>() {
    let it = Subject::<R>::new("taken");
    let id = made_elsewhere(&it);
    let workspace = it.workspace(&it.with("", "secret = \"ours\""));
    workspace.import(IT, &id).expect_ok();
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(Some("ours"));
    workspace.destroy().expect_ok();
}

fn an_empty_secret_means_unsigned<R: Registry>() {
    let it = Subject::<R>::new("unsigned");
    let id = made_elsewhere(&it);
    let workspace = it.workspace(&it.with("", "secret = \"\""));
    workspace.import(IT, &id).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(None);
    workspace.destroy().expect_ok();
}

/// A webhook that signs, as a script would have made it.
fn made_elsewhere<R: Registry>(it: &Subject<R>) -> String {
    it.registry.make(&Made {
        secret: Some("theirs"),
        ..Made::named(&it.name)
    })
}
