//! A look at the object: what the server shows of it, and whether "not found" is to be believed.

use crate::{
    api::{self, Object, Server},
    framework::{Context, Diagnostic, Diagnostics, Private},
    provider::{
        Configured,
        managed::{
            entity::{Before, Entity, Remote, Seen, Working, keyless, workspace_of},
            home, import, rekeyed,
            told::told,
        },
    },
};

/// What was read, with the state that it shows.
pub(super) type Found<E> = (Remote<E>, <E as Entity>::Row);

/// The object as the server now shows it, and its state; `None` when it is gone.
pub(super) async fn refreshed<E: Entity>(
    cx: &Context<Configured>,
    server: &Server,
    state: &E::Row,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    let working = Working {
        cx,
        server: server.clone(),
    };
    let is_new = home::is_new(private);
    let state = &placed::<E>(state.clone(), server);
    let read = match E::key(state) {
        Some(key) => {
            let read = server.refresh::<E::Object>(&key, cx.stop()).await;
            believed::<E>(read, cx, server, private).await?
        }
        None => Look::at(E::find(&working, state).await.map_err(told::<E>)?),
    };
    let before = Before {
        row: state,
        is_new,
        on: server.kind(),
    };
    let ended = ended::<E>(&read, before);
    let found = sought::<E>(&working, read, before, private).await?;
    if let (None, Some(warning)) = (&found, ended) {
        cx.warn(warning);
    }
    Ok(found.map(|(remote, row)| (remote, in_its_workspace::<E>(row, state, server))))
}

/// What is to be destroyed, newly asked for; `None` when it is gone, or not the object any more.
///
/// # Errors
/// When what stands in its place is marked as another, and it is nowhere else.
pub(super) async fn current<E: Entity>(
    working: &Working<'_>,
    prior: &E::Row,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    let read = asked::<E>(working, prior, private).await?;
    let found = sought::<E>(working, read, known(working, prior), private).await?;
    let is_another = |(remote, row): &Found<E>| !is_marked::<E>(private, remote, row);
    match found.as_ref().is_some_and(is_another) {
        true => Err(another::<E>().into()),
        false => Ok(found),
    }
}

/// It may be under another name, and what stands under this one is not for us to destroy.
fn another<E: Entity>() -> Diagnostic {
    Diagnostic::error(
        "Another Since the Last Refresh",
        format!(
            "What the registry has in the place of the {0} is another one, made or moved there since the \
             last refresh, and was left as it is. The {0} itself may have moved along with what it belongs \
             to. Plan again, with a refresh.",
            E::NOUN
        ),
    )
}

/// What is to be changed, newly asked for where its key may be another's by now.
///
/// # Errors
/// When it is gone since the change was planned, and its key perhaps given to another.
pub(super) async fn unchanged<E: Entity>(
    working: &Working<'_>,
    prior: &E::Row,
    private: &Private,
) -> Result<Option<Remote<E>>, Diagnostics> {
    if !E::keys_come_again(working.server.kind()) {
        return Ok(None);
    }
    let (read, before) = (
        asked::<E>(working, prior, private).await?,
        known(working, prior),
    );
    if let Some(ended) = ended::<E>(&read, before) {
        return Err(Diagnostic::error(ended.summary, ended.detail).into());
    }
    let found = sought::<E>(working, read, before, private).await?;
    let is_it = |(remote, _): &Found<E>| Some(E::Object::key(remote)) == E::key(prior);
    let it = found.filter(is_it).ok_or_else(gone_since::<E>)?;
    Ok(Some(it.0))
}

/// What stands under the key of an object in state.
async fn asked<E: Entity>(
    working: &Working<'_>,
    prior: &E::Row,
    private: &Private,
) -> Result<Look<Remote<E>>, Diagnostics> {
    let Working { cx, server } = working;
    let key = E::key(prior).ok_or_else(keyless::<E>)?;
    let read = server.get::<E::Object>(&key, cx.stop()).await;
    believed::<E>(read, cx, server, private).await
}

fn known<'a, R>(working: &Working<'_>, row: &'a R) -> Before<'a, R> {
    Before {
        row,
        is_new: false,
        on: working.server.kind(),
    }
}

fn gone_since<E: Entity>() -> Diagnostic {
    Diagnostic::error(
        "Gone Since the Plan",
        format!(
            "The {0} was deleted since this was planned. What the registry has under its id by now, if \
             anything, is another {0}, and was left as it is. Plan again.",
            E::NOUN
        ),
    )
}

