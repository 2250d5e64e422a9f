//! The attributes of Databricks' unified authentication: one table of what each is called, which
//! variable stands for it, which method it belongs to, what it holds and whether it may be shown.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};

use super::host;
use crate::api::{
    environment::Environment,
    given::{fits_a_header, is_host, is_id, mistaken, shown_path},
    redact::{is_short, without_private_parts},
};

/// What an attribute holds when it is used as it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Anything,
    /// A secret that is sent as it is.
    Line,
    Address,
    File,
    /// Of somebody or something; it is sent to identity providers.
    Name,
    /// One of a few words, or a name that only this machine knows.
    Word,
}

impl Holds {
    /// The text, if it surely is what is meant.
    fn shown(self, text: &str, environment: &Environment) -> Option<String> {
        let is_sure = match self {
            _ if is_short(text) || text == "true" => true,
            Self::Anything | Self::Line | Self::Word => false,
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
    /// What users read of it.
    description: &'static str,
    form: Form,
    pub(super) variable: Option<&'static str>,
    /// Attributes of two groups at a time are a conflict.
    pub(super) group: Option<&'static str>,
    pub(super) shown: Shown,
    pub(super) holds: Holds,
    pub(super) is_set: fn(&AuthConfig) -> bool,
    pub(super) text: fn(&AuthConfig) -> String,
    fits_a_header: fn(&AuthConfig) -> bool,
    pub(super) set: fn(&mut AuthConfig, &str) -> Result<(), String>,
    pub(super) clear: fn(&mut AuthConfig),
}

macro_rules! attributes {
    ($($name:ident: $kind:ty, $variable:expr, $group:expr, $shown:ident, $holds:ident,
        $description:literal;)*) => {
        /// What is configured of a workspace and of who asks, in the names of Databricks' unified
        /// authentication. Attributes that do not bear on a model registry are left out.
        #[derive(Clone, Debug, Default)]
        pub struct AuthConfig {
            $(#[doc = $description] pub $name: Option<$kind>,)*
            /// Where attributes that are not given are looked for first; a profile comes second.
            pub environment: Environment,
        }

        pub(super) const TABLE: &[Attribute] = &[$(Attribute {
            name: stringify!($name),
            description: $description,
            form: <$kind as Value>::FORM,
            variable: $variable,
            group: $group,
            shown: Shown::$shown,
            holds: Holds::$holds,
            is_set: |config| config.$name.as_ref().is_some_and(Value::is_set),
            text: |config| config.$name.as_ref().map(Value::text).unwrap_or_default(),
            fits_a_header: |config| config.$name.as_ref().is_none_or(Value::fits_a_header),
            set: |config, text| {
                config.$name = Some(<$kind as Value>::parse(text)?);
                Ok(())
            },
            clear: |config| config.$name = None,
        },)*];
    };
}

attributes! {
    host: String, Some("DATABRICKS_HOST"), None, Plainly, Address,
        "Address of the workspace, such as `https://dbc-1234.cloud.databricks.com`. Falls \
         back to `DATABRICKS_HOST`.";
    metadata_service_url: SecretString, Some("DATABRICKS_METADATA_SERVICE_URL"), Some("metadata-service"), AsStars, Anything,
        "Address on this machine where a parent process hands out tokens. Falls back to \
         `DATABRICKS_METADATA_SERVICE_URL`.";
    account_id: String, Some("DATABRICKS_ACCOUNT_ID"), None, Plainly, Name,
        "Id of the Databricks account. Falls back to `DATABRICKS_ACCOUNT_ID`.";
    workspace_id: String, Some("DATABRICKS_WORKSPACE_ID"), None, Plainly, Name,
        "Id of the workspace, for hosts that serve several. Falls back to \
         `DATABRICKS_WORKSPACE_ID`.";
    token: SecretString, Some("DATABRICKS_TOKEN"), Some("pat"), AsStars, Line,
        "Personal access token. Falls back to `DATABRICKS_TOKEN`.";
    username: String, Some("DATABRICKS_USERNAME"), Some("basic"), Plainly, Anything,
        "User for basic authentication. Falls back to `DATABRICKS_USERNAME`.";
    password: SecretString, Some("DATABRICKS_PASSWORD"), Some("basic"), AsStars, Anything,
        "Password for basic authentication. Falls back to `DATABRICKS_PASSWORD`.";
    profile: String, Some("DATABRICKS_CONFIG_PROFILE"), None, Plainly, Word,
        "Profile in the configuration file. Falls back to `DATABRICKS_CONFIG_PROFILE`, then \
         `DEFAULT`.";
    config_file: String, Some("DATABRICKS_CONFIG_FILE"), None, Plainly, File,
        "Path of the configuration file. Falls back to `DATABRICKS_CONFIG_FILE`, then \
         `~/.databrickscfg`.";
    google_service_account: String, Some("DATABRICKS_GOOGLE_SERVICE_ACCOUNT"), Some("google"), Plainly, Name,
        "Google service account to impersonate. Falls back to \
         `DATABRICKS_GOOGLE_SERVICE_ACCOUNT`.";
    google_credentials: SecretString, Some("GOOGLE_CREDENTIALS"), Some("google"), AsStars, Anything,
        "Key of a Google service account: JSON, or the path of a file with it. Falls back to \
         `GOOGLE_CREDENTIALS`.";
    azure_workspace_resource_id: String, Some("DATABRICKS_AZURE_RESOURCE_ID"), Some("azure"), Plainly, Name,
        "Azure resource id of the workspace; may stand in for `host`. Falls back to \
         `DATABRICKS_AZURE_RESOURCE_ID`.";
    azure_use_msi: bool, Some("ARM_USE_MSI"), Some("azure"), Plainly, Anything,
        "Use the machine's Azure managed identity; default `false`. Falls back to \
         `ARM_USE_MSI`.";
    azure_client_secret: SecretString, Some("ARM_CLIENT_SECRET"), Some("azure"), AsStars, Anything,
        "Secret of an Azure service principal. Falls back to `ARM_CLIENT_SECRET`.";
    azure_client_id: String, Some("ARM_CLIENT_ID"), Some("azure"), Plainly, Name,
        "Client id of an Azure service principal or managed identity. Falls back to \
         `ARM_CLIENT_ID`.";
    azure_tenant_id: String, Some("ARM_TENANT_ID"), Some("azure"), Plainly, Name,
        "Azure tenant of the service principal. Falls back to `ARM_TENANT_ID`.";
    actions_id_token_request_url: String, Some("ACTIONS_ID_TOKEN_REQUEST_URL"), None, Plainly, Address,
        "Where GitHub Actions hands out id tokens. Falls back to \
         `ACTIONS_ID_TOKEN_REQUEST_URL`.";
    actions_id_token_request_token: SecretString, Some("ACTIONS_ID_TOKEN_REQUEST_TOKEN"), None, AsStars, Line,
        "Key to `actions_id_token_request_url`. Falls back to \
         `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.";
    azure_environment: String, Some("ARM_ENVIRONMENT"), None, Plainly, Word,
        "Azure cloud: `PUBLIC`, `USGOVERNMENT` or `CHINA`; default `PUBLIC`. Falls back to \
         `ARM_ENVIRONMENT`.";
    azure_login_app_id: String, Some("DATABRICKS_AZURE_LOGIN_APP_ID"), Some("azure"), Plainly, Name,
        "Has no effect any more, except that it counts as Azure authentication. Falls back to \
         `DATABRICKS_AZURE_LOGIN_APP_ID`.";
    client_id: String, Some("DATABRICKS_CLIENT_ID"), Some("oauth"), Plainly, Name,
        "Client id of a service principal. Falls back to `DATABRICKS_CLIENT_ID`.";
    client_secret: SecretString, Some("DATABRICKS_CLIENT_SECRET"), Some("oauth"), AsStars, Anything,
        "OAuth secret of a service principal. Falls back to `DATABRICKS_CLIENT_SECRET`.";
    scopes: Vec<String>, None, None, Never, Name,
        "OAuth scopes to ask for; default `all-apis`.";
    databricks_cli_path: String, Some("DATABRICKS_CLI_PATH"), None, Plainly, File,
        "Path of the Databricks CLI. Falls back to `DATABRICKS_CLI_PATH`, then to the `PATH`.";
    auth_type: String, Some("DATABRICKS_AUTH_TYPE"), None, Never, Word,
        "The one authentication method to use, such as `pat`, `oauth-m2m`, `databricks-cli`, \
         `azure-cli` or `github-oidc`; needed where block, environment and profile together \
         configure more than one. Falls back to `DATABRICKS_AUTH_TYPE`.";
    databricks_id_token_filepath: String, Some("DATABRICKS_OIDC_TOKEN_FILEPATH"), Some("file-oidc"), Plainly, File,
        "File that holds an id token. Falls back to `DATABRICKS_OIDC_TOKEN_FILEPATH`.";
    oidc_token_env: String, Some("DATABRICKS_OIDC_TOKEN_ENV"), Some("env-oidc"), Plainly, Word,
        "Environment variable that holds an id token. Falls back to \
         `DATABRICKS_OIDC_TOKEN_ENV`, then `DATABRICKS_OIDC_TOKEN`.";
    audience: String, Some("DATABRICKS_TOKEN_AUDIENCE"), None, Never, Name,
        "Audience to ask id tokens for. Falls back to `DATABRICKS_TOKEN_AUDIENCE`.";
    discovery_url: String, Some("DATABRICKS_DISCOVERY_URL"), None, Never, Address,
        "Where the OAuth server describes itself. Falls back to `DATABRICKS_DISCOVERY_URL`.";
    cloud: String, Some("DATABRICKS_CLOUD"), None, Never, Word,
        "Cloud of the workspace where its host does not tell: `AWS`, `Azure` or `GCP`. Falls \
         back to `DATABRICKS_CLOUD`.";
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
            Holds::Line if (self.fits_a_header)(config) => return None,
            Holds::Line => return Some(("a line break or a control character", "one line")),
            Holds::Address => "an address",
            Holds::File => "the path of a file",
            Holds::Name | Holds::Word => "a name",
        };
        Some((mistaken(&(self.text)(config))?, expected))
    }
}

/// What an attribute looks like in a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// A text that nobody may see.
    Secret,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
}

