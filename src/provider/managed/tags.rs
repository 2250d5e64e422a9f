//! The argument `tags`: ours by key. Keys that others add are neither drift nor touched, and where the
//! argument is left out, no tag is.

use std::collections::BTreeMap;

use crate::{
    api::tags,
    framework::{
        Attr, Context, Diagnostic, Diagnostics, Path, Private, is_composed,
        schema::{Attribute, Empty},
    },
    provider::{
        Configured,
        managed::text::{Texts, known_texts, texts},
    },
};

const TAGS: &str = "tags";

/// Noted when an object was imported, until it is first changed.
const IMPORTED: &str = "imported";

/// The longest key that a server takes, in characters.
const LONGEST_KEY: usize = 250;

/// The longest value that a server takes, in characters.
const LONGEST_VALUE: usize = 100_000;

/// The argument as a row has it.
pub(in crate::provider) type Tags = Texts;

/// The argument, as every type with tags has it.
pub(in crate::provider) fn argument() -> Attribute {
    Attribute::string_map(
        TAGS,
        "Tags by their keys. The keys in it are set, changed, and removed once they leave it; keys \
         that others add are left alone. Left out, no tag is touched, also after an import; `{}` \
         removes those that were set here. Keys that begin with `mlflow.` or `_mlflow_` are MLflow's \
         own and refused.",
    )
.empty(Empty::Allowed)
    .optional_computed()
    .stable()
}

/// Refuses keys that no server takes, or that MLflow keeps for itself, and values that are too long.
pub(in crate::provider) fn validate(configured: &Tags) -> Diagnostics {
    each(configured, |key, value| {
        reserved(key)
            .or_else(|| malformed(key))
            .or_else(|| too_long(value))
    })
}

/// The same for a type whose server takes keys of any form, and values of any length.
pub(in crate::provider) fn validate_of_any_form(configured: &Tags) -> Diagnostics {
    each(configured, |key, _| {
        reserved(key).or_else(|| key.is_empty().then(empty))
    })
}

fn each(configured: &Tags, problem: impl Fn(&str, &str) -> Option<Diagnostic>) -> Diagnostics {
    let tags = configured.known().into_iter().flatten();
    tags.filter_map(|(key, value)| {
        let value = value.known().map_or("", String::as_str);
        let at = Path::attribute(TAGS).key(key.clone());
        Some(problem(key, value)?.at(at))
    })
    .collect()
}

fn too_long(value: &str) -> Option<Diagnostic> {
    let length = value.chars().count();
    let detail = format!(
        "A value has at most {LONGEST_VALUE} characters, and on PostgreSQL those of models have at most \
         5000. This one has {length}."
    );
    (length > LONGEST_VALUE).then(|| Diagnostic::error("Tag Value Too Long", detail))
}

fn reserved(key: &str) -> Option<Diagnostic> {
    tags::is_reserved(key).then(|| {
        Diagnostic::error(
            "Reserved Tag",
            "MLflow keeps keys that begin with \"mlflow.\" or \"_mlflow_\" for itself. Choose another \
             key.",
        )
    })
}

fn empty() -> Diagnostic {
    Diagnostic::error("Invalid Tag Key", "A key has at least one character.")
}

fn malformed(key: &str) -> Option<Diagnostic> {
    let fits = |it: char| it.is_alphanumeric() || matches!(it, '_' | '/' | '.' | '-' | ' ' | ':');
    let parts_fit = key.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let is_fine = key.chars().count() <= LONGEST_KEY && key.chars().all(fits) && parts_fit;
    (!is_fine).then(|| {
        Diagnostic::error(
            "Invalid Tag Key",
            "A key has 1 to 250 letters, digits, spaces, \"_\", \".\", \"-\", \":\" and single \"/\", \
             neither at its beginning nor at its end.",
        )
    })
}

/// The tags that are ours, as the server shows them. A key that hosts would spell otherwise is never.
pub(in crate::provider) fn shown(remote: &tags::Tags, before: &Tags, is_new: bool) -> Tags {
    let ours = |key: &String| match before.known() {
        Some(before) => before.contains_key(key),
        None => is_new && !tags::is_reserved(key) && is_composed(key),
    };
    if before.is_null() && !is_new {
        return Attr::Null;
    }
    let shown = remote.iter().filter(|(key, _)| ours(key));
    let shown: BTreeMap<_, _> = shown
        .map(|(key, value)| (key.clone(), value.clone().into()))
        .collect();
    shown.into()
}

