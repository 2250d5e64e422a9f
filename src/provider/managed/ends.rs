//! How steps end: all made, or cut. Whatever happened, what is left is what the server has.

use crate::{
    api::ServerKind,
    framework::{Applied, Diagnostic, Diagnostics, Failed, Private},
    provider::managed::{
        accepted::{accepted, filled},
        entity::{Before, Entity, Remote, Seen, Wanted, Working, keyless},
        look, rekeyed,
        steps::{self, Cut, Halt},
        taken::in_the_way,
        told::{explained, told},
    },
};

/// The state once all steps are made, which must be as it was planned.
pub(super) async fn settled<E: Entity>(
    working: &Working<'_>,
    done: steps::Done<E::Object, E::Row>,
    planned: E::Row,
    mut private: Private,
) -> Result<Applied<E::Row>, Failed<E::Row>> {
    match found::<E>(working, done.remote, &planned).await {
        Ok((remote, actual)) => {
            rekeyed::saw::<E>(&mut private, &remote, &actual);
            agreed::<E>(planned, actual, private)
        }
        Err(diagnostics) => Err(unseen::<E>(diagnostics, done.truth, private)),
    }
}

fn agreed<E: Entity>(
    planned: E::Row,
    actual: E::Row,
    mut private: Private,
) -> Result<Applied<E::Row>, Failed<E::Row>> {
    E::applied(&actual, &mut private);
    match accepted(planned, &actual) {
        Ok(state) => Ok(Applied { state, private }),
        Err(diagnostic) => {
            let state = actual;
            Err(Failed::left(diagnostic, Applied { state, private }))
        }
    }
}

/// All steps were made, and what came of them could not be seen.
fn unseen<E: Entity>(
    diagnostics: Diagnostics,
    truth: Option<E::Row>,
    private: Private,
) -> Failed<E::Row> {
    match truth {
        Some(state) => Failed::left(diagnostics, Applied { state, private }),
        None => Failed::nothing_changed(diagnostics),
    }
}

/// The object is made. What it lacks of the plan is changed at once, as an update would do it; where
/// that is cut, the creation is undone.
pub(super) async fn completed<E: Entity>(
    working: &Working<'_>,
    made: steps::Done<E::Object, E::Row>,
    wanted: Wanted<'_, E::Row>,
    mut private: Private,
) -> Result<Applied<E::Row>, Failed<E::Row>> {
    // Of an object whose key the server gave, only the step that made it knows that.
    let keyed = made
        .truth
        .as_ref()
        .filter(|_| E::key(wanted.planned).is_none());
    let basis = keyed.unwrap_or(wanted.planned).clone();
    let row = found::<E>(working, made.remote, &basis).await;
    let actual = match row {
        Ok((remote, actual)) => {
            rekeyed::saw::<E>(&mut private, &remote, &actual);
            actual
        }
        Err(diagnostics) => return Err(unseen::<E>(diagnostics, made.truth, private)),
    };
    let actual = match awaited::<E>(working, &actual, &basis).await {
        Ok(ready) => ready.unwrap_or(actual),
        Err(halt) => {
            let cut = Cut::before_any(halt).after(actual);
            return Err(undone::<E>(working, cut, wanted.planned, private).await);
        }
    };
    let planned = filled(wanted.planned, &actual).unwrap_or_else(|| wanted.planned.clone());
    let wanted = Wanted {
        planned: &planned,
        ..wanted
    };
    let ended = match E::update(working, &actual, wanted).await {
        Ok(steps) => steps::run(steps, &working.server, working.stop()).await,
        Err(halt) => Err(Cut::before_any(halt)),
    };
    match ended {
        Ok(done) if done.truth.is_none() => agreed::<E>(planned, actual, private),
        Ok(done) => settled::<E>(working, done, planned, private).await,
        Err(cut) => {
            let cut = cut.after(actual);
            Err(undone::<E>(working, cut, &planned, private).await)
        }
    }
}

/// The object once its server is done with it, where that was waited for.
async fn awaited<E: Entity>(
    working: &Working<'_>,
    made: &E::Row,
    planned: &E::Row,
) -> Result<Option<E::Row>, Halt> {
    match E::awaited(working, made).await? {
        Some(remote) => {
            let (_, ready) = found::<E>(working, Some(remote), planned).await?;
            Ok(Some(ready))
        }
        None => Ok(None),
    }
}

/// The object as it is after its steps: as the last answer shows it, or else read back.
async fn found<E: Entity>(
    working: &Working<'_>,
    remote: Option<Remote<E>>,
    planned: &E::Row,
) -> Result<look::Found<E>, Diagnostics> {
    // A Databricks workspace shows less in its answer to a write than to a read.
    let is_whole = working.server.kind() == ServerKind::Mlflow;
    let remote = match remote.filter(|_| is_whole) {
        Some(remote) => remote,
        None => {
            let key = E::key(planned).ok_or_else(keyless::<E>)?;
            let read = working.server.get::<E::Object>(&key, working.stop()).await;
            read.map_err(|error| explained::<E>(&error))?
        }
    };
    let before = Before {
        row: planned,
        is_new: false,
        on: working.server.kind(),
    };
    match E::seen(&remote, before) {
        Seen::Is(row) => {
            let row = look::in_its_workspace::<E>(row, planned, &working.server);
            Ok((remote, row))
        }
        Seen::Gone | Seen::Ended(_) => Err(vanished::<E>().into()),
        Seen::Other(diagnostic) => Err(diagnostic.into()),
    }
}

