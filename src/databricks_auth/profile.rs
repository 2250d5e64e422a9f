//! The profile in the configuration file that attributes fall back to.

use std::{collections::BTreeMap, io};

use secrecy::zeroize::Zeroizing;

use super::{
    attributes::{AuthConfig, TABLE},
    ini::{self, DEFAULT, Malformed, Sections},
};
use crate::api::{given::FilePath, redact::is_short};

/// A section of the file.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) values: BTreeMap<String, String>,
}

/// Where tools keep what is not a profile.
const SETTINGS: &str = "__settings__";

/// The profile to fall back to. None: there is no file or no profile that must be there, or the
/// file is not asked because something is configured already and no profile is named. `origin` says what
/// names the file, if anything does.
pub(super) fn find(config: &AuthConfig, origin: Option<&str>) -> Result<Option<Profile>, String> {
    if config.profile.is_none() && says_enough(config) {
        return Ok(None);
    }
    let path = config.config_file.as_deref().unwrap_or("~/.databrickscfg");
    let path = config.environment.expanded(path);
    let shown = FilePath::new(&path, origin.unwrap_or("the home folder"));
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return missing(config, &shown, origin.is_some());
        }
        Err(error) => return Err(format!("cannot parse config file: {shown}: {error}")),
        Ok(text) => Zeroizing::new(text),
    };
    let sections = ini::parse(&text).map_err(|Malformed(line)| {
        format!("cannot parse config file: {shown}: key-value delimiter not found in line {line}")
    })?;
    choose(config.profile.as_deref(), sections).map_err(|why| match why {
        Refused::Reserved => format!(
            "{shown}: {SETTINGS} is a reserved section name and cannot be used as a profile"
        ),
        Refused::Missing(name) if is_short(&name) => {
            format!("{shown} has no {name} profile configured")
        }
        Refused::Missing(_) => format!(
            "{shown} has no profile configured by the name that profile, DATABRICKS_CONFIG_PROFILE, \
             the address or default_profile gives"
        ),
    })
}

/// Without a file that is asked for, the workspace must be configured elsewhere.
fn missing(
    config: &AuthConfig,
    file: &FilePath,
    is_named: bool,
) -> Result<Option<Profile>, String> {
    let is_elsewhere = config.host.is_some() || config.azure_workspace_resource_id.is_some();
    match (is_named, &config.profile) {
        _ if is_elsewhere => Ok(None),
        (true, _) => Err(file.names("does not exist")),
        (false, Some(_)) => Err(format!("a profile is asked for, and there is no {file}")),
        (false, None) => Ok(None),
    }
}

/// A host or anything of a method.
fn says_enough(config: &AuthConfig) -> bool {
    config.host.is_some()
        || TABLE
            .iter()
            .any(|row| row.group.is_some() && (row.is_set)(config))
}

#[derive(Debug, PartialEq, Eq)]
enum Refused {
    Reserved,
    Missing(String),
}