/// The object in what was read, or else wherever it may be, and its state.
async fn sought<E: Entity>(
    working: &Working<'_>,
    read: Look<Remote<E>>,
    before: Before<'_, E::Row>,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    let read = match read {
        Look::Gone => return Ok(None),
        Look::Nothing => None,
        Look::Shows(remote) => Some(remote),
    };
    let here = shown::<E>(read, before)?;
    let is_ours = |(remote, row): &Found<E>| is_marked::<E>(private, remote, row);
    let renamed = match here.as_ref().is_some_and(is_ours) {
        true => None,
        false => after_its_owner::<E>(working, before, private).await?,
    };
    if let Some(found) = renamed.or(here) {
        return Ok(Some(found));
    }
    if let Some(found) = under_its_other_key::<E>(working, before, private).await? {
        return Ok(Some(found));
    }
    home::elsewhere(E::NOUN, private, &working.server)?;
    let missed = E::missed(working, before.row).await;
    shown::<E>(missed.map_err(told::<E>)?, before)
}

/// What there is to say of an object that has come to an end.
fn ended<E: Entity>(read: &Look<Remote<E>>, before: Before<'_, E::Row>) -> Option<Diagnostic> {
    let Look::Shows(remote) = read else {
        return None;
    };
    match E::seen(remote, before) {
        Seen::Ended(warning) => Some(warning),
        Seen::Is(_) | Seen::Gone | Seen::Other(_) => None,
    }
}

/// What was read with the state that it shows, if it is the object.
fn shown<E: Entity>(
    read: Option<Remote<E>>,
    before: Before<'_, E::Row>,
) -> Result<Option<Found<E>>, Diagnostics> {
    let Some(remote) = read else {
        return Ok(None);
    };
    match E::seen(&remote, before) {
        Seen::Is(row) => Ok(Some((remote, row))),
        Seen::Gone | Seen::Ended(_) => Ok(None),
        Seen::Other(diagnostic) => Err(diagnostic.into()),
    }
}

/// Whether what is found is what was marked when the object was last seen, or nothing was.
fn is_marked<E: Entity>(private: &Private, remote: &Remote<E>, row: &E::Row) -> bool {
    let noted = rekeyed::mark(private);
    noted.is_none() || noted == E::mark(remote, row)
}

/// The object under the name that what it belongs to has by now. There may be another of its own there.
async fn after_its_owner<E: Entity>(
    working: &Working<'_>,
    before: Before<'_, E::Row>,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    for row in rekeyed::followed::<E>(&working.server, before.row) {
        let found = under::<E>(working, before, &row, private).await?;
        let is_it = |(remote, row): &Found<E>| E::mark(remote, row) == rekeyed::mark(private);
        if found.as_ref().is_some_and(is_it) {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The object under the key that a change without a clear answer may have given it.
async fn under_its_other_key<E: Entity>(
    working: &Working<'_>,
    before: Before<'_, E::Row>,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    match rekeyed::noted::<E>(private, before.row) {
        Some(row) => under::<E>(working, before, &row, private).await,
        None => Ok(None),
    }
}

/// The object under the key of this row, if it is there.
async fn under<E: Entity>(
    working: &Working<'_>,
    before: Before<'_, E::Row>,
    row: &E::Row,
    private: &Private,
) -> Result<Option<Found<E>>, Diagnostics> {
    let Some(key) = E::key(row) else {
        return Ok(None);
    };
    let Working { cx, server } = working;
    let read = server.get::<E::Object>(&key, cx.stop()).await;
    let Look::Shows(remote) = believed::<E>(read, cx, server, private).await? else {
        return Ok(None);
    };
    Ok(match E::seen(&remote, known(working, row)) {
        Seen::Is(found) if E::is_same(before.row, &found) => Some((remote, found)),
        Seen::Is(_) | Seen::Gone | Seen::Ended(_) | Seen::Other(_) => None,
    })
}

/// What a read came to.
enum Look<R> {
    Shows(R),
    /// There is nothing of that key.
    Nothing,
    /// It is gone, wherever else one may look.
    Gone,
}

impl<R> Look<R> {
    fn at(found: Option<R>) -> Self {
        found.map_or(Self::Nothing, Self::Shows)
    }
}

/// What was read, as far as "not found" is to be believed.
async fn believed<E: Entity>(
    read: Result<Remote<E>, api::Error>,
    cx: &Context<Configured>,
    server: &Server,
    private: &Private,
) -> Result<Look<Remote<E>>, Diagnostics> {
    match read {
        Ok(remote) => Ok(Look::Shows(remote)),
        Err(error) if error.is_not_found() => {
            home::elsewhere(E::NOUN, private, server)?;
            Ok(Look::Nothing)
        }
        Err(error) => home::gone_with_its_workspace(E::NOUN, cx, private, server, &error)
            .await
            .map(|()| Look::Gone),
    }
}

/// The state, naming the workspace that the object lives in.
fn placed<E: Entity>(mut row: E::Row, server: &Server) -> E::Row {
    if let Some(workspace) = E::workspace(&mut row) {
        *workspace = home::stated(workspace, server);
    }
    row
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
