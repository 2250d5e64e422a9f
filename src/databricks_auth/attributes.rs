//! The attributes of Databricks' unified authentication: one table of what each is called, which
//! variable stands for it, which method it belongs to, what it holds and whether it may be shown.

use secrecy::{ExposeSecret, SecretString};

use super::environment::AuthEnvironment;
use super::host;
use crate::api::given::{is_host, is_id, mistaken, shown_path};
use crate::api::redact::{is_short, without_private_parts};

/// What an attribute holds when it is used as it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Anything,
    Address,
    File,
    /// Of somebody or something; it is sent to identity providers.
    Name,
    /// One of a few words, or a name that only this machine knows.
    Word,
}

impl Holds {
    /// The text, if it surely is what is meant.
    fn shown(self, text: &str, environment: &AuthEnvironment) -> Option<String> {
        let is_sure = match self {
            _ if is_short(text) || text == "true" => true,
            Self::Anything | Self::Word => false,
            Self::Name => is_id(text),
            Self::File => return shown_path(&environment.expanded(text)),
            Self::Address => return shown_address(text),
        };
        is_sure.then(|| text.to_owned())
    }
}

fn shown_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok().filter(is_host);
    match host::normalise(text) {
        Ok(location) if url.as_ref().is_none_or(|it| it.path() == "/") => Some(location.host),
        _ => url.map(|it| without_private_parts(it.as_str())),
    }
}

/// How an attribute appears in the list of used attributes that ends an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Plainly,
    AsStars,
    Never,
}

/// One row of the table.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) variable: Option<&'static str>,
    /// Attributes of two groups at a time are a conflict.
    pub(super) group: Option<&'static str>,
    pub(super) shown: Shown,
    pub(super) holds: Holds,
    pub(super) is_set: fn(&AuthConfig) -> bool,
    pub(super) text: fn(&AuthConfig) -> String,
    pub(super) set: fn(&mut AuthConfig, &str) -> Result<(), String>,
    pub(super) clear: fn(&mut AuthConfig),
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident: $kind:ty, $variable:expr, $group:expr, $shown:ident, $holds:ident;)*) => {
        /// What is configured of a workspace and of who asks, in the names of Databricks' unified
        /// authentication. Attributes that do not bear on a model registry are left out.
        #[derive(Clone, Debug, Default)]
        pub struct AuthConfig {
            $($(#[$doc])* pub $name: Option<$kind>,)*
            /// Where attributes that are not given are looked for first; a profile comes second.
            pub environment: AuthEnvironment,
        }

        pub(super) const TABLE: &[Attribute] = &[$(Attribute {
            name: stringify!($name),
            variable: $variable,
            group: $group,
            shown: Shown::$shown,
            holds: Holds::$holds,
            is_set: |config| config.$name.as_ref().is_some_and(Value::is_set),
            text: |config| config.$name.as_ref().map(Value::text).unwrap_or_default(),
            set: |config, text| {
                config.$name = Some(<$kind as Value>::parse(text)?);
                Ok(())
            },
            clear: |config| config.$name = None,
        },)*];
    };
}

attributes! {
    /// Address of the workspace.
    host: String, Some("DATABRICKS_HOST"), None, Plainly, Address;
    /// Where a parent process hands out tokens; on this machine only.
    metadata_service_url: SecretString, Some("DATABRICKS_METADATA_SERVICE_URL"), Some("metadata-service"), AsStars, Anything;
    /// Id of the Databricks account.
    account_id: String, Some("DATABRICKS_ACCOUNT_ID"), None, Plainly, Name;
    /// Id of the workspace, for hosts that serve several; `none` is the same as not set.
    workspace_id: String, Some("DATABRICKS_WORKSPACE_ID"), None, Plainly, Name;
    /// Personal access token.
    token: SecretString, Some("DATABRICKS_TOKEN"), Some("pat"), AsStars, Anything;
    /// User for basic authentication.
    username: String, Some("DATABRICKS_USERNAME"), Some("basic"), Plainly, Anything;
    /// Password for basic authentication.
    password: SecretString, Some("DATABRICKS_PASSWORD"), Some("basic"), AsStars, Anything;
    /// Section of the configuration file.
    profile: String, Some("DATABRICKS_CONFIG_PROFILE"), None, Plainly, Word;
    /// The configuration file, `~/.databrickscfg` unless set.
    config_file: String, Some("DATABRICKS_CONFIG_FILE"), None, Plainly, File;
    /// Google service account to impersonate.
    google_service_account: String, Some("DATABRICKS_GOOGLE_SERVICE_ACCOUNT"), Some("google"), Plainly, Name;
    /// Key of a Google service account: JSON or the path of a file with it.
    google_credentials: SecretString, Some("GOOGLE_CREDENTIALS"), Some("google"), AsStars, Anything;
    /// Azure resource id of the workspace; it also stands in for `host`.
    azure_workspace_resource_id: String, Some("DATABRICKS_AZURE_RESOURCE_ID"), Some("azure"), Plainly, Name;
    /// Use the machine's Azure managed identity.
    azure_use_msi: bool, Some("ARM_USE_MSI"), Some("azure"), Plainly, Anything;
    /// Secret of an Azure service principal.
    azure_client_secret: SecretString, Some("ARM_CLIENT_SECRET"), Some("azure"), AsStars, Anything;
    /// Client id of an Azure service principal or managed identity.
    azure_client_id: String, Some("ARM_CLIENT_ID"), Some("azure"), Plainly, Name;
    /// Azure tenant.
    azure_tenant_id: String, Some("ARM_TENANT_ID"), Some("azure"), Plainly, Name;
    /// Where GitHub Actions hands out id tokens.
    actions_id_token_request_url: String, Some("ACTIONS_ID_TOKEN_REQUEST_URL"), None, Plainly, Address;
    /// The key to that.
    actions_id_token_request_token: SecretString, Some("ACTIONS_ID_TOKEN_REQUEST_TOKEN"), None, AsStars, Anything;
    /// Azure cloud, where no host tells: `PUBLIC`, `USGOVERNMENT` or `CHINA`.
    azure_environment: String, Some("ARM_ENVIRONMENT"), None, Plainly, Word;
    /// Without effect, except that it belongs to Azure's methods.
    azure_login_app_id: String, Some("DATABRICKS_AZURE_LOGIN_APP_ID"), Some("azure"), Plainly, Name;
    /// Client id of a Databricks service principal.
    client_id: String, Some("DATABRICKS_CLIENT_ID"), Some("oauth"), Plainly, Name;
    /// OAuth secret of a Databricks service principal.
    client_secret: SecretString, Some("DATABRICKS_CLIENT_SECRET"), Some("oauth"), AsStars, Anything;
    /// OAuth scopes, `all-apis` unless set.
    scopes: Vec<String>, None, None, Never, Name;
    /// The Databricks CLI: a path, or a name in the `PATH`.
    databricks_cli_path: String, Some("DATABRICKS_CLI_PATH"), None, Plainly, File;
    /// The one authentication method to use.
    auth_type: String, Some("DATABRICKS_AUTH_TYPE"), None, Never, Word;
    /// A file that holds an id token.
    databricks_id_token_filepath: String, Some("DATABRICKS_OIDC_TOKEN_FILEPATH"), Some("file-oidc"), Plainly, File;
    /// The variable that holds an id token, `DATABRICKS_OIDC_TOKEN` unless set.
    oidc_token_env: String, Some("DATABRICKS_OIDC_TOKEN_ENV"), Some("env-oidc"), Plainly, Word;
    /// Audience to ask id tokens for.
    audience: String, Some("DATABRICKS_TOKEN_AUDIENCE"), None, Never, Name;
    /// Where the OAuth server describes itself.
    discovery_url: String, Some("DATABRICKS_DISCOVERY_URL"), None, Never, Address;
    /// Cloud of the workspace, where its host does not tell: `AWS`, `Azure` or `GCP`.
    cloud: String, Some("DATABRICKS_CLOUD"), None, Never, Word;
}

impl Attribute {
    /// The value as an error may repeat it.
    pub(super) fn told(&self, config: &AuthConfig) -> String {
        let text = (self.text)(config);
        let shown = self.holds.shown(&text, &config.environment);
        shown.unwrap_or_else(|| "***".to_owned())
    }

    /// What the value is if it is nothing that the attribute can hold, and what it can.
    pub(super) fn mistaken(&self, config: &AuthConfig) -> Option<(&'static str, &'static str)> {
        let expected = match self.holds {
            Holds::Anything => return None,
            Holds::Address => "an address",
            Holds::File => "the path of a file",
            Holds::Name | Holds::Word => "a name",
        };
        Some((mistaken(&(self.text)(config))?, expected))
    }
}

impl AuthConfig {
    /// Attributes that hold what they can not: their names, what they hold and what was expected.
    pub fn mistaken(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        let set = TABLE.iter().filter(|row| (row.is_set)(self));
        set.filter_map(|row| {
            let (holds, expected) = row.mistaken(self)?;
            Some((row.name, holds, expected))
        })
    }
}

/// What an attribute can hold.
trait Value: Sized {
    fn parse(text: &str) -> Result<Self, String>;
    fn is_set(&self) -> bool;
    fn text(&self) -> String;
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }

    fn is_set(&self) -> bool {
        !self.is_empty()
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Value for SecretString {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned().into())
    }

    fn is_set(&self) -> bool {
        !self.expose_secret().is_empty()
    }

    fn text(&self) -> String {
        "***".to_owned()
    }
}

