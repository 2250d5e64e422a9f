//! Every place where a credential can be kept, each with a canary in it that is really used: the
//! provider block, the environment, files, and what token endpoints and programs hand out.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::json;
use tempfile::TempDir;
use terraform_provider_mlflow::wire::Value;

use super::registry::{Kind, Registry};
use crate::support::{
    databricks::Principal,
    http::Response,
    proxy::{Fault, Loss, Proxy},
    tls::{Authority, TlsFront, pem},
};

/// Found in every secret, whatever becomes of the signs around it.
pub const CANARY: &str = "canary";
/// With what encodings change.
const SECRET: &str = "canary/+=&<>x";
/// What identity providers and programs hand out.
const MADE: &str = "canary-made";

pub struct Place {
    pub name: &'static str,
    pub kind: Kind,
    keep: fn(&mut Home),
}

/// Where a provider process lives: its home folder, its environment, its block.
pub struct Home {
    pub registry: Registry,
    /// Plays identity providers; content unless told otherwise.
    pub idp: Proxy,
    /// In front of the registry, where the place needs it.
    front: Option<TlsFront>,
    pub block: Vec<(&'static str, Value)>,
    /// Beside all with a canary in it.
    pub secrets: Vec<String>,
    /// What the registry must have been shown.
    pub authorization: Option<&'static str>,
    environment: Vec<(&'static str, String)>,
    folder: TempDir,
}

pub const ALL: [Place; 20] = [
    mlflow("token", |home| {
        home.at_mlflow().set("token", SECRET);
        home.authorization = Some("Bearer canary/+=&<>x");
    }),
    mlflow("login", |home| {
        home.at_mlflow().set("username", "ada");
        home.set("password", SECRET);
        home.authorization = Some(BASIC);
    }),
    mlflow("token of the environment", |home| {
        home.at_mlflow().env("MLFLOW_TRACKING_TOKEN", SECRET);
        home.authorization = Some("Bearer canary/+=&<>x");
    }),
    mlflow("login of the environment", |home| {
        home.at_mlflow().env("MLFLOW_TRACKING_USERNAME", "ada");
        home.env("MLFLOW_TRACKING_PASSWORD", SECRET);
        home.authorization = Some(BASIC);
    }),
    mlflow("credentials file", |home| {
        let login =
            format!("mlflow_tracking_username = ada\nmlflow_tracking_password = {SECRET}\n");
        home.at_mlflow()
            .file(".mlflow/credentials", &format!("[mlflow]\n{login}"));
        home.authorization = Some(BASIC);
    }),
    mlflow("userinfo of the address", |home| {
        let login = "http://ada:canary%2F+=&%3C%3Ex@";
        let url = home.registry.proxy.url().replace("http://", login);
        home.set("tracking_uri", &url);
        home.authorization = Some(BASIC);
    }),
    mlflow("headers", |home| {
        let headers = Value::map([("X-Key", Value::string(SECRET))]);
        home.at_mlflow().block.push(("headers", headers));
    }),
    mlflow("client key", client_key),
    databricks("pat", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary/+=&<>x", Principal::Admin);
        home.at_databricks(&[("token", SECRET)]);
    }),
    databricks("pat of the environment", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary/+=&<>x", Principal::Admin);
        home.at_databricks(&[]).env("DATABRICKS_TOKEN", SECRET);
    }),
    databricks("pat of a profile", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary/+=&<>x", Principal::Admin);
        let profile = format!(
            "[mine]\nhost = {}\ntoken = {SECRET}\n",
            home.registry.proxy.url()
        );
        home.file(".databrickscfg", &profile);
        home.set("tracking_uri", "databricks://mine");
    }),
    databricks("basic", |home| {
        home.registry
            .databricks()
            .admit_user("ada", SECRET, Principal::Admin);
        home.at_databricks(&[("username", "ada"), ("password", SECRET)]);
    }),
    databricks("oauth-m2m", |home| {
        home.registry
            .databricks()
            .add_client("app", SECRET, Principal::Admin);
        home.at_databricks(&[("client_id", "app"), ("client_secret", SECRET)]);
        home.secrets.push("eyJ-oauth-token".to_owned());
    }),
    databricks("env-oidc", |home| {
        home.registry
            .databricks()
            .federate(SECRET, None, Principal::Admin);
        home.at_databricks(&[("auth_type", "env-oidc")])
            .env("DATABRICKS_OIDC_TOKEN", SECRET);
    }),
    databricks("file-oidc", |home| {
        home.registry
            .databricks()
            .federate(SECRET, None, Principal::Admin);
        let path = home.file("id-token", SECRET);
        home.env("DATABRICKS_OIDC_TOKEN_FILEPATH", &path)
            .at_databricks(&[]);
    }),
    databricks("github-oidc", |home| {
        home.registry
            .databricks()
            .federate(MADE, None, Principal::Admin);
        let url = format!("{}/github?v=1", home.idp.url());
        home.at_databricks(&[("auth_type", "github-oidc")]);
        home.env("ACTIONS_ID_TOKEN_REQUEST_URL", &url)
            .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", SECRET);
    }),
    databricks("metadata-service", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary-made", Principal::Admin);
        let url = format!("{}/canary-path", home.idp.url());
        home.at_databricks(&[])
            .env("DATABRICKS_METADATA_SERVICE_URL", &url);
    }),
    databricks("databricks-cli", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary-made", Principal::Admin);
        let answer = json!({"access_token": MADE, "expiry": "2099-01-15T09:00:00Z"});
        // Early ones, which are another program, are smaller.
        let script = format!("echo '{answer}'\nexit\n#{}", " ".repeat(1 << 20));
        home.program("databricks", &script)
            .at_databricks(&[("auth_type", "databricks-cli")]);
    }),
    databricks("azure-cli", |home| {
        home.registry
            .databricks()
            .admit("Bearer canary-made", Principal::Admin);
        let account = json!({"user": {"name": "me", "type": "user"}});
        let token = json!({"accessToken": MADE, "expires_on": 4_000_000_000_u64});
        let script = format!("case \"$*\" in *show*) echo '{account}';; *) echo '{token}';; esac");
        home.program("az", &script)
            .at_databricks(&[("auth_type", "azure-cli")]);
        home.env("DATABRICKS_CLOUD", "Azure")
            .env("ARM_TENANT_ID", "tenant");
    }),
    databricks("google-credentials", google),
];

