//! An argument that is a secret, in the two forms in which it may be given: plain, and then state keeps
//! it, or write-only beside a version, and then nothing does. No server shows a secret, so only what was
//! applied before can tell whether it is to be sent.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::framework::{
    Attr, Diagnostic, Host, Path, Secret,
    schema::{Attribute, whole_number},
};

/// What may be secret: a text, or several under their names.
pub(in crate::provider) trait Value: Clone + PartialEq {
    /// Whether it says that there is none.
    fn is_none(&self) -> bool;
}

impl Value for Secret {
    fn is_none(&self) -> bool {
        self.expose().is_empty()
    }
}

impl Value for BTreeMap<String, Attr<Secret>> {
    fn is_none(&self) -> bool {
        self.is_empty()
    }
}

/// One secret in its two forms, as state and configuration have it.
#[derive(Debug)]
pub(in crate::provider) struct Forms<'a, T = Secret> {
    /// The plain argument.
    pub(in crate::provider) plain: &'a Attr<T>,
    /// The write-only argument; in state always null.
    pub(in crate::provider) write_only: &'a Attr<T>,
    /// The version of the write-only argument.
    pub(in crate::provider) version: &'a Attr<i64>,
}

impl<T> Clone for Forms<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Forms<'_, T> {}

impl<T: Value> Forms<'_, T> {
    /// The secret that is configured, if any.
    pub(in crate::provider) fn configured(self) -> Option<T> {
        let secret = self.plain.known().or_else(|| self.write_only.known());
        secret.cloned()
    }

    /// Whether the plain argument holds a secret. An empty one is none.
    pub(in crate::provider) fn has_plain(self) -> bool {
        self.plain.known().is_some_and(|it| !it.is_none())
    }
}

impl Forms<'_> {
    /// The text that is configured, for a room that does not know rows.
    pub(in crate::provider) fn text(self) -> Option<SecretString> {
        self.configured().map(Secret::into_inner)
    }
}

/// What to send in an update: the secret that is configured, if it may have changed. The plain one is
/// compared with that of the state, the write-only one goes by its version.
///
/// `planned` has the write-only value from the configuration.
pub(in crate::provider) fn change<T: Value>(
    prior: Forms<'_, T>,
    planned: Forms<'_, T>,
) -> Option<T> {
    let differs = prior.plain != planned.plain || prior.version != planned.version;
    planned.configured().filter(|_| differs)
}

/// Whether a secret was applied, and the configuration no longer has one. A version whose value is
/// null is no such thing; it is refused elsewhere.
pub(in crate::provider) fn is_taken_away<T: Value>(
    prior: Forms<'_, T>,
    planned: Forms<'_, T>,
) -> bool {
    let had_one = prior.has_plain() || !prior.version.is_null();
    had_one && planned.configured().is_none() && planned.version.is_null()
}

/// A secret as the configuration names it.
#[derive(Debug)]
pub(in crate::provider) struct SecretArgument<'a, T = Secret> {
    /// The plain argument; the others are called by it.
    pub(in crate::provider) name: &'static str,
    pub(in crate::provider) forms: Forms<'a, T>,
    /// The block that it is in. Warnings point at this: hosts quote the line that a path leads to, and
    /// with it a secret that stands there.
    pub(in crate::provider) block: Path,
    /// What an empty write-only value is for, such as `a webhook without one`; `None` where it is refused.
    pub(in crate::provider) empty: Option<&'static str>,
}

