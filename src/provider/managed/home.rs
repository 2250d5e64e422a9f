//! Where an object lives: its server, and its workspace there. "Not found" anywhere else does not mean
//! that it is gone.

use crate::{
    api::{self, ErrorKind, Object, Server, workspaces::Workspaces},
    framework::{Attr, Context, Diagnostic, Diagnostics, Private},
    provider::{
        Configured,
        explain::{explain, titled},
        managed::entity::{Entity, Working},
    },
};

const REGISTRY: &str = "registry";
const WORKSPACE: &str = "workspace";

/// The workspace of this name is the one that requests without any go to.
pub(super) const DEFAULT_WORKSPACE: &str = "default";

/// The server of an object with this state; `None` while the provider's configuration is not known.
///
/// # Errors
/// When no server is configured, or none that can be used.
pub(super) fn server<E: Entity>(
    cx: &Context<Configured>,
    row: &E::Row,
) -> Result<Option<Server>, Diagnostics> {
    let server = cx.client().server()?;
    Ok(server.map(|server| of_row::<E>(server, row)))
}

/// The same, for what cannot go on without one.
///
/// # Errors
/// When there is none, or it is not known yet.
pub(super) fn known_server<E: Entity>(
    cx: &Context<Configured>,
    row: &E::Row,
) -> Result<Server, Diagnostics> {
    let server = cx.client().known_server()?;
    Ok(of_row::<E>(server, row))
}

/// What lives in no workspace is asked for without one.
fn of_row<E: Entity>(server: &Server, row: &E::Row) -> Server {
    match E::workspace(&mut row.clone()) {
        Some(workspace) => in_workspace(server, workspace),
        None => server.in_workspace(None),
    }
}

/// The server, in the workspace that is named, or else in the provider's. The one that requests go to
/// without any is not named to it, for a server without workspaces refuses every name.
pub(in crate::provider) fn in_workspace(server: &Server, workspace: &Attr<String>) -> Server {
    let named = named(workspace).or_else(|| server.workspace());
    server.in_workspace(effective(named))
}

/// The workspace as a state has it: as it was written, or else where the server is asked.
pub(in crate::provider) fn stated(workspace: &Attr<String>, server: &Server) -> Attr<String> {
    match workspace {
        Attr::Known(_) => workspace.clone(),
        Attr::Null | Attr::Unknown => server.workspace().map(str::to_owned).into(),
    }
}

/// The workspace that a row names, as servers call it where they name one.
pub(in crate::provider) fn workspace_name(workspace: &Attr<String>) -> &str {
    named(workspace).unwrap_or(DEFAULT_WORKSPACE)
}

/// The workspace that calls are about, likewise.
pub(in crate::provider) fn workspace_of_calls(working: &Working<'_>) -> String {
    of(&working.server)
}

/// The workspace that a server is asked in, likewise.
pub(super) fn of(server: &Server) -> String {
    server.workspace().unwrap_or(DEFAULT_WORKSPACE).to_owned()
}

/// The workspace without the name that means the same as none.
pub(in crate::provider) fn effective(workspace: Option<&str>) -> Option<&str> {
    workspace.filter(|it| *it != DEFAULT_WORKSPACE)
}

/// The workspace that an object is noted to live in.
pub(super) fn noted_workspace(private: &Private) -> Option<&str> {
    private.get(WORKSPACE)?.as_str()
}

/// Whether nothing is noted of an object yet, as of one that was just imported.
pub(super) fn is_new(private: &Private) -> bool {
    private.get(REGISTRY).is_none()
}

/// Notes which server and workspace the object lives on.
pub(in crate::provider) fn remember(private: &mut Private, server: &Server) {
    private.set(REGISTRY, server.address());
    match server.workspace() {
        Some(workspace) => private.set(WORKSPACE, workspace),
        None => private.remove(WORKSPACE),
    }
}

/// An error when the object is known to live elsewhere than on this server: "not found" here does
/// not mean that it is gone, and a new one would stand beside it.
///
/// # Errors
/// When another place is noted than this one.
pub(in crate::provider) fn elsewhere(
    noun: &str,
    private: &Private,
    server: &Server,
) -> Result<(), Diagnostics> {
    let noted = |name| private.get(name)?.as_str();
    let Some(address) = noted(REGISTRY) else {
        return Ok(());
    };
    let home = place(address, noted(WORKSPACE));
    let here = place(server.address(), server.workspace());
    if home == here {
        return Ok(());
    }
    Err(lives_elsewhere(noun, &home, &here).into())
}

/// Whether the workspace that an object lives in is gone, and the object with it: what the server
/// says of exactly that workspace, at the same address.
///
/// # Errors
/// The failure itself, unless it comes of that.
pub(in crate::provider) async fn gone_with_its_workspace(
    noun: &str,
    cx: &Context<Configured>,
    private: &Private,
    server: &Server,
    error: &api::Error,
) -> Result<(), Diagnostics> {
    let home = server.workspace().filter(|_| !is_new(private));
    let is_home = elsewhere(noun, private, server).is_ok();
    if let (ErrorKind::UnknownWorkspace, Some(workspace), true) = (error.kind(), home, is_home) {
        let asked = Workspaces::get(&workspace.to_owned());
        let found = server.run(&asked, cx.stop()).await;
        if found.is_err_and(|error| error.is_not_found()) {
            return Ok(());
        }
    }
    Err(explain(error).into())
}

/// The workspace argument was left out, and what the provider names is not where the object lives.
pub(super) fn moved_away(noun: &str, server: &Server, home: Option<&str>) -> Diagnostic {
    let (home, here) = (home.unwrap_or(DEFAULT_WORKSPACE), of(server));
    Diagnostic::error(
        elsewhere_title(noun),
        format!(
            "The {noun} was last seen in workspace {home} of {}, and the provider is configured for \
             workspace {here}.\n\n\
             To manage it where it is, set workspace = {home:?} on the resource, or configure the provider \
             for that workspace again. To have a new one in its place, set workspace = {here:?}.",
            server.address()
        ),
    )
}

fn elsewhere_title(noun: &str) -> String {
    format!("{} Lives on Another Registry", titled(noun))
}

fn lives_elsewhere(noun: &str, home: &str, here: &str) -> Diagnostic {
    Diagnostic::error(
        elsewhere_title(noun),
        format!(
            "The {noun} was last seen on {home}, and the provider is configured for {here}. It may \
             still exist where it was.\n\n\
             To manage it further, configure the provider for {home} again. To have a new one on \
             {here} instead, first destroy it there, or drop it with \"terraform state rm\" if that \
             registry is gone for good."
        ),
    )
}

fn place(address: &str, workspace: Option<&str>) -> String {
    effective(workspace).map_or_else(
        || address.to_owned(),
        |workspace| format!("{address} (workspace {workspace})"),
    )
}

/// The workspace that a value names.
pub(super) fn named(workspace: &Attr<String>) -> Option<&str> {
    workspace.known().map(String::as_str)
}
