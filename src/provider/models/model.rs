//! A model or a prompt itself: renamed in place with its versions, and never destroyed with them unasked.

use std::{fmt, marker::PhantomData};

use crate::{
    api::{
        Claim, Error, ErrorKind, ServerKind,
        registered_models::{self, NewRegisteredModel, Registered, RegisteredModel},
        tags::changes,
    },
    framework::{
        Attr, Diagnostic, Diagnostics, Field, Imported, Joined, MoveSource, Path, Plan, Value,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        managed::{
            Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, from_databricks,
            or_default, tags, text_or_none, workspace_argument,
        },
        models::{kind::Kind, name},
    },
    row,
};

/// A type of resource that is a model or a prompt.
pub(in crate::provider) trait ModelType: Send + Sync + 'static {
    /// What it is of the two.
    type Kind: Kind;

    /// What it has that the other has not.
    type More: More;

    /// What Databricks' own provider calls it.
    const MOVED_FROM: Option<&'static str> = None;
    /// What it says of itself.
    const TEXTS: ModelTexts;
}

/// What pages say of such a type, in Markdown.
pub(in crate::provider) struct ModelTexts {
    pub(in crate::provider) noun: &'static str,
    pub(in crate::provider) page: &'static str,
    pub(in crate::provider) list: &'static str,
    pub(in crate::provider) id: &'static str,
    pub(in crate::provider) name: &'static str,
    pub(in crate::provider) description: &'static str,
    pub(in crate::provider) force_destroy: &'static str,
    pub(in crate::provider) creation_timestamp: &'static str,
    pub(in crate::provider) identity: &'static [(&'static str, &'static str)],
}

row! {
    /// What models and prompts have alike.
    pub(in crate::provider) struct Own {
        id: Attr<String>,
        name: Attr<String>,
        description: Attr<String>,
        tags: tags::Tags,
        workspace: Attr<String>,
        force_destroy: Attr<bool>,
        creation_timestamp: Attr<i64>,
    }
}

/// What a type has beside that, which is nothing on an MLflow server.
pub(in crate::provider) trait More:
    Field + Default + Clone + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// Its attributes, all computed and stable.
    fn attributes() -> Vec<Attribute>;

    /// What a model shows of them.
    fn of(model: &RegisteredModel) -> Self;
}

impl More for () {
    fn attributes() -> Vec<Attribute> {
        Vec::new()
    }

    fn of(_: &RegisteredModel) -> Self {}
}

/// The row of the resource.
pub(in crate::provider) type Row<T> = Joined<Own, <T as ModelType>::More>;

/// Such a type as an [`Entity`].
pub(in crate::provider) struct Model<T>(PhantomData<fn(T)>);

impl<T: ModelType> Entity for Model<T> {
    type Row = Row<T>;
    type Object = Registered<T::Kind>;

    const TYPE_NAME: &'static str = T::Kind::TYPE_NAME;
    const NOUN: &'static str = T::TEXTS.noun;
    const IDENTITY: &'static [(&'static str, &'static str)] = T::TEXTS.identity;
    const LIST: &'static str = T::TEXTS.list;

    fn schema() -> Schema {
        schema::<T>()
    }

    fn key(row: &Row<T>) -> Option<String> {
        row.0.name.known().cloned()
    }

