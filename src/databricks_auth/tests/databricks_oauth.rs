//! Tokens of Databricks' own OAuth server, `metadata-service`, and how requests for them are repeated.

use serde_json::json;

use super::{
    double::{json, nothing_here, refuse},
    *,
};
use crate::api::error::ErrorKind;

pub(super) const WELL_KNOWN: &str = "/oidc/.well-known/oauth-authorization-server";
pub(super) const TOKEN: &str = "/oidc/v1/token";

/// A workspace that hands out `t1`, `t2`, ... for an hour each.
pub(super) fn workspace(received: &Received) -> Reply {
    let host = format!("http://{}", received.header("host").unwrap());
    match received.path.as_str() {
        WELL_KNOWN => json(&json!({"token_endpoint": format!("{host}{TOKEN}")})),
        TOKEN => json(&json!({
            "access_token": format!("t{}", received.number),
            "token_type": "bearer",
            "expires_in": 3600,
        })),
        "/github" => json(&json!({"value": format!("github-jwt-{}", received.number)})),
        "/collection/prj/_apis/distributedtask/hubs/build/plans/pln/jobs/job/oidctoken" => {
            json(&json!({"oidcToken": "devops-jwt"}))
        }
        _ => nothing_here(),
    }
}

fn principal(bench: &Bench) -> AuthConfig {
    AuthConfig {
        client_id: some("a b"),
        client_secret: secret("s/+="),
        ..bench.config()
    }
}

pub(super) fn bearer(token: &str) -> BTreeMap<String, String> {
    headers([("authorization", &format!("Bearer {token}"))])
}

#[tokio::test]
async fn m2m_asks_with_the_encoded_pair_and_keeps_the_token() {
    let bench = Bench::start(workspace).await;
    let chain = bench.chain(AuthConfig {
        scopes: Some(vec!["sql".to_owned(), "mlflow".to_owned()]),
        ..principal(&bench)
    });
    for _ in 0..2 {
        assert_eq!(bench.headers(&chain).await, bearer("t1"));
    }
    let asked = bench.double.received("POST", TOKEN);
    assert_eq!(asked.len(), 1);
    // base64 of `a+b:s%2F%2B%3D`.
    let authorization = asked[0].header("authorization");
    assert_eq!(authorization, Some("Basic YStiOnMlMkYlMkIlM0Q="));
    let form = headers([
        ("grant_type", "client_credentials"),
        ("scope", "mlflow sql"),
    ]);
    assert_eq!(asked[0].form(), form);
}

#[tokio::test]
async fn m2m_refreshes_before_and_after_the_end() {
    let bench = Bench::start(workspace).await;
    let chain = bench.chain(principal(&bench));
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    bench.later(2399);
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    bench.later(1);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
    bench.later(4000);
    assert_eq!(bench.headers(&chain).await, bearer("t3"));
    assert_eq!(bench.double.received("GET", WELL_KNOWN).len(), 1);
}

#[tokio::test]
async fn m2m_tells_a_refusal_without_the_secret_it_echoes() {
    let bench = Bench::start(|received| match received.path.as_str() {
        TOKEN => refuse(
            401,
            &json!({
                "error": "invalid_client",
                "error_description": format!(
                    "Client authentication failed for s/+= sent as {}",
                    received.header("authorization").unwrap()
                ),
            }),
        ),
        _ => workspace(received),
    })
    .await;
    let chain = bench.chain(AuthConfig {
        auth_type: some("oauth-m2m"),
        ..principal(&bench)
    });
    let error = bench.error(&chain).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let url = &bench.double.url;
    assert_eq!(
        error.message().unwrap(),
        format!(
            "oauth-m2m auth: POST {url}/oidc/v1/token: the credentials are missing or wrong (401 \
             invalid_client): Client authentication failed for *** sent as Basic ***. Config: \
             host={url}, client_id=a b, client_secret=***"
        )
    );
    let everything = format!("{error:?} {:?}", std::error::Error::source(&error));
    assert!(!everything.contains("s/+="), "{everything}");
}

#[tokio::test]
async fn a_refusal_with_status_200_is_a_failure() {
    let bench = Bench::start(|received| match received.path.as_str() {
        TOKEN => json(&json!({"error": "invalid_scope", "error_description": "no such scope"})),
        _ => workspace(received),
    })
    .await;
    let error = bench.error(&bench.chain(principal(&bench))).await;
    let message = error.message().unwrap();
    assert!(
        message.contains("(200 invalid_scope): no such scope"),
        "{message}"
    );
}

#[tokio::test]
async fn requests_for_tokens_are_repeated_when_that_can_help() {
    for (status, tries) in [(429, 3), (500, 3), (503, 3), (400, 1), (403, 1)] {
        let bench = Bench::start(move |received| match received.path.as_str() {
            TOKEN if received.number < 3 => {
                Reply(status, "Retry-After: 0\r\n".to_owned(), "busy".to_owned())
            }
            _ => workspace(received),
        })
        .await;
        let outcome = bench.chain(principal(&bench)).headers(&bench.stop).await;
        assert_eq!(outcome.is_ok(), tries == 3, "{status}");
        assert_eq!(
            bench.double.received("POST", TOKEN).len(),
            tries,
            "{status}"
        );
    }
}

#[tokio::test]
async fn requests_for_tokens_end_in_bounded_time_and_with_a_stop() {
    let bench = Bench::start(|received| match received.path.as_str() {
        TOKEN => Reply(503, "Retry-After: 3600\r\n".to_owned(), String::new()),
        _ => workspace(received),
    })
    .await;
    let chain = bench.chain(principal(&bench));
    let error = bench.error(&chain).await;
    assert_eq!(*error.kind(), ErrorKind::Server);
    bench.stop.cancel();
    assert!(bench.error(&chain).await.is_stopped());
}

