//! A secret that a user put where something else is wanted shows nowhere: every argument of the
//! provider block and every environment variable that the provider reads holds one in turn.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, sync::Mutex, thread};

use terraform_provider_mlflow::{
    framework::{
        Provider as _,
        schema::{Attribute, Body, Kind as Shape},
    },
    provider::{Environment, Mlflow},
    wire::{Type, Value},
};

use super::registry::{Kind, Registry};
use crate::support::{
    Case, cases,
    client::{Client, is_failure},
    host::{plugin, run},
    http::{Request, Response},
    proxy::{Fault, Loss},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        no_canary_shows_that_stands_in_the_wrong_argument,
        no_canary_shows_that_stands_in_the_wrong_variable,
    ]
}

/// Each with a piece by which it is found.
const SECRETS: [(&str, &str); 5] = [
    (
        "-----BEGIN CERTIFICATE-----\ncanaryMIIB\n-----END CERTIFICATE-----\n",
        "canary",
    ),
    ("eyJhbGciOiJSUzI1NiJ9.canary.canary", "canary"),
    ("dapi0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("first line\nsecond canary", "canary"),
    ("canary-word", "canary"),
];

const AT_ONCE: usize = 8;

/// A name that is one by MLflow's own rule: no secret, as far as anyone can tell.
fn is_fine(place: &str, secret: &str) -> bool {
    place.to_ascii_lowercase().ends_with("workspace") && secret == "canary-word"
}

/// A provider block, and what the process's environment has beside the usual.
struct Setting {
    place: String,
    secret: (&'static str, &'static str),
    kind: Kind,
    block: Vec<(String, Value)>,
    variable: Option<String>,
    url: Option<&'static str>,
}

fn no_canary_shows_that_stands_in_the_wrong_argument() {
    let schema = Mlflow::new(Environment::default()).schema();
    let mut settings = Vec::new();
    for secret in SECRETS {
        for (path, value) in values(&schema.body, secret.0) {
            let (kind, argument) = match path.split_once('.') {
                Some((_, inner)) => (Kind::Databricks, (inner.to_owned(), value)),
                None => (Kind::Mlflow, (path.clone(), value)),
            };
            settings.push(Setting {
                place: path,
                secret,
                kind,
                block: vec![argument],
                variable: None,
                url: None,
            });
        }
    }
    assert!(settings.len() > 150, "{}", settings.len());
    try_all(settings);
}

/// Every argument that can hold a text, with the text in it.
fn values(body: &Body, secret: &str) -> Vec<(String, Value)> {
    let own = body.attributes.iter().flat_map(|it| value(it, secret));
    own.collect()
}

fn value(attribute: &Attribute, secret: &str) -> Vec<(String, Value)> {
    let name = attribute.name.to_string();
    let text = || Value::string(secret);
    match &attribute.kind {
        Shape::Plain(Type::String) => vec![(name, text())],
        Shape::Plain(Type::List(_)) => vec![(name, Value::List(vec![text()]))],
        Shape::Plain(Type::Map(_)) => vec![
            (name.clone(), Value::map([("X-Key", text())])),
            (
                name,
                Value::map([(secret.to_owned(), Value::string("value"))]),
            ),
        ],
        Shape::Plain(Type::Bool | Type::Number) => vec![],
        Shape::Plain(other) => panic!("{name} is of another type: {other:?}"),
        Shape::Nested(_, body) => {
            let inner = values(body, secret).into_iter();
            inner
                .map(|(it, value)| (format!("{name}.{it}"), value))
                .collect()
        }
    }
}

fn no_canary_shows_that_stands_in_the_wrong_variable() {
    let mut settings = Vec::new();
    for variable in variables() {
        for secret in SECRETS {
            for (kind, url) in [
                (Kind::Mlflow, None),
                (Kind::Databricks, None),
                // By way of a proxy, and with certificates.
                (Kind::Mlflow, Some("https://registry.invalid")),
            ] {
                let fits = match (kind, url) {
                    (_, Some(_)) => is_of_the_way(&variable),
                    (Kind::Mlflow | Kind::Logins, None) => {
                        variable.starts_with("MLFLOW_") || variable == "HOME"
                    }
                    (Kind::Databricks, None) => !variable.starts_with("MLFLOW_"),
                };
                if fits {
                    settings.push(Setting {
                        place: variable.clone(),
                        secret,
                        kind,
                        block: vec![],
                        variable: Some(variable.clone()),
                        url,
                    });
                }
            }
        }
    }
    try_all(settings);
}

fn is_of_the_way(variable: &str) -> bool {
    let lower = variable.to_ascii_lowercase();
    lower.ends_with("_proxy") || lower.starts_with("ssl_")
}

/// What the code asks the environment for, read from the code: a new variable is tried without being
/// written here.
fn variables() -> BTreeSet<String> {
    let others = [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "USERPROFILE",
        "HOME",
        "PATH",
    ];
    let mut found: BTreeSet<_> = others.map(str::to_owned).into();
    let name = "(?:MLFLOW|DATABRICKS|ARM|GOOGLE|GCE|CLOUDSDK|ACTIONS|SYSTEM)_[A-Z0-9_]+";
    let name = regex_lite::Regex::new(&format!("\"({name})\"")).unwrap();
    let asked = regex_lite::Regex::new("\\.get\\(\\s*\"([A-Z][A-Z0-9_]+)\"\\s*\\)").unwrap();
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for found_by in [&name, &asked] {
            let all = found_by.captures_iter(&text);
            found.extend(all.map(|it| it[1].to_owned()));
        }
    }
    for expected in [
        "MLFLOW_TRACKING_URI",
        "ARM_TENANT_ID",
        "SYSTEM_JOBID",
        "APPDATA",
    ] {
        assert!(found.contains(expected), "{expected}: {found:?}");
    }
    found
}

