//! The process's environment as a value: variables, the home folder, programs in the `PATH`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// Environment variables by name. One that is set to nothing counts as not set. Any may be a credential.
#[derive(Clone, Default)]
pub struct AuthEnvironment(BTreeMap<String, SecretString>);

impl AuthEnvironment {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(ExposeSecret::expose_secret);
        value.filter(|value| !value.is_empty())
    }

    pub(super) fn home(&self) -> Option<&Path> {
        let home = self.get("HOME").or_else(|| self.get("USERPROFILE"));
        home.map(Path::new)
    }

    /// `path` with a leading `~` replaced by the home folder.
    pub(super) fn expanded(&self, path: &str) -> PathBuf {
        let Some((rest, home)) = path.strip_prefix('~').zip(self.home()) else {
            return PathBuf::from(path);
        };
        home.join(rest.trim_start_matches(['/', '\\']))
    }

    /// The files called `name` in the folders of the `PATH`, with the endings that make a program
    /// on Windows.
    pub(super) fn programs(&self, name: &str) -> Vec<PathBuf> {
        let endings: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd", ".bat", ""]
        } else {
            &[""]
        };
        let folders = self.get("PATH").map(std::env::split_paths);
        folders
            .into_iter()
            .flatten()
            .flat_map(|folder| {
                let file = |ending: &&str| folder.join(format!("{name}{ending}"));
                endings.iter().map(file).collect::<Vec<_>>()
            })
            .filter(|path| path.is_file())
            .collect()
    }
}

impl FromIterator<(String, SecretString)> for AuthEnvironment {
    fn from_iter<I: IntoIterator<Item = (String, SecretString)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

/// Names only: values may be credentials.
impl fmt::Debug for AuthEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
impl AuthEnvironment {
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut all = self.0.clone();
        all.insert(name.to_owned(), value.into());
        Self(all)
    }

    pub(super) fn of<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        let owned = pairs.map(|(name, value)| (name.to_owned(), value.into()));
        owned.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_are_unset_and_values_stay_hidden() {
        let environment = AuthEnvironment::of([("A", ""), ("TOKEN", "hush")]);
        assert_eq!(environment.get("A"), None);
        assert_eq!(environment.get("TOKEN"), Some("hush"));
        assert!(!format!("{environment:?}").contains("hush"));
    }

    #[test]
    fn a_leading_tilde_is_the_home_folder() {
        let environment = AuthEnvironment::of([("HOME", "/home/ada")]);
        assert_eq!(environment.expanded("~/x"), Path::new("/home/ada/x"));
        assert_eq!(environment.expanded("/~/x"), Path::new("/~/x"));
    }

    #[test]
    fn programs_are_files_in_the_path_in_its_order() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(one.path().join("az")).unwrap();
        std::fs::write(two.path().join("az"), "").unwrap();
        let path = std::env::join_paths([one.path(), two.path()]).unwrap();
        let environment = AuthEnvironment::of([("PATH", path.to_str().unwrap())]);
        assert_eq!(environment.programs("az"), [two.path().join("az")]);
    }
}
