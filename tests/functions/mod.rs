//! Functions: they agree with what real registries sign, and need nothing to be configured.

use std::process::Command;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{
    Case, cases,
    mlflow::{Server, python},
    random,
    receiver::Receiver,
    terraform::Workspace,
    unique,
};

/// All of them.
pub fn cases() -> Vec<Case> {
    cases![
        a_real_delivery_verifies_and_a_changed_one_does_not,
        signatures_are_computed_without_a_configured_provider,
        signatures_of_random_deliveries_are_those_of_python,
        unknown_arguments_give_unknown_results,
        a_sensitive_secret_makes_a_sensitive_signature,
        a_null_argument_is_refused,
    ]
}

fn a_real_delivery_verifies_and_a_changed_one_does_not() {
    let (server, receiver, model) = (Server::shared(), Receiver::start(), unique("signed"));
    let made = server.rest().create_webhook(&json!({
        "name": model,
        "url": receiver.url(),
        "secret": "s3cret",
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    }));
    server.rest().register_model(&model);
    let mine = |it: &crate::support::http::Request| it.json()["data"]["name"] == model.as_str();
    let delivery = receiver.wait_for_matching(1, mine).remove(0);
    let header = |name| delivery.headers.get(name).unwrap_or_default().to_owned();
    let workspace = Workspace::bare(VERIFY)
        .var("signature", &header("X-MLflow-Signature"))
        .var("id", &header("X-MLflow-Delivery-Id"))
        .var("timestamp", &header("X-MLflow-Timestamp"))
        .var("body", &String::from_utf8(delivery.body.clone()).unwrap());
    workspace.apply().expect_ok();
    let output = |name| workspace.run(&["output", "-json", name]).expect_ok().json();
    assert_eq!(output("signed"), header("X-MLflow-Signature"));
    assert_eq!(
        output("verified"),
        json!([true, false, false, false, false])
    );
    let id = made["webhook_id"].as_str().unwrap();
    server.rest().delete_webhook(id);
}

const VERIFY: &str = r#"
variable "signature" { type = string }
variable "id" { type = string }
variable "timestamp" { type = number }
variable "body" { type = string }
output "signed" {
  value = provider::mlflow::webhook_signature("s3cret", var.id, var.timestamp, var.body)
}
output "verified" {
  value = [
    for it in [
      ["s3cret", var.signature, var.body],
      ["other", var.signature, var.body],
      ["s3cret", var.signature, "${var.body} "],
      ["s3cret", upper(var.signature), var.body],
      ["s3cret", "", var.body],
    ] : provider::mlflow::verify_webhook_signature(it[0], it[1], var.id, var.timestamp, it[2])
  ]
}
"#;

fn signatures_are_computed_without_a_configured_provider() {
    let payload = "{\"ü\": \"\u{1f511}\"}";
    let workspace = Workspace::bare(
        r#"
variable "payload" { type = string }
output "mlflow" {
  value = provider::mlflow::webhook_signature("kéy", "id", "17", var.payload)
}
output "databricks" {
  value = provider::mlflow::databricks_webhook_signature("kéy", var.payload)
}
"#,
    )
    .var("payload", payload);
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    let output = |name| workspace.run(&["output", "-raw", name]).expect_ok().stdout;
    let mlflow = hmac("kéy", &format!("id.17.{payload}"));
    assert_eq!(
        output("mlflow"),
        format!("v1,{}", BASE64_STANDARD.encode(mlflow))
    );
    let hex = hmac("kéy", payload);
    let hex: String = hex.iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(output("databricks"), hex);
}

fn signatures_of_random_deliveries_are_those_of_python() {
    const MANY: usize = 200;
    let deliveries: Vec<Value> = (0..MANY).map(|_| delivery()).collect();
    let workspace = Workspace::bare(SIGN_ALL);
    workspace.write("deliveries.json", &json!(deliveries).to_string());
    workspace.write("sign.py", PYTHON);
    let mut python = Command::new(python());
    let python = python.arg(workspace.path("sign.py")).output().unwrap();
    assert!(python.status.success(), "{python:?}");
    let expected: Value = serde_json::from_slice(&python.stdout).unwrap();
    workspace.apply().expect_ok();
    let output = |name| workspace.run(&["output", "-json", name]).expect_ok().json();
    assert_eq!(output("signed"), expected);
    let verified = output("verified");
    assert_eq!(verified.as_array().map(Vec::len), Some(MANY));
    assert!(verified.as_array().unwrap().iter().all(|it| *it == true));
    let forged = output("forged");
    assert!(forged.as_array().unwrap().iter().all(|it| *it == false));
}

