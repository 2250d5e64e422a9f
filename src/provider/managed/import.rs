//! The text that an object is imported by: the attributes of its identity, after an optional
//! `workspace=TEAM/`. Of most types it is the attribute `id` as well.

use std::fmt::Write;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::{
    api::with_article,
    framework::{Attr, Diagnostic, Diagnostics, Field, ImportTarget, Imported, Private, Value},
    provider::{
        explain::capitalised,
        managed::{
            entity::{Entity, lives_in_one, workspace_of},
            home::DEFAULT_WORKSPACE,
            identity::Identity,
        },
    },
};

const WORKSPACE: &str = "workspace=";

/// In front of a name, where a type's keys are given by the server.
const BY_NAME: &str = "name:";

/// What may not stand in a part of an import id as it is.
const SEPARATING: &AsciiSet = &CONTROLS.add(b'%').add(b'/');

/// The little state that an import knows.
///
/// # Errors
/// When the text has not the form it must have.
pub(super) fn import<E: Entity>(
    target: ImportTarget<'_, Identity<E>>,
) -> Result<Imported<E::Row>, Diagnostics> {
    let state = match target {
        ImportTarget::Identity(identity) => Some(identity.into_row()?),
        ImportTarget::Id(text) => row::<E>(text),
    };
    let state = state.filter(E::imports).ok_or_else(invalid::<E>)?;
    check::<E>(&state)?;
    Ok(Imported {
        state,
        private: Private::default(),
    })
}

/// Refuses what the arguments of these names would refuse in a configuration.
fn check<E: Entity>(state: &E::Row) -> Result<(), Diagnostics> {
    let state = state.clone().into_value();
    let is_told = |name: &str| name == "workspace" || E::IDENTITY.iter().any(|(it, _)| *it == name);
    let attributes = E::schema().body.attributes.into_iter();
    let told =
        attributes.filter(|it| is_told(it.name) && !E::IMPORTED_OTHERWISE.contains(&it.name));
    let problems = told.flat_map(|it| {
        let value = state.get(it.name).clone();
        let refused = it.validators.into_iter().filter_map(move |validator| {
            let problem = validator.check(&value).err().filter(|_| !value.is_null())?;
            Some((validator.summary(), problem))
        });
        refused.map(move |(summary, problem)| {
            Diagnostic::error(
                summary,
                format!("{problem}\n\nIt is the {} that is imported.", it.name),
            )
        })
    });
    let problems: Diagnostics = problems.collect();
    problems.into_result().map(drop)
}

/// The little state that this text tells; none when it has not the form.
pub(super) fn row<E: Entity>(text: &str) -> Option<E::Row> {
    let (workspace, rest) = match lives_in_one::<E>() {
        true => split_workspace(text)?,
        false => (None, text),
    };
    let workspace = workspace.map_or(Value::Null, Value::string);
    let mut attributes = parts::<E>(rest)?;
    attributes.push(("workspace", workspace));
    let is_whole = attributes
        .iter()
        .all(|(_, value)| value.as_str() != Some(""));
    let row = is_whole.then(|| E::Row::from_value(Value::object(attributes)));
    row?.ok()
}

/// The attributes that an import id without its workspace tells.
fn parts<E: Entity>(text: &str) -> Option<Vec<(&'static str, Value)>> {
    if let (Some(attribute), Some(name)) = (E::NAMED, text.strip_prefix(BY_NAME)) {
        return Some(vec![(attribute, Value::string(name))]);
    }
    let (mut rest, mut parts) = (text, Vec::new());
    let (first, others) = E::IDENTITY.split_first()?;
    for (name, _) in others.iter().rev() {
        let (before, value) = rest.rsplit_once(E::SEPARATOR)?;
        parts.push((*name, decoded::<E>(value)?));
        rest = before;
    }
    parts.push((first.0, decoded::<E>(rest)?));
    Some(parts)
}

fn decoded<E: Entity>(part: &str) -> Option<Value> {
    if !E::ENCODED {
        return Some(Value::string(part));
    }
    let text = percent_decode_str(part).decode_utf8().ok()?;
    Some(Value::string(text))
}

