//! Modules that use the provider can be tested without any registry: `terraform test` with mocks.

use super::webhook;
use crate::support::{
    Case, cases,
    terraform::{Workspace, versions},
};

pub fn cases() -> Vec<Case> {
    cases![
        a_module_is_tested_with_a_mocked_provider,
        a_module_that_looks_webhooks_up_is_overridden,
    ]
}

fn a_module_is_tested_with_a_mocked_provider() {
    let workspace = Workspace::bare(&format!("{}{AROUND}", webhook("mocked")));
    workspace.write("tests/unit.tftest.hcl", TESTS);
    let run = workspace.run(&["test"]).expect_ok();
    assert!(run.text().contains("2 passed, 0 failed"), "{}", run.text());
}

/// Hosts take no mocked list of objects, so the module around it is overridden.
fn a_module_that_looks_webhooks_up_is_overridden() {
    let workspace = Workspace::bare(CALLING);
    let existing = "data \"mlflow_webhooks\" \"all\" {}\n\
                    output \"webhooks\" {\n value = data.mlflow_webhooks.all.webhooks\n}\n";
    workspace.write("existing/main.tf", &format!("{}{existing}", versions()));
    workspace.write("tests/unit.tftest.hcl", OVERRIDING);
    workspace.run(&["get"]).expect_ok();
    let run = workspace.run(&["test"]).expect_ok();
    assert!(run.text().contains("1 passed, 0 failed"), "{}", run.text());
}

const CALLING: &str = r#"
module "existing" {
  source = "./existing"
}
output "names" {
  value = module.existing.webhooks[*].name
}
"#;

const OVERRIDING: &str = r#"
mock_provider "mlflow" {}
override_module {
  target  = module.existing
  outputs = { webhooks = [{ name = "fraud-deploy" }] }
}
run "plans" {
  command = plan
  assert {
    condition     = output.names[0] == "fraud-deploy"
    error_message = "Got ${jsonencode(output.names)}."
  }
}
"#;

const AROUND: &str = r#"
data "mlflow_webhooks" "all" {
  status = "ACTIVE"
}
data "mlflow_webhook" "other" {
  name = "other"
}
output "signature" {
  value = provider::mlflow::databricks_webhook_signature("k", "m")
}
output "all" {
  value = data.mlflow_webhooks.all.ids
}
output "other" {
  value = data.mlflow_webhook.other.id
}
"#;

const TESTS: &str = r#"
mock_provider "mlflow" {
  mock_data "mlflow_webhook" {
    defaults = {
      id            = "made-up"
      http_url_spec = { url = "https://ci.example.com", enable_ssl_verification = true }
    }
  }
  mock_data "mlflow_webhooks" {
    defaults = { ids = ["made-up"] }
  }
}
run "plans" {
  command = plan
  assert {
    condition     = mlflow_webhook.it.name == "mocked"
    error_message = "The name is not planned."
  }
}
run "applies" {
  assert {
    condition     = mlflow_webhook.it.id != "" && output.other == "made-up" && output.all == tolist(["made-up"])
    error_message = "Nothing was made up."
  }
  assert {
    condition     = output.signature == "b60090e3052297aeb5a080889ce2fc4bca957e756faeb4df7d31800ca1e771ec"
    error_message = "Got ${output.signature}."
  }
}
"#;
