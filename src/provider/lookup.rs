//! Data sources that give one object, which is looked up by one of two arguments.

use crate::framework::{Attr, Diagnostic, Diagnostics};

/// Asks for exactly one of `id` and `name`; what is unknown may still be null. `what`: such as `An
/// endpoint`.
pub(in crate::provider) fn by_id_or_name(
    what: &str,
    id: &Attr<String>,
    name: &Attr<String>,
) -> Diagnostics {
    let neither = id.is_null() && name.is_null();
    let both = id.known().is_some() && name.known().is_some();
    let problem = match (neither, both) {
        (true, _) => "None is given.",
        (_, true) => "Both are given.",
        _ => return Diagnostics::new(),
    };
    let detail = format!("{what} is looked up by exactly one of id and name. {problem}");
    Diagnostic::error("Need One of ID and Name", detail).into()
}