/// An attribute as users meet it.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What it means, and what it falls back to.
    pub description: &'static str,
    /// What it looks like.
    pub form: Form,
}

/// All that can be said.
pub fn arguments() -> impl Iterator<Item = Argument> {
    TABLE.iter().map(|row| Argument {
        name: row.name,
        description: row.description,
        form: row.form,
    })
}

impl AuthConfig {
    /// Sets an attribute as a text would: a flag is `true` or `false`, and commas part a list.
    ///
    /// # Errors
    /// When the attribute cannot be read from such a text.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let row = TABLE.iter().find(|row| row.name == name);
        row.map_or(Ok(()), |row| (row.set)(self, text))
    }

    /// The groups of which attributes are set, where that is a conflict: a method that is named settles what to
    /// use, whatever else is configured.
    pub(super) fn groups_in_conflict(&self) -> Option<BTreeSet<&'static str>> {
        let used = TABLE.iter().filter(|row| (row.is_set)(self));
        let groups: BTreeSet<_> = used.filter_map(|row| row.group).collect();
        (groups.len() > 1 && self.auth_type.is_none()).then_some(groups)
    }

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
    const FORM: Form;

    fn parse(text: &str) -> Result<Self, String>;
    fn is_set(&self) -> bool;
    fn text(&self) -> String;

    /// Asked of secrets, whose text shows nowhere.
    fn fits_a_header(&self) -> bool {
        true
    }
}

impl Value for String {
    const FORM: Form = Form::Text;

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
    const FORM: Form = Form::Secret;

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned().into())
    }

    fn is_set(&self) -> bool {
        !self.expose_secret().is_empty()
    }

    fn text(&self) -> String {
        "***".to_owned()
    }

    fn fits_a_header(&self) -> bool {
        fits_a_header(self.expose_secret())
    }
}

impl Value for bool {
    const FORM: Form = Form::Flag;

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
    const FORM: Form = Form::Texts;

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
    fn each_description_names_the_variable_that_stands_for_it() {
        for row in TABLE {
            let named = row.variable.map(|it| format!("`{it}`"));
            assert!(
                row.description.contains(&named.unwrap_or_default()),
                "{}",
                row.name
            );
        }
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
