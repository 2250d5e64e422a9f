//! An alias of a model or a prompt: a name for a version, never taken from somebody else, and set or
//! removed only where that changes something, because webhooks fire at every call.

use std::{fmt, marker::PhantomData};

use crate::{
    api::{
        Area, ErrorKind, ModelKind, Shown, aliases,
        registered_models::{Registered, RegisteredModel},
    },
    framework::{
        Attr, Path,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::{
        managed::{Before, Entity, Halt, Seen, Step, Steps, Wanted, Working, workspace_argument},
        models::{kind::Kind, name, of_kind::OfKind},
    },
    row,
};

/// A type of resource that is an alias.
pub(in crate::provider) trait AliasType: Send + Sync + 'static {
    /// What it is an alias of.
    type Kind: Kind;

    /// See [`Entity::TYPE_NAME`].
    const TYPE_NAME: &'static str;
    /// What it says of itself.
    const TEXTS: AliasTexts;
}

/// What pages say of such a type, in Markdown.
pub(in crate::provider) struct AliasTexts {
    pub(in crate::provider) noun: &'static str,
    pub(in crate::provider) page: &'static str,
    pub(in crate::provider) list: &'static str,
    pub(in crate::provider) id: &'static str,
    pub(in crate::provider) owner: &'static str,
    pub(in crate::provider) alias: &'static str,
    pub(in crate::provider) identity: &'static [(&'static str, &'static str)],
}

row! {
    /// The resource.
    pub(in crate::provider) struct Columns {
        id: Attr<String>,
        owner: Attr<String>,
        alias: Attr<String>,
        version: Attr<String>,
        workspace: Attr<String>,
    }
}

type Row<T> = OfKind<<T as AliasType>::Kind, Columns>;
type OneStep<T> = Step<Registered<<T as AliasType>::Kind>, Row<T>>;

/// Such a type as an [`Entity`].
pub(in crate::provider) struct Alias<T>(PhantomData<fn(T)>);

impl<T: AliasType> Entity for Alias<T> {
    type Row = Row<T>;
    type Object = Registered<T::Kind>;

    const TYPE_NAME: &'static str = T::TYPE_NAME;
    const NOUN: &'static str = T::TEXTS.noun;
    const IDENTITY: &'static [(&'static str, &'static str)] = T::TEXTS.identity;
    const SEPARATOR: char = '@';
    const LIST: &'static str = T::TEXTS.list;