impl Value for bool {
    /// The spellings of Go's `ParseBool`, which other Databricks tools use.
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
            _ if is_short(text) => Err(format!("{text:?} is neither true nor false")),
            _ => Err("the value is neither true nor false".to_owned()),
        }
    }

    fn is_set(&self) -> bool {
        *self
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Vec<String> {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim);
        Ok(parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect())
    }

    fn is_set(&self) -> bool {
        !self.is_empty()
    }

    fn text(&self) -> String {
        self.join(",")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_variables_are_told_once() {
        let names: BTreeSet<_> = TABLE.iter().map(|row| row.name).collect();
        let variables: BTreeSet<_> = TABLE.iter().filter_map(|row| row.variable).collect();
        assert_eq!(names.len(), TABLE.len());
        // Scopes alone have no variable.
        assert_eq!(variables.len(), TABLE.len() - 1);
    }

    #[test]
    fn every_secret_is_shown_as_stars() {
        for row in TABLE {
            let mut config = AuthConfig::default();
            if (row.set)(&mut config, "s3cret-value").is_err() {
                continue;
            }
            assert!((row.is_set)(&config), "{}", row.name);
            let hidden = !format!("{config:?}").contains("s3cret-value");
            assert_eq!(hidden, row.shown == Shown::AsStars, "{}", row.name);
        }
    }

    #[test]
    fn values_are_read_as_other_databricks_tools_do() {
        assert_eq!(bool::parse("T"), Ok(true));
        assert_eq!(bool::parse("False"), Ok(false));
        assert!(bool::parse("yes").is_err());
        assert_eq!(Vec::parse(" b, ,a"), Ok(vec!["b".into(), "a".to_owned()]));
    }
}
