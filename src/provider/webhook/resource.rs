//! The resource: what happens when, in terms of the modules beside it.

use super::{
    from_databricks,
    model::{Identity, Webhook, in_http},
    rules::{by_registry, clear_by_replacing, offline, warnings},
    schema, sent, state,
};
use crate::{
    api::{self, Error, ErrorKind, ServerKind, WebhookRef, Webhooks},
    framework::{
        self, Applied, Attr, Context, Create, Delete, Diagnostic, Diagnostics, Failed,
        ImportTarget, Imported, MoveSource, Path, Plan, PlanRequest, Private, Read, Refreshed,
        Update,
    },
    provider::{
        Configured,
        explain::explain,
        managed::{
            accepted, elsewhere, gone_with_its_workspace, in_workspace, remember, split_workspace,
            with_workspace, workspace,
        },
    },
};

/// `mlflow_webhook`.
#[derive(Debug)]
pub(in crate::provider) struct Resource;

const NOUN: &str = "webhook";

impl framework::Resource<Configured> for Resource {
    type Model = Webhook;
    type Identity = Identity;

    const TYPE_NAME: &'static str = "mlflow_webhook";
    /// Version 1 brought the workspace.
    const IDENTITY_VERSION: i64 = 1;

    fn schema() -> framework::schema::Schema {
        schema::schema()
    }

    fn identity(state: &Webhook) -> Identity {
        Identity {
            id: state.id.clone(),
            model_name: state.model_name.clone(),
            workspace: state.workspace.clone(),
        }
    }

    fn validate(config: &Webhook) -> Diagnostics {
        offline::check(config)
    }

