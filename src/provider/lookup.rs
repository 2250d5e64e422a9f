//! Data sources that give one object, which is looked up by one of two arguments.

use crate::{
    api::{ByName, Named, Server},
    framework::{Attr, Context, Diagnostic, Diagnostics, Path},
    provider::{
        Configured,
        explain::{explain, titled},
        unseen,
    },
};

/// The object of this name.
pub(in crate::provider) async fn named<O: Named>(
    cx: &Context<Configured>,
    server: &Server,
    name: &Attr<String>,
) -> Result<O::Remote, Diagnostics> {
    let name = name.known_or_default();
    match server.get::<ByName<O>>(&name, cx.stop()).await {
        Ok(found) => Ok(found),
        Err(error) if error.is_not_found() => {
            let login = unseen::limited(server, cx.stop()).await;
            Err(none_named(O::area().noun, &name, login.as_deref()).into())
        }
        Err(error) => Err(explain(&error).into()),
    }
}

/// `login`: whom the server does not show all that there is.
fn none_named(noun: &str, name: &str, login: Option<&str>) -> Diagnostic {
    let mut detail = match login {
        None => format!("The workspace has no {noun} named {name:?}."),
        Some(login) => format!(
            "Either the workspace has no {noun} named {name:?}, or the login {login:?} may not see it: \
             the server leaves out what a login has no permission on. READ on the {noun}, or a role in \
             its workspace, shows it."
        ),
    };
    detail.push_str(" Upper and lower case matter, and so does the workspace.");
    let told = Diagnostic::error(format!("{} Not Found", titled(noun)), detail);
    told.at(Path::attribute("name"))
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
