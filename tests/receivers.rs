//! The receivers of the guide: they believe what MLflow signed just now, and nothing else.

use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tempfile::TempDir;

use crate::support::http::Request;
use crate::support::mlflow::{Server, free_port};
use crate::support::process::Supervised;
use crate::support::{Case, cases, unique, wait_for};

const RECEIVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/receivers");
const SECRET: &str = "s3cret";
const LIMIT: Duration = Duration::from_secs(30);

pub fn cases() -> Vec<Case> {
    cases![
        python_believes_what_mlflow_signed_just_now,
        node_believes_what_mlflow_signed_just_now
    ]
}

fn python_believes_what_mlflow_signed_just_now() {
    believes_only_what_is_genuine("python3", "python/receiver.py");
}

fn node_believes_what_mlflow_signed_just_now() {
    believes_only_what_is_genuine("node", "node/receiver.mjs");
}

fn believes_only_what_is_genuine(interpreter: &str, script: &str) {
    let receiver = Program::start(interpreter, script);
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
    assert!(receiver.log().contains(&model));
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
    dir: TempDir,
    _process: Supervised,
}

impl Program {
    fn start(interpreter: &str, script: &str) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let (script, port) = (
            Path::new(RECEIVERS).join(script),
            address.port().to_string(),
        );
        let command = [
            OsStr::new(interpreter),
            script.as_os_str(),
            OsStr::new(&port),
        ];
        let mut environment: Vec<(String, String)> = std::env::vars().collect();
        environment.push(("WEBHOOK_SECRET".into(), SECRET.into()));
        let python = Path::new("python3");
        let process = Supervised::spawn(python, command, &environment, dir.path(), &log_in(&dir));
        let process = process.unwrap_or_else(|error| panic!("cannot run {interpreter}: {error}"));
        let it = Self {
            address,
            dir,
            _process: process,
        };
        wait_for(&format!("{interpreter} receiver"), LIMIT, || {
            TcpStream::connect(address).ok()
        });
        it
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
