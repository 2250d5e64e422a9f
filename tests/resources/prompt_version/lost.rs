//! A lost answer ends with one version, whatever else of the same text there is.

use super::{CREATE, IT, Subject, proxy};
use crate::support::{
    Case, cases,
    proxy::{Fault, Loss},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![to_a_create_ends_with_one_version, to_a_change_sends_it_once]
}

fn to_a_create_ends_with_one_version() {
    let (it, proxy) = (Subject::new("once"), proxy());
    it.models.add_prompt_version(&it.prompt, "text", "Other");
    it.models.add_versions(&it.prompt, 1);
    proxy.inject("POST", CREATE, 1, Fault::Afterwards(Loss::Close));
    let workspace = Workspace::at(&proxy.url(), &it.config("template = \"Hi\""));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["version"], "3");
    assert_eq!(proxy.count("POST", CREATE), 1);
    assert_eq!(it.numbers(), ["1", "2", "3"]);
}

/// Webhooks fire at each.
fn to_a_change_sends_it_once() {
    let (it, proxy) = (Subject::new("change"), proxy());
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let body = "template = \"Hi\"";
    let workspace = Workspace::bare(&format!("{provider}{}", it.config(body)));
    workspace.apply().expect_ok();
    let set = "/model-versions/set-tag";
    proxy.inject("POST", set, 1, Fault::Afterwards(Loss::Close));
    let changed = it.config(&format!("{body}\n  tags = {{ a = \"1\" }}"));
    workspace.write("main.tf", &format!("{provider}{changed}"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", set), 1);
    assert_eq!(it.tag("1", "a").as_deref(), Some("1"));
}
