//! `databricks-cli` with a scripted CLI.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::api::error::ErrorKind;

use super::{
    double::{json, nothing_here},
    *,
};

const SIZE_OF_A_REAL_ONE: usize = 1 << 20;

/// A CLI of that version that notes its arguments and hands out `t1`, `t2`, ... for an hour each.
struct Cli(tempfile::TempDir);

impl Cli {
    fn new(version: &str, size: usize) -> Self {
        Self::with(version, size, "\"t$count\"")
    }

    fn with(version: &str, size: usize, token: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let text = format!(
            "#!/bin/sh\n[ \"$1\" = version ] && echo '{version}' && exit\n\
             echo \"$*\" >> {0}\ncount=$(wc -l < {0} | tr -d ' ')\ntoken={token}\n\
             hour=$((8 + count))\n\
             printf '{{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\
             \"expiry\":\"2027-01-15T%02d:00:00Z\"}}' $token $hour\nexit\n#{1}\n",
            log.display(),
            " ".repeat(size),
        );
        let path = folder.path().join("databricks");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("databricks")
    }

    fn runs(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

async fn bench() -> Bench {
    Bench::start(|_| nothing_here()).await
}

fn config(bench: &Bench, cli: &Cli) -> AuthConfig {
    AuthConfig {
        auth_type: some("databricks-cli"),
        databricks_cli_path: some(cli.path().to_str().unwrap()),
        environment: Environment::of([("PATH", "/usr/bin:/bin")]),
        ..bench.config()
    }
}

fn with_profile(mut config: AuthConfig, home: &Path) -> AuthConfig {
    let file = home.join("cfg");
    std::fs::write(&file, "[p]\nx = 1\n").unwrap();
    config.config_file = some(file.to_str().unwrap());
    config.profile = some("p");
    config
}

#[tokio::test]
async fn the_clis_token_is_kept_and_asked_for_again_at_its_end() {
    let (bench, cli) = (
        bench().await,
        Cli::new("Databricks CLI v0.296.0", SIZE_OF_A_REAL_ONE),
    );
    let chain = bench.chain(config(&bench, &cli));
    let bearer = |token| headers([("authorization", &format!("Bearer {token}"))]);
    // 2027-01-15 08:00 is the start; each token runs out on a later hour.
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    assert_eq!(bench.headers(&chain).await, bearer("t1"));
    let command = format!("auth token --host {} --force-refresh", bench.double.url);
    assert_eq!(cli.runs(), [command]);
    bench.later(3600);
    assert_eq!(bench.headers(&chain).await, bearer("t2"));
}

#[tokio::test]
async fn each_version_is_asked_in_the_way_it_understands() {
    let home = tempfile::tempdir().unwrap();
    for (version, command) in [
        (
            "Databricks CLI v0.296.1",
            "auth token --profile p --force-refresh",
        ),
        ("Databricks CLI v0.207.1", "auth token --profile p"),
        ("Databricks CLI v0.207.0", "auth token --host HOST"),
        ("Databricks CLI v0.0.0-dev+1", "auth token --host HOST"),
        ("something else", "auth token --host HOST"),
    ] {
        let (bench, cli) = (bench().await, Cli::new(version, SIZE_OF_A_REAL_ONE));
        let chain = bench.chain(with_profile(config(&bench, &cli), home.path()));
        bench.headers(&chain).await;
        assert_eq!(
            cli.runs(),
            [command.replace("HOST", &bench.double.url)],
            "{version}"
        );
    }
}

#[tokio::test]
async fn the_login_of_an_account_is_asked_for_by_its_id() {
    for (host_type, said, account) in [
        ("account", None, "--account-id from-host"),
        ("unified", some("mine"), "--account-id mine"),
        ("workspace", some("mine"), ""),
    ] {
        let bench = Bench::start(move |received| match received.path.as_str() {
            "/.well-known/databricks-config" => {
                json(&json!({"host_type": host_type, "account_id": "from-host"}))
            }
            _ => nothing_here(),
        })
        .await;
        let cli = Cli::new("Databricks CLI v0.230.0", SIZE_OF_A_REAL_ONE);
        let chain = bench.chain(AuthConfig {
            account_id: said,
            ..config(&bench, &cli)
        });
        bench.headers(&chain).await;
        let command = format!("auth token --host {} {account}", bench.double.url);
        assert_eq!(cli.runs(), [command.trim_end()], "{host_type}");
    }
}

#[tokio::test]
async fn an_early_cli_does_not_hide_a_later_one_in_the_path() {
    let bench = bench().await;
    let (old, new) = (
        Cli::new("Version 0.18", 10),
        Cli::new("Databricks CLI v0.230.0", SIZE_OF_A_REAL_ONE),
    );
    let path = |folders: &[&Cli]| {
        let folders = folders.iter().map(|cli| cli.0.path());
        let joined = std::env::join_paths(folders.chain([Path::new("/bin")])).unwrap();
        Environment::of([("PATH", joined.to_str().unwrap())])
    };
    let mut config = config(&bench, &new);
    config.databricks_cli_path = None;
    config.environment = path(&[&old, &new]);
    let chain = bench.chain(config.clone());
    assert_eq!(bench.headers(&chain).await["authorization"], "Bearer t1");
    assert!(old.runs().is_empty());
    config.environment = path(&[&old]);
    let message = bench
        .error(&bench.chain(config))
        .await
        .message()
        .unwrap()
        .to_owned();
    assert!(
        message.contains("legacy databricks CLI detected; upgrade to >= 0.100.0"),
        "{message}"
    );
}

#[tokio::test]
async fn scopes_are_those_of_the_login() {
    let (bench, cli) = (
        bench().await,
        Cli::new("Databricks CLI v0.230.0", SIZE_OF_A_REAL_ONE),
    );
    let chain = bench.chain(AuthConfig {
        scopes: Some(vec!["mlflow".to_owned()]),
        ..config(&bench, &cli)
    });
    let error = bench.error(&chain).await;
    assert_eq!(*error.kind(), ErrorKind::Settings);
    let message = error.message().unwrap();
    assert!(
        message.contains("custom scopes are not supported with databricks-cli"),
        "{message}"
    );
}

#[tokio::test]
async fn what_the_cli_says_is_told() {
    let bench = bench().await;
    let failing = Cli::with(
        "Databricks CLI v0.230.0",
        SIZE_OF_A_REAL_ONE,
        "$(echo 'refresh token is invalid' >&2); exit 1; ",
    );
    let error = bench.error(&bench.chain(config(&bench, &failing))).await;
    assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
    let message = error.message().unwrap();
    let told = "cannot get access token: refresh token is invalid: exit status: 1. Config: ";
    assert!(message.starts_with("databricks-cli auth: "), "{message}");
    assert!(message.contains(told), "{message}");
    let mut missing = config(&bench, &failing);
    missing.databricks_cli_path = some("/missing/databricks");
    let message = bench
        .error(&bench.chain(missing))
        .await
        .message()
        .unwrap()
        .to_owned();
    assert!(message.contains("databricks CLI not found"), "{message}");
}
