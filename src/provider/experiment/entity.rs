//! The resource: which calls make it so.

use super::{
    on_databricks,
    row::{self, Experiment as Row},
    words,
};
use crate::{
    api::{
        Claim, ErrorKind, ServerKind, Shown,
        experiments::{self, Experiment as Remote, Experiments, ExperimentsByName, NewExperiment},
        tags::{changes, shows as shows_tags},
    },
    framework::{Attr, Diagnostics, Imported, MoveSource, Path, Plan, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, from_databricks,
        or_default, tags, text_or_none,
    },
};

/// The experiment that every server has.
const DEFAULT: &str = "0";

/// The longest name that every database holds, in characters.
const LONGEST_NAME_HELD: usize = 256;

/// `mlflow_experiment`.
#[derive(Debug)]
pub(in crate::provider) struct Experiment;

impl Entity for Experiment {
    type Row = Row;
    type Object = Experiments;

    const TYPE_NAME: &'static str = "mlflow_experiment";
    const NOUN: &'static str = "experiment";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("id", "The server's id of the experiment.")];
    const NAMED: Option<&'static str> = Some("name");
    const LIST: &'static str = "Lists experiments for `terraform query`: all of a workspace, or \
        those that satisfy every given argument. Deleted ones are not among them.\n\n\
        Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Row) -> Option<String> {
        row.id.known().cloned()
    }

    fn imports(row: &Row) -> bool {
        row.id.known().is_none_or(|id| experiments::is_id(id))
    }

    fn workspace(row: &mut Row) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    async fn find(cx: &Working<'_>, row: &Row) -> Result<Option<Remote>, Halt> {
        cx.get::<ExperimentsByName>(&row.name()).await
    }

    /// Over SQLite, the id of an experiment that was removed for good is given to another one.
    fn seen(experiment: &Remote, before: Before<'_, Row>) -> Seen<Row> {
        let Before { row, is_new, on } = before;
        let is_imported = is_new && !is_of_state(row, experiment);
        match experiment.is_deleted() {
            _ if before.is_another(&row.creation_time, experiment.creation_time) => Seen::Gone,
            // It is in nobody's way.
            true if is_new && restores(row) => Seen::Gone,
            true if is_imported => Seen::Other(words::is_deleted(experiment, on)),
            true => Seen::Ended(words::was_deleted(experiment, on)),
            false if is_imported && on_databricks::is_of_notebook(experiment, on) => {
                Seen::Other(words::is_of_notebook())
            }
            false => Seen::Is(shown(experiment, before)),
        }
    }

    fn listed(experiment: &Remote) -> Vec<Row> {
        vec![Row {
            id: experiment.id.clone().into(),
            ..Row::default()
        }]
    }

    async fn list(cx: &Working<'_>) -> Result<Vec<Remote>, Halt> {
        let all = cx.server.list::<Experiments>(cx.stop()).await?;
        Ok(on_databricks::without_notebooks(cx, all))
    }

    fn left_out(row: &Row) -> Option<String> {
        is_default(row).then(|| "Every server makes it, and it is never destroyed.".to_owned())
    }

    /// A location that a server chose ends in the id: written down, it would be refused to another
    /// experiment, or let that write into what this one has stored.
    fn generate(state: &Row, config: &mut Row) {
        let end = format!("/{}", state.id.known_or_default());
        if state.artifact_location.known_or_default().ends_with(&end) {
            config.artifact_location = Attr::Null;
        }
    }

    fn validate(config: &Row) -> Diagnostics {
        tags::validate(&config.tags)
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Row>) -> Result<(), Diagnostics> {
        let prior = cx.prior.map(|prior| &prior.tags);
        plan.state.tags = tags::plan(cx.cx, &cx.config.tags, prior, &plan.private);
        match cx.kind()? {
            Some(ServerKind::Databricks) => on_databricks::plan(cx.prior, &mut plan.state),
            Some(ServerKind::Mlflow) | None => Ok(()),
        }
    }

    async fn check(
        cx: &Working<'_>,
        planning: &Planning<'_, Self>,
        planned: &Row,
    ) -> Result<(), Diagnostics> {
        let location = &planning.config.artifact_location;
        let stays = planning
            .prior
            .is_some_and(|prior| prior.artifact_location == *location);
        if location.known().is_none() || stays {
            return Ok(());
        }
        // A server that does not tell will refuse it by itself.
        let info = cx.server.known_info(cx.stop()).await;
        let refuses = info.is_some_and(|info| info.workspaces_enabled);
        match refuses && !is_of_deleted(cx, planned).await {
            true => Err(words::location_is_the_workspaces().into()),
            false => Ok(()),
        }
    }

    async fn plan_destroy(cx: &Working<'_>, prior: &Row) -> Result<(), Diagnostics> {
        match is_default(prior) {
            true => Err(words::must_stay().into()),
            false => on_databricks::plan_destroy(cx, &prior.id.known_or_default()).await,
        }
    }

    async fn create(cx: &Working<'_>, wanted: Wanted<'_, Row>) -> Result<Steps<Self>, Halt> {
        let planned = wanted.planned;
        if restores(planned) {
            match cx.get::<ExperimentsByName>(&planned.name()).await? {
                Some(found) if found.is_deleted() => {
                    let deleted = on_databricks::only_deleted(cx, found).await?;
                    return restored(cx, &deleted, planned);
                }
                Some(_) => return Err(Halt::Exists),
                None => on_databricks::none_in_trash(cx, &planned.name()).await?,
            }
        }
        Ok(vec![made(cx.server.kind(), planned)])
    }

    /// Over SQLite, those of experiments that were removed for good.
    fn keys_come_again(on: ServerKind) -> bool {
        on == ServerKind::Mlflow
    }

    /// The name, then tags that are set, then tags that go; the description is one of them.
    async fn update(
        cx: &Working<'_>,
        prior: &Row,
        wanted: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let (planned, on) = (wanted.planned, cx.server.kind());
        let id = prior.id.known_or_default();
        let (mut steps, mut truth) = (Vec::new(), prior.clone());
        truth.name = planned.name.clone();
        if !is_same_name(on, &prior.name(), &planned.name()) {
            steps.push(renamed(on, &id, truth.clone()));
        }
        let changes = changes(&prior.all_tags(), &planned.all_tags());
        for change in on_databricks::possible(on, changes)? {
            let call = experiments::tag(&id, &change);
            truth.after(&change, planned);
            let is_so = move |experiment: Option<&Remote>| {
                experiment.is_some_and(|experiment| change.is_in(&experiment.tags))
            };
            steps.push(Step::silent(call, id.clone(), is_so, truth.clone()));
        }
        Ok(steps)
    }

    /// A new name, so that the old one is free, and then the deletion: a deleted one cannot be renamed. In a
    /// Databricks workspace a deleted one keeps no name from others.
    async fn delete(
        cx: &Working<'_>,
        prior: &Row,
        experiment: &Remote,
    ) -> Result<Steps<Self>, Halt> {
        if is_default(prior) {
            return Err(Halt::Refused(words::must_stay().into()));
        }
        if on_databricks::is_of_notebook(experiment, cx.server.kind()) {
            return Err(Halt::Refused(words::is_of_notebook().into()));
        }
        let name = name_once_deleted(experiment);
        let mut left = prior.clone();
        let mut steps = Vec::new();
        let on = cx.server.kind();
        let keeps_its_name = on == ServerKind::Mlflow;
        let renames = prior.rename_on_destroy.known() != Some(&false) && keeps_its_name;
        if renames && name != experiment.name {
            left.name = name.into();
            steps.push(renamed(on, &experiment.id, left.clone()));
        }
        steps.extend(Self::undo(cx, &left, experiment).await?);
        Ok(steps)
    }

    /// Only one that was restored can need it, and its name is not free to begin with.
    async fn undo(_: &Working<'_>, made: &Row, experiment: &Remote) -> Result<Steps<Self>, Halt> {
        let call = experiments::delete(&experiment.id);
        let is_gone = |experiment: Option<&Remote>| experiment.is_none_or(Remote::is_deleted);
        Ok(vec![Step::silent(
            call,
            experiment.id.clone(),
            is_gone,
            made.clone(),
        )])
    }

    fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<Row>, Diagnostics>> {
        from_databricks(source, "databricks_mlflow_experiment", |state| Row {
            id: state["id"].as_str().map(str::to_owned).into(),
            name: state["name"].as_str().map(str::to_owned).into(),
            ..Row::default()
        })
    }

    fn also_has_names(on: ServerKind) -> Option<&'static str> {
        (on == ServerKind::Databricks)
            .then_some("a folder, a notebook or another file of the workspace")
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("name"))
    }
}