/// Texts of all lengths up to beyond a block of SHA-256, of letters that hosts leave as they are.
fn delivery() -> Value {
    const LETTERS: [char; 16] = [
        'a',
        'Z',
        '0',
        ' ',
        '.',
        ',',
        '"',
        '\\',
        '\n',
        '\t',
        '$',
        '%',
        'ü',
        '漢',
        '\u{1f511}',
        '=',
    ];
    let text = |most: u64| -> String {
        let letters = (0..random() % (most + 1)).map(|_| random() % 16);
        letters
            .map(|it| LETTERS[usize::try_from(it).unwrap()])
            .collect()
    };
    let timestamp = (random() % 10_000_000_000).to_string();
    json!({"secret": text(150), "id": text(40), "timestamp": timestamp, "payload": text(300)})
}

const PYTHON: &str = r#"
import base64, hashlib, hmac, json, pathlib, sys
def sign(secret, message):
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256)
signed = []
for it in json.loads(pathlib.Path(__file__).with_name("deliveries.json").read_text()):
    mlflow = sign(it["secret"], "{id}.{timestamp}.{payload}".format(**it)).digest()
    mlflow = "v1," + base64.b64encode(mlflow).decode()
    signed.append([mlflow, sign(it["secret"], it["payload"]).hexdigest()])
json.dump(signed, sys.stdout)
"#;

const SIGN_ALL: &str = r#"
locals {
  all = jsondecode(file("${path.module}/deliveries.json"))
}
output "signed" {
  value = [for it in local.all : [
    provider::mlflow::webhook_signature(it.secret, it.id, it.timestamp, it.payload),
    provider::mlflow::databricks_webhook_signature(it.secret, it.payload),
  ]]
}
output "verified" {
  value = [for it in local.all : provider::mlflow::verify_webhook_signature(
    it.secret,
    provider::mlflow::webhook_signature(it.secret, it.id, it.timestamp, it.payload),
    it.id, it.timestamp, it.payload
  )]
}
output "forged" {
  value = flatten([for it in local.all : [
    for signature in [
      "", "v1,", "v1,====", "no signature at all",
      provider::mlflow::databricks_webhook_signature(it.secret, it.payload),
      provider::mlflow::webhook_signature("${it.secret}!", it.id, it.timestamp, it.payload),
      provider::mlflow::webhook_signature(it.secret, it.id, it.timestamp, "${it.payload}!"),
    ] : provider::mlflow::verify_webhook_signature(
      it.secret, signature, it.id, it.timestamp, it.payload
    )
  ]])
}
"#;

fn unknown_arguments_give_unknown_results() {
    let workspace = Workspace::bare(
        r#"
resource "terraform_data" "late" { input = "late" }
output "signature" {
  value = provider::mlflow::webhook_signature("s", "id", 17, terraform_data.late.output)
}
output "verified" {
  value = provider::mlflow::verify_webhook_signature("s", "v1,", "id", 17, terraform_data.late.output)
}
"#,
    );
    let plan = workspace.plan_json();
    assert_eq!(plan["output_changes"]["signature"]["after_unknown"], true);
    assert_eq!(plan["output_changes"]["verified"]["after_unknown"], true);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let output = workspace.run(&["output", "-raw", "signature"]).expect_ok();
    let expected = BASE64_STANDARD.encode(hmac("s", "id.17.late"));
    assert_eq!(output.stdout, format!("v1,{expected}"));
}

fn a_sensitive_secret_makes_a_sensitive_signature() {
    let workspace = Workspace::bare(
        r#"
variable "secret" {
  type      = string
  sensitive = true
}
output "signature" {
  value = provider::mlflow::databricks_webhook_signature(var.secret, "x")
}
"#,
    )
    .var("secret", "s3cret");
    let says = ["Output refers to sensitive values"];
    workspace.plan().expect_error_containing(&says);
}

fn a_null_argument_is_refused() {
    let workspace = Workspace::bare(
        "output \"it\" {\n  value = provider::mlflow::databricks_webhook_signature(null, \"x\")\n}\n",
    );
    let says = ["Invalid value for \"secret\" parameter", "must not be null"];
    workspace.plan().expect_error_containing(&says);
}

fn hmac(secret: &str, message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
