//! From `terraform apply` to a version on the server, through changes in place and new versions, to an
//! end that leaves them.

use serde_json::{Value, json};

use super::{CREATE, IT, Subject, only, proxy};
use crate::support::{
    Case, cases,
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        a_changed_source_is_a_new_version_and_the_alias_follows,
        one_is_deleted_when_told_and_its_number_not_given_again,
    ];
    let twice = on_both![
        applies_plans_clean_and_stays_after_a_destroy,
        description_and_tags_change_in_place,
        steering_alone_sends_nothing,
        values_may_be_unknown_while_planning,
        many_are_refreshed_by_lists,
    ];
    [once, twice].concat()
}

const ONE: &str = "s3://models/churn/1";
const TWO: &str = "s3://models/churn/2";

fn applies_plans_clean_and_stays_after_a_destroy<R: Registry>() {
    let it = Subject::<R>::on_its_own("lifecycle");
    let workspace = it.applied(ONE, "description = \"One\"\n  tags = { team = \"growth\" }");
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["id"], format!("{}/1", it.model));
    for (attribute, value) in [
        ("version", json!("1")),
        ("resolved_source", json!(ONE)),
        ("status", json!("READY")),
        ("run_id", Value::Null),
        ("skip_destroy", json!(true)),
        ("workspace", Value::Null),
    ] {
        assert_eq!(state[attribute], value, "{attribute}");
    }
    let version = it.models.version(&it.model, "1").unwrap();
    assert_eq!(version["description"], "One");
    assert_eq!(version["creation_timestamp"], state["creation_timestamp"]);
    assert_eq!(it.models.version_tags(&it.model, "1")["team"], "growth");
    workspace.destroy().expect_ok();
    assert_eq!(it.models.version(&it.model, "1"), Some(version));
}

/// A description that is left out is sent as none, for a server clears what a call leaves out.
fn description_and_tags_change_in_place<R: Registry>() {
    let it = Subject::<R>::on_its_own("in-place");
    let workspace = it.applied(
        ONE,
        "description = \"One\"\n  tags = { a = \"1\", b = \"1\" }",
    );
    it.models.set_version_tag(&it.model, "1", "theirs", "stays");
    it.configure(&workspace, ONE, "tags = { a = \"2\", c = \"1\" }");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let version = it.models.version(&it.model, "1").unwrap();
    assert_eq!(version["description"].as_str().unwrap_or_default(), "");
    let tags = it.models.version_tags(&it.model, "1");
    let expected = [("a", "2"), ("c", "1"), ("theirs", "stays")];
    assert_eq!(
        tags,
        expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    );
    assert_eq!(it.numbers(), ["1"]);
}

/// In one apply and in this order, with nothing deleted.
fn a_changed_source_is_a_new_version_and_the_alias_follows() {
    let (it, proxy) = (Subject::new("new"), proxy());
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let alias = format!(
        "resource \"mlflow_registered_model_alias\" \"it\" {{\n  model_name = {:?}\n  alias = \"champion\"\n  \
         version = mlflow_model_version.it.version\n}}\n",
        it.model
    );
    let all = |source: &str| format!("{provider}{}{alias}", it.config(source, ""));
    let workspace = Workspace::bare(&all(ONE));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    proxy.clear();
    workspace.write("main.tf", &all(TWO));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let writes = proxy.requests();
    let writes: Vec<_> = writes
        .iter()
        .filter(|it| it.method != "GET")
        .map(|it| {
            (
                it.method.as_str(),
                it.path.rsplit('/').next().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(writes, [("POST", "create"), ("POST", "alias")]);
    assert_eq!(it.numbers(), ["1", "2"]);
    assert_eq!(it.models.aliases(&it.model)["champion"], "2");
    assert_eq!(it.models.version(&it.model, "1").unwrap()["source"], ONE);
}

fn one_is_deleted_when_told_and_its_number_not_given_again() {
    let it = Subject::new("deleted");
    let workspace = it.applied(ONE, "skip_destroy = false");
    it.models.set_alias(&it.model, "champion", "1");
    it.configure(&workspace, TWO, "skip_destroy = false");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["2"]);
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), [""; 0]);
    workspace.apply().expect_ok();
    assert_eq!(workspace.resource(IT)["version"], "3");
    workspace.destroy().expect_ok();
}

fn steering_alone_sends_nothing<R: Registry>() {
    let it = Subject::<R>::on_its_own("steered");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ONE, "")));
    workspace.apply().expect_ok();
    proxy.clear();
    let steered = it.config(ONE, "skip_destroy = false");
    workspace.write("main.tf", &R::at(&proxy.url(), &steered));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(proxy.requests().iter().all(|it| it.method == "GET"));
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), [""; 0]);
}

fn values_may_be_unknown_while_planning<R: Registry>() {
    let it = Subject::<R>::on_its_own("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {{ model = {:?}, source = {ONE:?}, text = "Later" }} }}
resource "mlflow_model_version" "it" {{
  model_name  = terraform_data.later.output.model
  source      = terraform_data.later.output.source
  description = terraform_data.later.output.text
  tags        = {{ text = terraform_data.later.output.text }}
}}
"#,
        it.model
    );
    let workspace = Workspace::bare(&it.registry.with_provider(&config));
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.version_tags(&it.model, "1")["text"], "Later");
}

fn many_are_refreshed_by_lists<R: Registry>() {
    const COUNT: usize = 30;
    let it = Subject::<R>::on_its_own("many");
    let proxy = it.proxy();
    let config = it.config(
        "s3://models/churn/${count.index}",
        &format!("count = {COUNT}"),
    );
    let workspace = Workspace::bare(&R::at(&proxy.url(), &config));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", CREATE), COUNT);
    assert_eq!(it.numbers().len(), COUNT);
    proxy.clear();
    workspace.expect_clean_plan();
    let reads = proxy.count("GET", "/model-versions/get");
    assert!(reads <= COUNT, "{reads} reads to refresh {COUNT}");
}
