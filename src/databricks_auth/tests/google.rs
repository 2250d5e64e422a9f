//! Google's service accounts, by key and by impersonation.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::{KeyPair, PKCS_RSA_SHA256, SigningKey};
use serde_json::{Value, json};

use super::{
    double::{json, nothing_here, refuse},
    *,
};
use crate::api::{environment::HOME, error::ErrorKind};

const SCOPES: &str =
    "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/compute";
const IAM: &str = "/iam/v1/projects/-/serviceAccounts/sa@p.iam.gserviceaccount.com";
const GCE: &str = "/gce/computeMetadata/v1/instance/service-accounts/default/token";

fn jwt(claims: &Value) -> String {
    format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn claims(assertion: &str) -> Value {
    let part = assertion.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The id token that the `number`th request gets; it says itself when it runs out.
fn id_token(number: usize) -> String {
    jwt(&json!({"n": number, "exp": START + 3600 * number as u64}))
}

fn google(received: &Received) -> Reply {
    let number = received.number;
    let access = json!({"access_token": format!("access-{number}"), "expires_in": 3600});
    match received.path.as_str() {
        "/google/token" => match received.form().get("assertion") {
            Some(it) if claims(it).get("target_audience").is_some() => {
                json(&json!({"id_token": id_token(number)}))
            }
            _ => json(&access),
        },
        GCE => json(&access),
        path if path == format!("{IAM}:generateIdToken") => {
            json(&json!({"token": id_token(number)}))
        }
        path if path == format!("{IAM}:generateAccessToken") => json(&json!({
            "accessToken": format!("access-{number}"),
            "expireTime": "2027-01-15T09:00:00Z",
        })),
        _ => nothing_here(),
    }
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

fn account(bench: &Bench, key: &KeyPair) -> Value {
    let der = STANDARD.encode(key.serialized_der());
    json!({
        "type": "service_account",
        "client_email": "sa@p.iam.gserviceaccount.com",
        "private_key_id": "key-1",
        "private_key": format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n"),
        "token_uri": format!("{}/google/token", bench.double.url),
    })
}

fn config(bench: &Bench, credentials: &str) -> AuthConfig {
    AuthConfig {
        cloud: some("GCP"),
        auth_type: some("google-credentials"),
        google_credentials: secret(credentials),
        ..bench.config()
    }
}

fn both(id: usize, access: usize) -> BTreeMap<String, String> {
    headers([
        ("authorization", &format!("Bearer {}", id_token(id))),
        (
            "x-databricks-gcp-sa-access-token",
            &format!("access-{access}"),
        ),
    ])
}

#[tokio::test]
async fn a_key_signs_the_claims_for_both_tokens() {
    let (bench, key) = (Bench::start(google).await, key());
    let content = account(&bench, &key).to_string();
    let chain = bench.chain(config(&bench, &content));
    assert_eq!(bench.headers(&chain).await, both(1, 2));
    assert_eq!(bench.headers(&chain).await, both(1, 2));
    let asked = bench.double.received("POST", "/google/token");
    assert_eq!(asked.len(), 2);
    let form = asked[0].form();
    assert_eq!(
        form["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let base = json!({
        "iss": "sa@p.iam.gserviceaccount.com",
        "aud": format!("{}/google/token", bench.double.url),
        "iat": START - 10,
        "exp": START - 10 + 3600,
    });
    let with = |name: &str, value: &str| {
        let mut claims = base.clone();
        claims[name] = json!(value);
        claims
    };
    assert_eq!(
        claims(&form["assertion"]),
        with("target_audience", &bench.double.url)
    );
    assert_eq!(claims(&asked[1].form()["assertion"]), with("scope", SCOPES));
    // PKCS #1 signatures are the same each time, so the key itself tells what it must be.
    let (signed, signature) = form["assertion"].rsplit_once('.').unwrap();
    let expected = key.sign(signed.as_bytes()).unwrap();
    assert_eq!(signature, URL_SAFE_NO_PAD.encode(expected));
    let header = signed.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(
        header,
        json!({"alg": "RS256", "typ": "JWT", "kid": "key-1"})
    );
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, both(3, 4));
}

#[tokio::test]
async fn a_key_may_be_in_a_file_and_the_second_token_be_refused() {
    let bench = Bench::start(|received| match received.form().get("assertion") {
        Some(it) if claims(it).get("scope").is_some() => refuse(403, &json!({"error": "no"})),
        _ => google(received),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    std::fs::write(&path, account(&bench, &key()).to_string()).unwrap();
    let chain = bench.chain(config(&bench, path.to_str().unwrap()));
    for _ in 0..2 {
        let expected = headers([("authorization", &format!("Bearer {}", id_token(1)))]);
        assert_eq!(bench.headers(&chain).await, expected);
    }
    assert_eq!(bench.double.received("POST", "/google/token").len(), 2);
}

#[tokio::test]
async fn unusable_credentials_are_told_without_being_quoted() {
    let bench = Bench::start(google).await;
    let broken = json!({"type": "service_account", "client_email": "e", "private_key": "s3cret"});
    let user = json!({"type": "authorized_user", "refresh_token": "s3cret"});
    for (credentials, why) in [
        (
            "s3cret".to_owned(),
            "make sure the file exists, or the JSON content is valid",
        ),
        (broken.to_string(), "their private_key is not a PEM key"),
        (
            user.to_string(),
            "they are not the key of a service account",
        ),
    ] {
        let error = bench
            .error(&bench.chain(config(&bench, &credentials)))
            .await;
        assert_eq!(*error.kind(), ErrorKind::Settings);
        let message = error.message().unwrap();
        assert!(
            message.starts_with("google-credentials auth: "),
            "{message}"
        );
        assert!(message.contains(why), "{message}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_claim_is_told_without_the_assertion() {
    let bench = Bench::start(|received| match received.form().get("assertion") {
        Some(assertion) => refuse(
            400,
            &json!({"error": "invalid_grant", "error_description": format!("bad {assertion}")}),
        ),
        None => nothing_here(),
    })
    .await;
    let content = account(&bench, &key()).to_string();
    let error = bench.error(&bench.chain(config(&bench, &content))).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let message = error.message().unwrap();
    assert!(
        message.contains("(400 invalid_grant): bad ***. Config: "),
        "{message}"
    );
}

fn impersonation(bench: &Bench, environment: Environment) -> AuthConfig {
    AuthConfig {
        cloud: some("GCP"),
        auth_type: some("google-id"),
        google_service_account: some("sa@p.iam.gserviceaccount.com"),
        environment,
        ..bench.config()
    }
}

#[tokio::test]
async fn the_machine_impersonates_the_account() {
    let bench = Bench::start(google).await;
    let chain = bench.chain(impersonation(&bench, Environment::default()));
    assert_eq!(bench.headers(&chain).await, both(1, 1));
    let asked = &bench.double.received("GET", GCE)[0];
    assert_eq!(asked.header("metadata-flavor"), Some("Google"));
    let asked = &bench
        .double
        .received("POST", &format!("{IAM}:generateIdToken"))[0];
    assert_eq!(asked.header("authorization"), Some("Bearer access-1"));
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(
        body,
        json!({"audience": bench.double.url, "includeEmail": true})
    );
    let asked = &bench
        .double
        .received("POST", &format!("{IAM}:generateAccessToken"))[0];
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let scopes: Vec<_> = SCOPES.split(' ').collect();
    assert_eq!(body, json!({"scope": scopes, "lifetime": "3600s"}));
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, both(2, 2));
    assert_eq!(bench.double.received("GET", GCE).len(), 2);
}

#[tokio::test]
async fn the_machines_metadata_may_be_elsewhere() {
    let bench = Bench::start(
        |received| match received.path.strip_prefix("/computeMetadata") {
            Some(_) => json(&json!({"access_token": "from-elsewhere", "expires_in": 3600})),
            None => google(received),
        },
    )
    .await;
    let address = bench.double.url.trim_start_matches("http://");
    let environment = Environment::of([("GCE_METADATA_HOST", address)]);
    let chain = bench.chain(impersonation(&bench, environment));
    assert_eq!(bench.headers(&chain).await, both(1, 1));
    assert!(bench.double.received("GET", GCE).is_empty());
    let path = GCE.trim_start_matches("/gce");
    let asked = &bench.double.received("GET", path)[0];
    assert_eq!(asked.header("metadata-flavor"), Some("Google"));
    let asked = &bench
        .double
        .received("POST", &format!("{IAM}:generateIdToken"))[0];
    let bearer = asked.header("authorization");
    assert_eq!(bearer, Some("Bearer from-elsewhere"));
}

#[tokio::test]
async fn whoever_is_logged_in_with_gcloud_impersonates_the_account() {
    let bench = Bench::start(google).await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/gcloud");
    std::fs::create_dir_all(&folder).unwrap();
    let user = json!({
        "type": "authorized_user",
        "client_id": "id",
        "client_secret": "s3cret",
        "refresh_token": "r3fresh",
    });
    let file = folder.join("application_default_credentials.json");
    std::fs::write(&file, user.to_string()).unwrap();
    let environment = Environment::of([(HOME, home.path().to_str().unwrap())]);
    let chain = bench.chain(impersonation(&bench, environment.clone()));
    assert_eq!(bench.headers(&chain).await, both(1, 1));
    let form = headers([
        ("grant_type", "refresh_token"),
        ("client_id", "id"),
        ("client_secret", "s3cret"),
        ("refresh_token", "r3fresh"),
    ]);
    assert_eq!(
        bench.double.received("POST", "/google/token")[0].form(),
        form
    );
    assert!(bench.double.received("GET", GCE).is_empty());
    let key = account(&bench, &key());
    std::fs::write(&file, key.to_string()).unwrap();
    let chain = bench.chain(impersonation(&bench, environment.clone()));
    bench.headers(&chain).await;
    let form = bench.double.received("POST", "/google/token")[1].form();
    assert_eq!(
        claims(&form["assertion"])["scope"],
        SCOPES.split(' ').next().unwrap()
    );
    std::fs::write(&file, r#"{"type": "external_account"}"#).unwrap();
    let error = bench
        .error(&bench.chain(impersonation(&bench, environment)))
        .await;
    assert!(
        error
            .message()
            .unwrap()
            .contains("of this type are not supported")
    );
}

#[tokio::test]
async fn a_machine_without_an_account_is_told_with_the_way_out() {
    let bench = Bench::start(|_| nothing_here()).await;
    let error = bench
        .error(&bench.chain(impersonation(&bench, Environment::default())))
        .await;
    let message = error.message().unwrap();
    assert!(message.contains("could not obtain OIDC token"), "{message}");
    assert!(
        message.contains("'gcloud auth application-default login' may help"),
        "{message}"
    );
}