/// Whether a state has it, though one that another provider wrote. An import knows its id or its name.
fn is_of_state(row: &Row, experiment: &Remote) -> bool {
    row.name.known().is_some() && row.id.known() == Some(&experiment.id)
}

/// The row as the server shows it.
fn shown(experiment: &Remote, before: Before<'_, Row>) -> Row {
    let Before {
        row: before,
        is_new,
        on,
    } = before;
    let retention = experiment.trace_archival_retention();
    let retention = retention.filter(|_| on == ServerKind::Mlflow);
    let is_named_so =
        before.name.known().is_some() && is_same_name(on, &before.name(), &experiment.name);
    Row {
        id: experiment.id.clone().into(),
        name: match is_named_so {
            true => before.name.clone(),
            false => experiment.name.clone().into(),
        },
        description: text_or_none(experiment.description(), &before.description),
        tags: tags::shown(&experiment.tags, &before.tags, is_new),
        artifact_location: experiment.artifact_location.clone().into(),
        trace_archival_retention: retention.into(),
        workspace: before.workspace.clone(),
        restore_deleted: or_default(&before.restore_deleted, false),
        rename_on_destroy: or_default(&before.rename_on_destroy, true),
        creation_time: experiment.creation_time.into(),
    }
}

/// Makes a new one, with as many of its tags as one call takes.
fn made(on: ServerKind, planned: &Row) -> Step<Experiments, Row> {
    let new = NewExperiment {
        name: planned.name(),
        artifact_location: planned.artifact_location.known().cloned(),
        tags: planned.all_tags(),
    };
    let new = new.told_to(on);
    let (call, name) = (experiments::create(&new), new.name.clone());
    let shows = move |experiment: &Remote| {
        let location = new.artifact_location.as_ref();
        !experiment.is_deleted()
            && shows_tags(&experiment.tags, &new.tags)
            && location.is_none_or(|it| *it == experiment.artifact_location)
    };
    let planned = planned.clone();
    let truth = move |id: Option<String>| Row {
        id: id.map_or(Attr::Unknown, Attr::Known),
        ..planned
    };
    Step::create_named::<ExperimentsByName, _>(
        call,
        name,
        Claim::CreatedSince,
        shows,
        |id| id,
        truth,
    )
}

