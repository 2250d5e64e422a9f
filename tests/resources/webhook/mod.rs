//! `mlflow_webhook`: a file for each thing a user does with it.

mod clean;
mod databricks;
mod drift;
mod faults;
mod generated;
mod import;
mod lifecycle;
mod refresh;
mod refused;
mod secrets;

use crate::support::Case;

const IT: &str = "mlflow_webhook.it";

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        lifecycle::cases(),
        clean::cases(),
        drift::cases(),
        import::cases(),
        secrets::cases(),
        refresh::cases(),
        refused::cases(),
        faults::cases(),
        generated::cases(),
        databricks::cases(),
    ]
    .concat()
}

/// A webhook `mlflow_webhook.it` for new models that signs, with `more` in its body.
fn webhook(name: &str, url: &str, more: &str) -> String {
    with_body(
        name,
        more,
        &format!("url = {url:?}\n    secret = \"s3cret\""),
    )
}

/// A webhook `mlflow_webhook.it` for new models, with `more` in its body and `http` in its block.
fn with_body(name: &str, more: &str, http: &str) -> String {
    format!(
        r#"
resource "mlflow_webhook" "it" {{
  name   = {name:?}
  events = ["registered_model.created"]
  {more}
  http_url_spec {{
    {http}
  }}
}}
"#
    )
}
