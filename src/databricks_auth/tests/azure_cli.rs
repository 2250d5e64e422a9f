//! `azure-cli` with a scripted `az`.
#![cfg(unix)]

use std::path::Path;

use serde_json::json;

use super::{double::nothing_here, *};
use crate::api::error::ErrorKind;

const APPLICATION: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const MANAGEMENT: &str = "https://management.core.windows.net/";

/// An `az` in a folder of its own that notes its arguments; `script` sees them and a `count` of its
/// runs.
fn az(script: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let path = folder.path().join("az");
    let text = format!(
        "#!/bin/sh\necho \"$*\" >> {0}\ncount=$(wc -l < {0} | tr -d ' ')\n{script}\n",
        log.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn runs(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// A login of `user`, with tokens `t1`, `t2`, ... numbered by run.
fn login(user: &str, refused: &str) -> String {
    let account = json!({"user": {"name": "me", "type": user}}).to_string();
    format!(
        "case \"$*\" in\n\
         'account show '*) echo '{account}' ;;\n\
         {refused}) echo 'ERROR: not here' >&2; exit 1 ;;\n\
         *) echo '{{\"accessToken\":\"t'$count'\",\"expiresOn\":\"2027-01-15 09:00:00.000000\",\
         \"expires_on\":{},\"tokenType\":\"Bearer\"}}' ;;\nesac",
        START + 3600
    )
}

fn path_of(folder: &tempfile::TempDir) -> Environment {
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    Environment::of([("PATH", &path)])
}

async fn workspace() -> Bench {
    Bench::start(|received| match received.path.as_str() {
        "/aad/auth" => Reply(
            302,
            "Location: https://login.microsoftonline.com/the-tenant/oauth2/authorize?x=1\r\n"
                .into(),
            String::new(),
        ),
        _ => nothing_here(),
    })
    .await
}

fn config(bench: &Bench, folder: &tempfile::TempDir) -> AuthConfig {
    AuthConfig {
        cloud: some("Azure"),
        auth_type: some("azure-cli"),
        environment: path_of(folder),
        ..bench.config()
    }
}

fn get(rest: &str) -> String {
    format!("account get-access-token --resource {rest} --output json")
}

#[tokio::test]
async fn both_tokens_are_of_the_workspaces_tenant_and_refreshed() {
    let (bench, folder) = (workspace().await, az(&login("user", "never")));
    let chain = bench.chain(config(&bench, &folder));
    let both = |first: &str, second: &str| {
        headers([
            ("authorization", &format!("Bearer {first}")),
            ("x-databricks-azure-sp-management-token", second),
        ])
    };
    assert_eq!(bench.headers(&chain).await, both("t2", "t4"));
    assert_eq!(bench.headers(&chain).await, both("t2", "t4"));
    let expected = [
        "account show --output json".to_owned(),
        get(&format!("{APPLICATION} --tenant the-tenant")),
        "account show --output json".to_owned(),
        get(&format!("{MANAGEMENT} --tenant the-tenant")),
    ];
    assert_eq!(runs(folder.path()), expected);
    bench.later(3600 - 40);
    assert_eq!(bench.headers(&chain).await, both("t6", "t8"));
    assert_eq!(bench.double.received("GET", "/aad/auth").len(), 1);
}

#[tokio::test]
async fn without_a_right_to_manage_there_is_one_token() {
    let (bench, folder) = (workspace().await, az(&login("user", "*management*")));
    let chain = bench.chain(config(&bench, &folder));
    for _ in 0..2 {
        let found = bench.headers(&chain).await;
        assert_eq!(found, headers([("authorization", "Bearer t2")]));
    }
    assert_eq!(runs(folder.path()).len(), 4);
}

#[tokio::test]
async fn a_federated_principal_is_asked_again_without_its_tenant() {
    let (bench, folder) = (
        workspace().await,
        az(&login("servicePrincipal", "*--tenant*")),
    );
    let chain = bench.chain(config(&bench, &folder));
    assert_eq!(bench.headers(&chain).await["authorization"], "Bearer t3");
    assert_eq!(runs(folder.path())[2], get(APPLICATION));
}

#[tokio::test]
async fn a_managed_identity_is_asked_without_tenant() {
    let script = login("servicePrincipal", "never").replace("\"me\"", "\"systemAssignedIdentity\"");
    let (bench, folder) = (workspace().await, az(&script));
    let chain = bench.chain(config(&bench, &folder));
    bench.headers(&chain).await;
    assert_eq!(runs(folder.path())[1], get(APPLICATION));
}

#[tokio::test]
async fn the_resources_subscription_is_tried_where_no_tenant_is_known() {
    let (bench, folder) = (workspace().await, az(&login("user", "*--subscription*")));
    let mut config = config(&bench, &folder);
    config.host = None;
    config.azure_workspace_resource_id = some("/subscriptions/sub/x");
    let chain = bench.chain(config);
    bench.error(&chain).await;
    let ran = runs(folder.path());
    let arm = format!("{}/arm/", bench.double.url);
    let with =
        format!("account get-access-token --resource {arm} --subscription sub --output json");
    assert_eq!(ran[1], with);
    assert_eq!(ran[2], get(&arm));
}

#[tokio::test]
async fn an_old_az_tells_local_time_so_its_token_counts_for_five_minutes() {
    let script = login("user", "never").replace("expires_on", "other");
    let (bench, folder) = (workspace().await, az(&script));
    let chain = bench.chain(config(&bench, &folder));
    assert_eq!(bench.headers(&chain).await["authorization"], "Bearer t2");
    bench.later(300);
    assert_eq!(bench.headers(&chain).await["authorization"], "Bearer t6");
}

#[tokio::test]
async fn what_az_says_is_told() {
    let (bench, folder) = (
        workspace().await,
        az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"),
    );
    let error = bench.error(&bench.chain(config(&bench, &folder))).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let message = error.message().unwrap();
    assert!(message.starts_with("azure-cli auth: "), "{message}");
    assert!(
        message.contains("Please run 'az login' to setup account."),
        "{message}"
    );
    let empty = tempfile::tempdir().unwrap();
    let mut config = config(&bench, &folder);
    config.environment = Environment::of([("PATH", empty.path().to_str().unwrap())]);
    let message = bench
        .error(&bench.chain(config))
        .await
        .message()
        .unwrap()
        .to_owned();
    assert!(
        message.contains("not configured: the Azure CLI (az) is not installed"),
        "{message}"
    );
}