    fn area() -> &'static Area {
        T::Kind::aliases()
    }

    fn schema() -> Schema {
        schema::<T>()
    }

    fn key(row: &Row<T>) -> Option<String> {
        row.owner.known().cloned()
    }

    fn workspace(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    fn id(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    fn owner(row: &mut Row<T>) -> Option<(&'static str, &mut Attr<String>)> {
        Some((T::Kind::TYPE_NAME, &mut row.owner))
    }

    /// When its model was made: of its own it has nothing.
    fn mark(model: &RegisteredModel, _: &Row<T>) -> Option<i64> {
        Some(model.creation_timestamp)
    }

    fn seen(model: &RegisteredModel, before: Before<'_, Row<T>>) -> Seen<Row<T>> {
        if !model.is::<T::Kind>() {
            return Seen::Other(T::Kind::is_other(&model.name));
        }
        let alias = before.row.alias.known().map_or("", String::as_str);
        let version = model.aliases.get(alias);
        version.map_or(Seen::Gone, |version| {
            Seen::Is(row::<T>(&model.name, alias, version))
        })
    }

    fn listed(model: &RegisteredModel) -> Vec<Row<T>> {
        let aliases = model.aliases.iter();
        aliases
            .map(|(alias, version)| row::<T>(&model.name, alias, version))
            .collect()
    }

    /// The server would take the alias from whoever has it, so it is looked for first. Of two resources of
    /// one alias in one apply, the second finds the first.
    async fn create(
        cx: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let (name, alias, _) = planned.parts();
        let model = owner::<T>(cx, &name).await?;
        if model.aliases.contains_key(&alias) {
            return Err(Halt::Exists);
        }
        Ok(vec![set::<T>(planned, Shown::Taken)])
    }

    /// A model that was renamed has taken the alias along. Elsewhere it is set before it is removed.
    async fn update(
        cx: &Working<'_>,
        prior: &Row<T>,
        Wanted { planned, mark, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let ((from, alias, old), (to, _, new)) = (prior.parts(), planned.parts());
        let moved = |is_so: bool| {
            let moves = old != new && !is_so;
            let step = moves.then(|| set::<T>(planned, Shown::NotDone));
            step.into_iter().collect()
        };
        if from == to {
            return Ok(moved(false));
        }
        let model = owner::<T>(cx, &to).await?;
        let is_marked = |model: &RegisteredModel| mark == Some(model.creation_timestamp);
        let found = model.aliases.get(&alias);
        if is_marked(&model) && found.is_some() {
            return Ok(moved(found == Some(&new)));
        }
        let left = cx.get::<Registered<T::Kind>>(&from).await?;
        let left = left.filter(|it| mark.is_none() || is_marked(it));
        let left = left.is_some_and(|model| model.aliases.contains_key(&alias));
        let removed = left.then(|| removed::<T>(prior, planned));
        match found {
            // Of a model whose time was never noted, this is all that tells a rename.
            Some(version) if mark.is_none() && !left && [&old, &new].contains(&version) => {
                Ok(moved(*version == new))
            }
            Some(_) => Err(Halt::Exists),
            None => Ok([set::<T>(planned, Shown::Taken)]
                .into_iter()
                .chain(removed)
                .collect()),
        }
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Row<T>,
        _: &RegisteredModel,
    ) -> Result<Steps<Self>, Halt> {
        Ok(vec![removed::<T>(prior, prior)])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        match kind {
            ErrorKind::AlreadyExists => Some(Path::attribute("alias")),
            // The model is looked at before, so it is the version that is not there.
            ErrorKind::NotFound => Some(Path::attribute("version")),
            _ => None,
        }
    }
}

impl Columns {
    /// Model, alias and version.
    fn parts(&self) -> (String, String, String) {
        (
            self.owner.known_or_default(),
            self.alias.known_or_default(),
            self.version.known_or_default(),
        )
    }
}

fn row<T: AliasType>(owner: &str, alias: &str, version: &str) -> Row<T> {
    OfKind::new(Columns {
        owner: owner.to_owned().into(),
        alias: alias.to_owned().into(),
        version: version.to_owned().into(),
        ..Columns::default()
    })
}

/// What the alias is of, which must be of its kind.
async fn owner<T: AliasType>(cx: &Working<'_>, name: &String) -> Result<RegisteredModel, Halt> {
    let model = cx
        .server
        .get::<Registered<T::Kind>>(name, cx.stop())
        .await?;
    if model.is::<T::Kind>() {
        return Ok(model);
    }
    let told = T::Kind::is_other(name).at(Path::attribute(T::Kind::OWNER));
    Err(Halt::Refused(told.into()))
}

/// `other`: what it means when a look after an unclear answer finds the alias on another version.
fn set<T: AliasType>(row: &Row<T>, other: Shown) -> OneStep<T> {
    let (model, alias, version) = row.parts();
    let call = aliases::set::<T::Kind>(&model, &alias, &version);
    let shows = move |model: Option<&RegisteredModel>| match model
        .and_then(|model| model.aliases.get(&alias))
    {
        None => Shown::NotDone,
        Some(found) if *found == version => Shown::Done,
        Some(_) => other,
    };
    Step::silent(call, model, shows, row.clone())
}

fn removed<T: AliasType>(row: &Row<T>, truth: &Row<T>) -> OneStep<T> {
    let (model, alias, _) = row.parts();
    let call = aliases::delete::<T::Kind>(&model, &alias);
    let is_so = move |model: Option<&RegisteredModel>| {
        model.is_none_or(|model| !model.aliases.contains_key(&alias))
    };
    Step::silent(call, model, is_so, truth.clone())
}

fn schema<T: AliasType>() -> Schema {
    let texts = T::TEXTS;
    [
        Attribute::string("id", texts.id).computed().stable(),
        Attribute::string(T::Kind::OWNER, texts.owner)
            .required()
            .empty(Empty::Refused)
            .refers_to(T::Kind::TYPE_NAME, "name")
            .check(T::Kind::name_form()),
        Attribute::string("alias", texts.alias)
            .required()
            .empty(Empty::Refused)
            .replaces()
            .check(Validator::string("Invalid Alias", |alias| {
                form(alias, T::Kind::NUMBERS_ARE_ALIASES)
            })),
        Attribute::string("version", "The version's number, without leading zeros.")
            .required()
            .empty(Empty::Refused)
            .check(name::of_version()),
        workspace_argument(),
    ]
    .into_iter()
    .fold(
        Schema::new(texts.page).area(T::Kind::AREA),
        Schema::attribute,
    )
}

fn form(alias: &str, numbers_are_aliases: bool) -> Result<(), String> {
    let signs = alias
        .chars()
        .all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !signs || !(1..=255).contains(&alias.chars().count()) {
        return Err("Expected 1 to 255 letters, digits, \"_\" or \"-\".".to_owned());
    }
    if alias.strip_prefix(['v', 'V']).is_some_and(digits) || alias.eq_ignore_ascii_case("latest") {
        return Err("MLflow keeps \"latest\" and \"v\" with digits for itself.".to_owned());
    }
    if digits(alias) && !numbers_are_aliases {
        return Err(
            "An alias of digits only is of no use for a prompt: clients read \"@2\" as version 2."
                .to_owned(),
        );
    }
    Ok(())
}

/// It only names a type.
impl<T> fmt::Debug for Alias<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alias")
    }
}
