//! `mlflow_webhook`: a file for each thing a user does with it.

mod drift;
mod import;
mod lifecycle;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [lifecycle::cases(), drift::cases(), import::cases()].concat()
}

/// A webhook `mlflow_webhook.it` for new models, with `more` in its body.
fn webhook(name: &str, url: &str, more: &str) -> String {
    format!(
        r#"
resource "mlflow_webhook" "it" {{
  name   = "{name}"
  events = ["registered_model.created"]
  {more}
  http_url_spec {{
    url    = "{url}"
    secret = "s3cret"
  }}
}}
"#
    )
}