#[tokio::test]
async fn a_token_endpoint_without_tls_gets_no_secret() {
    let bench = Bench::start(|received| match received.path.as_str() {
        WELL_KNOWN => json(&json!({"token_endpoint": "http://example.com/token"})),
        _ => nothing_here(),
    })
    .await;
    let error = bench.error(&bench.chain(principal(&bench))).await;
    assert_eq!(*error.kind(), ErrorKind::Settings);
    assert!(error.message().unwrap().contains("only sent over https"));
}

#[tokio::test]
async fn a_host_without_oauth_is_told() {
    let bench = Bench::start(|_| nothing_here()).await;
    let error = bench.error(&bench.chain(principal(&bench))).await;
    let message = error.message().unwrap();
    assert!(
        message.contains("oidc: databricks OAuth is not supported for this host"),
        "{message}"
    );
}

#[tokio::test]
async fn what_the_host_says_of_itself_leads_to_its_oauth_server() {
    let bench = Bench::start(|received| {
        let host = format!("http://{}", received.header("host").unwrap());
        match received.path.as_str() {
            "/.well-known/databricks-config" => json(&json!({
                "oidc_endpoint": format!("{host}/oidc/accounts/{{account_id}}"),
                "account_id": "acc",
                "workspace_id": "42",
                "host_type": "workspace",
                "token_federation_default_oidc_audiences": ["the audience"],
            })),
            "/oidc/accounts/acc/.well-known/oauth-authorization-server" => {
                json(&json!({"token_endpoint": format!("{host}{TOKEN}")}))
            }
            _ => workspace(received),
        }
    })
    .await;
    let chain = bench.chain(principal(&bench));
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    let workspace = chain.workspace(&bench.stop).await.unwrap();
    assert_eq!(workspace.workspace_id.as_deref(), Some("42"));
    assert_eq!(workspace.host, bench.double.url);
    let chain = bench.chain(AuthConfig {
        workspace_id: some("7"),
        ..principal(&bench)
    });
    let error = chain.workspace(&bench.stop).await.unwrap_err();
    assert!(error.message().unwrap().contains("workspace_id 7"));
}

/// The host of an account says so, or is called so; a workspace's OAuth server is not asked for.
#[tokio::test]
async fn the_token_endpoint_of_an_account_is_known_by_its_id() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/.well-known/databricks-config" => {
            json(&json!({"host_type": "account", "account_id": "from-host"}))
        }
        path if path.ends_with("/v1/token") => json(&json!({
            "access_token": format!("t{}", received.number),
            "expires_in": 3600,
        })),
        _ => nothing_here(),
    })
    .await;
    for (account_id, account) in [(None, "from-host"), (some("mine"), "mine")] {
        let chain = bench.chain(AuthConfig {
            account_id,
            ..principal(&bench)
        });
        let path = format!("/oidc/accounts/{account}/v1/token");
        assert_eq!(bench.headers(&chain).await, bearer("t1"));
        bench.later(3600);
        assert_eq!(bench.headers(&chain).await, bearer("t2"));
        assert_eq!(bench.double.received("POST", &path).len(), 2);
    }
    assert!(bench.double.received("GET", WELL_KNOWN).is_empty());
}

#[tokio::test]
async fn a_refusal_by_the_server_of_an_account_is_told() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/.well-known/databricks-config" => json(&json!({"host_type": "account"})),
        "/oidc/accounts/acc/v1/token" => refuse(400, &json!({"error": "invalid_client"})),
        _ => nothing_here(),
    })
    .await;
    let chain = bench.chain(AuthConfig {
        account_id: some("acc"),
        ..principal(&bench)
    });
    let message = bench.error(&chain).await.message().unwrap().to_owned();
    assert!(message.contains("oidc/accounts/acc/v1/token"), "{message}");
    assert!(message.contains("(400 invalid_client)"), "{message}");
}

#[tokio::test]
async fn metadata_service_is_asked_in_its_way() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/secret-path" => json(&json!({
            "access_token": format!("t{}", received.number),
            "token_type": "Bearer",
            // Number and text in turns: both are in use.
            "expires_on": match received.number {
                1 => json!(START + 3600),
                number => json!((START + 3600 * number as u64).to_string()),
            },
        })),
        _ => nothing_here(),
    })
    .await;
    let config = AuthConfig {
        metadata_service_url: Some(format!("{}/secret-path", bench.double.url).into()),
        ..bench.config()
    };
    let chain = bench.chain(config.clone());
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    let asked = &bench.double.received("GET", "/secret-path")[0];
    assert_eq!(asked.header("x-databricks-metadata-version"), Some("1"));
    assert_eq!(
        asked.header("x-databricks-host"),
        Some(bench.double.url.as_str())
    );
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
}

#[tokio::test]
async fn metadata_service_is_on_this_machine_and_its_path_stays_secret() {
    let bench = Bench::start(|_| Reply(400, String::new(), "no".to_owned())).await;
    for url in [
        format!("{}/secret-path", bench.double.url),
        "http://h/secret-path".into(),
    ] {
        let chain = bench.chain(AuthConfig {
            auth_type: some("metadata-service"),
            metadata_service_url: Some(url.into()),
            ..bench.config()
        });
        let error = bench.error(&chain).await;
        let message = error.message().unwrap();
        assert!(message.starts_with("metadata-service auth: "), "{message}");
        assert!(!format!("{error:?}").contains("secret-path"), "{error:?}");
    }
}
