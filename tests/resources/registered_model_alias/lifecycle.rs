//! From `terraform apply` to an alias on the server, through changes in place, and back to nothing.

use serde_json::Value;

use super::{ALIAS, IT, Subject, alias, only, proxy};
use crate::support::{Case, cases, mlflow::Server, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        applies_plans_clean_and_destroys,
        another_version_is_set_in_place,
        another_alias_replaces,
        a_number_is_taken_for_a_version,
        values_may_be_unknown_while_planning,
        many_are_refreshed_by_lists,
        of_several_resources_of_one_alias_one_is_created,
    ]
}

fn applies_plans_clean_and_destroys() {
    let it = Subject::new("lifecycle");
    let workspace = it.applied("2");
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("2"));
    let state = workspace.resource(IT);
    assert_eq!(state["id"], format!("{}@champion", it.model));
    assert_eq!(state["version"], "2");
    assert_eq!(state["workspace"], Value::Null);
    workspace.destroy().expect_ok();
    assert_eq!(it.champion(), None);
    assert!(it.models.version(&it.model, "2").is_some());
}

fn another_version_is_set_in_place() {
    let it = Subject::new("moved");
    let workspace = it.applied("1");
    it.configure(&workspace, "3");
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("3"));
    workspace.destroy().expect_ok();
}

fn another_alias_replaces() {
    let it = Subject::new("other");
    let workspace = it.applied("1");
    let config = alias(&it.model, "challenger", "1", "");
    workspace.reconfigure(Server::shared(), &config);
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let now: Vec<_> = it.models.aliases(&it.model).into_iter().collect();
    assert_eq!(now, [("challenger".to_owned(), "1".to_owned())]);
    workspace.destroy().expect_ok();
}

fn a_number_is_taken_for_a_version() {
    let it = Subject::new("number");
    let config = it.config("2").replace("version = \"2\"", "version = 2");
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    it.configure(&workspace, "2");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn values_may_be_unknown_while_planning() {
    let it = Subject::new("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {{ model = {:?}, alias = "champion", version = "2" }} }}
resource "mlflow_registered_model_alias" "it" {{
  model_name = terraform_data.later.output.model
  alias      = terraform_data.later.output.alias
  version    = terraform_data.later.output.version
}}
"#,
        it.model
    );
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.champion().as_deref(), Some("2"));
    workspace.destroy().expect_ok();
}

fn many_are_refreshed_by_lists() {
    const COUNT: usize = 30;
    let it = Subject::new("many");
    let proxy = proxy();
    let config = format!(
        "resource \"mlflow_registered_model_alias\" \"it\" {{\n  count = {COUNT}\n  \
         model_name = {:?}\n  alias = \"a-${{count.index}}\"\n  version = \"1\"\n}}\n",
        it.model
    );
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", ALIAS), COUNT);
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.requests().len();
    assert!(requests <= 12, "{requests} requests to refresh {COUNT}");
    workspace.destroy().expect_ok();
    assert_eq!(it.models.aliases(&it.model).len(), 0);
}

fn of_several_resources_of_one_alias_one_is_created() {
    let (it, proxy) = (Subject::new("same"), proxy());
    let config = alias(
        &it.model,
        "champion",
        "tostring(count.index + 1)",
        "count = 3",
    );
    let config = config.replace("\"tostring(count.index + 1)\"", "tostring(count.index + 1)");
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace
        .apply()
        .expect_error_containing(&["Already Exists", "@champion"]);
    assert_eq!(proxy.count("POST", ALIAS), 1);
    let set = it.champion();
    workspace
        .apply()
        .expect_error_containing(&["Already Exists"]);
    assert_eq!(it.champion(), set);
    workspace.destroy().expect_ok();
}
