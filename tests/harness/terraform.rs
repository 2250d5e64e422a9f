//! Terraform runs, and its results are read right, on a resource that it has built in.

use crate::support::{Case, cases, terraform::Workspace};

const CONFIG: &str = r#"
variable "word" {
  default = "first"
}
resource "terraform_data" "it" {
  input = var.word
}
"#;

pub fn cases() -> Vec<Case> {
    cases![
        applies_and_reads_the_state,
        tells_errors_apart_from_line_breaks
    ]
}

fn applies_and_reads_the_state() {
    let workspace = Workspace::plain(CONFIG);
    workspace.validate().expect_ok();
    assert!(!workspace.plan_is_clean());
    let planned = |action: &str| vec![("terraform_data.it".to_owned(), action.to_owned())];
    assert_eq!(workspace.planned_actions(), planned("create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource("terraform_data.it")["output"], "first");
    let workspace = workspace.var("word", "second");
    assert_eq!(workspace.planned_actions(), planned("update"));
    workspace.destroy().expect_ok();
    assert!(!workspace.state_text().contains("first"));
}

fn tells_errors_apart_from_line_breaks() {
    let words = "a sentence that is much too long for the width at which messages are wrapped";
    let condition = format!("condition = var.word == \"x\"\n error_message = \"Now {words}.\"");
    let block = format!("default = \"first\"\n validation {{\n {condition}\n }}");
    let workspace = Workspace::plain(&CONFIG.replace("default = \"first\"", &block));
    workspace
        .plan()
        .expect_error_containing(&["Invalid value for variable", words]);
}
