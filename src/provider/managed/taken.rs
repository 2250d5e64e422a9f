//! A place that is taken: a name that something else has. What one apply hands on from object to object is
//! taken for a moment only, since a host changes them at the same time.

use std::time::Duration;

use tokio::{sync::OwnedMutexGuard, time::Instant};

use crate::{
    api::{Busy, ErrorKind, Object},
    framework::{Diagnostic, Diagnostics},
    provider::managed::{
        entity::{Before, Entity, Remote, Seen, Wanted, Working},
        import, look,
        steps::{self, Cut, Done, Halt},
        told::told,
    },
};

/// The first pause between two looks whether a name is free by now, and the longest: each is twice the one
/// before.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// So long it is waited while this process changes nothing else.
const PATIENCE: Duration = Duration::from_millis(1750);

/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(20);

/// Why an object is not as it was to be.
pub(super) enum Stopped<R> {
    /// No step was begun.
    NotBegun(Halt),
    Cut(Cut<R>),
}

/// Makes the steps of a change, or of a creation where there is nothing before; once more where the name
/// was taken, and gets free. `seen`: the object that is changed, where it was just looked at.
pub(super) async fn made<E: Entity>(
    working: &Working<'_>,
    prior: Option<&E::Row>,
    seen: Option<&Remote<E>>,
    wanted: Wanted<'_, E::Row>,
) -> Result<Done<E::Object, E::Row>, Stopped<E::Row>> {
    let first = tried::<E>(working, prior, seen, wanted).await;
    match &first {
        Err(stopped) if stopped.is_taken() && gets_free::<E>(working, prior, wanted).await => {
            tried::<E>(working, prior, seen, wanted).await
        }
        _ => first,
    }
}

async fn tried<E: Entity>(
    working: &Working<'_>,
    prior: Option<&E::Row>,
    seen: Option<&Remote<E>>,
    wanted: Wanted<'_, E::Row>,
) -> Result<Done<E::Object, E::Row>, Stopped<E::Row>> {
    let _passed = passed::<E>(working, wanted.planned).await;
    let steps = match (prior, seen) {
        (Some(prior), Some(seen)) => E::update_seen(working, prior, wanted, seen).await,
        (Some(prior), None) => E::update(working, prior, wanted).await,
        (None, _) => E::create(working, wanted).await,
    };
    let steps = steps.map_err(Stopped::NotBegun)?;
    let run = steps::run(steps, &working.server, working.stop()).await;
    run.map_err(Stopped::Cut)
}

/// Waits until nothing of this process makes or destroys an object of this name, or renames one to it.
/// Nothing does while what is returned is kept: so a destruction whose answer was lost does not take what
/// has the name afterwards for what it is to destroy.
pub(super) async fn passed<E: Entity>(
    working: &Working<'_>,
    row: &E::Row,
) -> (Busy, Option<OwnedMutexGuard<()>>) {
    let turn = turn::<E>(working, row).await;
    (working.server.begin(), turn)
}

/// None of a new object that only its key tells from others.
async fn turn<E: Entity>(working: &Working<'_>, row: &E::Row) -> Option<OwnedMutexGuard<()>> {
    match import::name::<E>(row).is_empty() {
        true => None,
        false => Some(working.server.pass(&gate::<E>(row)).await),
    }
}

/// Tells what waits for the name of this object that it has gone, if it is not the one it has `now`.
pub(super) fn given_up<E: Entity>(working: &Working<'_>, before: &E::Row, now: Option<&E::Row>) {
    let gone = gate::<E>(before);
    if now.map(gate::<E>).as_ref() != Some(&gone) {
        working.server.give_up(&gone);
    }
}

fn gate<E: Entity>(row: &E::Row) -> String {
    format!("{} {}", E::TYPE_NAME, import::name::<E>(row))
}

impl<R> Stopped<R> {
    /// Whether something else has the name, and nothing was done.
    fn is_taken(&self) -> bool {
        match self {
            Self::NotBegun(halt) => says_taken(halt),
            Self::Cut(Cut { halt, certain, .. }) => says_taken(halt) && certain.is_none(),
        }
    }
}

fn says_taken(halt: &Halt) -> bool {
    match halt {
        Halt::Failed(error) => *error.kind() == ErrorKind::AlreadyExists,
        Halt::Exists | Halt::ExistsAs(_) => true,
        Halt::Refused(_) => false,
    }
}

/// Whether nothing else has the name any more, once this process has come to what has it.
async fn gets_free<E: Entity>(
    working: &Working<'_>,
    prior: Option<&E::Row>,
    Wanted { planned, .. }: Wanted<'_, E::Row>,
) -> bool {
    let server = &working.server;
    let (begun, [mut pause, longest]) = (Instant::now(), PAUSES);
    let mut given_up = server.given_up(&gate::<E>(planned));
    loop {
        match seen_there::<E>(working, prior, planned).await {
            There::Nothing => return true,
            There::Unseen => return false,
            There::Is(_) | There::Other(_) => {}
        }
        let waited = begun.elapsed();
        if waited.min(server.is_idle_for()) >= PATIENCE || waited >= LONGEST {
            return false;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = longest.min(pause * 2),
            _ = given_up.changed() => {}
            () = working.stop().cancelled() => return false,
        }
    }
}

