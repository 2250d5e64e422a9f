//! Whatever number a token's giver says of its end: no panic, and a token that is used for as long as
//! that number allows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    canaries::{self, databricks_says, program},
    double::{json, nothing_here},
    method::Method,
    *,
};
use crate::databricks_auth::token::{after, moment, seconds};

/// Of methods whose tokens run out.
const METHODS: [Method; 12] = [
    Method::OauthM2m,
    Method::MetadataService,
    Method::GithubOidc,
    Method::AzureDevopsOidc,
    Method::EnvOidc,
    Method::FileOidc,
    Method::GithubOidcAzure,
    Method::AzureMsi,
    Method::AzureClientSecret,
    Method::AzureCli,
    Method::GoogleCredentials,
    Method::GoogleId,
];

fn numbers() -> Vec<Value> {
    let mut all: Vec<_> = [
        i64::MAX.unsigned_abs(),
        u64::MAX,
        // The first that Windows' clock cannot show.
        999_999_999_999,
    ]
    .into_iter()
    .flat_map(|it| [json!(it), json!(it.to_string())])
    .collect();
    let literals = ["1e300", "99999999999999999999999", "9223372036854775807.5"];
    all.extend(literals.map(|it| serde_json::from_str(it).unwrap()));
    all
}

#[tokio::test]
async fn a_token_that_never_runs_out_is_asked_for_once() {
    for method in METHODS {
        for number in numbers() {
            let (first, second) = twice(method, &number).await;
            assert_eq!(first, second, "{} {number}", method.name());
        }
    }
}

/// How many requests the first headers took, and how many had been sent after the second, much later.
async fn twice(method: Method, number: &Value) -> (usize, usize) {
    let said = number.clone();
    let bench = Bench::start(move |received| match received.path.as_str() {
        "/.well-known/databricks-config" => nothing_here(),
        path if path.ends_with("oauth-authorization-server") => canaries::serve(received),
        _ => json(&json!({
            "access_token": "made", "expires_in": said, "expires_on": said, "value": "id",
            "oidcToken": "id", "token": jwt(&said), "id_token": jwt(&said),
            "accessToken": "made", "expireTime": "9999-12-31T23:59:59Z",
        })),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let config = canaries::config(method, &bench, folder.path());
    let account = r#"{"user":{"name":"me","type":"user"}}"#;
    let token = format!(r#"{{"accessToken":"made","expires_on":{number}}}"#);
    let script = format!("case \"$*\" in *show*) echo '{account}' ;; *) echo '{token}' ;; esac");
    program(folder.path(), "az", &script);
    let chain = bench.chain(config);
    bench.headers(&chain).await;
    let first = bench.double.count();
    bench.later(1 << 30);
    bench.headers(&chain).await;
    (first, bench.double.count())
}

/// An id token, as far as its end is read from it.
fn jwt(expiry: &Value) -> String {
    let claims = URL_SAFE_NO_PAD.encode(json!({"exp": expiry}).to_string());
    format!("e30.{claims}.c2ln")
}

#[tokio::test]
async fn the_databricks_cli_may_give_any_date() {
    for (expiry, forever) in [
        ("0001-01-01T00:00:00Z", true),
        ("9999-12-31T23:59:59Z", true),
        ("0001-01-02T00:00:00Z", false),
        ("1600-01-01T00:00:00Z", false),
    ] {
        let bench = Bench::start(|_| nothing_here()).await;
        let folder = tempfile::tempdir().unwrap();
        let config = canaries::config(Method::DatabricksCli, &bench, folder.path());
        let counter = folder.path().join("asked");
        databricks_says(folder.path(), expiry, &counter);
        let chain = bench.chain(config);
        bench.headers(&chain).await;
        bench.later(1 << 30);
        bench.headers(&chain).await;
        let asked = std::fs::read_to_string(&counter).unwrap().lines().count();
        assert_eq!(asked == 1, forever, "{expiry}: {asked}");
    }
}

#[test]
fn numbers_are_read_in_every_form_and_end_at_the_largest() {
    let read = |text: &str| seconds(serde_json::from_str(text).ok().as_ref());
    for (text, expected) in [
        ("3600", Some(3600)),
        ("3600.9", Some(3600)),
        ("\" 3600 \"", Some(3600)),
        ("\"3.6e3\"", Some(3600)),
        ("18446744073709551616", Some(u64::MAX)),
        ("1e400", Some(u64::MAX)),
        ("-1", None),
        ("\"never\"", None),
        ("\"NaN\"", None),
        ("null", None),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(after(SystemTime::now(), u64::MAX), None);
    let first = time::OffsetDateTime::from_unix_timestamp(-62_135_596_800).unwrap();
    assert_eq!(moment(first), None);
    let later = first + time::Duration::days(1);
    assert_eq!(moment(later), Some(SystemTime::UNIX_EPOCH));
}
