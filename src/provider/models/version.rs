//! A version of a model or a prompt: numbered by the server, kept when its resource is destroyed, and
//! never made twice.

use std::{collections::BTreeSet, fmt, marker::PhantomData};

use crate::{
    api::{
        ServerKind, is_serial,
        model_versions::{self, ModelVersion, NewVersion, VersionKey, Versions},
        registered_models::Registered,
        tags::{TagChange, changes},
    },
    framework::{Attr, Diagnostics, Joined, Path, Plan, schema::Schema},
    provider::{
        managed::{
            Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, or_default, tags,
        },
        models::{
            content::{Change, Content},
            kind::Kind,
            name,
            of_kind::OfKind,
            version_type::{self, VersionType},
            words,
        },
    },
    row,
};

row! {
    /// What every version has.
    pub(in crate::provider) struct Columns {
        id: Attr<String>,
        owner: Attr<String>,
        version: Attr<String>,
        tags: tags::Tags,
        workspace: Attr<String>,
        skip_destroy: Attr<bool>,
        creation_timestamp: Attr<i64>,
    }
}

type Row<T> = OfKind<<T as VersionType>::Kind, Joined<Columns, <T as VersionType>::Content>>;
type OneStep<T> = Step<Versions<<T as VersionType>::Kind>, Row<T>>;

/// Such a type as an [`Entity`].
pub(in crate::provider) struct Version<T>(PhantomData<fn(T)>);

impl<T: VersionType> Entity for Version<T> {
    type Row = Row<T>;
    type Object = Versions<T::Kind>;

    const TYPE_NAME: &'static str = T::TYPE_NAME;
    const NOUN: &'static str = T::TEXTS.noun;
    const IDENTITY: &'static [(&'static str, &'static str)] = T::TEXTS.identity;
    const LIST: &'static str = T::TEXTS.list;

    fn schema() -> Schema {
        version_type::schema::<T>()
    }

    fn key(row: &Row<T>) -> Option<VersionKey> {
        let version = row.0.0.version.known()?;
        is_serial(version).then_some(VersionKey {
            model: row.0.0.owner.known()?.clone(),
            version: version.clone(),
        })
    }

    fn imports(row: &Row<T>) -> bool {
        Self::key(row).is_some()
    }

