//! No method tells a secret, whichever of its requests is answered by an echo of it: neither in an
//! error nor in the log, and neither what it was given nor what it was given for that.

use std::{
    fmt::Write as _,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{LazyLock, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use tracing::{
    Event, Id, Subscriber,
    field::{Field, Visit},
    span::Attributes,
};
use tracing_subscriber::layer::{Context as In, Layer, SubscriberExt};

use super::{
    databricks_oauth::{TOKEN, WELL_KNOWN},
    double::{json, nothing_here, refuse},
    method::Method,
    *,
};

/// What no encoding leaves as it is, besides what it is found by.
const SECRET: &str = "canary/+= &<>x";

static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    STANDARD.encode(key.serialized_der())
});

#[tokio::test]
async fn no_method_tells_a_secret_in_error_or_log() {
    for method in Method::ALL {
        let (found, told) = run(method, usize::MAX, SHAPES[0]).await;
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", method.name()));
        assert!(format!("{found:?}").contains("canary") || method == Method::Basic);
        told.expect_no_secret(method);
        for from in 0..told.requests {
            for shape in SHAPES {
                let (_, told) = run(method, from, shape).await;
                told.expect_no_secret(method);
            }
        }
    }
}

/// What came out of the process, and what must not be in there.
struct Told {
    text: String,
    secrets: Vec<String>,
    requests: usize,
}

impl Told {
    fn expect_no_secret(&self, method: Method) {
        for secret in &self.secrets {
            let found = self.text.contains(secret);
            assert!(!found, "{}: {secret} in {}", method.name(), self.text);
        }
    }
}

