//! The environment that settings fall back to, as a value: variables, the home folder, programs in the
//! `PATH`.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    path::{MAIN_SEPARATOR, Path, PathBuf},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};

/// The variable that names the user's own folder: the one that clients in Go and in Python ask.
pub(crate) const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Environment variables by name. One that is set to nothing counts as not set, as MLflow and
/// Databricks clients have it. Any may be a credential, so all are wiped from memory in the end.
#[derive(Clone, Default)]
pub struct Environment(Arc<BTreeMap<String, SecretString>>);

impl Environment {
    /// Those of this process. Variables that are not Unicode are left out: none of ours may be.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The variable of this name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(&*key(name)).map(ExposeSecret::expose_secret);
        value.filter(|value| !value.is_empty())
    }

    /// The user's own folder.
    pub fn home(&self) -> Option<&Path> {
        self.get(HOME).map(Path::new)
    }

    /// `path` with a leading `~` replaced by the user's own folder; `~bob` is another's, and stays.
    pub fn expanded(&self, path: &str) -> PathBuf {
        let below = path.strip_prefix('~');
        let below = below.filter(|it| it.is_empty() || it.starts_with(['/', MAIN_SEPARATOR]));
        match (below, self.home()) {
            (Some(below), Some(home)) => home.join(below.trim_start_matches(['/', MAIN_SEPARATOR])),
            _ => PathBuf::from(path),
        }
    }

    /// The files called `name` in the folders of the `PATH`, with the endings that make a program
    /// on Windows.
    pub(crate) fn programs(&self, name: &str) -> Vec<PathBuf> {
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

/// Names are one on Windows however they are written: `Path` there is the `PATH`.
fn key(name: &str) -> Cow<'_, str> {
    if cfg!(windows) {
        name.to_uppercase().into()
    } else {
        name.into()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        let secret = variables.map(|(name, value)| (key(&name).into_owned(), value.into()));
        Self(Arc::new(secret.collect()))
    }
}

/// Names only: values may be credentials.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
impl Environment {
    pub(crate) fn of<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        owned.into_iter().collect()
    }

    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut all = BTreeMap::clone(&self.0);
        all.insert(key(name).into_owned(), value.into());
        Self(Arc::new(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_are_unset_and_values_stay_hidden() {
        let environment = Environment::of([("A", ""), ("TOKEN", "hush")]);
        assert_eq!(environment.get("A"), None);
        assert_eq!(environment.get("TOKEN"), Some("hush"));
        assert!(!format!("{environment:?}").contains("hush"));
    }

    #[test]
    fn names_are_one_however_written_where_the_system_has_it_so() {
        let environment = Environment::of([("Path", "C:\\az"), ("token", "hush")]);
        for (name, value) in [("PATH", "C:\\az"), ("Token", "hush")] {
            let expected = cfg!(windows).then_some(value);
            assert_eq!(environment.get(name), expected, "{name}");
        }
        assert_eq!(environment.with("TOKEN", "x").get("TOKEN"), Some("x"));
    }

    #[test]
    fn a_leading_tilde_is_the_home_folder() {
        let environment = Environment::of([(HOME, "/home/ada")]);
        for (path, expected) in [
            ("~/x", "/home/ada/x"),
            ("~", "/home/ada"),
            ("/~/x", "/~/x"),
            ("~bob/x", "~bob/x"),
            ("x", "x"),
        ] {
            assert_eq!(environment.expanded(path), Path::new(expected), "{path}");
        }
        assert_eq!(Environment::default().expanded("~/x"), Path::new("~/x"));
    }

    #[test]
    fn programs_are_files_in_the_path_in_its_order() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(one.path().join("az")).unwrap();
        std::fs::write(two.path().join("az"), "").unwrap();
        let path = std::env::join_paths([one.path(), two.path()]).unwrap();
        let environment = Environment::of([("PATH", path.to_str().unwrap())]);
        assert_eq!(environment.programs("az"), [two.path().join("az")]);
    }
}
