//! What cannot work is refused as early as it can be known, at its attribute and with a way out.

use super::Subject;
use crate::support::{
    Case, cases,
    databricks::Databricks,
    registry::{Mlflow, Registry, on_both},
    terraform::Workspace,
};

const URL: &str = "url = \"https://ci.example.com/hooks\"";

pub fn cases() -> Vec<Case> {
    let once = cases![
        by_validate_without_a_registry,
        by_plan_of_a_webhook_on_mlflow,
        by_plan_of_a_webhook_on_databricks,
        by_plan_without_a_usable_registry,
    ];
    let twice = on_both![nothing_while_values_are_unknown];
    [once, twice].concat()
}

/// A configuration, and what its refusal must say.
struct Bad {
    more: &'static str,
    http: &'static str,
    rest: &'static str,
    says: &'static [&'static str],
}

const BASE: Bad = Bad {
    more: "name = \"n\"\nevents = [\"model_version.created\"]",
    http: URL,
    rest: "",
    says: &[],
};

const JOB: &str = "job_spec {\n job_id = \"7\"\n access_token = \"t\"\n}";

impl Bad {
    fn config(&self) -> String {
        let http = if self.http.is_empty() {
            String::new()
        } else {
            format!("http_url_spec {{\n{}\n}}", self.http)
        };
        format!(
            "resource \"mlflow_webhook\" \"it\" {{\n{}\n{http}\n{}\n}}\n",
            self.more, self.rest
        )
    }
}

