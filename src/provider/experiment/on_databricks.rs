//! What is different in a Databricks workspace: names are paths, a deleted experiment keeps no name from
//! others, and no call removes a tag.

use super::{row::Experiment as Row, words};
use crate::{
    api::{
        ServerKind,
        experiments::{EveryExperiment, Experiment as Remote, Experiments, NOTE, path},
        tags::TagChange,
    },
    framework::{Attr, Diagnostics, Path},
    provider::{
        explain::not_on_databricks,
        managed::{Halt, Working, tags},
    },
};

/// Adjusts a plan, and refuses what is known to fail.
pub(super) fn plan(prior: Option<&Row>, planned: &mut Row) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    if !matches!(&planned.name, Attr::Known(name) if !is_absolute(name)) {
        keep_spelling(prior, planned);
    } else {
        problems.push(words::is_no_path(&planned.name()));
    }
    if planned.trace_archival_retention.known().is_some() {
        let at = Path::attribute("trace_archival_retention");
        problems.push(not_on_databricks("an archive of traces").at(at));
    }
    let removed = prior.map(|prior| tags::removed(&prior.tags, &planned.tags));
    problems.extend(removed.and_then(|removed| words::tags_stay(&removed)));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems),
    }
}

/// Another spelling of the same path is no other name.
fn keep_spelling(prior: Option<&Row>, planned: &mut Row) {
    let same = prior.filter(|prior| path(&prior.name()) == path(&planned.name()));
    if let Some(prior) = same.filter(|_| planned.name.known().is_some()) {
        planned.name = prior.name.clone();
    }
}

fn is_absolute(name: &str) -> bool {
    path(name).len() > 1 && name.starts_with('/')
}

/// The changes of tags by calls that a server of this kind has. An empty description is none.
///
/// # Errors
/// When a tag would have to go.
pub(super) fn possible(
    on: ServerKind,
    changes: Vec<TagChange>,
) -> Result<Vec<TagChange>, Diagnostics> {
    if on == ServerKind::Mlflow {
        return Ok(changes);
    }
    let emptied = changes.into_iter().map(|change| match change {
        TagChange::Remove { key } if key == NOTE => TagChange::Set {
            key,
            value: String::new(),
        },
        other => other,
    });
    let (removed, possible): (Vec<_>, Vec<_>) =
        emptied.partition(|change| matches!(change, TagChange::Remove { .. }));
    let removed: Vec<_> = removed.iter().map(|it| it.key().to_owned()).collect();
    match words::tags_stay(&removed) {
        None => Ok(possible),
        Some(problem) => Err(problem.into()),
    }
}

/// The deleted experiment of its name. A Databricks workspace may have several, and shows one of them.
pub(super) async fn only_deleted(cx: &Working<'_>, found: Remote) -> Result<Remote, Halt> {
    if cx.server.kind() == ServerKind::Mlflow {
        return Ok(found);
    }
    let mut all = cx.server.list::<EveryExperiment>(cx.stop()).await?;
    all.retain(|it| it.is_deleted() && it.name == found.name);
    match all.len() {
        0 | 1 => Ok(found),
        _ => Err(Halt::Refused(words::several_are_deleted(&all).into())),
    }
}

/// Whether it belongs to a notebook of the workspace.
pub(super) fn is_of_notebook(experiment: &Remote, on: ServerKind) -> bool {
    on == ServerKind::Databricks && experiment.is_of_notebook()
}

/// Those that do not belong to notebooks.
pub(super) fn without_notebooks(cx: &Working<'_>, all: Vec<Remote>) -> Vec<Remote> {
    let on = cx.server.kind();
    let (left, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| is_of_notebook(it, on));
    if !left.is_empty() {
        cx.cx.warn(words::notebooks_are_left_out(left.len()));
    }
    kept
}

/// Refuses what would take a notebook along. What cannot be seen now is looked at once more right before
/// the destruction.
pub(super) async fn plan_destroy(cx: &Working<'_>, id: &String) -> Result<(), Diagnostics> {
    if cx.server.kind() == ServerKind::Mlflow {
        return Ok(());
    }
    match cx.server.refresh::<Experiments>(id, cx.stop()).await {
        Ok(found) if found.is_of_notebook() => Err(words::is_of_notebook().into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Makes sure that no deleted experiment is in the trash that may have had this name: where a workspace
/// moves it there, it gets another one, and nothing tells the old.
pub(super) async fn none_in_trash(cx: &Working<'_>, name: &str) -> Result<(), Halt> {
    if cx.server.kind() == ServerKind::Mlflow {
        return Ok(());
    }
    let mut all = cx.server.list::<EveryExperiment>(cx.stop()).await?;
    all.retain(|it| it.is_in_trash() && is_made_of(file(&it.name), file(name)));
    match all.is_empty() {
        true => Ok(()),
        false => Err(Halt::Refused(words::may_be_in_trash(&all).into())),
    }
}

fn file(name: &str) -> &str {
    let path = path(name);
    path.rsplit_once('/').map_or(path, |(_, file)| file)
}

/// Whether a file in the trash may have had this name: it is that, and perhaps the time of the deletion.
fn is_made_of(trashed: &str, file: &str) -> bool {
    let rest = trashed.strip_prefix(file);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_emptied_and_no_other_tag_goes() {
        let remove = |key: &str| TagChange::Remove {
            key: key.to_owned(),
        };
        let emptied = possible(ServerKind::Databricks, vec![remove(NOTE)]).unwrap();
        let empty = TagChange::Set {
            key: NOTE.to_owned(),
            value: String::new(),
        };
        assert_eq!(emptied, [empty]);
        let changes = vec![remove("a")];
        assert!(possible(ServerKind::Databricks, changes.clone()).is_err());
        assert_eq!(
            possible(ServerKind::Mlflow, changes.clone()).unwrap(),
            changes
        );
    }

    #[test]
    fn what_is_in_the_trash_has_its_name_and_perhaps_a_time() {
        for (trashed, fits) in [
            ("churn", true),
            ("churn-1795860111918", true),
            ("churner", false),
            ("my-churn", false),
        ] {
            assert_eq!(
                is_made_of(trashed, file("/Shared/churn/")),
                fits,
                "{trashed}"
            );
        }
    }

    #[test]
    fn a_path_begins_at_the_root() {
        for (name, fits) in [
            ("/Shared/churn", true),
            ("/Workspace/Shared/churn/", true),
            ("churn", false),
            ("Shared/churn", false),
            ("/", false),
            ("/Workspace/", false),
        ] {
            assert_eq!(is_absolute(name), fits, "{name}");
        }
    }
}
