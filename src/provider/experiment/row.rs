//! The row of the resource, and what may be configured.

use crate::{
    api::{
        experiments::{self, NOTE, RETENTION},
        tags::{TagChange, Tags},
    },
    framework::{
        Attr, Value,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::{
        artifact_location,
        managed::{duration, tags, workspace_argument},
    },
    row,
};

/// The longest name that a server takes, in characters. PostgreSQL holds 256 of them.
const LONGEST_NAME: usize = 500;

row! {
    /// The resource.
    pub(in crate::provider) struct Experiment {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) tags: tags::Tags,
        pub(super) artifact_location: Attr<String>,
        pub(super) trace_archival_retention: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) restore_deleted: Attr<bool>,
        pub(super) rename_on_destroy: Attr<bool>,
        pub(super) creation_time: Attr<i64>,
    }
}

impl Experiment {
    /// The name, where it is known.
    pub(super) fn name(&self) -> String {
        self.name.known_or_default()
    }

    /// The tags that the row stands for: its own, and those that other arguments are.
    pub(super) fn all_tags(&self) -> Tags {
        let mut all = tags::known(&self.tags);
        let text = self.description.known();
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            all.insert(NOTE.to_owned(), text.clone());
        }
        if let Some(duration) = self.trace_archival_retention.known() {
            all.insert(RETENTION.to_owned(), experiments::retention(duration));
        }
        all
    }

    /// The row after a change of one tag, on the way to `planned`.
    pub(super) fn after(&mut self, change: &TagChange, planned: &Self) {
        match change.key() {
            NOTE => self.description = planned.description.clone(),
            RETENTION => {
                self.trace_archival_retention = planned.trace_archival_retention.clone();
            }
            _ => self.tags = tags::after(&self.tags, change),
        }
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "An experiment, under which runs and traces are logged.\n\n\
         MLflow deletes an experiment softly: it keeps its name and can be restored, until `mlflow gc` \
         removes it for good. So that the name is free again, destroying renames the experiment to \
         `NAME (deleted ID)` first. An experiment that was deleted elsewhere is planned for creation: \
         with `restore_deleted` the one that was deleted comes back, without it the apply says what \
         stands in the way. Creating never takes over an experiment that is there already: import it. \
         Runs that are logged to it, and tags that others set, are left alone.\n\n\
         In a Databricks workspace no call removes a tag: where one would have to go, the plan refuses. A \
         deleted experiment keeps its name from nobody there, so nothing has to be renamed. A `moved` block \
         takes over the state of `databricks_mlflow_experiment`.",
    )
    .area("Tracking");
    what_it_is()
        .into_iter()
        .chain(what_steers())
        .fold(schema, Schema::attribute)
}

fn what_it_is() -> [Attribute; 7] {
    [
        Attribute::string("id", "The server's id of the experiment.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the experiment, unique in its workspace, deleted ones included; case matters. At \
             most 500 characters, 256 on PostgreSQL. In a Databricks workspace an absolute path, such as \
             `/Shared/churn`, which `/Workspace` in front and a slash at its end do not change. A change \
             renames the experiment in place.",
        )
        .required()
        .empty(Empty::Refused)
        .check(name_form()),
        Attribute::string(
            "description",
            "What the experiment is for, in Markdown, as MLflow's user interface shows it. Left out \
             and `\"\"` mean the same: none.",
        )
        .empty(Empty::LeftOut),
        tags::argument(),
        Attribute::string(
            "artifact_location",
            "Where artifacts of its runs go: a URI, or an absolute path on the server. Left out, the \
             server chooses. A change makes a new experiment. Servers with workspaces enabled allow \
             none: there `default_artifact_root` of the workspace decides.",
        )
        .optional_computed()
        .stable()
        .replaces()
        .empty(Empty::Refused)
        .check(artifact_location::form()),
        Attribute::string(
            "trace_archival_retention",
            "How long traces are kept before they are archived: a whole number and `m`, `h` or `d`, \
             such as `30d`. Left out, it is the workspace's or the server's. Takes effect on servers \
             that archive traces, MLflow 3.13 and later; refused on Databricks.",
        )
        .empty(Empty::Refused)
        .check(duration::form()),
        workspace_argument(),
    ]
}

fn what_steers() -> [Attribute; 3] {
    [
        Attribute::bool(
            "restore_deleted",
            "Whether creating restores a deleted experiment of this name, if there is one, with its id \
             and all its runs, also those that were deleted before it, and then brings it to the \
             configuration. What `rename_on_destroy` has renamed is not found, nor is what a Databricks \
             workspace moved to the trash under another name, which is an error that names it. `false` by \
             default.",
        )
        .default(Value::Bool(false)),
        Attribute::bool(
            "rename_on_destroy",
            "Whether destroying renames the experiment to `NAME (deleted ID)` before it is deleted, so \
             that its name is free. Without that the name stays taken until `mlflow gc`. The value in \
             state counts. `true` by default. Without effect on Databricks, where a deleted experiment \
             keeps no name from others.",
        )
        .default(Value::Bool(true)),
        Attribute::number(
            "creation_time",
            "When the experiment was created, in Unix milliseconds.",
        )
        .computed()
        .stable(),
    ]
}

/// Refuses what no server takes, and what later ones do not.
fn name_form() -> Validator {
    Validator::string("Invalid Experiment Name", |name| {
        let fits = name.chars().count() <= LONGEST_NAME && !name.contains('\0');
        (fits && !name.trim().is_empty())
            .then_some(())
            .ok_or_else(|| {
                "The name of an experiment is not blank, has at most 500 characters and no NUL."
                    .to_owned()
            })
    })
}
