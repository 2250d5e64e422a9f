//! When a secret is sent: registries never show one, so only what was applied before can tell.

use secrecy::SecretString;

use crate::{
    framework::Secret,
    provider::managed::secret::{self, Forms},
};

/// What to send in an update: `None` leaves the secret alone, an empty one clears it.
///
/// Null before and after means that the secret is not ours: an imported webhook goes on with the one
/// it has.
pub(super) fn change(prior: Forms<'_>, planned: Forms<'_>) -> Option<SecretString> {
    if secret::is_taken_away(prior, planned) {
        return Some(String::new().into());
    }
    secret::change(prior, planned).map(Secret::into_inner)
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
    use crate::framework::Attr;

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
