//! The resource: which calls make it so.

use super::row::{self, RegisteredModel};
use crate::{
    api::{
        Claim, ErrorKind, model_versions,
        registered_models::{self, NewRegisteredModel, RegisteredModels},
        tags::changes,
    },
    framework::{Attr, Diagnostic, Diagnostics, Path, Plan, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, or_default, tags,
        text_or_none,
    },
};

/// `mlflow_registered_model`.
#[derive(Debug)]
pub(in crate::provider) struct Model;

impl Entity for Model {
    type Row = RegisteredModel;
    type Object = RegisteredModels;

    const TYPE_NAME: &'static str = "mlflow_registered_model";
    const NOUN: &'static str = "registered model";
    const ON_DATABRICKS: bool = true;
    const IDENTITY: &'static [(&'static str, &'static str)] = &[("name", "The model's name.")];
    const LIST: &'static str = "Lists registered models for `terraform query`: all of a workspace, or \
        those that satisfy every given argument. Prompts are not among them.\n\n\
        Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &RegisteredModel) -> Option<String> {
        row.name.known().cloned()
    }

    fn workspace(row: &mut RegisteredModel) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    fn seen(
        model: &registered_models::RegisteredModel,
        before: Before<'_, RegisteredModel>,
    ) -> Seen<RegisteredModel> {
        if model.is_prompt() {
            return Seen::Other(is_a_prompt(&model.name));
        }
        let Before { row, is_new } = before;
        Seen::Is(RegisteredModel {
            id: Attr::Null,
            name: model.name.clone().into(),
            description: text_or_none(model.description.as_ref(), &row.description),
            tags: tags::shown(&model.tags, &row.tags, is_new),
            workspace: row.workspace.clone(),
            force_destroy: or_default(&row.force_destroy, false),
            creation_timestamp: model.creation_timestamp.into(),
        })
    }

    fn is_same(state: &RegisteredModel, found: &RegisteredModel) -> bool {
        state.creation_timestamp == found.creation_timestamp
    }

    fn listed(model: &registered_models::RegisteredModel) -> Vec<RegisteredModel> {
        vec![named(&model.name)]
    }

    fn id(row: &mut RegisteredModel) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    fn validate(config: &RegisteredModel) -> Diagnostics {
        tags::validate(&config.tags)
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<RegisteredModel>) -> Result<(), Diagnostics> {
        let prior = cx.prior.map(|prior| &prior.tags);
        plan.state.tags = tags::plan(cx.cx, &cx.config.tags, prior, &plan.private);
        Ok(())
    }

    async fn plan_destroy(cx: &Working<'_>, prior: &RegisteredModel) -> Result<(), Diagnostics> {
        let name = name_of(prior);
        let numbers = |token: Option<&str>| model_versions::numbers(&name, token);
        // What cannot be counted now is looked at once more right before the destruction.
        let count = cx.server.list_by(numbers, cx.stop()).await;
        if let Some(warning) = count.ok().and_then(|all| goes_along(all.len(), prior)) {
            cx.cx.warn(warning);
        }
        Ok(())
    }

    async fn create(
        _: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, RegisteredModel>,
    ) -> Result<Steps<Self>, Halt> {
        let new = NewRegisteredModel {
            name: name_of(planned),
            description: description(planned),
            tags: tags::known(&planned.tags),
        };
        let (call, key) = (registered_models::create(&new), new.name.clone());
        let shows = move |model: &registered_models::RegisteredModel| {
            model.description == new.description && model.tags == new.tags
        };
        let step = Step::create(call, key, Claim::CreatedSince, shows, planned.clone());
        Ok(vec![step])
    }

    /// The name, the description, tags that are set, tags that go.
    async fn update(
        _: &Working<'_>,
        prior: &RegisteredModel,
        Wanted { planned, .. }: Wanted<'_, RegisteredModel>,
    ) -> Result<Steps<Self>, Halt> {
        let (old, name) = (name_of(prior), name_of(planned));
        let (mut steps, mut truth) = (Vec::new(), prior.clone());
        if old != name {
            let call = registered_models::rename(&old, &name);
            (truth.id, truth.name) = (name.clone().into(), name.clone().into());
            let made = prior.creation_timestamp;
            let is_it = move |model: Option<&registered_models::RegisteredModel>| {
                model.is_some_and(|model| made == model.creation_timestamp.into())
            };
            steps.push(Step::change(call, name.clone(), is_it, truth.clone()));
        }
        let text = description(planned);
        if text != description(prior) {
            let call = registered_models::describe(&name, text.as_deref().unwrap_or_default());
            truth.description = planned.description.clone();
            let is_so = move |model: Option<&registered_models::RegisteredModel>| {
                model.is_some_and(|model| model.description == text)
            };
            steps.push(Step::change(call, name.clone(), is_so, truth.clone()));
        }
        for change in changes(&tags::known(&prior.tags), &tags::known(&planned.tags)) {
            let call = registered_models::tag(&name, &change);
            truth.tags = tags::after(&truth.tags, &change);
            let is_so = move |model: Option<&registered_models::RegisteredModel>| {
                model.is_some_and(|model| change.is_in(&model.tags))
            };
            steps.push(Step::silent(call, name.clone(), is_so, truth.clone()));
        }
        Ok(steps)
    }

    fn delete(
        _: &Working<'_>,
        prior: &RegisteredModel,
        model: &registered_models::RegisteredModel,
    ) -> Result<Steps<Self>, Halt> {
        if model.has_versions() && prior.force_destroy.known() != Some(&true) {
            return Err(Halt::Refused(has_versions(&model.name).into()));
        }
        let call = registered_models::delete(&model.name);
        let name = model.name.clone();
        Ok(vec![Step::silent(
            call,
            name,
            |model| model.is_none(),
            prior.clone(),
        )])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("name"))
    }
}

fn named(name: &str) -> RegisteredModel {
    RegisteredModel {
        name: name.to_owned().into(),
        ..RegisteredModel::default()
    }
}

fn name_of(row: &RegisteredModel) -> String {
    row.name.known().cloned().unwrap_or_default()
}

/// None and an empty text are the same.
fn description(row: &RegisteredModel) -> Option<String> {
    let text = row.description.known();
    text.filter(|text| !text.is_empty()).cloned()
}

pub(super) fn is_a_prompt(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Model Is a Prompt",
        format!(
            "The registry has a prompt named {name:?}. Prompts and models share their names, and a \
             prompt is not managed as a model."
        ),
    )
}

fn has_versions(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Model Has Versions",
        format!(
            "The registered model {name:?} has versions, which its destruction would take along for \
             good. To destroy them too, set force_destroy = true, apply, then destroy: the value in \
             state counts. To stop managing the model and keep it, use a removed block."
        ),
    )
}

fn goes_along(count: usize, prior: &RegisteredModel) -> Option<Diagnostic> {
    let forced = prior.force_destroy.known() == Some(&true);
    let what_comes = if forced {
        "They are destroyed with it, and cannot be brought back."
    } else {
        "The apply refuses to destroy them, because force_destroy is not true in state."
    };
    let versions = if count == 1 { "version" } else { "versions" };
    (count > 0).then(|| {
        Diagnostic::warning(
            "Versions Go Along",
            format!("The registered model has {count} {versions}. {what_comes}"),
        )
    })
}
