//! `import` blocks, with configuration that is written already and with configuration that the host
//! generates; what both registries do alike is in [`super::import`].

use serde_json::json;

use super::IT;
use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    mlflow::Server,
    terraform::{Run, Workspace},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_import_block_brings_a_webhook_under_care,
        generated_configuration_of_a_job_needs_only_its_token,
    ]
}

const URL: &str = "http://127.0.0.1:9/hook";
const GENERATED: &str = "generated.tf";

fn an_import_block_brings_a_webhook_under_care() {
    let (server, name) = (Server::shared(), unique("block"));
    let id = made(server, &name);
    let config = format!(
        r#"
{}
resource "mlflow_webhook" "it" {{
  name        = {name:?}
  description = "By hand"
  events      = ["registered_model.created"]
  http_url_spec {{ url = {URL:?} }}
}}
"#,
        import(&id)
    );
    let workspace = Workspace::new(server, &config);
    expect_counts(&workspace, "1 imported, 0 added, 0 changed");
    assert_eq!(workspace.resource(IT)["id"], id.as_str());
    workspace.destroy().expect_ok();
}

fn generated_configuration_of_a_job_needs_only_its_token() {
    let registry = Databricks::start();
    let id = registry.create(&json!({
        "events": ["MODEL_VERSION_CREATED"],
        "job_spec": {
            "job_id": "7",
            "access_token": "dapi-old",
            "workspace_url": "https://dbc.example.com",
        },
    }));
    let provider = format!(
        "provider \"mlflow\" {{\n  databricks = {{ host = {:?}, token = {ADMIN:?} }}\n}}\n",
        registry.url()
    );
    let workspace = Workspace::bare(&format!("{provider}{}", generating(&id)));
    generate(&workspace).expect_error_containing(&["access_token"]);
    let written = std::fs::read_to_string(workspace.path(GENERATED)).unwrap();
    assert!(
        !written.contains("http_url_spec"),
        "an empty block: {written}"
    );
    let mut lines: Vec<_> = written.lines().map(str::to_owned).collect();
    let token = |line: &&mut String| line.trim_start().starts_with("access_token ");
    let token = lines.iter_mut().find(token);
    *token.expect("a line for it") = "    access_token = \"dapi-new\"".to_owned();
    workspace.write(GENERATED, &lines.join("\n"));
    workspace.write("main.tf", &format!("{provider}{}", import(&id)));
    expect_counts(&workspace, "1 imported, 0 added, 1 changed");
    let now = registry.webhook(&id).unwrap();
    assert_eq!(now["job_spec"]["access_token"], "dapi-new");
}

/// What an apply does, after which there is nothing more to do.
fn expect_counts(workspace: &Workspace, counts: &str) {
    let run = workspace.apply().expect_ok();
    assert!(run.text().contains(counts), "{}", run.text());
    workspace.expect_clean_plan();
}

pub(super) fn generate(workspace: &Workspace) -> Run {
    let out = format!("-generate-config-out={GENERATED}");
    workspace.run(&["plan", "-input=false", &out])
}

pub(super) fn import(id: &str) -> String {
    format!("import {{\n  to = {IT}\n  id = {id:?}\n}}\n")
}

/// Without a resource, hosts do not look up the provider by its local name.
pub(super) fn generating(id: &str) -> String {
    import(id).replace("  id =", "  provider = mlflow\n  id =")
}

fn made(server: &Server, name: &str) -> String {
    let made = server.rest().create_webhook(&json!({
        "name": name,
        "description": "By hand",
        "url": URL,
        "secret": "s3cret",
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    }));
    made["webhook_id"].as_str().unwrap().to_owned()
}
