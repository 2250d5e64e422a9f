//! A secret that was put where an address, a path or a name is wanted shows nowhere: not in what is
//! refused at once, and not where every answer repeats what was asked.

use std::fmt::Write as _;

use tracing_subscriber::layer::SubscriberExt;

use super::{
    attributes::{Attribute, Holds, Shown, TABLE},
    canaries::{self, Log},
    double::{nothing_here, refuse},
    method::Method,
    *,
};
use crate::api::environment::HOME;

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

/// Whatever else the methods read; what holds a secret by right is looked at elsewhere.
const VARIABLES: [&str; 12] = [
    HOME,
    "PATH",
    "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",
    "SYSTEM_TEAMPROJECTID",
    "SYSTEM_HOSTTYPE",
    "SYSTEM_PLANID",
    "SYSTEM_JOBID",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG",
    "GCE_METADATA_HOST",
    "DATABRICKS_OIDC_TOKEN",
    "SYSTEM_ACCESSTOKEN",
];

#[tokio::test]
async fn no_secret_shows_that_stands_in_the_wrong_attribute() {
    let rows = TABLE.iter().filter(|row| row.shown != Shown::AsStars);
    for row in rows.filter(|row| row.name != "azure_use_msi") {
        for method in Method::ALL {
            for (secret, piece) in SECRETS {
                let set = |config: &mut AuthConfig| (row.set)(config, secret).unwrap();
                let (told, refused) = told(method, set).await;
                let place = format!("{} of {}", row.name, method.name());
                assert!(!told.contains(piece), "{place}: {told}");
                assert!(refused || !is_slip(row, secret), "{place}: {told}");
            }
        }
    }
}

/// Whether such a value can be known for a slip before anything is sent.
fn is_slip(row: &Attribute, secret: &str) -> bool {
    row.holds != Holds::Anything && !secret.ends_with("word") && row.name != "scopes"
}

#[tokio::test]
async fn no_secret_shows_that_stands_in_the_wrong_variable() {
    let rows = TABLE.iter().filter(|row| row.shown != Shown::AsStars);
    let variables = rows.filter_map(|row| row.variable).chain(VARIABLES);
    for variable in variables {
        for method in Method::ALL {
            for (secret, piece) in SECRETS {
                let set = |config: &mut AuthConfig| {
                    config.environment = config.environment.with(variable, secret);
                    clear(config, variable);
                };
                let (told, _) = told(method, set).await;
                let place = format!("{variable} of {}", method.name());
                assert!(!told.contains(piece), "{place}: {told}");
            }
        }
    }
}

/// The variable must be looked at.
fn clear(config: &mut AuthConfig, variable: &str) {
    let mut rows = TABLE.iter().filter(|row| row.variable == Some(variable));
    if let Some(row) = rows.next() {
        (row.clear)(config);
    }
}

/// All that is said of one attempt to authenticate, and whether the configuration was refused.
async fn told(method: Method, set: impl Fn(&mut AuthConfig)) -> (String, bool) {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/.well-known/databricks-config" => nothing_here(),
        _ => {
            let form: Vec<_> = received.form().into_values().collect();
            let echo = format!("{} {} {}", received.path, received.query, form.join(" "));
            refuse(
                400,
                &serde_json::json!({"error_code": "NO", "message": echo}),
            )
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = canaries::config(method, &bench, folder.path());
    set(&mut config);
    let log = Log::default();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let outcome = match bench.try_chain(config) {
        Ok(chain) => {
            let headers = chain.headers(&bench.stop).await;
            (headers.map(|_| ()), false)
        }
        Err(error) => (Err(error), true),
    };
    drop(guard);
    let mut text = log.0.lock().unwrap().clone();
    if let Err(error) = &outcome.0 {
        let _ = write!(text, "{error} {error:?}");
    }
    (text, outcome.1)
}