    fn workspace(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.0.0.workspace)
    }

    fn id(row: &mut Row<T>) -> Option<&mut Attr<String>> {
        Some(&mut row.0.0.id)
    }

    fn owner(row: &mut Row<T>) -> Option<(&'static str, &mut Attr<String>)> {
        Some((T::Kind::TYPE_NAME, &mut row.0.0.owner))
    }

    /// Numbers begin anew in a model that was deleted and made again.
    fn seen(version: &ModelVersion, before: Before<'_, Row<T>>) -> Seen<Row<T>> {
        let made = &before.row.0.0.creation_timestamp;
        if before.is_another(made, version.creation_timestamp) {
            return Seen::Gone;
        }
        if !version.is::<T::Kind>() {
            return Seen::Other(T::Kind::is_other_version(&version.key.to_string()));
        }
        let Before { row, is_new, .. } = before;
        let Joined(columns, content) = &row.0;
        match T::Content::seen(version, content, is_new) {
            Ok(content) => {
                let columns = Columns {
                    tags: tags::shown(&version.tags, &columns.tags, is_new),
                    workspace: columns.workspace.clone(),
                    skip_destroy: or_default(&columns.skip_destroy, true),
                    ..Columns::of(version)
                };
                Seen::Is(OfKind::new(Joined(columns, content)))
            }
            Err(unreadable) => Seen::Other(unreadable),
        }
    }

    fn is_same(state: &Row<T>, found: &Row<T>) -> bool {
        state.0.0.creation_timestamp == found.0.0.creation_timestamp
    }

    fn listed(version: &ModelVersion) -> Vec<Row<T>> {
        let columns = Columns::of(version);
        vec![OfKind::new(Joined(columns, T::Content::default()))]
    }

    /// One that is marked as a prompt's hides all those of its model from the search for all.
    async fn list(cx: &Working<'_>) -> Result<Vec<ModelVersion>, Halt> {
        // Models come first: a version that is added meanwhile is then no hidden one.
        let models = cx.server.list::<Registered<T::Kind>>(cx.stop()).await?;
        let mut all = cx.server.list::<Versions<T::Kind>>(cx.stop()).await?;
        let mut shown: BTreeSet<_> = all.iter().map(|it| it.key.clone()).collect();
        for model in models {
            let newest = model.newest_version().map(|version| VersionKey {
                model: model.name.clone(),
                version: version.clone(),
            });
            if newest.is_some_and(|key| !shown.contains(&key)) {
                let own = cx.server.versions_by_number::<T::Kind>(&model, cx.stop());
                let own = own.await?;
                all.extend(own.into_iter().filter(|it| shown.insert(it.key.clone())));
            }
        }
        Ok(all)
    }

    fn validate(config: &Row<T>) -> Diagnostics {
        let Joined(columns, content) = &config.0;
        let mut problems = tags::validate(&columns.tags);
        problems.extend(content.validate());
        problems
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Row<T>>) -> Result<(), Diagnostics> {
        let prior = cx.prior.map(|prior| &prior.0);
        let status = prior.and_then(|prior| prior.1.status());
        if status.is_some_and(|it| model_versions::has_failed(it)) {
            cx.cx.warn(words::never_ready());
        }
        let Joined(columns, content) = &mut plan.state.0;
        let was = prior.map(|prior| &prior.0.tags);
        columns.tags = tags::plan(cx.cx, &cx.config.0.0.tags, was, &plan.private);
        content.plan(&mut Change {
            config: &cx.config.0.1,
            prior: prior.map(|prior| &prior.1),
            is_imported: tags::is_imported(&plan.private),
            replace: &mut plan.replace,
        });
        let kind = cx.kind()?;
        let mut problems = match kind {
            Some(ServerKind::Databricks) => cx.config.0.1.not_on_databricks(),
            Some(ServerKind::Mlflow) | None => Diagnostics::new(),
        };
        problems.extend(name::not_on(kind, &columns.owner, T::Kind::OWNER));
        match problems.is_empty() {
            true => Ok(()),
            false => Err(problems),
        }
    }

    /// What the server would refuse is refused while the version that it replaces is still there.
    async fn check(
        cx: &Working<'_>,
        planning: &Planning<'_, Self>,
        _: &Row<T>,
    ) -> Result<(), Diagnostics> {
        if cx.server.kind() == ServerKind::Databricks {
            return Ok(());
        }
        let version = cx.server.known_version(cx.stop()).await;
        let prior = planning.prior.map(|prior| &prior.0.1);
        let refused = planning.config.0.1.not_on_mlflow(prior, version.as_ref());
        refused.map_or(Ok(()), |refused| Err(refused.into()))
    }

    /// A version of one kind would be taken into a model of the other, so that is looked at first.
    async fn create(
        cx: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let Joined(columns, content) = &planned.0;
        let owner = columns.owner.known_or_default();
        let model = cx.server.get::<Registered<T::Kind>>(&owner, cx.stop());
        if !model.await?.is::<T::Kind>() {
            let told = T::Kind::is_other(&owner).at(Path::attribute(T::Kind::OWNER));
            return Err(Halt::Refused(told.into()));
        }
        let new = content.put_into(NewVersion {
            model: owner.clone(),
            tags: tags::known(&columns.tags),
            ..NewVersion::default()
        });
        let call = model_versions::create::<T::Kind>(&new);
        let among = model_versions::newest_of::<T::Kind>(cx.server.kind(), &owner);
        let shows = model_versions::shows::<T::Kind>(new);
        let mut truth = planned.clone();
        let truth = move |key: Option<VersionKey>| {
            truth.0.0.version = key.map(|key| key.version).into();
            truth
        };
        let step = Step::create_among_equals(call, among, shows, truth);
        Ok(vec![step])
    }

    /// A Databricks workspace takes the files into its registry after it has answered.
    async fn awaited(cx: &Working<'_>, made: &Row<T>) -> Result<Option<ModelVersion>, Halt> {
        let pending = made
            .0
            .1
            .status()
            .filter(|it| model_versions::is_pending(it));
        let Some(key) = Self::key(made).filter(|_| pending.is_some()) else {
            return Ok(None);
        };
        let watched =
            cx.server
                .watch::<Versions<T::Kind>>(&key, ModelVersion::is_pending, cx.stop());
        match watched.await? {
            Some(failed) if failed.has_failed() => {
                Err(Halt::Refused(words::registration_failed(&failed).into()))
            }
            Some(ready) => Ok(Some(ready)),
            None => {
                cx.cx.warn(words::still_pending(&key));
                Ok(None)
            }
        }
    }

    /// The description, what of the content is a tag, tags that are set, tags that go.
    async fn update(
        cx: &Working<'_>,
        prior: &Row<T>,
        Wanted { planned, .. }: Wanted<'_, Row<T>>,
    ) -> Result<Steps<Self>, Halt> {
        let (Some(old), Some(key)) = (Self::key(prior), Self::key(planned)) else {
            return Err(Halt::Refused(Diagnostics::new()));
        };
        if old != key {
            followed::<T>(cx, prior, &old, &key).await?;
        }
        let mut truth = prior.clone();
        (truth.0.0.owner, truth.0.0.id) = (planned.0.0.owner.clone(), planned.0.0.id.clone());
        let mut steps = Vec::new();
        steps.extend(described::<T>(&key, planned, &mut truth));
        if let Some((change, after)) = prior.0.1.tag_change(&planned.0.1) {
            *truth.0.1.description() = planned.clone().0.1.description().clone();
            truth.0.1 = after;
            steps.push(tagged::<T>(&key, change, truth.clone()));
        }
        let (before, after) = (&prior.0.0.tags, &planned.0.0.tags);
        for change in changes(&tags::known(before), &tags::known(after)) {
            truth.0.0.tags = tags::after(&truth.0.0.tags, &change);
            steps.push(tagged::<T>(&key, change, truth.clone()));
        }
        Ok(steps)
    }

    /// Versions are history, so one stays unless it is said otherwise.
    async fn delete(
        cx: &Working<'_>,
        prior: &Row<T>,
        version: &ModelVersion,
    ) -> Result<Steps<Self>, Halt> {
        match prior.0.0.skip_destroy.known() {
            Some(false) => Self::undo(cx, prior, version).await,
            _ => Ok(vec![]),
        }
    }

    async fn undo(
        _: &Working<'_>,
        prior: &Row<T>,
        version: &ModelVersion,
    ) -> Result<Steps<Self>, Halt> {
        let call = model_versions::delete::<T::Kind>(&version.key);
        let key = version.key.clone();
        let is_gone = |version: Option<&ModelVersion>| version.is_none();
        Ok(vec![Step::silent(call, key, is_gone, prior.clone())])
    }
}

