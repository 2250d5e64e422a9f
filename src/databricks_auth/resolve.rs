//! From what is configured to what is in force: attributes over environment over profile, no two
//! methods at a time, one form of the host.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use secrecy::SecretString;

use super::{
    attributes::{Attribute, AuthConfig, Holds, Shown, TABLE},
    host, profile,
};
use crate::api::{
    error::{Error, ErrorKind},
    given::is_id,
};

/// What is in force. Attributes that are set to nothing are not set.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) config: AuthConfig,
    /// Where attributes were taken from.
    origins: BTreeMap<&'static str, Origin>,
    pub(super) scopes_from_file: bool,
    profile_is_there: bool,
}

/// Where the value of an attribute comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Argument(&'static str),
    Variable(&'static str),
    Profile(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "the argument databricks.{name}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Profile(name) => write!(f, "{name} of the profile"),
        }
    }
}

impl Resolved {
    pub(super) fn of(config: AuthConfig) -> Result<Self, Error> {
        let mut resolved = Self {
            config,
            origins: BTreeMap::new(),
            scopes_from_file: false,
            profile_is_there: false,
        };
        let step = |kind: &str, text: String| format!("{kind}: {text}");
        if let Err(why) = resolved.fill() {
            return Err(resolved.refuse(&step("resolve", why)));
        }
        if let Some((what, way_out)) = resolved.conflict() {
            let told = resolved.explain(&step("validate", what));
            let told = format!("{told}. {way_out}");
            return Err(Error::new(ErrorKind::Settings).with_message(told));
        }
        if let Err(why) = resolved.settle() {
            return Err(resolved.refuse(&step("resolve", why)));
        }
        Ok(resolved)
    }

    /// Unusable settings, with the list of what they are.
    pub(super) fn refuse(&self, why: &str) -> Error {
        Error::new(ErrorKind::Settings).with_message(self.explain(why))
    }

    /// The text with the list of attributes in use and the variables they come from.
    pub(super) fn explain(&self, text: &str) -> String {
        let mut parts = vec![text.to_owned()];
        let used: Vec<_> = TABLE.iter().filter_map(|row| self.entry(row)).collect();
        if !used.is_empty() {
            parts.push(format!("Config: {}", used.join(", ")));
        }
        let variables: Vec<_> = TABLE.iter().filter_map(|row| self.variable(row)).collect();
        if !variables.is_empty() {
            parts.push(format!("Env: {}", variables.join(", ")));
        }
        parts.join(". ")
    }