/// Plans the tags: left out, they stay what they are in state.
pub(in crate::provider) fn plan(
    cx: &Context<Configured>,
    configured: &Tags,
    prior: Option<&Tags>,
    private: &Private,
) -> Tags {
    if configured.is_null() {
        return prior.cloned().unwrap_or_default();
    }
    if let (Some(removed), true) = (
        prior.map(|prior| removed(prior, configured)),
        is_imported(private),
    ) && !removed.is_empty()
    {
        cx.warn(removes_imported(&removed));
    }
    configured.clone()
}

/// Of an object that has none of its tags yet: null where none are configured.
pub(in crate::provider) fn none_yet(planned: &Tags) -> Tags {
    match planned {
        Attr::Null => Attr::Null,
        Attr::Known(_) | Attr::Unknown => texts(&tags::Tags::new()),
    }
}

/// The keys that leave the argument.
pub(in crate::provider) fn removed(prior: &Tags, configured: &Tags) -> Vec<String> {
    let Some(configured) = configured.known() else {
        return Vec::new();
    };
    let keys = prior.known().into_iter().flat_map(BTreeMap::keys);
    keys.filter(|key| !configured.contains_key(*key))
        .cloned()
        .collect()
}

fn removes_imported(keys: &[String]) -> Diagnostic {
    Diagnostic::warning(
        "Imported Tags Are Removed",
        format!(
            "The imported object has tags that the configuration does not: {}. They are removed by \
             this plan. Add them to tags, or leave tags out, to keep them.",
            keys.join(", ")
        ),
    )
    .at(Path::attribute(TAGS))
}

/// Whether an object was imported, and has not been changed since.
pub(in crate::provider) fn is_imported(private: &Private) -> bool {
    private.get(IMPORTED).is_some()
}

/// Notes that an object was imported, so that its first plan warns of what it removes.
pub(super) fn note_import(private: &mut Private) {
    private.set(IMPORTED, true);
}

/// The object was changed as planned: what its configuration lacks is gone.
pub(super) fn forget_import(private: &mut Private) {
    private.remove(IMPORTED);
}

/// The map that a row's tags stand for.
pub(in crate::provider) fn known(row: &Tags) -> tags::Tags {
    known_texts(row)
}

/// A row's tags after a change of one.
pub(in crate::provider) fn after(row: &Tags, change: &tags::TagChange) -> Tags {
    let mut map = known(row);
    change.make(&mut map);
    texts(&map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(keys: &[&str]) -> Tags {
        let entries = keys
            .iter()
            .map(|key| ((*key).to_owned(), "v".to_owned().into()));
        entries.collect::<BTreeMap<_, _>>().into()
    }

    #[test]
    fn ours_are_those_of_state_and_of_an_import_all_but_reserved_ones() {
        let remote = known(&map(&["a", "b", "mlflow.x", "_mlflow_y"]));
        for (before, is_new, expected) in [
            (Attr::Null, false, Attr::Null),
            (Attr::Null, true, map(&["a", "b"])),
            (map(&[]), false, map(&[])),
            (map(&["a", "gone"]), false, map(&["a"])),
        ] {
            assert_eq!(shown(&remote, &before, is_new), expected);
        }
    }

    #[test]
    fn keys_are_refused_at_their_place() {
        for (key, title) in [
            ("team", None),
            ("a/b.c-d: e_é", None),
            ("mlflow.note", Some("Reserved Tag")),
            ("_mlflow_x", Some("Reserved Tag")),
            ("", Some("Invalid Tag Key")),
            ("a//b", Some("Invalid Tag Key")),
            ("a\n", Some("Invalid Tag Key")),
        ] {
            let told = validate(&map(&[key]));
            let told: Vec<_> = told.iter().map(|it| it.summary.as_str()).collect();
            assert_eq!(told.first().copied(), title, "{key:?}");
        }
    }
}
