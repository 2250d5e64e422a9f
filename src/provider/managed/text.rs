//! Values that mean the same to a server, and differ in how a user writes them.

use crate::framework::Attr;

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
