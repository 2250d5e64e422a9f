//! From what is configured to what is in force: attributes over environment over profile, no two
//! methods at a time, one form of the host.

use std::collections::BTreeSet;

use super::attributes::{Attribute, AuthConfig, Shown, TABLE};
use super::{host, profile};
use crate::api::error::{Error, ErrorKind};
use crate::api::redact::without_private_parts;

/// What is in force. Attributes that are set to nothing are not set.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) config: AuthConfig,
    /// The variables that attributes were taken from.
    variables: Vec<&'static str>,
    pub(super) scopes_from_file: bool,
}

impl Resolved {
    pub(super) fn of(config: AuthConfig) -> Result<Self, Error> {
        let mut resolved = Self {
            config,
            variables: Vec::new(),
            scopes_from_file: false,
        };
        let step = |kind: &str, text: String| format!("{kind}: {text}");
        if let Err(why) = resolved.fill() {
            return Err(resolved.refuse(&step("resolve", why)));
        }
        if let Err(why) = resolved.conflict() {
            return Err(resolved.refuse(&step("validate", why)));
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
        if !self.variables.is_empty() {
            parts.push(format!("Env: {}", self.variables.join(", ")));
        }
        parts.join(". ")
    }

    fn entry(&self, row: &Attribute) -> Option<String> {
        if !(row.is_set)(&self.config) {
            return None;
        }
        match row.shown {
            Shown::Never => None,
            Shown::AsStars => Some(format!("{}=***", row.name)),
            Shown::Plainly => {
                let text = (row.text)(&self.config);
                let text = match row.name {
                    "host" => host::presentable(&text),
                    _ => without_private_parts(&text),
                };
                Some(format!("{}={text}", row.name))
            }
        }
    }

    fn fill(&mut self) -> Result<(), String> {
        for row in TABLE {
            if !(row.is_set)(&self.config) {
                (row.clear)(&mut self.config);
                self.fill_from_environment(row)?;
            }
        }
        let Some(profile) = profile::find(&self.config)? else {
            return Ok(());
        };
        self.scopes_from_file =
            self.config.scopes.is_none() && profile.values.contains_key("scopes");
        for row in TABLE.iter().filter(|row| row.name != "profile") {
            self.fill_from(row, profile.values.get(row.name), row.name)?;
        }
        self.config.profile = Some(profile.name);
        Ok(())
    }

    fn fill_from_environment(&mut self, row: &Attribute) -> Result<(), String> {
        let Some(variable) = row.variable else {
            return Ok(());
        };
        let value = self.config.environment.get(variable).map(str::to_owned);
        self.fill_from(row, value.as_ref(), variable)?;
        if (row.is_set)(&self.config) && row.shown != Shown::Never {
            self.variables.push(variable);
        }
        Ok(())
    }

    fn fill_from(
        &mut self,
        row: &Attribute,
        value: Option<&String>,
        named: &str,
    ) -> Result<(), String> {
        match value.filter(|value| !value.is_empty()) {
            Some(value) if !(row.is_set)(&self.config) => {
                (row.set)(&mut self.config, value).map_err(|why| format!("{named}: {why}"))
            }
            _ => Ok(()),
        }
    }

    /// A method that is named settles what to use, whatever else is configured.
    fn conflict(&self) -> Result<(), String> {
        let used = TABLE.iter().filter(|row| (row.is_set)(&self.config));
        let groups: BTreeSet<_> = used.filter_map(|row| row.group).collect();
        if groups.len() < 2 || self.config.auth_type.is_some() {
            return Ok(());
        }
        let names: Vec<_> = groups.into_iter().collect();
        Err(format!(
            "more than one authorization method configured: {}",
            names.join(" and ")
        ))
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
fn todays_name(auth_type: String) -> String {
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
    use crate::api::databricks::auth::environment::AuthEnvironment;

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
            host: Some("given".to_owned()),
            profile: Some(String::new()),
            environment: AuthEnvironment::of([
                ("HOME", home.path().to_str().unwrap()),
                ("DATABRICKS_HOST", "environment"),
                ("DATABRICKS_CLIENT_ID", "environment"),
                ("DATABRICKS_CONFIG_PROFILE", "p"),
            ]),
            ..AuthConfig::default()
        })
        .unwrap();
        let config = &resolved.config;
        assert_eq!(config.host.as_deref(), Some("https://given"));
        assert_eq!(config.client_id.as_deref(), Some("environment"));
        assert_eq!(
            config.client_secret.as_ref().unwrap().expose_secret(),
            "file"
        );
        assert_eq!(config.scopes, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert!(resolved.scopes_from_file);
        assert_eq!(
            resolved.explain("why"),
            "why. Config: host=https://given, profile=p, client_id=environment, client_secret=***. \
             Env: DATABRICKS_CONFIG_PROFILE, DATABRICKS_CLIENT_ID"
        );
    }

    #[test]
    fn two_methods_at_once_are_a_conflict_in_the_known_words() {
        let config = AuthConfig {
            username: Some("ada".to_owned()),
            environment: AuthEnvironment::of([
                ("DATABRICKS_TOKEN", "dapi1"),
                ("DATABRICKS_HOST", "h"),
            ]),
            ..AuthConfig::default()
        };
        assert_eq!(
            message(config.clone()),
            "validate: more than one authorization method configured: basic and pat. \
             Config: host=h, token=***, username=ada. Env: DATABRICKS_HOST, DATABRICKS_TOKEN"
        );
        let named = AuthConfig {
            auth_type: Some("pat".to_owned()),
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
            environment: AuthEnvironment::of([("HOME", home.path().to_str().unwrap())]),
            ..AuthConfig::default()
        });
        assert_eq!(
            text,
            "validate: more than one authorization method configured: basic and pat. \
             Config: token=***, username=ada, profile=DEFAULT"
        );
    }

    #[test]
    fn unreadable_values_are_named_by_their_variable() {
        let config = AuthConfig {
            environment: AuthEnvironment::of([("ARM_USE_MSI", "yes")]),
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
            assert!(text.contains("mple.com"), "{text}");
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
