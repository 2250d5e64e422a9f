//! The methods by name, in the order in which they are tried.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    azure,
    context::{Context, Refusal},
    databricks_cli, fixed, google,
    identity::Identity,
    m2m, metadata_service, oidc,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Pat,
    Basic,
    OauthM2m,
    DatabricksCli,
    MetadataService,
    GithubOidc,
    AzureDevopsOidc,
    EnvOidc,
    FileOidc,
    GithubOidcAzure,
    AzureMsi,
    AzureClientSecret,
    AzureCli,
    GoogleCredentials,
    GoogleId,
}

impl Method {
    pub(super) const ALL: [Self; 15] = [
        Self::Pat,
        Self::Basic,
        Self::OauthM2m,
        Self::DatabricksCli,
        Self::MetadataService,
        Self::GithubOidc,
        Self::AzureDevopsOidc,
        Self::EnvOidc,
        Self::FileOidc,
        Self::GithubOidcAzure,
        Self::AzureMsi,
        Self::AzureClientSecret,
        Self::AzureCli,
        Self::GoogleCredentials,
        Self::GoogleId,
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// What is almost the name of a method, in quotes: a slip of the pen is no secret, and anything else
    /// may be.
    pub(super) fn shown(name: &str) -> Option<String> {
        let is_near = |it: Self| strsim::damerau_levenshtein(it.name(), name) <= 2;
        Self::ALL
            .into_iter()
            .any(is_near)
            .then(|| format!("{name:?}"))
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pat => "pat",
            Self::Basic => "basic",
            Self::OauthM2m => "oauth-m2m",
            Self::DatabricksCli => "databricks-cli",
            Self::MetadataService => "metadata-service",
            Self::GithubOidc => "github-oidc",
            Self::AzureDevopsOidc => "azure-devops-oidc",
            Self::EnvOidc => "env-oidc",
            Self::FileOidc => "file-oidc",
            Self::GithubOidcAzure => "github-oidc-azure",
            Self::AzureMsi => "azure-msi",
            Self::AzureClientSecret => "azure-client-secret",
            Self::AzureCli => "azure-cli",
            Self::GoogleCredentials => "google-credentials",
            Self::GoogleId => "google-id",
        }
    }

    /// Who asks by this method. What a method lacks is found before anything is sent.
    pub(super) async fn identity(
        self,
        context: &Arc<Context>,
        stop: &CancellationToken,
    ) -> Result<Identity, Refusal> {
        match self {
            Self::Pat => fixed::pat(context),
            Self::Basic => fixed::basic(context),
            Self::OauthM2m => m2m::identity(context),
            Self::DatabricksCli => databricks_cli::identity(context),
            Self::MetadataService => metadata_service::identity(context),
            Self::GithubOidc => oidc::github(context),
            Self::AzureDevopsOidc => oidc::azure_devops(context),
            Self::EnvOidc => oidc::variable(context),
            Self::FileOidc => oidc::file(context),
            Self::GithubOidcAzure => azure::github(context, stop).await,
            Self::AzureMsi => azure::msi(context, stop).await,
            Self::AzureClientSecret => azure::client_secret(context, stop).await,
            Self::AzureCli => azure::cli(context, stop).await,
            Self::GoogleCredentials => google::credentials(context, stop).await,
            Self::GoogleId => google::id(context, stop).await,
        }
    }
}
