//! When a secret is sent: registries never show one, so only what was applied before can tell.

use secrecy::SecretString;

use crate::framework::{Attr, Secret};

/// One secret in its two forms, as state and configuration have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forms<'a> {
    /// The plain argument.
    pub(super) plain: &'a Attr<Secret>,
    /// The write-only argument; in state always null.
    pub(super) write_only: &'a Attr<Secret>,
    /// The version of the write-only argument.
    pub(super) version: &'a Attr<i64>,
}

impl Forms<'_> {
    /// The secret that is configured, if any.
    pub(super) fn configured(self) -> Option<SecretString> {
        let secret = self.plain.known().or_else(|| self.write_only.known());
        secret.map(|it| it.clone().into_inner())
    }

    /// Whether the plain argument holds a secret. An empty one is none.
    pub(super) fn has_plain(self) -> bool {
        self.plain.known().is_some_and(|it| !it.expose().is_empty())
    }
}

/// What to send in an update: `None` leaves the secret alone, an empty one clears it.
///
/// `planned` has the write-only value from the configuration. Null before and after means that the
/// secret is not ours: an imported webhook goes on with the one it has. A version whose value is null
/// clears nothing; it is refused elsewhere.
pub(super) fn change(prior: Forms<'_>, planned: Forms<'_>) -> Option<SecretString> {
    let new_version = prior.version != planned.version;
    if let Some(configured) = planned.configured() {
        let differs = prior.plain != planned.plain || new_version;
        return differs.then_some(configured);
    }
    let had_one = prior.has_plain() || !prior.version.is_null();
    let has_none = planned.version.is_null();
    (had_one && has_none).then(|| String::new().into())
}

/// Whether the update would clear the secret. An unknown value may turn out to be anything.
pub(super) fn is_cleared(prior: Forms<'_>, planned: Forms<'_>) -> bool {
    let open = planned.plain.is_unknown() || planned.write_only.is_unknown();
    let empty = |secret: SecretString| {
        use secrecy::ExposeSecret;
        secret.expose_secret().is_empty()
    };
    !open && change(prior, planned).is_some_and(empty)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    struct Row(Attr<Secret>, Attr<Secret>, Attr<i64>);

    impl Row {
        fn forms(&self) -> Forms<'_> {
            Forms {
                plain: &self.0,
                write_only: &self.1,
                version: &self.2,
            }
        }
    }

    fn row(plain: Option<&str>, write_only: Option<&str>, version: Option<i64>) -> Row {
        let secret = |it: Option<&str>| it.map(|it| Secret::from(it.to_owned())).into();
        Row(secret(plain), secret(write_only), version.into())
    }

    #[test]
    fn a_secret_is_sent_only_when_it_changed_or_went() {
        let none = || row(None, None, None);
        let plain = |it| row(Some(it), None, None);
        let wo = |it, version| row(None, Some(it), Some(version));
        let stored = |version| row(None, None, Some(version));
        for (prior, planned, expected) in [
            (none(), none(), None),
            (none(), plain("a"), Some("a")),
            (plain("a"), plain("a"), None),
            (plain("a"), plain("b"), Some("b")),
            (plain("a"), none(), Some("")),
            (plain("a"), plain(""), Some("")),
            (none(), plain(""), Some("")),
            (plain(""), none(), None),
            (plain(""), plain(""), None),
            (none(), wo("a", 1), Some("a")),
            (stored(1), wo("b", 1), None),
            (stored(1), wo("b", 2), Some("b")),
            (stored(2), wo("b", 1), Some("b")),
            (stored(1), none(), Some("")),
            (stored(1), stored(1), None),
            (stored(1), stored(2), None),
            (plain("a"), stored(1), None),
            (stored(1), wo("", 2), Some("")),
            (none(), stored(1), None),
            (stored(1), plain("a"), Some("a")),
            (plain("a"), wo("a", 1), Some("a")),
        ] {
            let sent = change(prior.forms(), planned.forms());
            let sent = sent.as_ref().map(ExposeSecret::expose_secret);
            let label = format!("{:?} to {expected:?}", (prior.2, planned.2));
            assert_eq!(sent, expected, "{label}");
        }
    }

    #[test]
    fn what_is_unknown_is_not_taken_for_cleared() {
        let before = row(Some("a"), None, None);
        let unknown = Row(Attr::Unknown, Attr::Null, Attr::Null);
        assert!(!is_cleared(before.forms(), unknown.forms()));
        assert!(is_cleared(before.forms(), row(None, None, None).forms()));
    }
}
