//! Fixed credentials, and the choice among methods.

use serde_json::json;

use super::{
    double::{json, nothing_here},
    *,
};
use crate::api::error::ErrorKind;
use method::Method;

async fn silent() -> Bench {
    Bench::start(|_| nothing_here()).await
}

#[tokio::test]
async fn pat_is_a_bearer_that_asks_no_one() {
    let bench = silent().await;
    let chain = bench.chain(AuthConfig {
        token: secret("dapi1"),
        ..bench.config()
    });
    let expected = headers([("authorization", "Bearer dapi1")]);
    assert_eq!(bench.headers(&chain).await, expected);
    bench.later(1 << 30);
    assert_eq!(bench.headers(&chain).await, expected);
    assert_eq!(bench.double.count(), 0);
    assert!(!format!("{chain:?}").contains("dapi1"));
}

#[tokio::test]
async fn basic_is_user_and_password() {
    let bench = silent().await;
    let chain = bench.chain(AuthConfig {
        username: some("ada"),
        password: secret("p:w"),
        ..bench.config()
    });
    let expected = headers([("authorization", "Basic YWRhOnA6dw==")]);
    assert_eq!(bench.headers(&chain).await, expected);
    assert_eq!(bench.double.count(), 0);
}

#[tokio::test]
async fn a_named_method_says_what_it_lacks() {
    let bench = silent().await;
    for method in Method::ALL {
        let config = AuthConfig {
            auth_type: some(method.name()),
            ..bench.config()
        };
        let error = bench.error(&bench.chain(config)).await;
        assert_eq!(*error.kind(), ErrorKind::Settings);
        let message = error.message().unwrap();
        let start = format!("{} auth: not configured: ", method.name());
        let end = format!(". Config: host={}", bench.double.url);
        assert!(
            message.starts_with(&start) && message.ends_with(&end),
            "{message}"
        );
    }
}

#[tokio::test]
async fn with_nothing_configured_the_known_words_are_said_and_nothing_is_sent() {
    let bench = silent().await;
    let config = AuthConfig {
        environment: Environment::of([("DATABRICKS_HOST", &bench.double.url)]),
        ..AuthConfig::default()
    };
    let error = bench.error(&bench.chain(config)).await;
    assert_eq!(*error.kind(), ErrorKind::Settings);
    assert_eq!(
        error.message().unwrap(),
        format!(
            "default auth: cannot configure default credentials, please check \
             https://docs.databricks.com/en/dev-tools/auth.html#databricks-client-unified-authentication \
             to configure credentials for your preferred authentication method. \
             Config: host={}. Env: DATABRICKS_HOST",
            bench.double.url
        )
    );
    let error = bench.try_chain(AuthConfig::default()).unwrap_err();
    assert!(
        error
            .message()
            .unwrap()
            .ends_with("method: no host configured")
    );
}

#[tokio::test]
async fn an_unknown_method_is_refused_in_the_known_words() {
    let bench = silent().await;
    for name in ["pta", "basics"] {
        let config = AuthConfig {
            auth_type: some(name),
            ..bench.config()
        };
        let error = bench.try_chain(config).unwrap_err();
        let message = error.message().unwrap();
        let start = format!(
            "default auth: auth type {name:?} not found, please check https://docs.databricks"
        );
        assert!(message.starts_with(&start), "{message}");
    }
}

#[tokio::test]
async fn a_failed_method_is_followed_by_the_next_and_told_if_none_serves() {
    let bench = Bench::start(|received| match received.path.as_str() {
        "/ms" => json(&json!({"access_token": "t", "expires_on": START + 3600})),
        _ => Reply(401, String::new(), "no".to_owned()),
    })
    .await;
    let github = AuthConfig {
        actions_id_token_request_url: Some(format!("{}/github?v=1", bench.double.url)),
        actions_id_token_request_token: secret("runner-key"),
        ..bench.config()
    };
    let with_next = AuthConfig {
        client_id: some("id"),
        client_secret: secret("s3cret"),
        ..github.clone()
    };
    let error = bench.error(&bench.chain(with_next)).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let message = error.message().unwrap();
    assert!(message.contains(". Tried: oauth-m2m: GET "), "{message}");
    assert!(message.contains("; github-oidc: GET "), "{message}");
    assert!(
        !message.contains("s3cret") && !message.contains("runner-key"),
        "{message}"
    );

    let metadata = AuthConfig {
        metadata_service_url: Some(format!("{}/ms", bench.double.url).into()),
        ..github
    };
    let chain = bench.chain(metadata);
    assert_eq!(bench.headers(&chain).await["authorization"], "Bearer t");
}

#[tokio::test]
async fn the_order_is_that_of_other_databricks_tools() {
    let names: Vec<_> = Method::ALL.iter().map(|method| method.name()).collect();
    assert_eq!(
        names.join(" "),
        "pat basic oauth-m2m databricks-cli metadata-service github-oidc azure-devops-oidc env-oidc \
         file-oidc github-oidc-azure azure-msi azure-client-secret azure-cli google-credentials \
         google-id"
    );
}

#[tokio::test]
async fn a_host_that_says_nothing_of_itself_is_no_failure() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let bench = silent().await;
    let chain = bench.chain(AuthConfig {
        host: Some(format!("http://{address}")),
        workspace_id: some("7"),
        token: secret("dapi1"),
        ..AuthConfig::default()
    });
    let workspace = chain.workspace(&bench.stop).await.unwrap();
    assert_eq!(workspace.workspace_id.as_deref(), Some("7"));
    assert_eq!(workspace.host, format!("http://{address}"));
    assert_eq!(chain.place(), workspace.host);
}
