//! What a server does not show of its users: to logins that are no admins it leaves out what is not
//! theirs, so that absence is to be believed of an admin's look only.

use tokio_util::sync::CancellationToken;

use crate::{
    api::{Server, users},
    framework::{Diagnostic, Diagnostics, Path},
    provider::{
        explain::{explain, titled},
        managed::Working,
    },
};

/// Whether the absence of something that a user has is to be believed: an admin, or the user itself, is
/// shown all of it.
///
/// # Errors
/// When it may only not be shown.
pub(super) async fn believed(
    cx: &Working<'_>,
    noun: &str,
    username: &str,
) -> Result<(), Diagnostics> {
    let asker = cx.server.run(&users::current(), cx.stop()).await;
    let asker = asker.map_err(|error| explain(&error))?;
    if asker.is_admin || asker.username == username {
        return Ok(());
    }
    let login = asker.username;
    let detail = format!(
        "The server shows no such {noun} of user {username:?} to the login {login:?}, which is no admin \
         and is shown only what is in workspaces that it has MANAGE on. It may still be there, so nothing \
         was removed from the state. Use the login of an admin, or give this one MANAGE on the workspace."
    );
    Err(Diagnostic::error(format!("{} Not Shown", titled(noun)), detail).into())
}

/// The login that the server may not show all that there is; none of an admin, and where nobody logs in.
pub(super) async fn limited(server: &Server, stop: &CancellationToken) -> Option<String> {
    let asker = server.run(&users::current(), stop).await.ok()?;
    (!asker.is_admin).then_some(asker.username)
}

pub(super) fn no_such_user(username: &str) -> Diagnostic {
    Diagnostic::error(
        "User Not Found",
        format!(
            "The server has no user {username:?}; upper and lower case matter. Make it first, with \
             mlflow_user. A user of a single sign-on is known to the server from the first login on: have \
             it log in once, then apply again."
        ),
    )
    .at(Path::attribute("username"))
}