fn encoded<E: Entity>(part: &str) -> String {
    if E::ENCODED {
        utf8_percent_encode(part, SEPARATING).to_string()
    } else {
        part.to_owned()
    }
}

/// The workspace in front of an import id, and the rest; `None` where only half of it stands there.
pub(in crate::provider) fn split_workspace(text: &str) -> Option<(Option<&str>, &str)> {
    match text.strip_prefix(WORKSPACE) {
        None => Some((None, text)),
        Some(text) => {
            let (workspace, rest) = text.split_once('/')?;
            (!workspace.is_empty()).then_some((Some(workspace), rest))
        }
    }
}

/// The text that imports the object with this state, without its workspace; unknown while a part is.
pub(super) fn id<E: Entity>(row: &E::Row) -> Attr<String> {
    joined::<E>(row, encoded::<E>)
}

fn joined<E: Entity>(row: &E::Row, written: fn(&str) -> String) -> Attr<String> {
    let state = row.clone().into_value();
    let parts = E::IDENTITY.iter().map(|(name, _)| state.get(name).as_str());
    let parts: Option<Vec<_>> = parts.map(|part| Some(written(part?))).collect();
    parts.map_or(Attr::Unknown, |parts| {
        parts.join(&E::SEPARATOR.to_string()).into()
    })
}

/// Whether what people call the object begins like this, however its import id is encoded.
pub(super) fn begins_with<E: Entity>(row: &E::Row, prefix: &str) -> bool {
    let as_it_is = joined::<E>(row, str::to_owned).into_known();
    let as_it_is = as_it_is.filter(|_| E::NAMED.is_none());
    let names = [Some(name::<E>(row)), as_it_is];
    names.into_iter().flatten().any(|it| it.starts_with(prefix))
}

/// The same with its workspace.
pub(super) fn id_with_workspace<E: Entity>(row: &E::Row) -> String {
    let id = id::<E>(row).into_known().unwrap_or_else(|| {
        let name = name::<E>(row);
        format!("{BY_NAME}{name}")
    });
    // A name may begin as a workspace does: then one is named.
    let unnamed = lives_in_one::<E>() && id.starts_with(WORKSPACE);
    let default = unnamed.then(|| DEFAULT_WORKSPACE.to_owned());
    let workspace = workspace_of::<E>(row).into_known().or(default);
    with_workspace(workspace.as_ref(), &id)
}

/// An import id, after the workspace that it is in, if one is named.
pub(in crate::provider) fn with_workspace(workspace: Option<&String>, id: &str) -> String {
    match workspace {
        Some(workspace) => format!("{WORKSPACE}{workspace}/{id}"),
        None => id.to_owned(),
    }
}

/// What people call the object: its name, or else its import id.
pub(super) fn name<E: Entity>(row: &E::Row) -> String {
    let named = E::NAMED.and_then(|name| {
        let state = row.clone().into_value();
        state.get(name).as_str().map(str::to_owned)
    });
    named
        .or_else(|| id::<E>(row).into_known())
        .unwrap_or_default()
}

/// Fills in the attribute `id`, where it is the import id.
pub(super) fn set_id<E: Entity>(row: &mut E::Row) {
    let id = id::<E>(row);
    if let Some(place) = E::id(row) {
        *place = id;
    }
}

fn invalid<E: Entity>() -> Diagnostic {
    let parts = E::IDENTITY.iter().map(|(name, _)| name.to_uppercase());
    let form = parts.collect::<Vec<_>>().join(&E::SEPARATOR.to_string());
    let mut detail = format!(
        "{} is imported by {form}",
        capitalised(&with_article(E::NOUN))
    );
    if E::NAMED.is_some() {
        let _ = write!(detail, " or {BY_NAME}NAME");
    }
    if lives_in_one::<E>() {
        let _ = write!(
            detail,
            ", or by {WORKSPACE}TEAM/{form} where it does not live in the provider's workspace"
        );
    }
    detail.push_str(". No part of it is empty, or written otherwise than by the registry");
    if E::ENCODED {
        detail.push_str(", and \"/\" and \"%\" within a part are written as %2F and %25");
    }
    Diagnostic::error("Invalid Import ID", format!("{detail}."))
}