impl Columns {
    /// What the server alone tells.
    fn of(version: &ModelVersion) -> Self {
        Self {
            owner: version.key.model.clone().into(),
            version: version.key.version.clone().into(),
            creation_timestamp: version.creation_timestamp.into(),
            ..Self::default()
        }
    }
}

/// Makes sure that a change of its model's name only follows a rename: this very version is not under the
/// old name any more, and is under the new one.
async fn followed<T: VersionType>(
    cx: &Working<'_>,
    prior: &Row<T>,
    old: &VersionKey,
    new: &VersionKey,
) -> Result<(), Halt> {
    let left = cx.get::<Versions<T::Kind>>(old).await?;
    let found = cx.get::<Versions<T::Kind>>(new).await?;
    let is_it =
        |found: ModelVersion| prior.0.0.creation_timestamp == found.creation_timestamp.into();
    if !left.is_some_and(is_it) && found.is_some_and(is_it) {
        return Ok(());
    }
    let problem = words::cannot_move(T::Kind::OWNER, old, new);
    Err(Halt::Refused(problem.into()))
}

/// The step that describes it anew, if it is to be described otherwise.
fn described<T: VersionType>(
    key: &VersionKey,
    planned: &Row<T>,
    truth: &mut Row<T>,
) -> Option<OneStep<T>> {
    let text = |it: &Attr<String>| it.known().filter(|it| !it.is_empty()).cloned();
    let wanted = planned.clone().0.1.description().clone();
    let (new, old) = (text(&wanted), text(truth.0.1.description()));
    if new == old {
        return None;
    }
    let call = model_versions::describe::<T::Kind>(key, new.as_deref().unwrap_or_default());
    *truth.0.1.description() = wanted;
    let is_so =
        move |version: Option<&ModelVersion>| version.is_some_and(|it| it.description == new);
    Some(Step::change(call, key.clone(), is_so, truth.clone()))
}

fn tagged<T: VersionType>(key: &VersionKey, change: TagChange, truth: Row<T>) -> OneStep<T> {
    let call = model_versions::tag::<T::Kind>(key, &change);
    let is_so =
        move |version: Option<&ModelVersion>| version.is_some_and(|it| change.is_in(&it.tags));
    Step::silent(call, key.clone(), is_so, truth)
}

/// It only names a type.
impl<T> fmt::Debug for Version<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Version")
    }
}