    fn variable(&self, row: &Attribute) -> Option<&'static str> {
        match self.origins.get(row.name) {
            Some(Origin::Variable(name)) if row.shown != Shown::Never => Some(name),
            _ => None,
        }
    }

    /// Names that are sent to identity providers and may be secrets by mistake.
    pub(super) fn doubtful(&self) -> Vec<SecretString> {
        let rows = TABLE.iter().filter(|row| row.holds == Holds::Name);
        let named = rows.flat_map(|row| {
            let text = (row.text)(&self.config);
            text.split(',').map(str::to_owned).collect::<Vec<_>>()
        });
        let pipeline = [
            "SYSTEM_TEAMPROJECTID",
            "SYSTEM_HOSTTYPE",
            "SYSTEM_PLANID",
            "SYSTEM_JOBID",
        ];
        let pipeline = pipeline
            .iter()
            .filter_map(|it| self.config.environment.get(it));
        named
            .chain(pipeline.map(str::to_owned))
            // As what an Azure pipeline runs.
            .filter(|text| !is_id(text) && !["build", "release"].contains(&text.as_str()))
            .map(SecretString::from)
            .collect()
    }

    fn entry(&self, row: &Attribute) -> Option<String> {
        if !(row.is_set)(&self.config) {
            return None;
        }
        match row.shown {
            Shown::Never => None,
            Shown::AsStars => Some(format!("{}=***", row.name)),
            // One that was found in the file is a name.
            Shown::Plainly if row.name == "profile" && self.profile_is_there => {
                Some(format!("profile={}", (row.text)(&self.config)))
            }
            Shown::Plainly => Some(format!("{}={}", row.name, row.told(&self.config))),
        }
    }

    fn fill(&mut self) -> Result<(), String> {
        for row in TABLE {
            if (row.is_set)(&self.config) {
                self.origins.insert(row.name, Origin::Argument(row.name));
            } else {
                (row.clear)(&mut self.config);
                self.fill_from_environment(row)?;
            }
        }
        self.check()?;
        let origin = self.origins.get("config_file").map(ToString::to_string);
        let Some(profile) = profile::find(&self.config, origin.as_deref())? else {
            return Ok(());
        };
        self.scopes_from_file =
            self.config.scopes.is_none() && profile.values.contains_key("scopes");
        for row in TABLE.iter().filter(|row| row.name != "profile") {
            let value = profile.values.get(row.name);
            self.fill_from(row, value, Origin::Profile(row.name))?;
        }
        self.config.profile = Some(profile.name);
        self.profile_is_there = true;
        self.check()
    }

    /// Nothing that can only be a slip is used, or looked for by its name.
    fn check(&self) -> Result<(), String> {
        let Some((name, holds, expected)) = self.config.mistaken().next() else {
            return Ok(());
        };
        let origin = self.origins.get(name).copied();
        let origin = origin.unwrap_or(Origin::Argument(name));
        Err(format!("{origin} holds {holds} and not {expected}"))
    }

    fn fill_from_environment(&mut self, row: &Attribute) -> Result<(), String> {
        let Some(variable) = row.variable else {
            return Ok(());
        };
        let value = self.config.environment.get(variable).map(str::to_owned);
        self.fill_from(row, value.as_ref(), Origin::Variable(variable))
    }

    fn fill_from(
        &mut self,
        row: &Attribute,
        value: Option<&String>,
        origin: Origin,
    ) -> Result<(), String> {
        match value.filter(|value| !value.is_empty()) {
            Some(value) if !(row.is_set)(&self.config) => {
                let (Origin::Argument(named) | Origin::Variable(named) | Origin::Profile(named)) =
                    origin;
                (row.set)(&mut self.config, value).map_err(|why| format!("{named}: {why}"))?;
                self.origins.insert(row.name, origin);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What conflicts, in the words of Databricks' own tools, and what to do.
    fn conflict(&self) -> Option<(String, String)> {
        let groups = self.config.groups_in_conflict()?;
        let names: Vec<_> = groups.iter().copied().collect();
        let origins: Vec<_> = names.iter().map(|name| self.origins_of(name)).collect();
        let what = format!(
            "more than one authorization method configured: {}",
            names.join(" and ")
        );
        let way_out = format!(
            "{}. The argument auth_type, or DATABRICKS_AUTH_TYPE, says which one to use",
            origins.join("; ")
        );
        Some((what, way_out))
    }

    /// What configures the methods of a group, and their names.
    fn origins_of(&self, group: &str) -> String {
        let rows = TABLE.iter().filter(|row| row.group == Some(group));
        let origins = rows.filter_map(|row| self.origins.get(row.name));
        let origins: Vec<_> = origins.map(ToString::to_string).collect();
        let methods = match group {
            "azure" => "azure-cli, azure-client-secret or azure-msi",
            "google" => "google-credentials or google-id",
            "oauth" => "oauth-m2m",
            method => method,
        };
        let origins = origins.join(" and ");
        format!("{group} comes from {origins} (auth_type {methods})")
    }

    fn settle(&mut self) -> Result<(), String> {
        let config = &mut self.config;
        if let Some(text) = &config.host {
            let location = host::normalise(text)?;
            config.host = Some(location.host);
            config.workspace_id = config.workspace_id.take().or(location.workspace_id);
            config.account_id = config.account_id.take().or(location.account_id);
        }
        config.workspace_id.take_if(|id| id == "none");
        let scopes = config.scopes.iter().flatten().cloned();
        let scopes: BTreeSet<_> = scopes.collect();
        config.scopes = (!scopes.is_empty()).then(|| scopes.into_iter().collect());
        config.auth_type = config.auth_type.take().map(todays_name);
        Ok(())
    }
}

/// The Databricks provider for Terraform still takes the names of its early versions.
pub(super) fn todays_name(auth_type: String) -> String {
    match auth_type.as_str() {
        "google-creds" => "google-credentials".to_owned(),
        "google-accounts" | "google-workspace" => "google-id".to_owned(),
        _ => auth_type,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::*;
    use crate::api::environment::{Environment, HOME};

    fn secret(text: &str) -> Option<SecretString> {
        Some(text.to_owned().into())
    }

    fn message(config: AuthConfig) -> String {
        let error = Resolved::of(config).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Settings);
        error.message().unwrap().to_owned()
    }

    #[test]
    fn attributes_come_before_the_environment_and_that_before_the_profile() {
        let home = tempfile::tempdir().unwrap();
        let file = "[p]\nhost = file\nclient_id = file\nclient_secret = file\nscopes = b, a,b\n";
        std::fs::write(home.path().join(".databrickscfg"), file).unwrap();
        let resolved = Resolved::of(AuthConfig {
            host: Some("given.example.com".to_owned()),
            profile: Some(String::new()),
            environment: Environment::of([
                (HOME, home.path().to_str().unwrap()),
                ("DATABRICKS_HOST", "environment"),
                ("DATABRICKS_CLIENT_ID", "environment.id"),
                ("DATABRICKS_CONFIG_PROFILE", "p"),
            ]),
            ..AuthConfig::default()
        })
        .unwrap();
        let config = &resolved.config;
        assert_eq!(config.host.as_deref(), Some("https://given.example.com"));
        assert_eq!(config.client_id.as_deref(), Some("environment.id"));
        assert_eq!(
            config.client_secret.as_ref().unwrap().expose_secret(),
            "file"
        );
        assert_eq!(config.scopes, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert!(resolved.scopes_from_file);
        assert_eq!(
            resolved.explain("why"),
            "why. Config: host=https://given.example.com, profile=p, client_id=environment.id, client_secret=***. \
             Env: DATABRICKS_CONFIG_PROFILE, DATABRICKS_CLIENT_ID"
        );
    }

    #[test]
    fn two_methods_at_once_are_a_conflict_in_the_known_words() {
        let config = AuthConfig {
            username: Some("ada".to_owned()),
            environment: Environment::of([("DATABRICKS_TOKEN", "dapi1"), ("DATABRICKS_HOST", "h")]),
            ..AuthConfig::default()
        };
        assert_eq!(
            message(config.clone()),
            "validate: more than one authorization method configured: basic and pat. \
             Config: host=h, token=***, username=ada. Env: DATABRICKS_HOST, DATABRICKS_TOKEN. \
             basic comes from the argument databricks.username (auth_type basic); \
             pat comes from the environment variable DATABRICKS_TOKEN (auth_type pat). \
             The argument auth_type, or DATABRICKS_AUTH_TYPE, says which one to use"
        );
        let named = AuthConfig {
            auth_type: Some("pat".to_owned()),
            host: Some("https://h".to_owned()),
            ..config
        };
        assert!(Resolved::of(named).is_ok());
    }

    #[test]
    fn a_client_id_beside_an_id_token_is_a_conflict_unless_the_method_is_named() {
        let config = AuthConfig {
            client_id: Some("id".to_owned()),
            oidc_token_env: Some("TOKEN".to_owned()),
            azure_login_app_id: Some("app".to_owned()),
            ..AuthConfig::default()
        };
        assert!(message(config).starts_with(
            "validate: more than one authorization method configured: \
             azure and env-oidc and oauth. Config: "
        ));
    }

    #[test]
    fn groups_in_the_file_count_too() {
        let home = tempfile::tempdir().unwrap();
        let file = "[DEFAULT]\ntoken = dapi1\nusername = ada\n";
        std::fs::write(home.path().join(".databrickscfg"), file).unwrap();
        let text = message(AuthConfig {
            environment: Environment::of([(HOME, home.path().to_str().unwrap())]),
            ..AuthConfig::default()
        });
        assert_eq!(
            text,
            "validate: more than one authorization method configured: basic and pat. \
             Config: token=***, username=ada, profile=DEFAULT. \
             basic comes from username of the profile (auth_type basic); \
             pat comes from token of the profile (auth_type pat). \
             The argument auth_type, or DATABRICKS_AUTH_TYPE, says which one to use"
        );
    }

    #[test]
    fn unreadable_values_are_named_by_their_variable() {
        let config = AuthConfig {
            environment: Environment::of([("ARM_USE_MSI", "yes")]),
            ..AuthConfig::default()
        };
        let text = message(config);
        assert_eq!(
            text,
            "resolve: ARM_USE_MSI: \"yes\" is neither true nor false"
        );
    }

    #[test]
    fn no_secret_shows_in_an_error_of_the_configuration() {
        let text = message(AuthConfig {
            token: secret("s3cret"),
            password: secret("s3cret"),
            metadata_service_url: secret("http://localhost/s3cret"),
            actions_id_token_request_token: secret("s3cret"),
            ..AuthConfig::default()
        });
        assert!(
            text.contains("actions_id_token_request_token=***"),
            "{text}"
        );
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn private_parts_of_addresses_show_nowhere() {
        for host in [
            "http://ada:s3cret@example.com/?x=s3cret",
            "https://ada:s3/cret@exa mple.com",
            "ada:s3cret@exa mple.com",
        ] {
            let text = message(AuthConfig {
                host: Some(host.to_owned()),
                actions_id_token_request_url: Some("https://u:s3cret@h/x?key=s3cret".to_owned()),
                ..AuthConfig::default()
            });
            // What is no address is not repeated at all.
            assert_eq!(text.contains("mple.com"), !host.contains("exa "), "{text}");
            assert!(!text.contains("s3"), "{text}");
        }
    }

    #[test]
    fn old_names_of_methods_are_understood() {
        assert_eq!(todays_name("google-creds".to_owned()), "google-credentials");
        assert_eq!(todays_name("google-accounts".to_owned()), "google-id");
        assert_eq!(todays_name("google-workspace".to_owned()), "google-id");
        assert_eq!(todays_name("pat".to_owned()), "pat");
    }

    #[test]
    fn the_workspace_id_none_is_the_same_as_not_set() {
        let config = AuthConfig {
            host: Some("https://h?o=12".to_owned()),
            workspace_id: Some("none".to_owned()),
            ..AuthConfig::default()
        };
        assert_eq!(Resolved::of(config).unwrap().config.workspace_id, None);
    }
}
