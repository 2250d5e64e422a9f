//! Workload identity federation: id tokens of pipelines, variables and files, exchanged for
//! Databricks' own.

use serde_json::json;

use super::{
    databricks_oauth::{TOKEN, WELL_KNOWN, bearer, workspace},
    double::{json, nothing_here, refuse},
    *,
};
use crate::api::error::ErrorKind;

fn assert_exchanged(bench: &Bench, id_token: &str, client_id: Option<&str>) {
    let asked = bench.double.received("POST", TOKEN);
    assert_eq!(asked[0].header("authorization"), None);
    let mut form = headers([
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("subject_token", id_token),
        ("scope", "all-apis"),
    ]);
    form.extend(client_id.map(|id| ("client_id".to_owned(), id.to_owned())));
    assert_eq!(asked[0].form(), form);
}

#[tokio::test]
async fn github_oidc_exchanges_an_id_token_for_the_audience() {
    let bench = Bench::start(workspace).await;
    let chain = bench.chain(AuthConfig {
        client_id: some("app"),
        actions_id_token_request_url: Some(format!("{}/github?v=1", bench.double.url)),
        actions_id_token_request_token: secret("runner-key"),
        ..bench.config()
    });
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    assert_exchanged(&bench, "github-jwt-1", Some("app"));
    let asked = bench.double.received("GET", "/github");
    assert_eq!(
        asked[0].query,
        format!("v=1&audience={}{TOKEN}", bench.double.url)
    );
    assert_eq!(asked[0].header("authorization"), Some("Bearer runner-key"));
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
    assert_eq!(bench.double.received("GET", "/github").len(), 2);
}

#[tokio::test]
async fn github_oidc_tells_a_refusal_without_its_key() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/github" => Reply(403, String::new(), "runner-key is not welcome".to_owned()),
        _ => workspace(received),
    })
    .await;
    let error = bench
        .error(&bench.chain(AuthConfig {
            auth_type: some("github-oidc"),
            audience: some("mine"),
            actions_id_token_request_url: Some(format!("{}/github?v=1", bench.double.url)),
            actions_id_token_request_token: secret("runner-key"),
            ..bench.config()
        }))
        .await;
    let message = error.message().unwrap();
    assert!(message.starts_with("github-oidc auth: GET "), "{message}");
    assert!(message.contains("(403): *** is not welcome"), "{message}");
    assert!(!format!("{error:?}").contains("runner-key"), "{error:?}");
    let asked = bench.double.received("GET", "/github");
    assert_eq!(asked[0].query, "v=1&audience=mine");
}

#[tokio::test]
async fn azure_devops_oidc_asks_the_pipeline_for_an_id_token() {
    let bench = Bench::start(workspace).await;
    let collection = format!("{}/collection/", bench.double.url);
    let config = AuthConfig {
        auth_type: some("azure-devops-oidc"),
        client_id: some("app"),
        environment: Environment::of([
            ("SYSTEM_ACCESSTOKEN", "pipeline-key"),
            ("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", &collection),
            ("SYSTEM_TEAMPROJECTID", "prj"),
            ("SYSTEM_HOSTTYPE", "build"),
            ("SYSTEM_PLANID", "pln"),
            ("SYSTEM_JOBID", "job"),
        ]),
        ..bench.config()
    };
    let chain = bench.chain(config.clone());
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    assert_exchanged(&bench, "devops-jwt", Some("app"));
    let path = "/collection/prj/_apis/distributedtask/hubs/build/plans/pln/jobs/job/oidctoken";
    let asked = bench.double.received("POST", path);
    assert_eq!(asked[0].query, "api-version=7.2-preview.1");
    assert_eq!(
        asked[0].header("authorization"),
        Some("Bearer pipeline-key")
    );
    assert_eq!(asked[0].header("content-length"), Some("0"));
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
    let elsewhere = bench.chain(AuthConfig {
        environment: Environment::of([("SYSTEM_ACCESSTOKEN", "pipeline-key")]),
        ..config
    });
    let message = bench.error(&elsewhere).await.message().unwrap().to_owned();
    assert!(
        message.contains("not calling from Azure DevOps Pipeline"),
        "{message}"
    );
}

#[tokio::test]
async fn env_oidc_exchanges_what_a_variable_holds() {
    for (named, variable) in [(None, "DATABRICKS_OIDC_TOKEN"), (some("MINE"), "MINE")] {
        let bench = Bench::start(workspace).await;
        let config = AuthConfig {
            oidc_token_env: named,
            environment: Environment::of([(variable, "env-jwt")]),
            ..bench.config()
        };
        let chain = bench.chain(config.clone());
        assert_eq!(bench.headers(&chain).await, bearer("t1"));
        assert_exchanged(&bench, "env-jwt", None);
        bench.later(3600);
        assert_eq!(bench.headers(&chain).await, bearer("t2"));
        let without = bench.chain(AuthConfig {
            auth_type: some("env-oidc"),
            environment: Environment::default(),
            ..config
        });
        let error = bench.error(&without).await;
        assert_eq!(*error.kind(), ErrorKind::Settings);
        assert!(
            error
                .message()
                .unwrap()
                .starts_with("env-oidc auth: not configured: ")
        );
    }
}