    fn workspace(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.0.workspace)
    }

    /// When it was made: its name may be another's by now.
    fn mark(model: &RegisteredModel, _: &Row<T>) -> Option<i64> {
        Some(model.creation_timestamp)
    }

    fn seen(model: &RegisteredModel, before: Before<'_, Row<T>>) -> Seen<Row<T>> {
        if !model.is::<T::Kind>() {
            return Seen::Other(T::Kind::is_other(&model.name));
        }
        let (row, is_new) = (&before.row.0, before.is_new);
        let own = Own {
            id: Attr::Null,
            name: model.name.clone().into(),
            description: text_or_none(model.description.as_ref(), &row.description),
            tags: tags::shown(&model.tags, &row.tags, is_new),
            workspace: row.workspace.clone(),
            force_destroy: or_default(&row.force_destroy, false),
            creation_timestamp: model.creation_timestamp.into(),
        };
        Seen::Is(Joined(own, T::More::of(model)))
    }

    fn is_same(state: &Row<T>, found: &Row<T>) -> bool {
        state.0.creation_timestamp == found.0.creation_timestamp
    }

    fn listed(model: &RegisteredModel) -> Vec<Row<T>> {
        let own = Own {
            name: model.name.clone().into(),
            ..Own::default()
        };
        vec![Joined(own, T::More::default())]
    }

    fn id(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.0.id)
    }

    fn validate(config: &Row<T>) -> Diagnostics {
        tags::validate(&config.0.tags)
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Row<T>>) -> Result<(), Diagnostics> {
        let prior = cx.prior.map(|prior| &prior.0.tags);
        plan.state.0.tags = tags::plan(cx.cx, &cx.config.0.tags, prior, &plan.private);
        let kind = cx.kind()?;
        if kind == Some(ServerKind::Mlflow) {
            plan.state.1 = T::More::default();
        }
        name::not_on(kind, &plan.state.0.name, "name").map_or(Ok(()), |it| Err(it.into()))
    }

    async fn plan_destroy(cx: &Working<'_>, prior: &Row<T>) -> Result<(), Diagnostics> {
        // What cannot be counted now is looked at once more right before the destruction.
        let count = count::<T>(cx, &prior.0).await.unwrap_or_default();
        if let Some(warning) = goes_along::<T>(count, &prior.0) {
            cx.cx.warn(warning);
        }
        Ok(())
    }

    async fn create(
        _: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let new = NewRegisteredModel {
            name: name_of(&planned.0),
            description: description(&planned.0),
            tags: tags::known(&planned.0.tags),
        };
        let call = registered_models::create::<T::Kind>(&new);
        let key = new.name.clone();
        let shows = registered_models::shows::<T::Kind>(new);
        let step = Step::create(call, key, Claim::CreatedSince, shows, planned.clone());
        Ok(vec![step])
    }

    /// The name, the description, tags that are set, tags that go.
    async fn update(
        _: &Working<'_>,
        prior: &Row<T>,
        Wanted { planned, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let (mut steps, mut truth) = (Vec::new(), prior.clone());
        steps.extend(renamed::<T>(prior, planned, &mut truth));
        let (name, text) = (name_of(&planned.0), description(&planned.0));
        if text != description(&prior.0) {
            let text_sent = text.as_deref().unwrap_or_default();
            let call = registered_models::describe::<T::Kind>(&name, text_sent);
            truth.0.description = planned.0.description.clone();
            let is_so = move |model: Option<&RegisteredModel>| {
                model.is_some_and(|model| model.description == text)
            };
            steps.push(Step::change(call, name.clone(), is_so, truth.clone()));
        }
        for change in changes(&tags::known(&prior.0.tags), &tags::known(&planned.0.tags)) {
            let call = registered_models::tag::<T::Kind>(&name, &change);
            truth.0.tags = tags::after(&truth.0.tags, &change);
            let is_so = move |model: Option<&RegisteredModel>| {
                model.is_some_and(|model| change.is_in(&model.tags))
            };
            steps.push(Step::silent(call, name.clone(), is_so, truth.clone()));
        }
        Ok(steps)
    }

    async fn delete(
        cx: &Working<'_>,
        prior: &Row<T>,
        model: &RegisteredModel,
    ) -> Result<Steps<Self>, Halt> {
        let is_forced = prior.0.force_destroy.known() == Some(&true);
        if !is_forced && cx.server.has_versions::<T::Kind>(model, cx.stop()).await? {
            return Err(Halt::Refused(has_versions::<T>(&model.name).into()));
        }
        let call = registered_models::delete::<T::Kind>(&model.name);
        let name = model.name.clone();
        Ok(vec![Step::silent(
            call,
            name,
            |model| model.is_none(),
            prior.clone(),
        )])
    }

    fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<Row<T>>, Diagnostics>> {
        from_databricks(source, T::MOVED_FROM?, |state| {
            let own = Own {
                name: state["name"].as_str().map(str::to_owned).into(),
                ..Own::default()
            };
            Joined(own, T::More::default())
        })
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("name"))
    }
}

/// The step that renames it, if it is to have another name.
fn renamed<T: ModelType>(
    prior: &Row<T>,
    planned: &Row<T>,
    truth: &mut Row<T>,
) -> Option<Step<Registered<T::Kind>, Row<T>>> {
    let (old, name) = (name_of(&prior.0), name_of(&planned.0));
    if old == name {
        return None;
    }
    let call = registered_models::rename::<T::Kind>(&old, &name);
    (truth.0.id, truth.0.name) = (name.clone().into(), name.clone().into());
    let made = prior.0.creation_timestamp;
    let is_it = move |model: Option<&RegisteredModel>| {
        model.is_some_and(|model| made == model.creation_timestamp.into())
    };
    Some(Step::change(call, name, is_it, truth.clone()))
}

fn schema<T: ModelType>() -> Schema {
    let texts = T::TEXTS;
    [
        Attribute::string("id", texts.id).computed().stable(),
        Attribute::string("name", texts.name)
            .required()
            .empty(Empty::Refused)
            .check(T::Kind::name_form()),
        Attribute::string("description", texts.description).empty(Empty::LeftOut),
        tags::argument(),
        workspace_argument(),
        Attribute::bool("force_destroy", texts.force_destroy).default(Value::Bool(false)),
        Attribute::number("creation_timestamp", texts.creation_timestamp)
            .computed()
            .stable(),
    ]
    .into_iter()
    .chain(T::More::attributes())
    .fold(
        Schema::new(texts.page).area(T::Kind::AREA),
        Schema::attribute,
    )
}

fn name_of(row: &Own) -> String {
    row.name.known_or_default()
}

/// None and an empty text are the same.
fn description(row: &Own) -> Option<String> {
    let text = row.description.known();
    text.filter(|text| !text.is_empty()).cloned()
}

/// How many versions it has, by the read that refreshes share.
async fn count<T: ModelType>(cx: &Working<'_>, prior: &Own) -> Result<usize, Error> {
    let name = name_of(prior);
    let model = cx.server.refresh::<Registered<T::Kind>>(&name, cx.stop());
    let model = model.await?;
    cx.server.count_versions::<T::Kind>(&model, cx.stop()).await
}

fn has_versions<T: ModelType>(name: &str) -> Diagnostic {
    let noun = T::TEXTS.noun;
    Diagnostic::error(
        format!("{} Has Versions", T::Kind::TITLE),
        format!(
            "The {noun} {name:?} has versions, which its destruction would take along for good. To \
             destroy them too, set force_destroy = true, apply, then destroy: the value in state \
             counts. To stop managing the {noun} and keep it, use a removed block."
        ),
    )
}

fn goes_along<T: ModelType>(count: usize, prior: &Own) -> Option<Diagnostic> {
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
            format!("The {} has {count} {versions}. {what_comes}", T::TEXTS.noun),
        )
    })
}

/// It only names a type.
impl<T> fmt::Debug for Model<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Model")
    }
}