/// What has the name once nothing of this process is at it.
async fn seen_there<E: Entity>(
    working: &Working<'_>,
    prior: Option<&E::Row>,
    planned: &E::Row,
) -> There<E::Row> {
    let _turn = turn::<E>(working, planned).await;
    there::<E>(working, prior, planned).await
}

/// Refuses a new name that something else has, where the server does not always say so by itself: with a
/// statement of its database, and nothing else.
pub(in crate::provider) async fn must_be_free<E: Entity>(
    working: &Working<'_>,
    prior: &E::Row,
    planned: &E::Row,
) -> Result<(), Halt> {
    let found = E::find(working, planned).await?;
    match found.map(|it| E::Object::key(&it)) {
        Some(key) if Some(&key) != E::key(prior).as_ref() => Err(Halt::Exists),
        Some(_) | None => Ok(()),
    }
}

/// Why it failed; if something has its place, what that is and how to manage it. `prior`: what was to be
/// changed.
pub(super) async fn in_the_way<E: Entity>(
    working: &Working<'_>,
    halt: Halt,
    prior: Option<&E::Row>,
    planned: &E::Row,
) -> Diagnostics {
    let is_taken = says_taken(&halt);
    let diagnostics = told::<E>(halt);
    if !is_taken {
        return diagnostics;
    }
    let advice = match there::<E>(working, prior, planned).await {
        There::Nothing => free_by_now::<E>(working),
        There::Other(other) => other.detail,
        There::Is(row) => advice::<E>(
            prior,
            &look::in_its_workspace::<E>(row, planned, &working.server),
        ),
        There::Unseen if prior.is_none() => advice::<E>(prior, planned),
        There::Unseen => return diagnostics,
    };
    let with_advice = |it: Diagnostic| Diagnostic {
        detail: format!("{}\n\n{advice}", it.detail),
        ..it
    };
    diagnostics.into_iter().map(with_advice).collect()
}

fn free_by_now<E: Entity>(working: &Working<'_>) -> String {
    match E::also_has_names(working.server.kind()) {
        None => FREE_BY_NOW.to_owned(),
        Some(what) => format!(
            "No other {} has the name. Perhaps {what} has it: then choose another. Else it was so at that \
             moment only, as when the same apply renames or destroys what had it: apply again.",
            E::NOUN
        ),
    }
}

const FREE_BY_NOW: &str = "It was so at that moment, and nothing else has the name by now, as when the \
    same apply renames or destroys what had it. Apply again.";

/// A host makes what replaces an object before it destroys that where a lifecycle says so, and the type
/// is asked for a new one only.
const BEFORE_DESTROY: &str = "If it is the very one that this apply replaces: with create_before_destroy \
    the new one is made first, and two cannot have one name. Change the name along with what replaces it, \
    or leave create_before_destroy away, also from what refers to it, because that hands it on.";

fn advice<E: Entity>(prior: Option<&E::Row>, there: &E::Row) -> String {
    let block = import_block::<E>(there);
    match prior {
        Some(_) => block,
        None => format!("{block}\n\n{BEFORE_DESTROY}"),
    }
}

/// What stands where the planned object would.
enum There<R> {
    /// Nothing, or only what was to be changed itself.
    Nothing,
    Is(R),
    Other(Diagnostic),
    /// It could not be seen.
    Unseen,
}

async fn there<E: Entity>(
    working: &Working<'_>,
    prior: Option<&E::Row>,
    planned: &E::Row,
) -> There<E::Row> {
    let remote = match E::find(working, planned).await {
        Ok(Some(remote)) => remote,
        Ok(None) => return There::Nothing,
        Err(_) => return There::Unseen,
    };
    let before = Before {
        row: planned,
        is_new: true,
        on: working.server.kind(),
    };
    match E::seen(&remote, before) {
        Seen::Is(row) if prior.is_some_and(|prior| is_itself::<E>(prior, &row)) => There::Nothing,
        Seen::Is(row) => There::Is(row),
        Seen::Other(other) => There::Other(other),
        Seen::Gone | Seen::Ended(_) => There::Nothing,
    }
}

/// Whether what has the name is the object itself, as the key tells that its server gave it.
fn is_itself<E: Entity>(prior: &E::Row, found: &E::Row) -> bool {
    E::NAMED.is_some() && E::key(prior) == E::key(found)
}

/// What to write to manage the object that is there already.
pub(in crate::provider) fn import_block<E: Entity>(planned: &E::Row) -> String {
    format!(
        "import {{\n  to = {}.NAME\n  id = {:?}\n}}",
        E::TYPE_NAME,
        import::id_with_workspace::<E>(planned)
    )
}