/// Of `ada` and the secret.
const BASIC: &str = "Basic YWRhOmNhbmFyeS8rPSY8Png=";

const fn mlflow(name: &'static str, keep: fn(&mut Home)) -> Place {
    let kind = Kind::Mlflow;
    Place { name, kind, keep }
}

const fn databricks(name: &'static str, keep: fn(&mut Home)) -> Place {
    let kind = Kind::Databricks;
    Place { name, kind, keep }
}

fn client_key(home: &mut Home) {
    let authority = Authority::new();
    let front = TlsFront::start(home.registry.proxy.address(), &authority, Some(&authority));
    let pem = authority.client_pem();
    let key = pem.split("PRIVATE KEY-----").nth(1).unwrap_or_default();
    home.secrets
        .extend(key.lines().filter(|it| it.len() > 20).map(str::to_owned));
    let (ca, key) = (
        home.file("ca.pem", &authority.pem()),
        home.file("key.pem", &pem),
    );
    home.set("tracking_uri", &front.url());
    home.set("ca_cert_file", &ca).set("client_cert_file", &key);
    home.front = Some(front);
}

fn google(home: &mut Home) {
    home.registry
        .databricks()
        .admit("Bearer canary-made", Principal::Admin);
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let key = pem("PRIVATE KEY", &key.serialize_der());
    home.secrets
        .extend(key.lines().filter(|it| it.len() > 60).map(str::to_owned));
    let account = json!({
        "type": "service_account",
        "client_email": "sa@p.iam.gserviceaccount.com",
        "private_key": key,
        "token_uri": format!("{}/google", home.idp.url()),
    });
    let path = home.file("google.json", &account.to_string());
    home.at_databricks(&[("auth_type", "google-credentials")]);
    home.env("DATABRICKS_CLOUD", "GCP")
        .env("GOOGLE_CREDENTIALS", &path);
}

impl Home {
    pub fn of(place: &Place) -> Self {
        let registry = Registry::new(place.kind);
        let mut home = Self {
            idp: Proxy::start(registry.proxy.address()),
            registry,
            front: None,
            block: Vec::new(),
            secrets: Vec::new(),
            authorization: None,
            environment: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
        };
        (place.keep)(&mut home);
        home.block.push(("max_retries", Value::number(0_u64)));
        home.please_idp();
        home
    }

    pub fn command(&self) -> Command {
        let mut command = crate::support::host::plugin();
        let folder = self.folder.path().display().to_string();
        command
            .env("HOME", &folder)
            .env("PATH", format!("{folder}:/usr/bin:/bin"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Identity providers hand out tokens from now on.
    pub fn please_idp(&self) {
        let content = json!({
            "access_token": MADE, "id_token": MADE, "value": MADE,
            "expires_in": 3600, "expires_on": "4000000000",
        });
        self.idp.expose(Box::new(move |_| {
            let answer = Response::new(200, "application/json", content.to_string());
            Some(Fault::Instead(Loss::Answer(answer)))
        }));
    }

    fn at_mlflow(&mut self) -> &mut Self {
        let url = self.registry.proxy.url();
        self.set("tracking_uri", &url)
    }

    fn at_databricks(&mut self, given: &[(&'static str, &str)]) -> &mut Self {
        let url = self.registry.proxy.url();
        let host = [("host", url.as_str())];
        let all = host.iter().chain(given);
        let all = all.map(|(name, text)| (*name, Value::string(*text)));
        self.block.push(("databricks", Value::object(all)));
        self
    }

    fn set(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.block.push((name, Value::string(text)));
        self
    }

    fn env(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    fn program(&mut self, name: &str, script: &str) -> &mut Self {
        let path = self.file(name, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }
}