fn by_validate_without_a_registry() {
    for bad in [
        Bad {
            http: "",
            says: &["Missing Target", "http_url_spec", "job_spec"],
            ..BASE
        },
        Bad {
            more: "events = [\"model_version.created\"]",
            rest: JOB,
            says: &["Two Targets"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nevents = []",
            says: &["No Events", "events = []"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nevents = [\"model_version.creatd\"]",
            says: &["Unknown Event", "Did you mean \"model_version.created\"?"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nevents = [\"MODEL_VERSION_CREATED\", \"model_version.created\"]",
            says: &["Same Event Twice", "two spellings"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nevents = [\"prompt.created\"]\nstatus = \"active\"",
            says: &[
                "Invalid Status",
                "Did you mean ACTIVE?",
                "status = \"active\"",
            ],
            ..BASE
        },
        Bad {
            more: "name = \"-n\"\nevents = [\"prompt.created\"]",
            says: &["Invalid Name", "begins and ends with a letter or digit"],
            ..BASE
        },
        Bad {
            http: "url = \"ci.example.com\"",
            says: &["Invalid URL", "no scheme"],
            ..BASE
        },
        Bad {
            http: "url = \"ftp://example.com\"",
            says: &["Invalid URL", "http or https"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nevents = [\"prompt.created\"]\nstatus = \"TEST_MODE\"",
            says: &["No Registry Has Both", "TEST_MODE"],
            ..BASE
        },
        Bad {
            http: "",
            rest: JOB,
            says: &["No Registry Has Both", "job_spec"],
            ..BASE
        },
        Bad {
            more: "name = \"n\"\nmodel_name = \"m\"\nevents = [\"prompt.created\"]",
            says: &["No Registry Has Both", "model_name"],
            ..BASE
        },
        Bad {
            more: "model_name = \"m\"\nevents = [\"REGISTERED_MODEL_CREATED\"]",
            says: &["Event Cannot Be Limited to a Model"],
            ..BASE
        },
        Bad {
            http: "url = \"https://e.com\"\nsecret = \"a\"\nsecret_wo = \"b\"\nsecret_wo_version = 1",
            says: &["Secret Given Twice", "secret_wo"],
            ..BASE
        },
        Bad {
            http: "url = \"https://e.com\"\nsecret_wo = \"b\"",
            says: &["Missing Version", "secret_wo_version"],
            ..BASE
        },
        Bad {
            http: "url = \"https://e.com\"\nsecret_wo = null\nsecret_wo_version = 1",
            says: &["Missing Value", "secret_wo_version", "secret_wo = \"\""],
            ..BASE
        },
        Bad {
            more: "events = [\"MODEL_VERSION_CREATED\"]",
            http: "url = \"https://e.com\"\nauthorization_wo_version = 1",
            says: &["Missing Value", "authorization_wo"],
            ..BASE
        },
        Bad {
            more: "events = [\"MODEL_VERSION_CREATED\"]",
            http: "",
            rest: "job_spec {\n job_id = \"7\"\n access_token_wo_version = 1\n}",
            says: &["Missing Value", "access_token_wo"],
        },
        Bad {
            more: "events = [\"MODEL_VERSION_CREATED\"]",
            http: "url = \"https://e.com\"\nauthorization = \"Bearer x\\nX-Evil: 1\"",
            says: &["Line Break in Authorization"],
            ..BASE
        },
        Bad {
            more: "events = [\"MODEL_VERSION_CREATED\"]",
            http: "",
            rest: "job_spec {\n job_id = \"7\"\n}",
            says: &["Missing Access Token", "access_token_wo"],
        },
    ] {
        let workspace = Workspace::bare(&bad.config());
        workspace.validate().expect_error_containing(bad.says);
    }
}

fn by_plan_of_a_webhook_on_mlflow() {
    let unnamed = "events = [\"model_version.created\"]";
    let long = format!("url = \"https://e.com/{}\"", "x".repeat(500));
    let long: &'static str = Box::leak(long.into_boxed_str());
    let refused = [
        Bad {
            more: unnamed,
            says: &["Missing Name", "set name"],
            ..BASE
        },
        Bad {
            more: unnamed,
            http: "",
            rest: JOB,
            says: &["Not Supported by MLflow", "job_spec"],
        },
        Bad {
            more: "model_name = \"m\"\nevents = [\"model_version.created\"]",
            says: &["Not Supported by MLflow", "model_name"],
            ..BASE
        },
        Bad {
            more: "status = \"TEST_MODE\"\nevents = [\"model_version.created\"]",
            says: &["Not Supported by MLflow", "TEST_MODE"],
            ..BASE
        },
        Bad {
            more: "events = [\"COMMENT_CREATED\"]",
            says: &["Not Supported by MLflow", "COMMENT_CREATED"],
            ..BASE
        },
        Bad {
            more: unnamed,
            http: "url = \"https://e.com\"\nauthorization = \"Bearer x\"",
            says: &["Not Supported by MLflow", "authorization"],
            ..BASE
        },
        Bad {
            more: unnamed,
            http: "url = \"https://e.com\"\nenable_ssl_verification = false",
            says: &["Not Supported by MLflow", "enable_ssl_verification = false"],
            ..BASE
        },
        Bad {
            http: long,
            says: &["Value Too Long", "500 characters"],
            ..BASE
        },
    ];
    refused.iter().for_each(expect_refused_by_plan::<Mlflow>);
}

fn by_plan_of_a_webhook_on_databricks() {
    let events = "events = [\"model_version.created\"]";
    let refused = [
        Bad {
            says: &["Not Supported by Databricks", "names of webhooks", "name ="],
            ..BASE
        },
        Bad {
            more: "events = [\"model_version.created\", \"prompt.created\"]",
            says: &["Not Supported by Databricks", "prompt.created", "events ="],
            ..BASE
        },
        Bad {
            more: events,
            http: "url = \"http://ci.example.com/hooks\"",
            says: &["Receiver Without HTTPS", "enable_ssl_verification", "url ="],
            ..BASE
        },
    ];
    refused
        .iter()
        .for_each(expect_refused_by_plan::<Databricks>);
}

/// Nobody listens at the registry's address: a plan of a new webhook sends nothing.
fn expect_refused_by_plan<R: Registry>(bad: &Bad) {
    let config = R::at("http://127.0.0.1:9", &bad.config());
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    workspace.plan().expect_error_containing(bad.says);
}

fn by_plan_without_a_usable_registry() {
    let config = BASE.config();
    let nowhere = [
        "No Registry Configured",
        "tracking_uri",
        "MLFLOW_TRACKING_URI",
    ];
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    workspace.plan().expect_error_containing(&nowhere);
    for (uri, says) in [
        ("sqlite:///mlflow.db", "Not a Server Address"),
        ("./mlruns", "Not a Server Address"),
        ("databricks://", "Invalid Tracking URI"),
        ("databricks-uc", "Unity Catalog Not Supported"),
    ] {
        let refused = Workspace::bare(&config).env("MLFLOW_TRACKING_URI", uri);
        refused.validate().expect_ok();
        refused
            .plan()
            .expect_error_containing(&[says, "MLFLOW_TRACKING_URI"]);
        Workspace::at(uri, &config)
            .validate()
            .expect_error_containing(&[says, "tracking_uri"]);
    }
    let both = "provider \"mlflow\" {\n tracking_uri = \"https://m.example.com\"\n \
                databricks = { host = \"https://d.example.com\" }\n}";
    Workspace::bare(&format!("{both}\n{config}"))
        .validate()
        .expect_error_containing(&["Two Registries Configured"]);
}

fn nothing_while_values_are_unknown<R: Registry>() {
    let naming = R::naming("terraform_data.later.output");
    let unknown = format!(
        r#"
resource "terraform_data" "later" {{ input = "x" }}
resource "mlflow_webhook" "it" {{
  {naming}
  model_name = terraform_data.later.output == "" ? "m" : null
  status     = terraform_data.later.output
  events     = [terraform_data.later.output, "model_version.created"]
  http_url_spec {{
    url               = terraform_data.later.output
    secret            = terraform_data.later.output == "" ? "s" : null
    secret_wo         = terraform_data.later.output
    secret_wo_version = terraform_data.later.output == "" ? 1 : 2
  }}
}}
"#
    );
    let it = Subject::<R>::new("unknown");
    let workspace = it.workspace(&unknown);
    workspace.validate().expect_ok();
    workspace.plan().expect_ok();
}
