//! The resource: which calls make it so.

use super::{
    row::{self, Archival, Workspace as Row},
    words,
};
use crate::{
    api::{
        Claim, ErrorKind, Version,
        workspaces::{
            self, Deletion, TraceArchival, Workspace as Remote, WorkspaceChange, Workspaces,
        },
    },
    framework::{Attr, Diagnostics, Path, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, or_default,
        text_or_none,
    },
};

/// The workspace that every server has.
const DEFAULT: &str = "default";

/// Since when workspaces say what becomes of their traces.
const ARCHIVES_SINCE: Version = Version::new(3, 13, 0);

/// `mlflow_workspace`.
#[derive(Debug)]
pub(in crate::provider) struct Workspace;

impl Entity for Workspace {
    type Row = Row;
    type Object = Workspaces;

    const TYPE_NAME: &'static str = "mlflow_workspace";
    const NOUN: &'static str = "workspace";
    const IDENTITY: &'static [(&'static str, &'static str)] = &[("name", "The workspace's name.")];
    const LIST: &'static str = "Lists workspaces for `terraform query`: all that the login may see, or \
        those that satisfy every given argument.\n\n\
        Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Row) -> Option<String> {
        row.name.known().cloned()
    }

    fn imports(row: &Row) -> bool {
        workspaces::is_name(&row.name())
    }

    fn seen(workspace: &Remote, before: Before<'_, Row>) -> Seen<Row> {
        let Before { row, .. } = before;
        let root = workspace.default_artifact_root.clone();
        Seen::Is(Row {
            id: Attr::Null,
            name: workspace.name.clone().into(),
            description: text_or_none(workspace.description.as_ref(), &row.description),
            default_artifact_root: root.into(),
            trace_archival: archival(&workspace.trace_archival, &row.trace_archival),
            deletion_mode: or_default(&row.deletion_mode, row::default_mode()),
        })
    }

    fn listed(workspace: &Remote) -> Vec<Row> {
        vec![Row {
            name: workspace.name.clone().into(),
            ..Row::default()
        }]
    }

    fn id(row: &mut Row) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    async fn check(
        cx: &Working<'_>,
        _: &Planning<'_, Self>,
        planned: &Row,
    ) -> Result<(), Diagnostics> {
        let info = cx.server.known_info(cx.stop()).await;
        if info.is_some_and(|info| !info.workspaces_enabled) {
            return Err(words::not_enabled().into());
        }
        if planned.fields().trace_archival == Some(TraceArchival::default()) {
            return Ok(());
        }
        match cx.server.known_version(cx.stop()).await {
            Some(version) if version < ARCHIVES_SINCE => {
                Err(words::archives_nothing(&version.to_string()).into())
            }
            _ => Ok(()),
        }
    }

    fn left_out(row: &Row) -> Option<String> {
        let is_default = row.name.known().is_some_and(|name| name == DEFAULT);
        is_default.then(|| "Every server has it.".to_owned())
    }

    async fn plan_destroy(cx: &Working<'_>, prior: &Row) -> Result<(), Diagnostics> {
        let name = prior.name();
        if name == DEFAULT {
            cx.cx.warn(words::stays());
        } else if prior.deletion() == Deletion::Cascade {
            cx.cx.warn(words::goes_with_everything(&name));
        }
        Ok(())
    }

    /// The answer has no time of creation, so it is looked for first.
    async fn create(cx: &Working<'_>, wanted: Wanted<'_, Row>) -> Result<Steps<Self>, Halt> {
        let planned = wanted.planned;
        let name = planned.name();
        if cx.get::<Workspaces>(&name).await?.is_some() {
            return Err(Halt::Exists);
        }
        let fields = changed(&Row::default(), planned);
        let call = workspaces::create(&name, &fields);
        let all = planned.fields();
        let shows = move |workspace: &Remote| shown(workspace) == all;
        let step = Step::create(call, name, Claim::WasAbsent, shows, planned.clone());
        Ok(vec![step])
    }

    async fn update(
        _: &Working<'_>,
        prior: &Row,
        wanted: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let planned = wanted.planned;
        let fields = changed(prior, planned);
        if fields == WorkspaceChange::default() {
            return Ok(Vec::new());
        }
        let (name, all) = (planned.name(), planned.fields());
        let call = workspaces::change(&name, &fields);
        let is_so = move |workspace: Option<&Remote>| workspace.is_some_and(|it| shown(it) == all);
        Ok(vec![Step::change(call, name, is_so, planned.clone())])
    }

    async fn delete(_: &Working<'_>, prior: &Row, workspace: &Remote) -> Result<Steps<Self>, Halt> {
        if workspace.name == DEFAULT {
            return Ok(Vec::new());
        }
        let call = workspaces::delete(&workspace.name, prior.deletion());
        let is_gone = |workspace: Option<&Remote>| workspace.is_none();
        let name = workspace.name.clone();
        Ok(vec![Step::silent(call, name, is_gone, prior.clone())])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        let name = match kind {
            ErrorKind::AlreadyExists => "name",
            ErrorKind::NotEmpty => "deletion_mode",
            _ => return None,
        };
        Some(Path::attribute(name))
    }
}

/// The fields that differ, with their new values.
fn changed(prior: &Row, planned: &Row) -> WorkspaceChange {
    let (before, after) = (prior.fields(), planned.fields());
    WorkspaceChange {
        description: if_other(&before.description, after.description),
        default_artifact_root: if_other(&before.default_artifact_root, after.default_artifact_root),
        trace_archival: if_other(&before.trace_archival, after.trace_archival),
    }
}

fn if_other<T: PartialEq>(before: &Option<T>, after: Option<T>) -> Option<T> {
    if *before == after { None } else { after }
}

/// All that a server shows, as a row tells it.
fn shown(workspace: &Remote) -> WorkspaceChange {
    WorkspaceChange {
        description: Some(workspace.description.clone().unwrap_or_default()),
        default_artifact_root: Some(workspace.default_artifact_root.clone().unwrap_or_default()),
        trace_archival: Some(workspace.trace_archival.clone()),
    }
}

/// A server shows nothing of an object whose fields are all left out, and that is as good as none.
fn archival(remote: &TraceArchival, before: &Attr<Archival>) -> Attr<Archival> {
    if *remote == TraceArchival::default() && before.known().is_none() {
        return Attr::Null;
    }
    Archival {
        location: remote.location.clone().into(),
        retention: remote.retention.clone().into(),
    }
    .into()
}