#[tokio::test]
async fn file_oidc_reads_its_file_for_every_exchange() {
    let bench = Bench::start(workspace).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "file-jwt\n").unwrap();
    let chain = bench.chain(AuthConfig {
        databricks_id_token_filepath: some(path.to_str().unwrap()),
        ..bench.config()
    });
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    assert_exchanged(&bench, "file-jwt", None);
    std::fs::write(&path, "next-jwt").unwrap();
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
    let asked = bench.double.received("POST", TOKEN);
    assert_eq!(asked[1].form()["subject_token"], "next-jwt");
    std::fs::remove_file(&path).unwrap();
    bench.later(3600);
    let message = bench.error(&chain).await.message().unwrap().to_owned();
    assert!(
        message.starts_with("file-oidc auth: unusable settings: "),
        "{message}"
    );
    assert!(message.contains(path.to_str().unwrap()), "{message}");
}

/// Everything that the four methods need to have their id tokens.
fn federated(bench: &Bench, method: &str, file: &std::path::Path) -> AuthConfig {
    let url = &bench.double.url;
    let environment = Environment::of([
        ("SYSTEM_ACCESSTOKEN", "pipeline-key"),
        (
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",
            &format!("{url}/collection/"),
        ),
        ("SYSTEM_TEAMPROJECTID", "prj"),
        ("SYSTEM_HOSTTYPE", "build"),
        ("SYSTEM_PLANID", "pln"),
        ("SYSTEM_JOBID", "job"),
        ("DATABRICKS_OIDC_TOKEN", "env-jwt"),
    ]);
    AuthConfig {
        auth_type: some(method),
        client_id: some("app"),
        actions_id_token_request_url: Some(format!("{url}/github?v=1")),
        actions_id_token_request_token: secret("runner-key"),
        databricks_id_token_filepath: some(file.to_str().unwrap()),
        environment,
        ..bench.config()
    }
}

const METHODS: [(&str, &str); 4] = [
    ("github-oidc", "github-jwt-1"),
    ("azure-devops-oidc", "devops-jwt"),
    ("env-oidc", "env-jwt"),
    ("file-oidc", "file-jwt"),
];

#[tokio::test]
async fn a_refused_exchange_is_told_without_the_id_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "file-jwt").unwrap();
    for (method, id_token) in METHODS {
        let bench = Bench::start(|received| match received.path.as_str() {
            TOKEN => refuse(
                401,
                &json!({
                    "error": "invalid_grant",
                    "error_description":
                        format!("no policy matches {}", received.form()["subject_token"]),
                }),
            ),
            _ => workspace(received),
        })
        .await;
        let error = bench
            .error(&bench.chain(federated(&bench, method, &file)))
            .await;
        assert_eq!(*error.kind(), ErrorKind::Unauthenticated, "{method}");
        let message = error.message().unwrap();
        let start = format!("{method} auth: POST {}{TOKEN}: ", bench.double.url);
        assert!(message.starts_with(&start), "{message}");
        let told = "(401 invalid_grant): no policy matches ***. Config: ";
        assert!(message.contains(told), "{message}");
        assert!(!format!("{error:?}").contains(id_token), "{error:?}");
        let asked = bench.double.received("POST", TOKEN);
        assert_eq!(asked[0].form()["subject_token"], id_token);
    }
}

#[tokio::test]
async fn a_pipeline_that_refuses_an_id_token_is_told_without_its_key() {
    let path = "/collection/prj/_apis/distributedtask/hubs/build/plans/pln/jobs/job/oidctoken";
    let bench = Bench::start(move |received| match received.path.as_str() {
        it if it == path => refuse(401, &json!({"message": "pipeline-key has ended"})),
        _ => workspace(received),
    })
    .await;
    let config = federated(&bench, "azure-devops-oidc", "/none".as_ref());
    let error = bench.error(&bench.chain(config)).await;
    let message = error.message().unwrap();
    let start = format!("azure-devops-oidc auth: POST {}{path}: ", bench.double.url);
    assert!(message.starts_with(&start), "{message}");
    assert!(message.contains("(401): *** has ended"), "{message}");
}

#[tokio::test]
async fn an_account_is_the_audience_and_has_an_endpoint_of_its_own() {
    const ACCOUNT: &str = "/oidc/accounts/acc/v1/token";
    let bench = Bench::start(|received| match received.path.as_str() {
        "/.well-known/databricks-config" => {
            json(&json!({"host_type": "account", "account_id": "acc"}))
        }
        ACCOUNT => json(&json!({
            "access_token": format!("t{}", received.number),
            "expires_in": 3600,
        })),
        "/github" => json(&json!({"value": "github-jwt-1"})),
        _ => nothing_here(),
    })
    .await;
    let chain = bench.chain(federated(&bench, "github-oidc", "/none".as_ref()));
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    let asked = bench.double.received("GET", "/github");
    assert_eq!(asked[0].query, "v=1&audience=acc");
    let asked = bench.double.received("POST", ACCOUNT);
    assert_eq!(asked[0].form()["subject_token"], "github-jwt-1");
    assert!(bench.double.received("GET", WELL_KNOWN).is_empty());
}

#[tokio::test]
async fn the_host_may_name_the_audience() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/.well-known/databricks-config" => json(&json!({
            "host_type": "workspace",
            "token_federation_default_oidc_audiences": ["theirs", "other"],
        })),
        _ => workspace(received),
    })
    .await;
    let chain = bench.chain(federated(&bench, "github-oidc", "/none".as_ref()));
    bench.headers(&chain).await;
    let asked = bench.double.received("GET", "/github");
    assert_eq!(asked[0].query, "v=1&audience=theirs");
}