/// Whether a deleted one of its name is to be brought back.
fn restores(row: &Row) -> bool {
    row.restore_deleted.known() == Some(&true)
}

/// Whether the location is that of the deleted one which is to be restored.
async fn is_of_deleted(cx: &Working<'_>, planned: &Row) -> bool {
    if !restores(planned) {
        return false;
    }
    let found = cx.get::<ExperimentsByName>(&planned.name()).await;
    let location = planned.artifact_location.known();
    found.is_ok_and(|it| {
        it.is_some_and(|it| it.is_deleted() && Some(&it.artifact_location) == location)
    })
}

/// Brings a deleted one back; what it lacks of the plan is changed afterwards.
fn restored(cx: &Working<'_>, deleted: &Remote, planned: &Row) -> Result<Steps<Experiment>, Halt> {
    let location = planned.artifact_location.known();
    if location.is_some_and(|it| *it != deleted.artifact_location) {
        return Err(Halt::Refused(words::stores_elsewhere(deleted).into()));
    }
    cx.cx.warn(words::is_restored(deleted));
    let truth = Row {
        id: deleted.id.clone().into(),
        ..planned.clone()
    };
    let is_back = |experiment: Option<&Remote>| experiment.is_some_and(|it| !it.is_deleted());
    let call = experiments::restore(&deleted.id);
    Ok(vec![Step::silent(call, deleted.id.clone(), is_back, truth)])
}

