//! Azure's service principals and managed identities.

use serde_json::json;

use super::{
    double::{json, nothing_here, refuse},
    *,
};
use crate::api::error::ErrorKind;

const APPLICATION: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const MANAGEMENT: &str = "https://management.core.windows.net/";
const AAD: &str = "/aad/tenant/oauth2/token";
const IMDS: &str = "/imds/metadata/identity/oauth2/token";
const RESOURCE: &str =
    "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/ws";

/// Tokens are `RESOURCE-NUMBER`, so that each shows what it is for.
fn azure(received: &Received) -> Reply {
    let token = |resource: &str| {
        json(&json!({
            "access_token": format!("{resource}-{}", received.number),
            "token_type": "Bearer",
            "expires_in": "3599",
            "expires_on": (START + 3599).to_string(),
        }))
    };
    match received.path.as_str() {
        path if path.ends_with(AAD) => token(&received.form()["resource"]),
        IMDS => {
            let query = received.query.replace("%3A", ":").replace("%2F", "/");
            let resource = query.split("resource=").nth(1).unwrap();
            token(resource.split('&').next().unwrap())
        }
        "/github" => json(&json!({"value": format!("github-jwt-{}", received.number)})),
        path if path.ends_with(&format!("/arm{RESOURCE}")) => {
            json(&json!({"properties": {"workspaceUrl": "adb-1.2.azuredatabricks.net"}}))
        }
        _ => nothing_here(),
    }
}

fn principal(bench: &Bench) -> AuthConfig {
    AuthConfig {
        cloud: some("azure"),
        azure_client_id: some("app"),
        azure_client_secret: secret("s/+=cret"),
        azure_tenant_id: some("tenant"),
        ..bench.config()
    }
}

fn both(first: &str, second: &str) -> BTreeMap<String, String> {
    headers([
        ("authorization", &format!("Bearer {first}")),
        ("x-databricks-azure-sp-management-token", second),
    ])
}

#[tokio::test]
async fn client_secret_brings_two_tokens_and_refreshes_both() {
    let bench = Bench::start(azure).await;
    let chain = bench.chain(principal(&bench));
    let expected = both(&format!("{APPLICATION}-1"), &format!("{MANAGEMENT}-2"));
    assert_eq!(bench.headers(&chain).await, expected);
    assert_eq!(bench.headers(&chain).await, expected);
    let asked = bench.double.received("POST", AAD);
    assert_eq!(asked.len(), 2);
    let form = |resource| {
        headers([
            ("grant_type", "client_credentials"),
            ("client_id", "app"),
            ("client_secret", "s/+=cret"),
            ("resource", resource),
        ])
    };
    assert_eq!(asked[0].form(), form(APPLICATION));
    assert_eq!(asked[1].form(), form(MANAGEMENT));
    // 40 s before the end a token counts as over.
    bench.later(3599 - 40);
    let expected = both(&format!("{APPLICATION}-3"), &format!("{MANAGEMENT}-4"));
    assert_eq!(bench.headers(&chain).await, expected);
}

/// Of each zone of hosts: Azure's cloud, the application that Databricks is there, and the resource
/// of that cloud's management.
#[tokio::test]
async fn the_host_tells_application_and_cloud() {
    let (us, china) = (
        "https://management.core.usgovcloudapi.net/",
        "https://management.core.chinacloudapi.cn/",
    );
    let (dev, staging) = (
        "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc",
        "4a67d088-db5c-48f1-9ff2-0aace800ae68",
    );
    for (zone, said, cloud, application, management) in [
        ("azuredatabricks.net", None, "", APPLICATION, MANAGEMENT),
        (
            "azuredatabricks.net",
            some("CHINA"),
            "",
            APPLICATION,
            MANAGEMENT,
        ),
        ("dev.azuredatabricks.net", None, "", dev, MANAGEMENT),
        ("staging.azuredatabricks.net", None, "", staging, MANAGEMENT),
        ("databricks.azure.us", None, "/us", APPLICATION, us),
        ("databricks.azure.cn", None, "/cn", APPLICATION, china),
        ("example.com", None, "", APPLICATION, MANAGEMENT),
        ("example.com", some("usgovernment"), "/us", APPLICATION, us),
        ("example.com", some("China"), "/cn", APPLICATION, china),
    ] {
        let bench = Bench::start(azure).await;
        let chain = bench.chain(AuthConfig {
            host: Some(format!("https://adb-1.2.{zone}")),
            azure_environment: said,
            ..principal(&bench)
        });
        let expected = both(&format!("{application}-1"), &format!("{management}-2"));
        assert_eq!(bench.headers(&chain).await, expected, "{zone}");
        let asked = bench.double.received("POST", &format!("{cloud}{AAD}"));
        assert_eq!(asked.len(), 2, "{zone}");
    }
}

