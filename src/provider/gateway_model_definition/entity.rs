//! The resource: which calls make it so.

use super::row::{self, Row};
use crate::{
    api::{
        Claim, ErrorKind,
        gateway::model_definitions::{
            self, ModelDefinition, ModelDefinitionChange, ModelDefinitions, ModelDefinitionsByName,
            NewModelDefinition,
        },
    },
    framework::{Attr, Path, schema::Schema},
    provider::managed::{Before, Entity, Halt, Seen, Step, Steps, Wanted, Working, must_be_free},
};

/// `mlflow_gateway_model_definition`.
#[derive(Debug)]
pub(in crate::provider) struct Definition;

impl Entity for Definition {
    type Row = Row;
    type Object = ModelDefinitions;

    const TYPE_NAME: &'static str = "mlflow_gateway_model_definition";
    const NOUN: &'static str = "gateway model definition";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("id", "The server's id of the definition.")];
    const NAMED: Option<&'static str> = Some("name");
    const LIST: &'static str = "Lists model definitions of the AI gateway for `terraform query`.\n\n\
        Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Row) -> Option<String> {
        row.id.known().cloned()
    }

    fn workspace(row: &mut Row) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    async fn find(cx: &Working<'_>, row: &Row) -> Result<Option<ModelDefinition>, Halt> {
        let name = row.name.known_or_default();
        cx.get::<ModelDefinitionsByName>(&name).await
    }

    fn seen(definition: &ModelDefinition, before: Before<'_, Row>) -> Seen<Row> {
        Seen::Is(Row {
            id: definition.id.clone().into(),
            name: definition.name.clone().into(),
            secret_id: definition.secret_id.clone().into(),
            provider_name: definition.provider.clone().into(),
            model_name: definition.model_name.clone().into(),
            workspace: before.row.workspace.clone(),
            created_at: definition.created_at.into(),
        })
    }

    fn listed(definition: &ModelDefinition) -> Vec<Row> {
        vec![Row {
            id: definition.id.clone().into(),
            ..Row::default()
        }]
    }

    async fn create(
        _: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let new = NewModelDefinition {
            name: planned.name.known_or_default(),
            secret_id: planned.secret_id.known_or_default(),
            provider: planned.provider_name.known_or_default(),
            model_name: planned.model_name.known_or_default(),
        };
        let (call, name) = (model_definitions::create(&new), new.name.clone());
        let (shown, made) = (change(&Row::default(), planned), planned.clone());
        let shows = move |definition: &ModelDefinition| shown.is_in(definition);
        let truth = move |id: Option<String>| Row {
            id: id.into(),
            ..made
        };
        Ok(vec![Step::create_shown::<ModelDefinitionsByName>(
            call,
            name,
            Claim::CreatedSince,
            shows,
            truth,
        )])
    }

    async fn update(
        cx: &Working<'_>,
        prior: &Row,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let (id, change) = (prior.id.known_or_default(), change(prior, planned));
        if change == ModelDefinitionChange::default() {
            return Ok(vec![]);
        }
        if change.name.is_some() {
            must_be_free::<Self>(cx, prior, planned).await?;
        }
        let call = model_definitions::update(&id, &change);
        let is_so = move |definition: Option<&ModelDefinition>| {
            definition.is_some_and(|definition| change.is_in(definition))
        };
        Ok(vec![Step::change(call, id, is_so, planned.clone())])
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Row,
        definition: &ModelDefinition,
    ) -> Result<Steps<Self>, Halt> {
        let id = definition.id.clone();
        let call = model_definitions::delete(&id);
        let is_gone = |definition: Option<&ModelDefinition>| definition.is_none();
        Ok(vec![Step::silent(call, id, is_gone, prior.clone())])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        match kind {
            ErrorKind::AlreadyExists => Some(Path::attribute("name")),
            ErrorKind::ReferenceNotFound => Some(Path::attribute("secret_id")),
            _ => None,
        }
    }
}

/// What is to be sent of the plan: another secret than before needs a permission on it, so what does
/// not change is left out.
fn change(prior: &Row, planned: &Row) -> ModelDefinitionChange {
    let changed = |before: &Attr<String>, after: &Attr<String>| {
        after.known().filter(|_| before != after).cloned()
    };
    ModelDefinitionChange {
        name: changed(&prior.name, &planned.name),
        secret_id: changed(&prior.secret_id, &planned.secret_id),
        provider: changed(&prior.provider_name, &planned.provider_name),
        model_name: changed(&prior.model_name, &planned.model_name),
    }
}
