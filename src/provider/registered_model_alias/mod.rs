//! Aliases of registered models: a name for a version, never taken from somebody else, and set or
//! removed only where that changes something, because webhooks fire at every call.

mod row;

use crate::{
    api::{
        Shown, aliases,
        registered_models::{RegisteredModel, RegisteredModels},
    },
    framework::{Attr, Catalogue, schema::Schema},
    provider::{
        Client,
        managed::{self, Before, Entity, Halt, Seen, Step, Steps, Wanted, Working},
    },
};
use row::Alias;

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Client> {
    managed::offers::<ModelAlias>()
}

/// `mlflow_registered_model_alias`.
#[derive(Debug)]
struct ModelAlias;

impl Entity for ModelAlias {
    type Row = Alias;
    type Object = RegisteredModels;

    const TYPE_NAME: &'static str = "mlflow_registered_model_alias";
    const NOUN: &'static str = "registered model alias";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("model_name", "The model's name."), ("alias", "The alias.")];
    const SEPARATOR: char = '@';
    const LIST: &'static str = "Lists aliases of registered models for `terraform query`, which needs \
        Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Alias) -> Option<String> {
        row.model_name.known().cloned()
    }

    fn workspace(row: &mut Alias) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    fn id(row: &mut Alias) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    fn seen(model: &RegisteredModel, before: Before<'_, Alias>) -> Seen<Alias> {
        let alias = before.row.alias.known().map_or("", String::as_str);
        let version = model.aliases.get(alias);
        version.map_or(Seen::Gone, |version| {
            Seen::Is(Alias::new(&model.name, alias, version))
        })
    }

    fn listed(model: &RegisteredModel) -> Vec<Alias> {
        let aliases = model.aliases.iter();
        aliases
            .map(|(alias, version)| Alias::new(&model.name, alias, version))
            .collect()
    }

    /// The server would take the alias from whoever has it, so it is looked for first.
    async fn create(
        cx: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Alias>,
    ) -> Result<Steps<Self>, Halt> {
        let (name, alias, _) = planned.parts();
        let model = cx.server.get::<RegisteredModels>(&name, cx.stop()).await?;
        if model.aliases.contains_key(&alias) {
            return Err(Halt::Exists);
        }
        Ok(vec![set(planned, Shown::Taken)])
    }

    /// A model that was renamed has taken the alias along. Elsewhere it is set before it is removed.
    async fn update(
        cx: &Working<'_>,
        prior: &Alias,
        Wanted { planned, .. }: Wanted<'_, Alias>,
    ) -> Result<Steps<Self>, Halt> {
        let ((from, alias, old), (to, _, new)) = (prior.parts(), planned.parts());
        if from == to {
            return Ok(if old == new {
                vec![]
            } else {
                vec![set(planned, Shown::NotDone)]
            });
        }
        let model = cx.server.get::<RegisteredModels>(&to, cx.stop()).await?;
        let left = match cx.server.get::<RegisteredModels>(&from, cx.stop()).await {
            Err(gone) if gone.is_not_found() => None,
            model => model?.aliases.remove(&alias),
        };
        let removed = left.map(|_| removed(prior, planned));
        match model.aliases.get(&alias) {
            Some(version) if removed.is_none() && *version == new => Ok(vec![]),
            Some(version) if removed.is_none() && *version == old => {
                Ok(vec![set(planned, Shown::NotDone)])
            }
            Some(_) => Err(Halt::Exists),
            None => Ok([set(planned, Shown::Taken)]
                .into_iter()
                .chain(removed)
                .collect()),
        }
    }

    fn delete(_: &Working<'_>, prior: &Alias, _: &RegisteredModel) -> Result<Steps<Self>, Halt> {
        Ok(vec![removed(prior, prior)])
    }
}

type OneStep = Step<RegisteredModels, Alias>;

/// `other`: what it means when a look after an unclear answer finds the alias on another version.
fn set(row: &Alias, other: Shown) -> OneStep {
    let (model, alias, version) = row.parts();
    let call = aliases::set(&model, &alias, &version);
    let shows = move |model: Option<&RegisteredModel>| match model
        .and_then(|model| model.aliases.get(&alias))
    {
        None => Shown::NotDone,
        Some(found) if *found == version => Shown::Done,
        Some(_) => other,
    };
    Step::silent(call, model, shows, row.clone())
}

fn removed(row: &Alias, truth: &Alias) -> OneStep {
    let (model, alias, _) = row.parts();
    let call = aliases::delete(&model, &alias);
    let is_so = move |model: Option<&RegisteredModel>| {
        model.is_none_or(|model| !model.aliases.contains_key(&alias))
    };
    Step::silent(call, model, is_so, truth.clone())
}