#[tokio::test]
async fn client_secret_tells_azures_words_without_ids_and_secret() {
    let bench = Bench::start(|received| match received.path.as_str() {
        AAD => refuse(
            401,
            &json!({
                "error": "invalid_client",
                "error_description":
                    "AADSTS7000215: Invalid client secret s/+=cret. Trace ID: 1 Correlation ID: 2",
                "error_codes": [7_000_215],
                "error_uri": "https://login.microsoftonline.com/error?code=7000215",
            }),
        ),
        _ => nothing_here(),
    })
    .await;
    let chain = bench.chain(AuthConfig {
        auth_type: some("azure-client-secret"),
        ..principal(&bench)
    });
    let error = bench.error(&chain).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let message = error.message().unwrap();
    let told = "(401 invalid_client): AADSTS7000215: Invalid client secret ***. See \
                https://login.microsoftonline.com/error?code=7000215. Config: ";
    assert!(
        message.starts_with("azure-client-secret auth: POST "),
        "{message}"
    );
    assert!(message.contains(told), "{message}");
}

#[tokio::test]
async fn a_workspace_is_found_by_its_resource_id() {
    let bench = Bench::start(azure).await;
    let chain = bench.chain(AuthConfig {
        host: None,
        cloud: None,
        azure_workspace_resource_id: some(RESOURCE),
        azure_environment: some("usgovernment"),
        ..principal(&bench)
    });
    assert_eq!(chain.place(), RESOURCE);
    let workspace = chain.workspace(&bench.stop).await.unwrap();
    assert_eq!(workspace.host, "https://adb-1.2.azuredatabricks.net");
    let asked = &bench.double.received("GET", &format!("/us/arm{RESOURCE}"))[0];
    assert_eq!(asked.query, "api-version=2018-04-01");
    let arm = format!("Bearer {}/us/arm/-1", bench.double.url);
    assert_eq!(asked.header("authorization"), Some(arm.as_str()));
    let found = bench.headers(&chain).await;
    assert_eq!(found["x-databricks-azure-workspace-resource-id"], RESOURCE);
    assert_eq!(found["authorization"], format!("Bearer {APPLICATION}-2"));
    let unknown = bench.chain(AuthConfig {
        host: None,
        auth_type: some("azure-client-secret"),
        azure_workspace_resource_id: some(RESOURCE),
        azure_environment: some("german"),
        ..principal(&bench)
    });
    let message = bench.error(&unknown).await.message().unwrap().to_owned();
    assert!(
        message.contains("PUBLIC, USGOVERNMENT or CHINA"),
        "{message}"
    );
}

#[tokio::test]
async fn a_refused_look_at_the_resource_is_told() {
    let bench = Bench::start(|received| match received.path.as_str() {
        path if path.starts_with("/arm") => refuse(
            403,
            &json!({"error": {"code": "AuthorizationFailed", "message": "no access."}}),
        ),
        _ => azure(received),
    })
    .await;
    let chain = bench.chain(AuthConfig {
        host: None,
        auth_type: some("azure-client-secret"),
        azure_workspace_resource_id: some(RESOURCE),
        ..principal(&bench)
    });
    let error = chain.workspace(&bench.stop).await.unwrap_err();
    let message = error.message().unwrap();
    assert!(
        message.contains("(403 AuthorizationFailed): no access. Config: "),
        "{message}"
    );
}

