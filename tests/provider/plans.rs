//! What the host shows and writes: a secret that is given write-only is in no plan, no state and no
//! other file; one that is given plainly is in the state, and on no screen.

use std::{fs, path::Path, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::support::{
    Case, cases,
    databricks::{Databricks, Principal},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    cases![
        ephemeral_secrets_are_in_nothing_that_is_shown_or_written,
        plain_secrets_are_in_the_state_and_on_no_screen,
    ]
}

const VARIABLES: [&str; 4] = ["client", "secret", "authorization", "access"];

const WRITE_ONLY: &str = r#"
resource "mlflow_webhook" "http" {
  events = ["COMMENT_CREATED"]
  description = "DESCRIPTION"
  http_url_spec {
    url                      = "https://ci.example.com/hook"
    secret_wo                = var.secret
    secret_wo_version        = VERSION
    authorization_wo         = "Bearer ${var.authorization}"
    authorization_wo_version = VERSION
  }
}
resource "mlflow_webhook" "job" {
  events = ["COMMENT_CREATED"]
  job_spec {
    job_id                  = "7"
    access_token_wo         = var.access
    access_token_wo_version = VERSION
  }
}
"#;

const PLAIN: &str = r#"
resource "mlflow_webhook" "http" {
  events = ["COMMENT_CREATED"]
  description = "DESCRIPTION"
  http_url_spec {
    url           = "https://ci.example.com/hook"
    secret        = var.secret
    authorization = "Bearer ${var.authorization}"
  }
}
resource "mlflow_webhook" "job" {
  events = ["COMMENT_CREATED"]
  job_spec {
    job_id       = "7"
    access_token = var.access
  }
}
"#;

fn ephemeral_secrets_are_in_nothing_that_is_shown_or_written() {
    let registry = Databricks::start();
    let config = |version: &str| {
        let webhooks = WRITE_ONLY.replace("VERSION", version);
        format!("{}{webhooks}", head(&registry, "ephemeral = true"))
    };
    let workspace = workspace(&registry, &config("1"));
    let shown = run_of(&workspace, "1");
    expect_no_canary("what is shown", &shown);
    workspace.write("main.tf", &config("2"));
    let workspace = with_secrets(workspace, "2");
    let shown = run_of(&workspace, "2");
    expect_no_canary("what is shown of a change", &shown);
    for (name, text) in written(&workspace.path("")) {
        expect_no_canary(&name, &text);
    }
    workspace.destroy().expect_ok();
}

fn plain_secrets_are_in_the_state_and_on_no_screen() {
    let registry = Databricks::start();
    let config = format!("{}{PLAIN}", head(&registry, "sensitive = false"));
    let workspace = workspace(&registry, &config);
    let plan = |workspace: &Workspace| {
        let planned = workspace.run(&["plan", "-input=false", "-out=tfplan"]);
        let planned = planned.expect_ok().text();
        let shown = workspace.run(&["show", "tfplan"]).expect_ok().text();
        let applied = workspace.run(&["apply", "tfplan"]).expect_ok().text();
        let after = workspace.run(&["show"]).expect_ok().text();
        [planned, shown, applied, after].concat()
    };
    let shown = plan(&workspace);
    assert!(shown.contains("(sensitive value)"), "{shown}");
    expect_no_canary("a creation", &shown);
    let workspace = with_secrets(workspace, "2");
    expect_no_canary("a change", &plan(&workspace));
    for name in ["secret", "authorization", "access"] {
        let kept = workspace.state_text().contains(&format!("canary-{name}-2"));
        assert!(kept, "{name} is stored, as the documentation says");
    }
    workspace.destroy().expect_ok();
}

/// Variables and the provider block.
fn head(registry: &Databricks, kind: &str) -> String {
    let variables =
        VARIABLES.map(|name| format!("variable {name:?} {{\n type = string\n {kind}\n}}\n"));
    format!(
        "{}provider \"mlflow\" {{\n databricks = {{\n host = {:?}\n client_id = \"app\"\n \
         client_secret = var.client\n }}\n}}\n",
        variables.concat(),
        registry.url()
    )
}

fn workspace(registry: &Databricks, config: &str) -> Workspace {
    for version in ["1", "2"] {
        registry.add_client("app", &format!("canary-client-{version}"), Principal::Admin);
    }
    let workspace = Workspace::bare(config).env("TF_LOG_PROVIDER", "TRACE");
    let log = workspace.path("log").display().to_string();
    with_secrets(workspace.env("TF_LOG_PATH", &log), "1")
}

fn with_secrets(workspace: Workspace, version: &str) -> Workspace {
    VARIABLES.iter().fold(workspace, |workspace, name| {
        workspace.var(name, &format!("canary-{name}-{version}"))
    })
}

/// Plans, looks at the plan in each form, applies it, and looks at the state in each form.
fn run_of(workspace: &Workspace, version: &str) -> String {
    let mut shown = String::new();
    for arguments in [
        &["validate"][..],
        &["plan", "-input=false", "-out=tfplan"],
        &["show", "tfplan"],
        &["show", "-json", "tfplan"],
        &["plan", "-input=false", "-json"],
        &["apply", "-input=false", "-json", "-auto-approve"],
        &["show"],
        &["show", "-json"],
        &["state", "pull"],
        &["plan", "-input=false", "-detailed-exitcode"],
    ] {
        let run = workspace.run(arguments).expect_ok();
        shown.push_str(&format!("{}{}", run.stdout, run.stderr));
    }
    let log = fs::read_to_string(workspace.path("log")).unwrap();
    assert!(log.contains("identity provider answered"), "{version}");
    shown
}

/// Every file, with what is packed in plans.
fn written(folder: &Path) -> Vec<(String, String)> {
    let unpack = "import sys, zipfile\n\
                  plan = zipfile.ZipFile(sys.argv[1])\n\
                  for it in plan.namelist(): sys.stdout.buffer.write(plan.read(it))";
    let plan = Command::new("python3")
        .args(["-c", unpack])
        .arg(folder.join("tfplan"))
        .output()
        .unwrap();
    assert!(plan.stdout.len() > 1000, "{plan:?}");
    let mut all = vec![("the plan file".to_owned(), plan.stdout)];
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => waiting.push(entry.path()),
                kind if kind.is_file() => {
                    all.push((
                        entry.path().display().to_string(),
                        fs::read(entry.path()).unwrap(),
                    ));
                }
                _ => {}
            }
        }
    }
    assert!(
        all.len() >= 5,
        "state, its backup, log, configuration and plan"
    );
    let text = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
    all.into_iter()
        .map(|(name, octets)| (name, text(octets)))
        .collect()
}

fn expect_no_canary(label: &str, text: &str) {
    for spelling in spellings() {
        let at = text.find(&spelling);
        let around = at.map(|at| text[at..].chars().take(300).collect::<String>());
        assert!(at.is_none(), "{label}: {}", around.unwrap_or_default());
    }
}

/// As it is, and as base64 wherever it stands in what is encoded, such as what we have the host keep.
fn spellings() -> Vec<String> {
    const CANARY: &str = "canary";
    let encoded = [0, 1, 2].map(|before| {
        // Six bits a sign; those that it shares with its neighbours are left out.
        let text = STANDARD_NO_PAD.encode(format!("{}{CANARY}", "x".repeat(before)));
        let (from, to) = (8 * before, 8 * (before + CANARY.len()));
        text[from.div_ceil(6)..to / 6].to_owned()
    });
    [vec![CANARY.to_owned()], encoded.to_vec()].concat()
}