    async fn plan<'a>(
        &'a self,
        cx: &'a Context<Configured>,
        request: PlanRequest<'a, Webhook>,
        plan: &'a mut Plan<Webhook>,
    ) -> Result<(), Diagnostics> {
        plan_workspace(cx, &request, plan)?;
        let Some(webhooks) = webhooks(cx, &plan.state)? else {
            return Ok(());
        };
        workspace::check(cx, webhooks.server(), &request.config.workspace).await?;
        if let Some(prior) = request.prior {
            let (before, after) = (&prior.workspace, &plan.state.workspace);
            workspace::warn_of_move(cx, webhooks.server(), before, after).await;
        }
        let kind = webhooks.server().kind();
        by_registry::check(kind, request.config, &plan.state, request.prior).into_result()?;
        for warning in warnings::all(&plan.state, request.prior, request.host) {
            cx.warn(warning);
        }
        match (kind, request.prior) {
            (ServerKind::Mlflow, Some(prior)) => {
                clear_by_replacing::plan(cx, &webhooks, prior, request.config, plan).await
            }
            _ => Ok(()),
        }
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        request: Read<Webhook>,
    ) -> Result<Refreshed<Webhook>, Diagnostics> {
        let Read { state, mut private } = request;
        let Some(webhooks) = webhooks(cx, &state)? else {
            if let Some(warning) = cx.client().not_refreshed() {
                cx.warn(warning);
            }
            let state = Some(state);
            return Ok(Refreshed { state, private });
        };
        match webhooks.refresh(reference(&state)?, cx.stop()).await {
            Ok(webhook) => {
                remember(&mut private, webhooks.server());
                let state = Some(state::refreshed(&webhooks, &webhook, &state));
                Ok(Refreshed { state, private })
            }
            Err(error) if error.is_not_found() => {
                elsewhere(NOUN, &private, webhooks.server())?;
                let state = None;
                Ok(Refreshed { state, private })
            }
            Err(error) if *error.kind() == ErrorKind::UnknownWorkspace => {
                let server = webhooks.server();
                gone_with_its_workspace(NOUN, cx, &private, server, &error).await?;
                let state = None;
                Ok(Refreshed { state, private })
            }
            Err(error) => Err(explained(&error)),
        }
    }

    async fn create(
        &self,
        cx: &Context<Configured>,
        request: Create<Webhook>,
    ) -> Result<Applied<Webhook>, Failed<Webhook>> {
        let Create {
            config,
            planned,
            mut private,
        } = request;
        let webhooks = known_webhooks(cx, &planned).map_err(Failed::nothing_changed)?;
        let new = state::new_webhook(&planned, &config);
        sent::expect_all_created(&planned, &new).map_err(Failed::nothing_changed)?;
        let webhook = webhooks
            .create(&new, cx.stop())
            .await
            .map_err(|error| Failed::nothing_changed(explained(&error)))?;
        remember(&mut private, webhooks.server());
        taken_over(&webhooks, &webhook, planned, private)
    }

    async fn update(
        &self,
        cx: &Context<Configured>,
        request: Update<Webhook>,
    ) -> Result<Applied<Webhook>, Failed<Webhook>> {
        let Update {
            config,
            prior,
            planned,
            mut private,
        } = request;
        let webhooks = known_webhooks(cx, &planned).map_err(Failed::nothing_changed)?;
        let change = state::change(webhooks.server().kind(), &prior, &planned, &config);
        let all = sent::expect_all_updated(&prior, &planned, change.as_ref());
        all.map_err(Failed::nothing_changed)?;
        let Some(change) = change else {
            return Ok(unchanged(prior, planned, private));
        };
        let meant = reference(&prior).map_err(Failed::nothing_changed)?;
        let result = webhooks.update(meant, &change, cx.stop()).await;
        let webhook = result.map_err(|error| {
            let found = elsewhere(NOUN, &private, webhooks.server()).err();
            let found = found.filter(|_| error.is_not_found());
            Failed::nothing_changed(found.unwrap_or_else(|| explained(&error)))
        })?;
        remember(&mut private, webhooks.server());
        taken_over(&webhooks, &webhook, planned, private)
    }

    async fn delete(
        &self,
        cx: &Context<Configured>,
        request: Delete<Webhook>,
    ) -> Result<(), Failed<Webhook>> {
        let deleted = delete(cx, &request.prior, &request.private).await;
        deleted.map_err(Failed::nothing_changed)
    }

    fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<Webhook>, Diagnostics>> {
        from_databricks::take_over(source)
    }

    fn import_id(state: &Webhook) -> Option<String> {
        let id = state.id.known()?;
        let id = match state.model_name.known() {
            Some(model) => format!("{model}/{id}"),
            None => id.clone(),
        };
        Some(with_workspace(state.workspace.known(), &id))
    }

    fn import(target: ImportTarget<'_, Identity>) -> Result<Imported<Webhook>, Diagnostics> {
        let (id, model_name, workspace) = match target {
            ImportTarget::Id(id) => of_import_id(id),
            ImportTarget::Identity(it) => {
                let id = it.id.into_known().unwrap_or_default();
                (id, it.model_name, it.workspace)
            }
        };
        if !api::webhooks::is_id(&id) {
            return Err(Diagnostic::error(
                "Invalid Import ID",
                "A webhook is imported by the registry's id of it, or by MODEL_NAME/ID for a webhook \
                 of one model on Databricks, without spaces around it; either after workspace=TEAM/ \
                 where it does not live in the provider's workspace. A name is no id, since webhooks may \
                 share one: the data source mlflow_webhooks shows the ids.",
            )
            .into());
        }
        let state = Webhook {
            id: id.into(),
            model_name,
            workspace,
            http_url_spec: vec![].into(),
            job_spec: vec![].into(),
            ..Webhook::default()
        };
        Ok(Imported {
            state,
            private: Private::default(),
        })
    }
}

/// One request, after which the webhook is there or not: nothing is left by halves.
async fn delete(
    cx: &Context<Configured>,
    prior: &Webhook,
    private: &Private,
) -> Result<(), Diagnostics> {
    let webhooks = known_webhooks(cx, prior)?;
    let meant = reference(prior)?;
    if let Err(other) = elsewhere(NOUN, private, webhooks.server()) {
        match webhooks.get(meant, cx.stop()).await {
            Err(error) if error.is_not_found() => return Err(other),
            Err(error) => return Err(explained(&error)),
            Ok(_) => {}
        }
    }
    let result = webhooks.delete(meant, cx.stop()).await;
    result.map_err(|error| explained(&error))
}

