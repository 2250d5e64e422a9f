//! The argument `workspace`: the workspace of one object. Left out, it is the provider's.

use crate::{
    api::{
        ErrorKind, Server, ServerKind,
        workspaces::{Workspaces, is_name},
    },
    framework::{
        Attr, Context, Diagnostic, Diagnostics, Path, Plan, PlanRequest, Private,
        schema::{Attribute, Empty, Validator},
    },
    provider::{
        Configured,
        managed::{
            entity::{Entity, workspace_of},
            home,
        },
    },
    row,
};

const WORKSPACE: &str = "workspace";

/// The argument, as every type that lives in a workspace has it.
pub(in crate::provider) fn workspace_argument() -> Attribute {
    Attribute::string(
        WORKSPACE,
        "The workspace of the server it lives in. Left out, it is the provider's `workspace`, or \
         where that names none, `default`. A change makes a new one. MLflow 3.10 and later with \
         workspaces enabled; refused on Databricks.",
    )
    .empty(Empty::Refused)
    .check(name())
    .refers_to("mlflow_workspace", "name")
    .optional_computed()
    .stable()
}

row! {
    /// Where what only reads is looked for.
    pub(in crate::provider) struct Place {
        pub(in crate::provider) workspace: Attr<String>,
    }
}

/// The argument of what only reads, lists or acts.
pub(in crate::provider) fn reading_argument() -> Attribute {
    Attribute::string(
        WORKSPACE,
        "The workspace of the server to look in. Left out, it is the provider's.",
    )
    .empty(Empty::Refused)
    .check(name())
}

/// What no server has a workspace of.
pub(in crate::provider) fn name() -> Validator {
    Validator::string("Invalid Workspace Name", |name| {
        is_name(name).then_some(()).ok_or_else(|| {
            "The name of a workspace has 2 to 63 lower-case letters, digits and \"-\", and \"-\" neither \
             at its beginning nor at its end."
                .to_owned()
        })
    })
}

/// The server of what only reads, lists or acts, in the workspace that is named for it.
///
/// # Errors
/// When there is no server, or it cannot have that workspace.
pub(in crate::provider) async fn server(
    cx: &Context<Configured>,
    workspace: &Attr<String>,
) -> Result<Server, Diagnostics> {
    let server = cx.client().known_server()?;
    check(cx, server, workspace).await?;
    Ok(home::in_workspace(server, workspace))
}

/// The workspace that a server is asked in, as it calls it itself.
pub(in crate::provider) fn of(server: &Server) -> String {
    home::of(server)
}

/// Plans the workspace: what is configured, or else where the object lives, which must be where the
/// provider is configured for. `true`: it becomes another, which only a new object can be in.
///
/// # Errors
/// When it is left out and the provider's has become another.
pub(in crate::provider) fn planned(
    noun: &str,
    server: Option<&Server>,
    configured: &Attr<String>,
    prior: Option<&Attr<String>>,
    private: &Private,
) -> Result<(Attr<String>, bool), Diagnostics> {
    let planned = match (configured, prior, server) {
        (Attr::Null, Some(prior), Some(server)) => {
            // States of a provider that had no such argument say it in what is noted only.
            let home = home::named(prior).or_else(|| home::noted_workspace(private));
            let home = home::effective(home);
            if home != home::effective(server.workspace()) {
                return Err(home::moved_away(noun, server, home).into());
            }
            prior.clone()
        }
        (Attr::Null, Some(prior), None) => prior.clone(),
        (Attr::Null, None, Some(server)) => server.workspace().map(str::to_owned).into(),
        (Attr::Null, None, None) => Attr::Unknown,
        (configured, ..) => configured.clone(),
    };
    let moves = prior.is_some_and(|prior| differs(prior, &planned));
    Ok((planned, moves))
}

/// Plans the workspace of an entity.
pub(super) fn plan<E: Entity>(
    server: Option<&Server>,
    request: &PlanRequest<'_, E::Row>,
    plan: &mut Plan<E::Row>,
) -> Result<(), Diagnostics> {
    let Some(place) = E::workspace(&mut plan.state) else {
        return Ok(());
    };
    let configured = workspace_of::<E>(request.config);
    let prior = request.prior.map(workspace_of::<E>);
    let planned = planned(E::NOUN, server, &configured, prior.as_ref(), &plan.private);
    let (workspace, moves) = planned?;
    *place = workspace;
    if moves {
        plan.replace.push(path());
    }
    Ok(())
}

/// Where the argument is.
pub(in crate::provider) fn path() -> Path {
    Path::attribute(WORKSPACE)
}

fn differs(prior: &Attr<String>, planned: &Attr<String>) -> bool {
    planned.is_unknown()
        || home::effective(home::named(prior)) != home::effective(home::named(planned))
}

/// Refuses a workspace that the server cannot have. It is asked once a process, and only where one
/// is configured; a server that does not answer may be made by the same apply.
///
/// # Errors
/// When it cannot.
pub(in crate::provider) async fn check(
    cx: &Context<Configured>,
    server: &Server,
    configured: &Attr<String>,
) -> Result<(), Diagnostics> {
    if home::effective(home::named(configured)).is_none() {
        return Ok(());
    }
    if server.kind() == ServerKind::Databricks {
        return Err(refused(
            "A Databricks workspace has no workspaces of MLflow's within it.",
        ));
    }
    match server.info(cx.stop()).await {
        Ok(info) if !info.workspaces_enabled => Err(refused(
            "The server runs without workspaces. Leave the argument out, or start the server with \
             --enable-workspaces.",
        )),
        Err(error) if matches!(error.kind(), ErrorKind::TooOld { .. }) => Err(refused(
            "The server's MLflow is older than 3.10, which brought workspaces. Leave the argument \
             out, or upgrade the server.",
        )),
        _ => Ok(()),
    }
}

/// Warns of a move to a workspace that is not there: the object would be destroyed before that shows. The
/// same apply may make the workspace.
pub(in crate::provider) async fn warn_of_move(
    cx: &Context<Configured>,
    server: &Server,
    prior: &Attr<String>,
    planned: &Attr<String>,
) {
    let Some(name) = planned.known().filter(|_| differs(prior, planned)) else {
        return;
    };
    match server.get::<Workspaces>(name, cx.stop()).await {
        Err(error) if error.is_not_found() => cx.warn(not_there(name)),
        Ok(_) | Err(_) => {}
    }
}

fn not_there(name: &str) -> Diagnostic {
    Diagnostic::warning(
        "Workspace Not There Yet",
        format!(
            "The server has no workspace {name:?}. If this apply does not make it, what is to move there \
             is destroyed where it is, and then cannot be made anew. Check the name."
        ),
    )
    .at(path())
}

fn refused(why: &str) -> Diagnostics {
    Diagnostic::error("Workspace Not Supported", why)
        .at(path())
        .into()
}
