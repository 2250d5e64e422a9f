//! The data source `mlflow_workspaces`: all that the login may see.

use crate::{
    api::workspaces::{Workspace, Workspaces},
    framework::{
        Attr, Context, DataSource, Diagnostics, Type,
        schema::{Attribute, Nesting, Schema},
    },
    provider::{Configured, explain::explain},
    row,
};

/// `mlflow_workspaces`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// What is found.
    pub(in crate::provider) struct Found {
        workspaces: Attr<Vec<ReadOnly>>,
        names: Attr<Vec<String>>,
    }
}

row! {
    /// A workspace as its server shows it.
    pub(in crate::provider) struct ReadOnly {
        name: Attr<String>,
        description: Attr<String>,
        default_artifact_root: Attr<String>,
        trace_archival_location: Attr<String>,
        trace_archival_retention: Attr<String>,
    }
}

impl DataSource<Configured> for All {
    type Model = Found;

    const TYPE_NAME: &'static str = "mlflow_workspaces";

    fn schema() -> Schema {
        let schema = Schema::new(
            "The workspaces of the server that the login may see: all of them for an admin, its own \
             for a member, `default` included. Needs MLflow 3.10 or later with workspaces enabled.",
        );
        let found = Attribute::nested(
            "workspaces",
            "The workspaces, ordered by name.",
            Nesting::List,
            content().into(),
        );
        let names = Attribute::plain(
            "names",
            "The names of the same workspaces, in the same order.",
            Type::list(Type::String),
        );
        let attributes = [found, names].map(Attribute::computed);
        attributes.into_iter().fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, _: Found) -> Result<Found, Diagnostics> {
        let server = cx.client().known_server()?;
        let all = server.list::<Workspaces>(cx.stop()).await;
        let mut all = all.map_err(|error| explain(&error))?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<_> = all.iter().map(|it| it.name.clone()).collect();
        let workspaces: Vec<_> = all.into_iter().map(ReadOnly::of).collect();
        Ok(Found {
            workspaces: workspaces.into(),
            names: names.into(),
        })
    }
}

impl ReadOnly {
    fn of(workspace: Workspace) -> Self {
        let archival = workspace.trace_archival;
        Self {
            name: workspace.name.into(),
            description: workspace.description.into(),
            default_artifact_root: workspace.default_artifact_root.into(),
            trace_archival_location: archival.location.into(),
            trace_archival_retention: archival.retention.into(),
        }
    }
}

fn content() -> [Attribute; 5] {
    [
        Attribute::string("name", "Name of the workspace."),
        Attribute::string(
            "description",
            "What the workspace is for; null without any.",
        ),
        Attribute::string(
            "default_artifact_root",
            "Below which artifacts of its new experiments go; null where the server chooses.",
        ),
        Attribute::string(
            "trace_archival_location",
            "Where its old traces are archived; null where the server decides.",
        ),
        Attribute::string(
            "trace_archival_retention",
            "How long its traces are kept before that; null where the server decides.",
        ),
    ]
    .map(Attribute::computed)
}