/// Asks for headers, with every request from one on answered by an echo.
async fn run(method: Method, from: usize, shape: Shape) -> (Result<Vec<String>, Error>, Told) {
    let secrets = Arc::new(Mutex::new(vec!["canary".to_owned(), KEY.clone()]));
    let (seen, count) = (Arc::clone(&secrets), AtomicU64::new(0));
    let bench = Bench::start(move |received| {
        seen.lock().unwrap().extend(confided(received));
        match usize::try_from(count.fetch_add(1, Ordering::SeqCst)).unwrap() {
            number if number < from => serve(received),
            _ => shape(&echo(received)),
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let log = Log::default();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let chain = bench.chain(config(method, &bench, folder.path()));
    let outcome = chain.headers(&bench.stop).await;
    drop(guard);
    let mut text = log.0.lock().unwrap().clone();
    let _ = write!(text, "{chain:?}");
    if let Err(error) = &outcome {
        let _ = write!(text, "{error} {error:?}");
    }
    let told = Told {
        text,
        secrets: secrets.lock().unwrap().clone(),
        requests: bench.double.count(),
    };
    let shown = |(_, value): (_, SecretString)| value.expose_secret().to_owned();
    let found = outcome.map(|all| all.into_iter().map(shown).collect());
    (found, told)
}

/// The credentials of a request, as they came.
fn confided(received: &Received) -> Vec<String> {
    let header = received.header("authorization");
    let value = header.and_then(|it| it.split_once(' '));
    let form = received.form();
    let names = ["assertion", "client_assertion", "subject_token"];
    let fields = names.iter().filter_map(|name| form.get(*name).cloned());
    let value = value.map(|(_, value)| value.to_owned());
    fields.chain(value).collect()
}

/// The request as it was read, and as whoever decodes it would put it.
fn echo(received: &Received) -> String {
    let Received {
        method,
        path,
        query,
        headers,
        body,
        ..
    } = received;
    let form: Vec<_> = received.form().into_values().collect();
    let headers: Vec<_> = headers.values().cloned().collect();
    let (headers, form) = (headers.join(" "), form.join(" "));
    format!("{headers} {form} {method} {path}?{query} {body}")
}

type Shape = fn(&str) -> Reply;

/// The ways in which an answer can repeat what was asked.
const SHAPES: [Shape; 10] = [
    |echo| Reply(400, String::new(), echo.to_owned()),
    |echo| Reply(200, String::new(), echo.to_owned()),
    |echo| Reply(403, String::new(), format!("<html>{echo}</html>")),
    |echo| {
        refuse(
            500,
            &json!({"error_code": "INTERNAL_ERROR", "message": echo}),
        )
    },
    |echo| refuse(401, &json!({"error": "invalid", "error_description": echo})),
    |echo| refuse(401, &json!({"error": echo, "error_uri": echo})),
    |echo| refuse(400, &json!({"error_code": echo, "message": "no"})),
    |echo| refuse(400, &json!({"error": {"code": echo, "message": echo}})),
    |echo| json(&json!({"access_token": {"value": echo}, "expires_in": echo})),
    |echo| {
        let line = echo.replace(['\r', '\n'], "");
        let to = format!("Location: http://127.0.0.1:9/{line}\r\n");
        Reply(302, to, String::new())
    },
];

/// Workspace, identity providers and metadata services, all of them content.
pub(super) fn serve(received: &Received) -> Reply {
    let host = format!("http://{}", received.header("host").unwrap());
    let until = (START + 3600).to_string();
    let token = json!({
        "access_token": "canary-made", "expires_in": 3600, "expires_on": until,
        "id_token": "canary-id", "value": "canary-id", "oidcToken": "canary-id",
        "token": "canary-id", "accessToken": "canary-made", "expireTime": "2027-01-15T09:00:00Z",
    });
    match received.path.as_str() {
        WELL_KNOWN => json(&json!({"token_endpoint": format!("{host}{TOKEN}")})),
        "/.well-known/databricks-config" => nothing_here(),
        _ => json(&token),
    }
}

pub(super) fn config(method: Method, bench: &Bench, folder: &Path) -> AuthConfig {
    let url = &bench.double.url;
    let environment = Environment::of([
        ("PATH", &format!("{}:/usr/bin:/bin", folder.display())),
        ("DATABRICKS_OIDC_TOKEN", SECRET),
        ("SYSTEM_ACCESSTOKEN", SECRET),
        (
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",
            &format!("{url}/collection"),
        ),
        ("SYSTEM_TEAMPROJECTID", "project"),
        ("SYSTEM_HOSTTYPE", "build"),
        ("SYSTEM_PLANID", "plan"),
        ("SYSTEM_JOBID", "job"),
        (
            "GOOGLE_APPLICATION_CREDENTIALS",
            &file(folder, "login.json", &login().to_string()),
        ),
    ]);
    let config = AuthConfig {
        auth_type: some(method.name()),
        environment,
        ..bench.config()
    };
    match method {
        Method::Pat | Method::Basic | Method::OauthM2m => fixed(config),
        Method::EnvOidc | Method::AzureDevopsOidc => config,
        Method::FileOidc => AuthConfig {
            databricks_id_token_filepath: Some(file(folder, "token", SECRET)),
            ..config
        },
        Method::MetadataService => AuthConfig {
            metadata_service_url: secret(&format!("{url}/canary-path")),
            ..config
        },
        Method::GithubOidc => pipeline(url, config),
        Method::DatabricksCli => AuthConfig {
            databricks_cli_path: Some(databricks(folder)),
            ..config
        },
        Method::GithubOidcAzure
        | Method::AzureMsi
        | Method::AzureClientSecret
        | Method::AzureCli => azure(url, folder, config),
        Method::GoogleCredentials | Method::GoogleId => AuthConfig {
            cloud: some("GCP"),
            google_credentials: secret(&account(url).to_string()),
            google_service_account: some("sa@p.iam.gserviceaccount.com"),
            ..config
        },
    }
}

fn fixed(config: AuthConfig) -> AuthConfig {
    AuthConfig {
        token: secret(SECRET),
        username: some("ada"),
        password: secret(SECRET),
        client_id: some("app"),
        client_secret: secret(SECRET),
        ..config
    }
}

fn pipeline(url: &str, config: AuthConfig) -> AuthConfig {
    AuthConfig {
        actions_id_token_request_url: Some(format!("{url}/github?v=1")),
        actions_id_token_request_token: secret(SECRET),
        ..config
    }
}

fn azure(url: &str, folder: &Path, config: AuthConfig) -> AuthConfig {
    let account = r#"{"user":{"name":"me","type":"user"}}"#;
    let token = format!(
        r#"{{"accessToken":"canary-made","expires_on":{}}}"#,
        START + 3600
    );
    let script = format!("case \"$*\" in *show*) echo '{account}' ;; *) echo '{token}' ;; esac");
    program(folder, "az", &script);
    pipeline(
        url,
        AuthConfig {
            cloud: some("Azure"),
            azure_use_msi: Some(true),
            azure_client_id: some("app"),
            azure_client_secret: secret(SECRET),
            azure_tenant_id: some("tenant"),
            ..config
        },
    )
}

/// Early ones, which are another program, are smaller.
fn databricks(folder: &Path) -> String {
    databricks_says(folder, "2027-01-15T09:00:00Z", Path::new("/dev/null"))
}

/// With a line in the file for each token.
pub(super) fn databricks_says(folder: &Path, expiry: &str, asked: &Path) -> String {
    let answer = format!(r#"{{"access_token":"canary-made","expiry":"{expiry}"}}"#);
    let count = format!("[ \"$1\" = version ] || echo >>{}", asked.display());
    let script = format!("{count}\necho '{answer}'\nexit\n#{}", " ".repeat(1 << 20));
    program(folder, "databricks", &script)
}

fn account(url: &str) -> Value {
    json!({
        "type": "service_account",
        "client_email": "sa@p.iam.gserviceaccount.com",
        "private_key": format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", *KEY),
        "token_uri": format!("{url}/google/token"),
    })
}

fn login() -> Value {
    json!({
        "type": "authorized_user", "client_id": "app", "client_secret": SECRET,
        "refresh_token": format!("{SECRET}-too"),
    })
}

pub(super) fn program(folder: &Path, name: &str, script: &str) -> String {
    let path = file(folder, name, &format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).unwrap();
    path
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

/// Everything that is logged at any level, by whomever.
#[derive(Clone, Default)]
pub(super) struct Log(pub(super) Arc<Mutex<String>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: In<'_, S>) {
        attributes.record(&mut self.clone());
    }

    fn on_event(&self, event: &Event<'_>, _: In<'_, S>) {
        event.record(&mut self.clone());
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}
