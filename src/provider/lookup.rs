//! Data sources that give one object, which is looked up by one of two arguments.

use crate::{
    api::{ByName, Named, Server},
    framework::{Attr, Context, Diagnostic, Diagnostics, Path},
    provider::{
        Configured,
        explain::{explain, titled},
    },
};

/// The object of this name.
pub(in crate::provider) async fn named<O: Named>(
    cx: &Context<Configured>,
    server: &Server,
    name: &Attr<String>,
) -> Result<O::Remote, Diagnostics> {
    let name = name.known_or_default();
    let found = server.get::<ByName<O>>(&name, cx.stop()).await;
    found.map_err(|error| match error.is_not_found() {
        true => none_named(O::area().noun, &name).into(),
        false => explain(&error).into(),
    })
}

fn none_named(noun: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{} Not Found", titled(noun)),
        format!(
            "The workspace has no {noun} named {name:?}. Upper and lower case matter, and so does the \
             workspace."
        ),
    )
    .at(Path::attribute("name"))
}

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
