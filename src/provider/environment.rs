//! The environment that arguments fall back to, as a value.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

/// Environment variables by name. One that is set to nothing counts as not set, as MLflow and
/// Databricks clients have it. Any may be a credential, so all are wiped from memory in the end.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, SecretString>);

impl Environment {
    /// Those of this process. Variables that are not Unicode are left out: none of ours may be.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The variable of this name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(ExposeSecret::expose_secret);
        value.filter(|it| !it.is_empty())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (String, SecretString)> {
        self.0
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
    }

    /// The user's own folder.
    pub fn home(&self) -> Option<&Path> {
        let home = self.get("HOME").or_else(|| self.get("USERPROFILE"));
        home.map(Path::new)
    }

    /// `path` with a leading `~` replaced by the user's own folder.
    pub fn expanded(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Self(
            variables
                .map(|(name, value)| (name, value.into()))
                .collect(),
        )
    }
}

/// Names only: values may be credentials.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_are_unset_and_values_stay_hidden() {
        let pairs = [("A", ""), ("TOKEN", "hush"), ("HOME", "/home/ada")];
        let environment: Environment = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(environment.get("A"), None);
        assert_eq!(environment.get("TOKEN"), Some("hush"));
        assert!(!format!("{environment:?}").contains("hush"));
        assert_eq!(environment.expanded("~/x"), Path::new("/home/ada/x"));
        assert_eq!(environment.expanded("/~/x"), Path::new("/~/x"));
    }
}
