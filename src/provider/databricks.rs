//! The `databricks` argument of the provider block, in the names of Databricks' unified
//! authentication.

use super::environment::Environment;
use crate::{
    databricks_auth::{AuthConfig, AuthEnvironment},
    framework::{
        Attr, Secret, Type,
        schema::{Attribute, Empty, Kind},
    },
    row,
};

row! {
    /// How to reach a Databricks workspace.
    pub(super) struct Databricks {
        pub(super) host: Attr<String>,
        pub(super) token: Attr<Secret>,
        pub(super) username: Attr<String>,
        pub(super) password: Attr<Secret>,
        pub(super) profile: Attr<String>,
        pub(super) config_file: Attr<String>,
        pub(super) auth_type: Attr<String>,
        pub(super) account_id: Attr<String>,
        pub(super) workspace_id: Attr<String>,
        pub(super) client_id: Attr<String>,
        pub(super) client_secret: Attr<Secret>,
        pub(super) scopes: Attr<Vec<Attr<String>>>,
        pub(super) databricks_cli_path: Attr<String>,
        pub(super) metadata_service_url: Attr<Secret>,
        pub(super) databricks_id_token_filepath: Attr<String>,
        pub(super) oidc_token_env: Attr<String>,
        pub(super) audience: Attr<String>,
        pub(super) discovery_url: Attr<String>,
        pub(super) actions_id_token_request_url: Attr<String>,
        pub(super) actions_id_token_request_token: Attr<Secret>,
        pub(super) azure_workspace_resource_id: Attr<String>,
        pub(super) azure_client_id: Attr<String>,
        pub(super) azure_client_secret: Attr<Secret>,
        pub(super) azure_tenant_id: Attr<String>,
        pub(super) azure_environment: Attr<String>,
        pub(super) azure_login_app_id: Attr<String>,
        pub(super) azure_use_msi: Attr<bool>,
        pub(super) google_service_account: Attr<String>,
        pub(super) google_credentials: Attr<Secret>,
        pub(super) cloud: Attr<String>,
    }
}

/// The schema of the argument.
pub(super) fn attribute() -> Attribute {
    let attributes = general().into_iter().chain(tokens()).chain(clouds());
    Attribute::object(
        "databricks",
        "The Databricks workspace whose model registry to manage. Every argument falls back to the \
         environment variables and the `~/.databrickscfg` profile that Databricks' own tools use; \
         `{}` takes everything from there.",
        attributes.map(meaning_of_empty).collect(),
    )
}

/// As in Databricks' own tools an empty text is none.
const fn meaning_of_empty(argument: Attribute) -> Attribute {
    match &argument.kind {
        Kind::Plain(Type::String) => argument.empty(Empty::LeftOut),
        _ => argument.empty(Empty::Refused),
    }
}

fn general() -> [Attribute; 9] {
    [
        Attribute::string(
            "host",
            "Address of the workspace, such as `https://dbc-1234.cloud.databricks.com`. Falls back to \
             `DATABRICKS_HOST`.",
        ),
        Attribute::string(
            "token",
            "Personal access token. Falls back to `DATABRICKS_TOKEN`.",
        )
        .sensitive(),
        Attribute::string(
            "username",
            "User for basic authentication. Falls back to `DATABRICKS_USERNAME`.",
        ),
        Attribute::string(
            "password",
            "Password for basic authentication. Falls back to `DATABRICKS_PASSWORD`.",
        )
        .sensitive(),
        Attribute::string(
            "profile",
            "Profile in the configuration file. Falls back to `DATABRICKS_CONFIG_PROFILE`, \
             then `DEFAULT`.",
        ),
        Attribute::string(
            "config_file",
            "Path of the configuration file. Falls back to `DATABRICKS_CONFIG_FILE`, then \
             `~/.databrickscfg`.",
        ),
        Attribute::string(
            "auth_type",
            "The one authentication method to use, such as `pat`, `oauth-m2m`, `databricks-cli`, \
             `azure-cli` or `github-oidc`; needed where block, environment and profile together \
             configure more than one. Falls back to `DATABRICKS_AUTH_TYPE`.",
        ),
        Attribute::string(
            "account_id",
            "Id of the Databricks account. Falls back to `DATABRICKS_ACCOUNT_ID`.",
        ),
        Attribute::string(
            "workspace_id",
            "Id of the workspace, for hosts that serve several. Falls back to \
             `DATABRICKS_WORKSPACE_ID`.",
        ),
    ]
}