impl<T: Value> SecretArgument<'_, T> {
    /// Refuses two forms at once, and a write-only one without its version or the other way round.
    pub(in crate::provider) fn validate(&self) -> Option<Diagnostic> {
        let has_version = self.forms.version.known().is_some();
        match self.forms.write_only {
            Attr::Unknown => None,
            Attr::Null => has_version.then(|| self.missing_value()),
            Attr::Known(_) if self.forms.plain.known().is_some() => Some(self.given_twice()),
            Attr::Known(_) => self.forms.version.is_null().then(|| self.missing_version()),
        }
    }

    /// To send an empty text for it would take a working secret away without a word.
    fn missing_value(&self) -> Diagnostic {
        let name = self.name;
        let none = self
            .empty
            .map(|what| format!(" For {what}, set {name}_wo = \"\"."));
        let none = none.unwrap_or_default();
        let detail = format!(
            "{name}_wo_version is set and {name}_wo is null, so there is no value to send: give \
             {name}_wo a value, or remove {name}_wo_version.{none}"
        );
        Diagnostic::error("Missing Value", detail).at(self.write_only_path())
    }

    fn given_twice(&self) -> Diagnostic {
        let name = self.name;
        let detail = format!(
            "{name} and {name}_wo are two ways to give the same secret: keep {name}_wo to have it \
             stay out of state, or {name}."
        );
        Diagnostic::error("Secret Given Twice", detail).at(self.write_only_path())
    }

    fn missing_version(&self) -> Diagnostic {
        let name = self.name;
        let detail = format!(
            "{name}_wo is not stored, so a change of it cannot be seen: set {name}_wo_version to a \
             number, and change the number whenever the value changes."
        );
        Diagnostic::error("Missing Version", detail).at(self.write_only_path())
    }

    fn write_only_path(&self) -> Path {
        self.block.then(format!("{}_wo", self.name))
    }

    /// Whether the state holds it.
    fn is_kept(&self) -> bool {
        self.forms.plain.is_unknown() || self.forms.has_plain()
    }

    fn kept_in_state(&self) -> Diagnostic {
        let name = self.name;
        Diagnostic::warning(
            "Secret Kept in State",
            format!(
                "Terraform hides {name} in what it prints, and keeps it readable in the state. \
                 {name}_wo, with {name}_wo_version, is sent to the registry and kept nowhere."
            ),
        )
        .at(self.block.clone())
    }
}

/// A warning for each secret that the state begins to hold, on a host that could do without.
pub(in crate::provider) fn begun_in_state<T: Value>(
    planned: &[SecretArgument<'_, T>],
    prior: &[SecretArgument<'_, T>],
    host: Host,
) -> Vec<Diagnostic> {
    let was_kept = |name| prior.iter().any(|it| it.name == name && it.is_kept());
    let begun = planned
        .iter()
        .filter(|it| it.is_kept() && !was_kept(it.name));
    let told = begun.map(SecretArgument::kept_in_state);
    told.filter(|_| host.write_only).collect()
}

/// The argument by which a change of a write-only one is told.
pub(in crate::provider) fn version_argument(
    name: &'static str,
    description: &'static str,
) -> Attribute {
    Attribute::number(name, description).check(whole_number("Invalid Version", 0..=i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (
        Attr<BTreeMap<String, Attr<Secret>>>,
        Attr<BTreeMap<String, Attr<Secret>>>,
        Attr<i64>,
    );

    fn row(plain: Option<&str>, write_only: Option<&str>, version: Option<i64>) -> Row {
        let secret = |it: Option<&str>| {
            let map = |it: &str| {
                let secret = Secret::from(it.to_owned()).into();
                BTreeMap::from([("api_key".to_owned(), secret)])
            };
            it.map(map).into()
        };
        (secret(plain), secret(write_only), version.into())
    }

    fn forms((plain, write_only, version): &Row) -> Forms<'_, BTreeMap<String, Attr<Secret>>> {
        Forms {
            plain,
            write_only,
            version,
        }
    }

    #[test]
    fn secrets_under_names_are_sent_when_one_of_them_or_the_version_changed() {
        let none = row(None, None, None);
        for (prior, planned, sent, gone) in [
            (&none, &none, false, false),
            (&none, &row(Some("a"), None, None), true, false),
            (
                &row(Some("a"), None, None),
                &row(Some("a"), None, None),
                false,
                false,
            ),
            (
                &row(Some("a"), None, None),
                &row(Some("b"), None, None),
                true,
                false,
            ),
            (&row(Some("a"), None, None), &none, false, true),
            (&none, &row(None, Some("a"), Some(1)), true, false),
            (
                &row(None, None, Some(1)),
                &row(None, Some("b"), Some(1)),
                false,
                false,
            ),
            (
                &row(None, None, Some(1)),
                &row(None, Some("b"), Some(2)),
                true,
                false,
            ),
            (&row(None, None, Some(1)), &none, false, true),
        ] {
            let (prior, planned) = (forms(prior), forms(planned));
            let label = format!("{prior:?} to {planned:?}");
            assert_eq!(change(prior, planned).is_some(), sent, "{label}");
            assert_eq!(is_taken_away(prior, planned), gone, "{label}");
        }
    }
}
