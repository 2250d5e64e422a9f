//! Values that mean the same to a server, and differ in how a user writes them.

use std::collections::BTreeMap;

use crate::framework::Attr;

/// Texts under their keys, as a row has them.
pub(in crate::provider) type Texts = Attr<BTreeMap<String, Attr<String>>>;

/// The texts that are known.
pub(in crate::provider) fn known_texts(row: &Texts) -> BTreeMap<String, String> {
    let entries = row.known().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

/// The same texts as a row has them.
pub(in crate::provider) fn texts(of: &BTreeMap<String, String>) -> Texts {
    let entries = of.iter();
    let entries = entries.map(|(key, value)| (key.clone(), value.clone().into()));
    entries.collect::<BTreeMap<_, _>>().into()
}

/// No text on a server is null or empty, whichever it was.
pub(in crate::provider) fn text_or_none(
    text: Option<&String>,
    before: &Attr<String>,
) -> Attr<String> {
    let was_empty = before.known().is_some_and(String::is_empty);
    match text {
        Some(text) => text.clone().into(),
        None if was_empty => before.clone(),
        None => Attr::Null,
    }
}

/// An argument that steers the provider only has its default after an import.
pub(in crate::provider) fn or_default<T: Clone>(before: &Attr<T>, default: T) -> Attr<T> {
    if before.is_null() {
        default.into()
    } else {
        before.clone()
    }
}