fn choose(asked: Option<&str>, mut sections: Sections) -> Result<Option<Profile>, Refused> {
    let set = sections
        .get(SETTINGS)
        .and_then(|settings| settings.get("default_profile"))
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    let named = asked.or(set);
    if named == Some(SETTINGS) {
        return Err(Refused::Reserved);
    }
    let (name, required) = (named.unwrap_or(DEFAULT).to_owned(), named.is_some());
    match sections.remove(&name).filter(|values| !values.is_empty()) {
        Some(values) => Ok(Some(Profile { name, values })),
        None if required => Err(Refused::Missing(name)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::environment::{Environment, HOME};

    const FILE: &str = "host = https://default\n[a]\nhost = https://a\n[empty]\n";

    fn chosen(asked: Option<&str>, text: &str) -> Result<Option<String>, Refused> {
        let found = choose(asked, ini::parse(text).unwrap())?;
        Ok(found.map(|profile| profile.name))
    }

    #[test]
    fn a_named_profile_comes_before_the_set_one_and_that_before_default() {
        let set = format!("{FILE}[__settings__]\ndefault_profile = a\n");
        assert_eq!(chosen(Some("a"), FILE), Ok(Some("a".to_owned())));
        assert_eq!(chosen(None, FILE), Ok(Some("DEFAULT".to_owned())));
        assert_eq!(chosen(None, &set), Ok(Some("a".to_owned())));
        assert_eq!(
            chosen(Some("DEFAULT"), &set),
            Ok(Some("DEFAULT".to_owned()))
        );
        assert_eq!(chosen(None, "[a]\nhost = h"), Ok(None));
    }

    #[test]
    fn a_profile_that_is_asked_for_must_be_there() {
        for name in ["empty", "A", "DEFAULTS"] {
            let missing = Err(Refused::Missing(name.to_owned()));
            assert_eq!(chosen(Some(name), FILE), missing);
        }
        let set = "[__settings__]\ndefault_profile = gone\n";
        assert_eq!(chosen(None, set), Err(Refused::Missing("gone".to_owned())));
        assert_eq!(chosen(Some(SETTINGS), set), Err(Refused::Reserved));
    }

    fn config(text: &str) -> (tempfile::TempDir, AuthConfig) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".databrickscfg"), text).unwrap();
        let environment = Environment::of([(HOME, home.path().to_str().unwrap())]);
        let config = AuthConfig {
            environment,
            ..AuthConfig::default()
        };
        (home, config)
    }

    #[test]
    fn the_file_is_left_alone_when_something_is_configured_without_a_profile() {
        let (_home, config) = config("no delimiter");
        let token = AuthConfig {
            token: Some("dapi".to_owned().into()),
            ..config.clone()
        };
        assert!(find(&token, None).unwrap().is_none());
        let host = AuthConfig {
            host: Some("h".to_owned()),
            ..config.clone()
        };
        assert!(find(&host, None).unwrap().is_none());
        let named = AuthConfig {
            profile: Some("a".to_owned()),
            ..host
        };
        assert!(find(&named, None).is_err());
    }

    #[test]
    fn errors_name_the_file_and_not_what_is_in_it() {
        let (home, broken) = config("[a]\ndapi-secret\n");
        let path = home.path().join(".databrickscfg");
        assert_eq!(
            find(&broken, None).unwrap_err(),
            format!(
                "cannot parse config file: {}: key-value delimiter not found in line 2",
                path.display()
            )
        );
        let (home, mut missing) = config(FILE);
        missing.profile = Some("b".to_owned());
        let path = home.path().join(".databrickscfg");
        assert_eq!(
            find(&missing, None).unwrap_err(),
            format!("{} has no b profile configured", path.display())
        );
    }

    #[test]
    fn a_missing_file_is_told_where_it_or_all_else_is_needed() {
        let (home, mut config) = config(FILE);
        std::fs::remove_file(home.path().join(".databrickscfg")).unwrap();
        assert!(find(&config, None).unwrap().is_none());
        config.profile = Some("production".to_owned());
        let told = find(&config, None).unwrap_err();
        let path = home.path().join(".databrickscfg");
        let expected = format!("a profile is asked for, and there is no {}", path.display());
        assert_eq!(told, expected);
        let host = AuthConfig {
            host: Some("h".to_owned()),
            ..config.clone()
        };
        assert!(find(&host, None).unwrap().is_none());
        let missing = home.path().join("missing");
        let named = |config: AuthConfig| AuthConfig {
            config_file: Some(missing.to_str().unwrap().to_owned()),
            ..config
        };
        assert!(find(&named(host), Some("X")).unwrap().is_none());
        let told = find(&named(config), Some("X")).unwrap_err();
        let expected = format!("X names {}, which does not exist", missing.display());
        assert_eq!(told, expected);
    }

    #[test]
    fn a_profile_that_is_not_there_may_be_a_secret() {
        let (_home, config) = config(FILE);
        for (name, told) in [("dev", true), ("Zm9vYmFyYmF6cXV4MTIzNDU2", false)] {
            let asked = AuthConfig {
                profile: Some(name.to_owned()),
                ..config.clone()
            };
            let why = find(&asked, None).unwrap_err();
            assert_eq!(why.contains(name), told, "{why}");
        }
    }
}