#[tokio::test]
async fn msi_asks_the_machine_for_both_tokens() {
    for client_id in [None, some("identity")] {
        let bench = Bench::start(azure).await;
        let chain = bench.chain(AuthConfig {
            cloud: some("Azure"),
            azure_use_msi: Some(true),
            azure_client_id: client_id.clone(),
            ..bench.config()
        });
        let expected = both(&format!("{APPLICATION}-1"), &format!("{MANAGEMENT}-2"));
        assert_eq!(bench.headers(&chain).await, expected);
        let asked = bench.double.received("GET", IMDS);
        assert_eq!(asked[0].header("metadata"), Some("true"));
        let mut query = format!("api-version=2018-02-01&resource={APPLICATION}");
        if client_id.is_some() {
            query.push_str("&client_id=identity");
        }
        assert_eq!(asked[0].query, query);
        bench.later(3600);
        let expected = both(&format!("{APPLICATION}-3"), &format!("{MANAGEMENT}-4"));
        assert_eq!(bench.headers(&chain).await, expected);
    }
}

#[tokio::test]
async fn msi_tells_that_the_machine_has_no_identity() {
    let bench = Bench::start(|received| match received.path.as_str() {
        IMDS => refuse(
            400,
            &json!({"error": "invalid_request", "error_description": "Identity not found"}),
        ),
        _ => nothing_here(),
    })
    .await;
    let chain = bench.chain(AuthConfig {
        auth_type: some("azure-msi"),
        cloud: some("Azure"),
        azure_use_msi: Some(true),
        ..bench.config()
    });
    let message = bench.error(&chain).await.message().unwrap().to_owned();
    assert!(message.starts_with("azure-msi auth: GET "), "{message}");
    assert!(
        message.contains("(400 invalid_request): Identity not found"),
        "{message}"
    );
    let token = bench.chain(AuthConfig {
        auth_type: some("azure-msi"),
        azure_use_msi: Some(true),
        ..bench.config()
    });
    let message = bench.error(&token).await.message().unwrap().to_owned();
    assert!(
        message.contains("not configured: the workspace must be on Azure"),
        "{message}"
    );
}

#[tokio::test]
async fn msi_that_is_turned_off_asks_no_machine() {
    let bench = Bench::start(azure).await;
    let chain = bench.chain(AuthConfig {
        cloud: some("Azure"),
        environment: Environment::of([("ARM_USE_MSI", "false")]),
        ..bench.config()
    });
    assert_eq!(*bench.error(&chain).await.kind(), ErrorKind::Settings);
    assert!(bench.double.received("GET", IMDS).is_empty());
}

fn workflow(bench: &Bench) -> AuthConfig {
    AuthConfig {
        azure_client_secret: None,
        actions_id_token_request_url: Some(format!("{}/github?v=1", bench.double.url)),
        actions_id_token_request_token: secret("runner-key"),
        auth_type: some("github-oidc-azure"),
        ..principal(bench)
    }
}

#[tokio::test]
async fn github_oidc_azure_exchanges_an_id_token_for_azure() {
    let bench = Bench::start(azure).await;
    let chain = bench.chain(workflow(&bench));
    let bearer = |number| headers([("authorization", &format!("Bearer {APPLICATION}-{number}"))]);
    assert_eq!(bench.headers(&chain).await, bearer(1));
    let asked = bench.double.received("GET", "/github");
    assert_eq!(asked[0].query, "v=1&audience=api://AzureADTokenExchange");
    let asked = bench.double.received("POST", AAD);
    let form = headers([
        ("grant_type", "client_credentials"),
        ("resource", APPLICATION),
        ("client_id", "app"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", "github-jwt-1"),
    ]);
    assert_eq!(asked[0].form(), form);
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer(2));
    let asked = bench.double.received("POST", AAD);
    assert_eq!(asked[1].form()["client_assertion"], "github-jwt-2");
}

#[tokio::test]
async fn github_oidc_azure_tells_a_refusal_without_the_assertion() {
    let bench = Bench::start(|received| match received.path.as_str() {
        AAD => refuse(
            400,
            &json!({"error": "invalid_request", "error_description": "bad github-jwt-1"}),
        ),
        _ => azure(received),
    })
    .await;
    let error = bench.error(&bench.chain(workflow(&bench))).await;
    let message = error.message().unwrap();
    assert!(
        message.starts_with("github-oidc-azure auth: POST "),
        "{message}"
    );
    assert!(
        message.contains("(400 invalid_request): bad ***"),
        "{message}"
    );
}
