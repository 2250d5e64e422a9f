//! A look at the object: what the server shows of it, and whether "not found" is to be believed.

use crate::{
    api::{self, Server},
    framework::{Context, Diagnostics, Private},
    provider::{
        Client,
        managed::{
            entity::{Before, Entity, Remote, Seen, Working, keyless, workspace_of},
            home, import, rekeyed,
            told::told,
        },
    },
};

/// The object's state as the server now shows it; `None` when it is gone.
pub(super) async fn refreshed<E: Entity>(
    cx: &Context<Client>,
    server: &Server,
    state: &E::Row,
    private: &Private,
) -> Result<Option<E::Row>, Diagnostics> {
    let Some(remote) = looked_for::<E>(cx, server, state, private).await? else {
        return Ok(None);
    };
    let before = Before {
        row: state,
        is_new: home::is_new(private),
    };
    match E::seen(&remote, before) {
        Seen::Is(row) => Ok(Some(in_its_workspace::<E>(row, state, server))),
        Seen::Gone => {
            home::elsewhere(E::NOUN, private, server)?;
            Ok(None)
        }
        Seen::Other(diagnostic) => Err(diagnostic.into()),
    }
}

/// The object under its key, or as it is found where no key is known.
async fn looked_for<E: Entity>(
    cx: &Context<Client>,
    server: &Server,
    state: &E::Row,
    private: &Private,
) -> Result<Option<Remote<E>>, Diagnostics> {
    let Some(key) = E::key(state) else {
        let server = server.clone();
        let found = E::find(&Working { cx, server }, state).await;
        return found.map_err(told::<E>);
    };
    let read = server.refresh::<E::Object>(&key, cx.stop()).await;
    match believed::<E>(read, cx, server, private).await? {
        None => under_its_other_key::<E>(cx, server, state, private).await,
        found => Ok(found),
    }
}

/// What is to be destroyed, newly asked for; `None` when it is gone, or not the object any more.
pub(super) async fn current<E: Entity>(
    working: &Working<'_>,
    prior: &E::Row,
    private: &Private,
) -> Result<Option<Remote<E>>, Diagnostics> {
    let Working { cx, server } = working;
    let key = E::key(prior).ok_or_else(keyless::<E>)?;
    let read = server.get::<E::Object>(&key, cx.stop()).await;
    let remote = match believed::<E>(read, cx, server, private).await? {
        None => under_its_other_key::<E>(cx, server, prior, private).await?,
        found => found,
    };
    let before = Before {
        row: prior,
        is_new: false,
    };
    match remote.as_ref().map(|remote| E::seen(remote, before)) {
        Some(Seen::Is(_)) => Ok(remote),
        Some(Seen::Gone) | None => Ok(None),
        Some(Seen::Other(diagnostic)) => Err(diagnostic.into()),
    }
}

/// The object under the key that a change without a clear answer may have given it.
async fn under_its_other_key<E: Entity>(
    cx: &Context<Client>,
    server: &Server,
    state: &E::Row,
    private: &Private,
) -> Result<Option<Remote<E>>, Diagnostics> {
    let Some(key) = rekeyed::noted::<E>(private) else {
        return Ok(None);
    };
    let read = server.get::<E::Object>(&key, cx.stop()).await;
    let remote = believed::<E>(read, cx, server, private).await?;
    let before = Before {
        row: state,
        is_new: false,
    };
    let is_it = |remote: &Remote<E>| match E::seen(remote, before) {
        Seen::Is(found) => E::is_same(state, &found),
        Seen::Gone | Seen::Other(_) => false,
    };
    Ok(remote.filter(is_it))
}

/// What was read; `None` when it is gone, and that is to be believed.
async fn believed<E: Entity>(
    read: Result<Remote<E>, api::Error>,
    cx: &Context<Client>,
    server: &Server,
    private: &Private,
) -> Result<Option<Remote<E>>, Diagnostics> {
    match read {
        Ok(remote) => Ok(Some(remote)),
        Err(error) if error.is_not_found() => {
            home::elsewhere(E::NOUN, private, server)?;
            Ok(None)
        }
        Err(error) => home::gone_with_its_workspace(E::NOUN, cx, private, server, &error)
            .await
            .map(|()| None),
    }
}

/// The workspace stays as it is written; of an object that is new to the state, it is the server's.
/// It is no part of what the server shows, and neither is the import id.
pub(super) fn in_its_workspace<E: Entity>(
    mut row: E::Row,
    before: &E::Row,
    server: &Server,
) -> E::Row {
    if let Some(workspace) = E::workspace(&mut row) {
        *workspace = home::stated(&workspace_of::<E>(before), server);
    }
    import::set_id::<E>(&mut row);
    row
}