/// A creation that was cut: what its first steps surely made is undone, for a host destroys what a
/// failed creation leaves. What may be somebody else's is left alone.
pub(super) async fn undone<E: Entity>(
    working: &Working<'_>,
    cut: Cut<E::Row>,
    planned: &E::Row,
    private: Private,
) -> Failed<E::Row> {
    let Cut { halt, certain, .. } = cut;
    let mut diagnostics = in_the_way::<E>(working, halt, None, planned).await;
    let Some(state) = certain else {
        return Failed::nothing_changed(diagnostics);
    };
    let undone = undo::<E>(working, &state, &private).await;
    match undone {
        Ok(()) => Failed::nothing_changed(diagnostics),
        Err(halt) => {
            diagnostics.extend(told::<E>(halt));
            diagnostics.push(left_behind::<E>());
            Failed::left(diagnostics, Applied { state, private })
        }
    }
}

async fn undo<E: Entity>(
    working: &Working<'_>,
    state: &E::Row,
    private: &Private,
) -> Result<(), Halt> {
    let Some((remote, _)) = look::current::<E>(working, state, private).await? else {
        return Ok(());
    };
    let steps = E::undo(working, state, &remote).await?;
    let run = steps::run(steps, &working.server, working.stop()).await;
    run.map(drop).map_err(|cut| cut.halt)
}

/// A change or a destruction that was cut: what is left is read back, or told from the steps that
/// were made. `planned`: what the change was to lead to.
pub(super) async fn left<E: Entity>(
    working: &Working<'_>,
    cut: Cut<E::Row>,
    prior: &E::Row,
    planned: Option<&E::Row>,
    mut private: Private,
) -> Failed<E::Row> {
    let Cut {
        halt,
        certain,
        perhaps,
    } = cut;
    let diagnostics = match planned {
        Some(planned) => in_the_way::<E>(working, halt, Some(prior), planned).await,
        None => told::<E>(halt),
    };
    if certain.is_none() && perhaps.is_none() {
        return Failed::nothing_changed(diagnostics);
    }
    let certain = certain.unwrap_or_else(|| prior.clone());
    let state = match read_back::<E>(working, &certain, perhaps.as_ref()).await {
        Some(state) => state,
        None => {
            rekeyed::note::<E>(&mut private, &certain, perhaps.as_ref());
            certain
        }
    };
    rekeyed::renamed::<E>(&working.server, &mut private, prior, &state);
    Failed::left(diagnostics, Applied { state, private })
}

/// What is left, under the key that is certain, or else under the other one. Something else may stand
/// there, and it is not taken for the object.
async fn read_back<E: Entity>(
    working: &Working<'_>,
    certain: &E::Row,
    perhaps: Option<&E::Row>,
) -> Option<E::Row> {
    if let Ok((_, state)) = found::<E>(working, None, certain).await {
        return Some(state);
    }
    let (_, state) = found::<E>(working, None, perhaps?).await.ok()?;
    E::is_same(certain, &state).then_some(state)
}

/// No step was made, because of what the server has already or what must not be.
pub(super) async fn not_begun<E: Entity>(
    working: &Working<'_>,
    halt: Halt,
    planned: &E::Row,
) -> Failed<E::Row> {
    Failed::nothing_changed(in_the_way::<E>(working, halt, None, planned).await)
}

/// No step of a change was made, because of what was looked at first. Where that failed, the object may
/// have its new key all the same, from a rename of what it belongs to.
pub(super) async fn unchanged<E: Entity>(
    working: &Working<'_>,
    halt: Halt,
    (prior, planned): (&E::Row, &E::Row),
    mut private: Private,
) -> Failed<E::Row> {
    let is_open = matches!(halt, Halt::Failed(_));
    let diagnostics = in_the_way::<E>(working, halt, Some(prior), planned).await;
    if !is_open {
        return Failed::nothing_changed(diagnostics);
    }
    rekeyed::note::<E>(&mut private, prior, Some(planned));
    let state = prior.clone();
    Failed::left(diagnostics, Applied { state, private })
}

fn vanished<E: Entity>() -> Diagnostic {
    Diagnostic::error(
        "Gone After the Change",
        format!(
            "The registry reported success, and the {} is not there: somebody else removed it at the \
             same moment. Apply again.",
            E::NOUN
        ),
    )
}

fn left_behind<E: Entity>() -> Diagnostic {
    Diagnostic::error(
        "Creation Not Undone",
        format!(
            "The {} was made by halves, and could not be removed again. It is in state and marked as \
             tainted, so the next apply destroys it. To keep it, run \"terraform untaint\".",
            E::NOUN
        ),
    )
}
