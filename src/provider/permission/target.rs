//! What a permission is on. Servers permit something on what is not there without a word, and it then
//! holds for nothing, or later for somebody else's: so it is looked for first, in the same workspace.

use crate::{
    api::{
        Object, Prompts,
        experiments::Experiments,
        gateway::{endpoints::Endpoints, model_definitions::ModelDefinitions, secrets::Secrets},
        held_roles::Grant,
        registered_models::RegisteredModels,
    },
    framework::{Diagnostic, Path},
    provider::managed::{Halt, Working},
};

/// Whether the thing is where the permission is to be. Of a scorer its experiment is looked for; what
/// has no API that is known here is taken as it is.
///
/// # Errors
/// When it is not, or is another kind of thing.
pub(super) async fn there(cx: &Working<'_>, grant: &Grant) -> Result<(), Halt> {
    let Grant {
        resource_type,
        resource_id,
        ..
    } = grant;
    match (resource_type.as_str(), resource_id.as_str()) {
        (_, "*") => Ok(()),
        ("experiment", id) => experiment(cx, id).await,
        ("scorer", id) => experiment(cx, id.split('/').next().unwrap_or_default()).await,
        ("registered_model", name) => model(cx, name, false).await,
        ("prompt", name) => model(cx, name, true).await,
        ("gateway_secret", id) => of_gateway::<Secrets>(cx, id).await,
        ("gateway_model_definition", id) => of_gateway::<ModelDefinitions>(cx, id).await,
        ("gateway_endpoint", id) => of_gateway::<Endpoints>(cx, id).await,
        _ => Ok(()),
    }
}

async fn of_gateway<O: Object<Key = String>>(cx: &Working<'_>, id: &str) -> Result<(), Halt> {
    match cx.get::<O>(&id.to_owned()).await? {
        Some(_) => Ok(()),
        None => Err(absent(cx, &format!("no {} {id:?}", O::area().noun))),
    }
}

async fn experiment(cx: &Working<'_>, id: &str) -> Result<(), Halt> {
    match cx.get::<Experiments>(&id.to_owned()).await? {
        Some(experiment) if !experiment.is_deleted() => Ok(()),
        Some(_) => Err(refused(
            &format!("The experiment {id} is deleted"),
            "Restore it first, or give the permission on another one.",
        )),
        None => Err(absent(cx, &format!("no experiment {id}"))),
    }
}

/// Models and prompts share their names, and not their permissions.
async fn model(cx: &Working<'_>, name: &str, is_prompt: bool) -> Result<(), Halt> {
    let (kind, other) = match is_prompt {
        true => ("prompt", "registered_model"),
        false => ("registered model", "prompt"),
    };
    match cx.get::<RegisteredModels>(&name.to_owned()).await? {
        Some(model) if model.is::<Prompts>() == is_prompt => Ok(()),
        Some(_) => Err(refused(
            &format!("{name:?} is no {kind}"),
            &format!("Set resource_type = {other:?}: models and prompts share their names only."),
        )),
        None => Err(absent(cx, &format!("no {kind} {name:?}"))),
    }
}

fn absent(cx: &Working<'_>, what: &str) -> Halt {
    let place = place(cx);
    refused(
        &format!("There is {what} {place}"),
        "A permission holds in its own workspace only: set workspace to where the thing lives, or make it \
         first.",
    )
}

fn place(cx: &Working<'_>) -> String {
    match cx.server.workspace() {
        Some(workspace) => format!("in workspace {workspace:?}"),
        None => "in the default workspace".to_owned(),
    }
}

fn refused(what: &str, advice: &str) -> Halt {
    let detail = format!(
        "{what}. The server would take the permission all the same, and it would hold for nothing, or one \
         day for somebody else's. {advice}"
    );
    let told = Diagnostic::error("Nothing to Permit There", detail);
    Halt::Refused(told.at(Path::attribute("resource_id")).into())
}
