//! The receivers of the guide: they believe what MLflow signed just now, and nothing else.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tempfile::TempDir;

use crate::support::{
    Case, cases,
    http::Request,
    mlflow::{Server, programs},
    port::Reserved,
    process::Supervised,
    unique, wait_for,
};

const RECEIVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/receivers");
const SECRET: &str = "s3cret";
const LIMIT: Duration = Duration::from_secs(30);

pub fn cases() -> Vec<Case> {
    cases![
        python_believes_what_mlflow_signed_just_now,
        fastapi_believes_what_mlflow_signed_just_now,
        node_believes_what_mlflow_signed_just_now,
        python_tells_what_databricks_signed,
    ]
}

fn python_believes_what_mlflow_signed_just_now() {
    believes_only_what_is_genuine("python", &["python3", "receiver.py"]);
}

fn fastapi_believes_what_mlflow_signed_just_now() {
    let uvicorn = programs().join("uvicorn").display().to_string();
    believes_only_what_is_genuine("fastapi", &[&uvicorn, "receiver:app", "--port"]);
}

fn node_believes_what_mlflow_signed_just_now() {
    believes_only_what_is_genuine("node", &["node", "receiver.mjs"]);
}

fn believes_only_what_is_genuine(folder: &str, command: &[&str]) {
    let receiver = Program::start(folder, command);
    let model = receiver.believes_a_real_delivery();
    let now = now();
    for (what, timestamp, secret, body, expected) in [
        ("genuine", now, SECRET, BODY, 204),
        ("signed with another secret", now, "other", BODY, 401),
        ("six minutes old", now - 360, SECRET, BODY, 401),
        ("six minutes ahead", now + 360, SECRET, BODY, 401),
        ("another body", now, SECRET, r#"{"data":{}}"#, 401),
    ] {
        let delivery = signed(timestamp, secret, body);
        assert_eq!(receiver.answer_to(&delivery), expected, "{what}");
    }
    let unsigned = Request::new("POST", "/", BODY);
    assert_eq!(receiver.answer_to(&unsigned), 401, "unsigned");
    let endless = Request::new("POST", "/", "x".repeat((1 << 20) + 1));
    assert_eq!(receiver.answer_to(&endless), 413, "too long");
    assert!(receiver.log().contains(&model));
}

/// The value of the header as Databricks' documentation computes it, and one that is not.
fn python_tells_what_databricks_signed() {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    mac.update(BODY.as_bytes());
    let bytes = mac.finalize().into_bytes();
    let right: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    for (signature, expected) in [
        (right.as_str(), "True"),
        (&right[2..], "False"),
        ("", "False"),
    ] {
        let ask = "import sys, databricks as it; a = [x.encode() for x in sys.argv[1:]]; \
                   print(it.is_genuine(a[0], a[1].decode(), a[2]))";
        let told = Command::new("python3")
            .args(["-c", ask, SECRET, signature, BODY])
            .current_dir(Path::new(RECEIVERS).join("python"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output();
        let told = told.expect("Python runs").stdout;
        assert_eq!(
            String::from_utf8_lossy(&told).trim(),
            expected,
            "{signature:?}"
        );
    }
}

/// What every signature below is made for, whatever is then sent.
const BODY: &str = r#"{"entity":"registered_model","action":"created","data":{"name":"m"}}"#;

fn signed(timestamp: u64, secret: &str, sent: &str) -> Request {
    let timestamp = timestamp.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(format!("d-1.{timestamp}.{BODY}").as_bytes());
    let digest = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    Request::new("POST", "/", sent)
        .header("X-MLflow-Delivery-Id", "d-1")
        .header("X-MLflow-Timestamp", &timestamp)
        .header("X-MLflow-Signature", &format!("v1,{digest}"))
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is after 1970").as_secs()
}

/// A receiver from `examples/receivers`, run as its first lines say.
struct Program {
    address: SocketAddr,
    _port: Reserved,
    dir: TempDir,
    process: Supervised,
}

impl Program {
    /// `command` gets the port as its last word.
    fn start(folder: &str, command: &[&str]) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
        let port = Reserved::new();
        let number = port.number().to_string();
        let words = command.iter().copied().chain([number.as_str()]);
        let mut environment: Vec<(String, String)> = std::env::vars().collect();
        environment.push(("WEBHOOK_SECRET".into(), SECRET.into()));
        environment.push(("PYTHONDONTWRITEBYTECODE".into(), "1".into()));
        let process = Supervised::spawn(
            Path::new("python3"),
            words.map(OsStr::new),
            &environment,
            &Path::new(RECEIVERS).join(folder),
            &log_in(&dir),
        );
        let process = process.unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
        let it = Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port.number())),
            _port: port,
            dir,
            process,
        };
        it.await_ready()
    }

    fn await_ready(mut self) -> Self {
        wait_for("receiver that listens", LIMIT, || {
            assert!(!self.process.has_ended(), "it ended: {}", self.log());
            TcpStream::connect(self.address).ok()
        });
        self
    }

    /// The name of the model whose registration was delivered.
    fn believes_a_real_delivery(&self) -> String {
        let (rest, model) = (Server::shared().rest(), unique("receiver"));
        let made = rest.create_webhook(&json!({
            "name": model,
            "url": format!("http://{}/", self.address),
            "secret": SECRET,
            "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
        }));
        rest.register_model(&model);
        wait_for("genuine delivery", LIMIT, || {
            self.log().contains(&model).then_some(())
        });
        rest.delete_webhook(made["webhook_id"].as_str().expect("it has an id"));
        model
    }

    fn answer_to(&self, delivery: &Request) -> u16 {
        let answer = delivery.send(self.address);
        answer.expect("the receiver answers").status
    }

    fn log(&self) -> String {
        fs::read_to_string(log_in(&self.dir)).unwrap_or_default()
    }
}

fn log_in(dir: &TempDir) -> PathBuf {
    dir.path().join("receiver.log")
}
