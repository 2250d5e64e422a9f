//! The user that the provider logs in as. Without it, or its rights, or its password, every further
//! request of the run would be refused, and MLflow has no way back for a server that lost its last admin.

use crate::{
    api::users,
    framework::{Diagnostic, Path},
    provider::managed::Working,
};

/// What is to be done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Delete,
    Demote,
    SetPassword,
}

/// Refuses to do this to the user that the provider logs in as, and to an admin where that is not known.
///
/// # Errors
/// When it is the provider's own, or may be.
pub(super) async fn spared(
    working: &Working<'_>,
    username: &str,
    is_admin: bool,
    deed: Deed,
) -> Result<(), Diagnostic> {
    match login(working).await {
        Some(login) if login == username => Err(deed.refused(OWN)),
        None if is_admin => Err(deed.refused(UNKNOWN)),
        Some(_) | None => Ok(()),
    }
}

/// With basic authentication it is known here, with a token the server tells it from MLflow 3.13 on.
async fn login(working: &Working<'_>) -> Option<String> {
    if let Some(login) = working.server.login() {
        return Some(login.to_owned());
    }
    let asked = working.server.run(&users::current(), working.stop()).await;
    asked.ok().map(|user| user.username)
}

/// What is said where such a deletion comes to an apply, as of an object that is marked as tainted.
pub(super) fn never() -> Diagnostic {
    Deed::Delete.refused(OWN)
}

const OWN: &str = "The provider logs in as this user";

const UNKNOWN: &str = "The provider may log in as this admin, and with a token a server before MLflow \
    3.13 does not tell";

impl Deed {
    fn refused(self, why: &str) -> Diagnostic {
        let (what_then, advice, argument) = match self {
            Self::Delete => (
                "once it is deleted, every further request is refused",
                "To delete it, configure the provider with the login of another admin. To stop managing \
                 it and keep it, use a removed block.",
                None,
            ),
            Self::Demote => (
                "once it is no admin any more, every further request of this run is refused, and a \
                 server that has lost its last admin cannot be given another",
                "Set is_admin = true, or configure the provider with the login of another admin.",
                Some("is_admin"),
            ),
            Self::SetPassword => (
                "once its password is another, every further request of this run is refused",
                "Leave password and password_wo out here and change it elsewhere, or configure the \
                 provider with the login of another admin.",
                Some("password"),
            ),
        };
        let detail = format!("{why}: {what_then}. {advice}");
        let refused = Diagnostic::error("Provider Needs This User", detail);
        match argument {
            Some(name) => refused.at(Path::attribute(name)),
            None => refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_says_why_and_what_to_do() {
        for (deed, why, says, at) in [
            (Deed::Delete, OWN, "removed block", None),
            (Deed::Demote, OWN, "is_admin = true", Some("is_admin")),
            (Deed::SetPassword, UNKNOWN, "3.13", Some("password")),
        ] {
            let refused = deed.refused(why);
            assert!(refused.detail.contains(says), "{refused:?}");
            assert_eq!(refused.path.map(|it| it.to_string()).as_deref(), at);
        }
    }
}
