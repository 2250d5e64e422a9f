//! The text that an object is imported by: the attributes of its identity, after an optional
//! `workspace=TEAM/`. Of most types it is the attribute `id` as well.

use crate::{
    framework::{Attr, Diagnostic, Diagnostics, Field, ImportTarget, Imported, Private, Value},
    provider::managed::{entity::Entity, identity::Identity},
};

const WORKSPACE: &str = "workspace=";

/// The little state that an import knows.
///
/// # Errors
/// When the text has not the form it must have.
pub(super) fn import<E: Entity>(
    target: ImportTarget<'_, Identity<E>>,
) -> Result<Imported<E::Row>, Diagnostics> {
    let state = match target {
        ImportTarget::Identity(identity) => identity.into_row()?,
        ImportTarget::Id(text) => row::<E>(text).ok_or_else(invalid::<E>)?,
    };
    Ok(Imported {
        state,
        private: Private::default(),
    })
}

/// The little state that this text tells; none when it has not the form.
pub(super) fn row<E: Entity>(text: &str) -> Option<E::Row> {
    let (workspace, mut rest) = split_workspace(text)?;
    let workspace = workspace.map_or(Value::Null, Value::string);
    let mut attributes = vec![("workspace", workspace)];
    let (first, others) = E::IDENTITY.split_first()?;
    for (name, _) in others.iter().rev() {
        let (before, value) = rest.rsplit_once(E::SEPARATOR)?;
        attributes.push((name, Value::string(value)));
        rest = before;
    }
    attributes.push((first.0, Value::string(rest)));
    let is_whole = attributes
        .iter()
        .all(|(_, value)| value.as_str() != Some(""));
    let row = is_whole.then(|| E::Row::from_value(Value::object(attributes)));
    row?.ok()
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
    let state = row.clone().into_value();
    let parts = E::IDENTITY.iter().map(|(name, _)| state.get(name).as_str());
    let parts: Option<Vec<_>> = parts.collect();
    parts.map_or(Attr::Unknown, |parts| {
        parts.join(&E::SEPARATOR.to_string()).into()
    })
}

/// The same with its workspace.
pub(super) fn id_with_workspace<E: Entity>(row: &E::Row) -> String {
    let id = id::<E>(row).into_known().unwrap_or_default();
    match E::workspace(&mut row.clone()).known() {
        Some(workspace) => format!("{WORKSPACE}{workspace}/{id}"),
        None => id,
    }
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
    Diagnostic::error(
        "Invalid Import ID",
        format!(
            "A {} is imported by {form}, or by {WORKSPACE}TEAM/{form} where it does not live in the \
             provider's workspace. No part of it is empty.",
            E::NOUN
        ),
    )
}
