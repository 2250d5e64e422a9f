//! From `terraform apply` to a workspace on the server, through changes in place, and back to nothing.

use serde_json::{Value, json};

use super::{API, IT, Subject, archival, behind, is_known, known, only, proxy};
use crate::support::{Case, cases, mlflow::Server, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        applies_plans_clean_and_destroys,
        what_is_left_out_stays_out,
        each_field_is_changed_and_removed_in_place_by_one_request,
        another_name_is_another_workspace,
        values_may_be_unknown_while_planning,
        is_made_where_the_provider_names_that_very_one,
        many_are_refreshed_by_lists,
    ]
}

const ALL: &str = "description = \"First\"\n  default_artifact_root = \"s3://bucket/root\"\n  \
                   trace_archival = { location = \"s3://bucket/traces\", retention = \"30d\" }";

fn applies_plans_clean_and_destroys() {
    let it = Subject::new("lifecycle");
    let workspace = it.applied(ALL);
    workspace.expect_clean_plan();
    let made = it.get();
    assert_eq!(made["description"], "First");
    assert_eq!(made["default_artifact_root"], "s3://bucket/root");
    assert_eq!(
        shown_archival(&made),
        archival(Some("s3://bucket/traces"), Some("30d"))
    );
    assert_eq!(workspace.resource(IT)["id"], it.name.as_str());
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
    // Its name is free at once.
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
}

fn what_is_left_out_stays_out() {
    let it = Subject::new("bare");
    let workspace = it.applied("");
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    for argument in ["description", "default_artifact_root", "trace_archival"] {
        assert_eq!(state[argument], Value::Null, "{argument}");
    }
    assert_eq!(state["deletion_mode"], "RESTRICT");
    workspace.destroy().expect_ok();
}

fn each_field_is_changed_and_removed_in_place_by_one_request() {
    let it = Subject::new("fields");
    let proxy = proxy();
    let workspace = Workspace::bare(&behind(&proxy, &it.config(ALL)));
    workspace.apply().expect_ok();
    let steps = [
        (
            "description = \"Second\"",
            "Second",
            "",
            archival(None, None),
        ),
        (
            "default_artifact_root = \"/srv/artifacts\"",
            "",
            "/srv/artifacts",
            archival(None, None),
        ),
        (
            "trace_archival = { retention = \"3d\" }",
            "",
            "",
            archival(None, Some("3d")),
        ),
        (
            "trace_archival = { location = \"s3://b\" }",
            "",
            "",
            archival(Some("s3://b"), None),
        ),
        ("trace_archival = {}", "", "", archival(None, None)),
        (
            "trace_archival = {}\n  description = \"Third\"",
            "Third",
            "",
            archival(None, None),
        ),
        (
            ALL,
            "First",
            "s3://bucket/root",
            archival(Some("s3://bucket/traces"), Some("30d")),
        ),
    ];
    let steps = steps
        .into_iter()
        .filter(|step| step.0 == ALL || is_known(step.0));
    for (more, description, root, traces) in steps {
        proxy.clear();
        workspace.write("main.tf", &behind(&proxy, &it.config(more)));
        assert_eq!(workspace.planned_actions(), only("update"), "{more}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let made = it.get();
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        assert_eq!(text("description"), description, "{more}");
        assert_eq!(text("default_artifact_root"), root, "{more}");
        assert_eq!(shown_archival(&made), traces, "{more}");
        assert_eq!(proxy.count("PATCH", API), 1, "{more}");
    }
    let steered = it.config(&format!("{ALL}\n  deletion_mode = \"CASCADE\""));
    proxy.clear();
    workspace.write("main.tf", &behind(&proxy, &steered));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("PATCH", API), 0);
    workspace.destroy().expect_ok();
}

/// What the workspace shows of its traces; nothing is shown in two ways.
fn shown_archival(made: &Value) -> Value {
    match &made["trace_archival_config"] {
        Value::Null => json!({}),
        shown => shown.clone(),
    }
}

fn another_name_is_another_workspace() {
    let it = Subject::new("named");
    let workspace = it.applied("");
    let other = Subject::new("renamed");
    other.configure(&workspace, "");
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    assert_eq!(it.find(), None);
    assert!(other.find().is_some());
    workspace.destroy().expect_ok();
}

fn values_may_be_unknown_while_planning() {
    let it = Subject::new("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {:?} }}
resource "mlflow_workspace" "it" {{
  name                  = terraform_data.later.output
  description           = "For ${{terraform_data.later.id}}"
  default_artifact_root = "s3://bucket/${{terraform_data.later.id}}"
  trace_archival        = {{ location = "s3://bucket/${{terraform_data.later.id}}" }}
}}
resource "mlflow_experiment" "it" {{
  workspace = mlflow_workspace.it.name
  name      = "in-it"
}}
"#,
        it.name
    );
    let workspace = Workspace::new(Server::with_workspaces(), &known(&config));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(it.experiments().find_named("in-it").is_some());
    it.delete("CASCADE");
    workspace.destroy().expect_ok();
}

/// The server looks for the workspace of a header first, also where it is asked to make it.
fn is_made_where_the_provider_names_that_very_one() {
    let it = Subject::new("own");
    let proxy = proxy();
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n  workspace = {:?}\n}}\n",
        proxy.url(),
        it.name
    );
    let experiment = "resource \"mlflow_experiment\" \"it\" {\n  name = \"in-it\"\n  \
                      depends_on = [mlflow_workspace.it]\n}\n";
    let whole = it.config("deletion_mode = \"CASCADE\"");
    let workspace = Workspace::bare(&format!("{provider}{whole}{experiment}"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert!(it.experiments().find_named("in-it").is_some());
    let on_workspaces = proxy.requests().into_iter();
    let on_workspaces = on_workspaces.filter(|it| it.path.contains(API));
    let named = on_workspaces.filter(|it| it.headers.get("X-MLFLOW-WORKSPACE").is_some());
    assert_eq!(named.count(), 0);
    workspace.destroy().expect_ok();
    assert_eq!(it.find(), None);
}

fn many_are_refreshed_by_lists() {
    const COUNT: usize = 20;
    let it = Subject::new("many");
    let proxy = proxy();
    let config = it.config("").replace(
        &format!("name = {:?}", it.name),
        &format!("count = {COUNT}\n  name = \"{}-${{count.index}}\"", it.name),
    );
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.requests().len();
    assert!(requests <= 12, "{requests} requests to refresh {COUNT}");
    workspace.destroy().expect_ok();
}
