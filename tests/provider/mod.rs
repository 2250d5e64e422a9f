//! The provider block: who is asked, as whom, and what is seen of it.

mod connection;
mod databricks;
mod logs;
mod mocks;
mod plans;
mod unknown;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        connection::cases(),
        databricks::cases(),
        logs::cases(),
        mocks::cases(),
        plans::cases(),
        unknown::cases(),
    ]
    .concat()
}

/// A webhook without anything special.
fn webhook(name: &str) -> String {
    format!(
        r#"
resource "mlflow_webhook" "it" {{
  name   = "{name}"
  events = ["registered_model.created"]
  http_url_spec {{
    url    = "http://127.0.0.1:9/hook?key=canary-query"
    secret = "canary-secret"
  }}
}}
"#
    )
}
