//! The argument `workspace`: the workspace of one object. Left out, it is the provider's.

use crate::{
    api::{ErrorKind, RegistryKind, Server},
    framework::{
        Attr, Context, Diagnostic, Diagnostics, Path, Plan, PlanRequest,
        schema::{Attribute, Empty},
    },
    provider::{
        Client,
        managed::{entity::Entity, home},
    },
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
    .optional_computed()
    .stable()
}

/// Plans the workspace: what is configured, or else where the object lives, which must be where the
/// provider is configured for.
pub(super) fn plan<E: Entity>(
    server: Option<&Server>,
    request: &PlanRequest<'_, E::Row>,
    plan: &mut Plan<E::Row>,
) -> Result<(), Diagnostics> {
    let configured = E::workspace(&mut request.config.clone()).clone();
    let prior = request
        .prior
        .map(|it| E::workspace(&mut it.clone()).clone());
    let planned = match (&configured, &prior, server) {
        (Attr::Null, Some(prior), Some(server)) => {
            let home = home::effective(home::named(prior));
            if home != home::effective(server.workspace()) {
                return Err(home::moved_away(E::NOUN, server, home).into());
            }
            prior.clone()
        }
        (Attr::Null, Some(prior), None) => prior.clone(),
        (Attr::Null, None, Some(server)) => server.workspace().map(str::to_owned).into(),
        (Attr::Null, None, None) => Attr::Unknown,
        (configured, ..) => configured.clone(),
    };
    if prior.is_some_and(|prior| differs(&prior, &planned)) {
        plan.replace.push(Path::attribute(WORKSPACE));
    }
    *E::workspace(&mut plan.state) = planned;
    Ok(())
}

fn differs(prior: &Attr<String>, planned: &Attr<String>) -> bool {
    planned.is_unknown()
        || home::effective(home::named(prior)) != home::effective(home::named(planned))
}

/// Refuses a workspace that the server cannot have. It is asked once a process, and only where one
/// is configured; a server that does not answer may be made by the same apply.
pub(super) async fn check<E: Entity>(
    cx: &Context<Client>,
    server: &Server,
    config: &E::Row,
) -> Result<(), Diagnostics> {
    let configured = E::workspace(&mut config.clone()).clone();
    if home::effective(home::named(&configured)).is_none() {
        return Ok(());
    }
    if server.kind() == RegistryKind::Databricks {
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

fn refused(why: &str) -> Diagnostics {
    Diagnostic::error("Workspace Not Supported", why)
        .at(Path::attribute(WORKSPACE))
        .into()
}