/// `ID`, or `MODEL_NAME/ID` for those who may only list one model's webhooks; either after an optional
/// `workspace=TEAM/`.
fn of_import_id(text: &str) -> (String, Attr<String>, Attr<String>) {
    let (workspace, id) = split_workspace(text).unwrap_or_default();
    let workspace = workspace.map(str::to_owned).into();
    match id.rsplit_once('/') {
        Some((model_name, id)) => (id.to_owned(), model_name.to_owned().into(), workspace),
        None => (id.to_owned(), Attr::Null, workspace),
    }
}

/// The webhooks of the server, in the workspace of this one; `None` while the provider's configuration
/// is not known.
fn webhooks(cx: &Context<Configured>, row: &Webhook) -> Result<Option<Webhooks>, Diagnostics> {
    let server = cx.client().server()?;
    Ok(server.map(|it| Webhooks::of(in_workspace(it, &row.workspace))))
}

/// The same, for what cannot go on without one.
fn known_webhooks(cx: &Context<Configured>, row: &Webhook) -> Result<Webhooks, Diagnostics> {
    let server = cx.client().known_server()?;
    Ok(Webhooks::of(in_workspace(server, &row.workspace)))
}

fn plan_workspace(
    cx: &Context<Configured>,
    request: &PlanRequest<'_, Webhook>,
    plan: &mut Plan<Webhook>,
) -> Result<(), Diagnostics> {
    let server = cx.client().server()?;
    let prior = request.prior.map(|it| &it.workspace);
    let configured = &request.config.workspace;
    let (workspace, moves) = workspace::planned(NOUN, server, configured, prior, &plan.private)?;
    if moves {
        plan.replace.push(workspace::path());
    }
    plan.state.workspace = workspace;
    Ok(())
}

/// The state after a creation or an update; an error if the registry's answer shows other values
/// than were planned.
fn taken_over(
    webhooks: &Webhooks,
    webhook: &api::Webhook,
    planned: Webhook,
    private: Private,
) -> Result<Applied<Webhook>, Failed<Webhook>> {
    let actual = state::refreshed(webhooks, webhook, &planned);
    let expected = Webhook {
        id: actual.id.clone(),
        creation_timestamp: actual.creation_timestamp,
        last_updated_timestamp: actual.last_updated_timestamp,
        ..planned
    };
    match accepted(expected, &actual) {
        Ok(state) => Ok(Applied { state, private }),
        Err(told) => {
            let state = actual;
            Err(Failed::left(told, Applied { state, private }))
        }
    }
}

/// A change of spelling only: nothing was sent, so nothing else changed.
fn unchanged(prior: Webhook, planned: Webhook, private: Private) -> Applied<Webhook> {
    let state = Webhook {
        last_updated_timestamp: prior.last_updated_timestamp,
        ..planned
    };
    Applied { state, private }
}

/// Which webhook of the registry a state is of.
fn reference(state: &Webhook) -> Result<WebhookRef<'_>, Diagnostics> {
    let id = state.id.known().ok_or_else(|| {
        Diagnostic::error(
            "Missing ID",
            "The state of this webhook holds no id. Remove it from state and import it again.",
        )
    })?;
    Ok(WebhookRef {
        id,
        model_name: state.model_name.known().map(String::as_str),
        last_updated_timestamp: state.last_updated_timestamp.known().copied(),
    })
}

/// The error, pointing at the argument that caused it where that is known.
fn explained(error: &Error) -> Diagnostics {
    let diagnostic = explain(error);
    match error.kind() {
        ErrorKind::UrlRefused => diagnostic.at(in_http("url")).into(),
        ErrorKind::UnknownModel => diagnostic.at(Path::attribute("model_name")).into(),
        ErrorKind::UnknownEvent { .. } => diagnostic.at(Path::attribute("events")).into(),
        _ => diagnostic.into(),
    }
}