fn tokens() -> [Attribute; 11] {
    [
        Attribute::string(
            "client_id",
            "Client id of a service principal. Falls back to `DATABRICKS_CLIENT_ID`.",
        ),
        Attribute::string(
            "client_secret",
            "OAuth secret of a service principal. Falls back to `DATABRICKS_CLIENT_SECRET`.",
        )
        .sensitive(),
        Attribute::plain(
            "scopes",
            "OAuth scopes to ask for; default `all-apis`.",
            Type::list(Type::String),
        ),
        Attribute::string(
            "databricks_cli_path",
            "Path of the Databricks CLI. Falls back to `DATABRICKS_CLI_PATH`, then to the \
             `PATH`.",
        ),
        Attribute::string(
            "metadata_service_url",
            "Address on this machine where a parent process hands out tokens. Falls back to \
             `DATABRICKS_METADATA_SERVICE_URL`.",
        )
        .sensitive(),
        Attribute::string(
            "databricks_id_token_filepath",
            "File that holds an id token. Falls back to `DATABRICKS_OIDC_TOKEN_FILEPATH`.",
        ),
        Attribute::string(
            "oidc_token_env",
            "Environment variable that holds an id token. Falls back to \
             `DATABRICKS_OIDC_TOKEN_ENV`, then `DATABRICKS_OIDC_TOKEN`.",
        ),
        Attribute::string(
            "audience",
            "Audience to ask id tokens for. Falls back to `DATABRICKS_TOKEN_AUDIENCE`.",
        ),
        Attribute::string(
            "discovery_url",
            "Where the OAuth server describes itself. Falls back to \
             `DATABRICKS_DISCOVERY_URL`.",
        ),
        Attribute::string(
            "actions_id_token_request_url",
            "Where GitHub Actions hands out id tokens. Falls back to \
             `ACTIONS_ID_TOKEN_REQUEST_URL`.",
        ),
        Attribute::string(
            "actions_id_token_request_token",
            "Key to `actions_id_token_request_url`. Falls back to `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.",
        )
        .sensitive(),
    ]
}

fn clouds() -> [Attribute; 10] {
    [
        Attribute::string(
            "azure_workspace_resource_id",
            "Azure resource id of the workspace; may stand in for `host`. Falls back to \
             `DATABRICKS_AZURE_RESOURCE_ID`.",
        ),
        Attribute::string(
            "azure_client_id",
            "Client id of an Azure service principal or managed identity. Falls back to \
             `ARM_CLIENT_ID`.",
        ),
        Attribute::string(
            "azure_client_secret",
            "Secret of an Azure service principal. Falls back to `ARM_CLIENT_SECRET`.",
        )
        .sensitive(),
        Attribute::string(
            "azure_tenant_id",
            "Azure tenant of the service principal. Falls back to `ARM_TENANT_ID`.",
        ),
        Attribute::string(
            "azure_environment",
            "Azure cloud: `PUBLIC`, `USGOVERNMENT` or `CHINA`; default `PUBLIC`. Falls back to \
             `ARM_ENVIRONMENT`.",
        ),
        Attribute::string(
            "azure_login_app_id",
            "Has no effect any more, except that it counts as Azure authentication. Falls \
             back to `DATABRICKS_AZURE_LOGIN_APP_ID`.",
        ),
        Attribute::bool(
            "azure_use_msi",
            "Use the machine's Azure managed identity; default `false`. Falls back to `ARM_USE_MSI`.",
        ),
        Attribute::string(
            "google_service_account",
            "Google service account to impersonate. Falls back to \
             `DATABRICKS_GOOGLE_SERVICE_ACCOUNT`.",
        ),
        Attribute::string(
            "google_credentials",
            "Key of a Google service account: JSON, or the path of a file with it. Falls back \
             to `GOOGLE_CREDENTIALS`.",
        )
        .sensitive(),
        Attribute::string(
            "cloud",
            "Cloud of the workspace where its host does not tell: `AWS`, `Azure` or `GCP`. \
             Falls back to `DATABRICKS_CLOUD`.",
        ),
    ]
}

impl Databricks {
    /// What is configured here, before what the environment adds.
    pub(super) fn auth(&self, environment: &Environment) -> AuthConfig {
        let text = |it: &Attr<String>| it.known().cloned();
        let secret = |it: &Attr<Secret>| it.known().map(|it| it.clone().into_inner());
        AuthConfig {
            host: text(&self.host),
            token: secret(&self.token),
            username: text(&self.username),
            password: secret(&self.password),
            profile: text(&self.profile),
            config_file: text(&self.config_file),
            auth_type: text(&self.auth_type),
            account_id: text(&self.account_id),
            workspace_id: text(&self.workspace_id),
            client_id: text(&self.client_id),
            client_secret: secret(&self.client_secret),
            scopes: self
                .scopes
                .known()
                .map(|all| all.iter().filter_map(text).collect()),
            databricks_cli_path: text(&self.databricks_cli_path),
            metadata_service_url: secret(&self.metadata_service_url),
            databricks_id_token_filepath: text(&self.databricks_id_token_filepath),
            oidc_token_env: text(&self.oidc_token_env),
            audience: text(&self.audience),
            discovery_url: text(&self.discovery_url),
            actions_id_token_request_url: text(&self.actions_id_token_request_url),
            actions_id_token_request_token: secret(&self.actions_id_token_request_token),
            azure_workspace_resource_id: text(&self.azure_workspace_resource_id),
            azure_client_id: text(&self.azure_client_id),
            azure_client_secret: secret(&self.azure_client_secret),
            azure_tenant_id: text(&self.azure_tenant_id),
            azure_environment: text(&self.azure_environment),
            azure_login_app_id: text(&self.azure_login_app_id),
            azure_use_msi: self.azure_use_msi.known().copied(),
            google_service_account: text(&self.google_service_account),
            google_credentials: secret(&self.google_credentials),
            cloud: text(&self.cloud),
            environment: environment.iter().collect::<AuthEnvironment>(),
        }
    }
}