/// The code of all files but tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next();
            found.extend(code.map(str::to_owned));
        }
    }
    found
}

fn try_all(settings: Vec<Setting>) {
    let queue = Mutex::new(settings.into_iter());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let both = [Registry::new(Kind::Mlflow), Registry::new(Kind::Databricks)];
                for registry in &both {
                    registry.proxy.expose(Box::new(|request| {
                        let answer = Response::json_error(400, "NO", &echo(request));
                        Some(Fault::Instead(Loss::Answer(answer)))
                    }));
                }
                loop {
                    let Some(setting) = queue.lock().unwrap().next() else {
                        return;
                    };
                    let [mlflow, databricks] = &both;
                    let is_mlflow = setting.kind == Kind::Mlflow;
                    try_one(&setting, if is_mlflow { mlflow } else { databricks });
                }
            });
        }
    });
}

/// The request, as a server may repeat it in its answer.
fn echo(request: &Request) -> String {
    let headers = request.headers.0.iter().map(|(_, it)| it.as_str());
    let headers: Vec<_> = headers.collect();
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} {body}", request.path, headers.join(" "))
}

fn try_one(setting: &Setting, registry: &Registry) {
    let (secret, piece) = setting.secret;
    let mut command = plugin();
    command
        .env("TF_LOG", "TRACE")
        .env_remove("MLFLOW_TRACKING_URI");
    if let Some(variable) = &setting.variable {
        command.env(variable, secret);
    }
    let block = block(setting, &registry.proxy.url());
    let mut told = String::new();
    let printed = run(async {
        let client = Client::try_start(command, &block).await;
        let _ = write!(told, "{:?}", client.warnings);
        if !is_failure(&client.warnings) {
            let config = registry.webhook(&unique("mistake"), "new");
            let made = client.twin().apply(None, Some(&config)).await;
            let _ = write!(told, "{:?}", made.diagnostics);
        }
        client.end().await
    });
    // The webhook has canaries of its own, which `canaries` is about.
    let _ = write!(told, "{}{}", printed.stdout, printed.stderr);
    let at = told.find(piece).map(|at| &told[at.saturating_sub(300)..]);
    let is_shown = at.is_some() && !is_fine(&setting.place, secret);
    assert!(
        !is_shown,
        "{} = {secret:?}: {:.600}",
        setting.place,
        at.unwrap_or_default()
    );
}

/// The provider block with the argument in it, and what it takes to reach a registry beside.
fn block(setting: &Setting, url: &str) -> Value {
    let url = setting.url.unwrap_or(url);
    let mut arguments = vec![("max_retries".to_owned(), Value::number(0_u64))];
    let at = |name: &str| (name.to_owned(), Value::string(url));
    let mut inner = setting.block.clone();
    let mut beside = |it: (String, Value)| {
        if setting.block.iter().all(|(name, _)| *name != it.0) {
            inner.push(it);
        }
    };
    match setting.kind {
        Kind::Mlflow | Kind::Logins => {
            let variables = ["MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI"];
            let is_address = |it: &String| variables.contains(&it.as_str());
            if !setting.variable.as_ref().is_some_and(is_address) {
                beside(at("tracking_uri"));
            }
            arguments.extend(inner);
        }
        Kind::Databricks => {
            if setting.variable.as_deref() != Some("DATABRICKS_HOST") {
                beside(at("host"));
            }
            arguments.push(("databricks".to_owned(), Value::object(inner)));
        }
    }
    Value::object(arguments)
}