/// Gives it the name that `truth` has. Who has that name tells what became of it.
fn renamed(on: ServerKind, id: &str, truth: Row) -> Step<Experiments, Row> {
    let (call, name, ours) = (
        experiments::rename(on, id, &truth.name()),
        truth.name(),
        id.to_owned(),
    );
    let has_it = move |experiment: Option<&Remote>| match experiment {
        Some(experiment) if experiment.id == ours => Shown::Done,
        Some(_) => Shown::Taken,
        None => Shown::NotDone,
    };
    Step::silent_named::<ExperimentsByName, _>(call, name, has_it, truth)
}

/// Whether two names mean the same experiment to a server of this kind.
fn is_same_name(on: ServerKind, one: &str, other: &str) -> bool {
    match on {
        ServerKind::Mlflow => one == other,
        ServerKind::Databricks => experiments::path(one) == experiments::path(other),
    }
}

fn is_default(row: &Row) -> bool {
    row.id.known().is_some_and(|id| id == DEFAULT)
}

/// The name that an experiment is left with, which tells it from others and is not too long for any
/// database.
fn name_once_deleted(Remote { id, name, .. }: &Remote) -> String {
    let end = format!(" (deleted {id})");
    if name.ends_with(&end) {
        return name.clone();
    }
    let room = LONGEST_NAME_HELD.saturating_sub(end.chars().count());
    let name: String = name.chars().take(room).collect();
    name + &end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tags::Tags;

    fn experiment(name: &str, stage: &str, creation_time: i64) -> Remote {
        Remote {
            id: "7".to_owned(),
            name: name.to_owned(),
            artifact_location: "s3://b".to_owned(),
            lifecycle_stage: stage.to_owned(),
            creation_time: Some(creation_time),
            last_update_time: None,
            tags: Tags::new(),
        }
    }

    #[test]
    fn the_name_of_a_deleted_one_is_cut_to_fit_and_given_once() {
        let renamed = |name: &str| name_once_deleted(&experiment(name, "active", 1));
        assert_eq!(renamed("churn"), "churn (deleted 7)");
        assert_eq!(renamed("churn (deleted 7)"), "churn (deleted 7)");
        assert_eq!(
            renamed("churn (deleted 8)"),
            "churn (deleted 8) (deleted 7)"
        );
        let long = renamed(&"\u{1f680}".repeat(300));
        assert_eq!(long.chars().count(), 256);
        assert!(long.ends_with("\u{1f680} (deleted 7)"));
    }

    #[test]
    fn a_path_stays_as_it_is_written_where_names_are_paths() {
        let state = Row {
            name: "/Workspace/Shared/churn/".to_owned().into(),
            ..Row::default()
        };
        for (on, expected) in [
            (ServerKind::Databricks, "/Workspace/Shared/churn/"),
            (ServerKind::Mlflow, "/Shared/churn"),
        ] {
            let before = Before {
                row: &state,
                is_new: false,
                on,
            };
            let shown = shown(&experiment("/Shared/churn", "active", 1), before);
            assert_eq!(shown.name(), expected);
        }
    }

    #[test]
    fn one_that_was_deleted_or_has_the_id_of_another_is_not_ours() {
        let state = Row {
            creation_time: 1.into(),
            ..Row::default()
        };
        let look = |stage: &str, time: i64, is_new: bool| {
            let experiment = experiment("churn", stage, time);
            let before = Before {
                row: &state,
                is_new,
                on: ServerKind::Mlflow,
            };
            match Experiment::seen(&experiment, before) {
                Seen::Is(_) => "is",
                Seen::Gone => "gone",
                Seen::Ended(_) => "ended",
                Seen::Other(_) => "other",
            }
        };
        for (stage, time, is_new, expected) in [
            ("active", 1, false, "is"),
            ("active", 2, false, "gone"),
            ("deleted", 1, false, "ended"),
            ("deleted", 2, false, "gone"),
            ("deleted", 1, true, "other"),
            ("active", 2, true, "is"),
        ] {
            assert_eq!(
                look(stage, time, is_new),
                expected,
                "{stage} {time} {is_new}"
            );
        }
    }
}
