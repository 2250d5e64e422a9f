//! The row of the resource, and what may be configured.

use crate::{
    api::workspaces::{Deletion, TraceArchival, WorkspaceChange},
    framework::{
        Attr, Value,
        schema::{Attribute, Empty, Schema, Validator, one_of},
    },
    provider::{
        artifact_location,
        managed::{duration, workspace},
    },
    row,
};

/// What servers keep for paths of their own.
const RESERVED: [&str; 4] = ["workspaces", "api", "ajax-api", "static-files"];

const RESTRICT: &str = "RESTRICT";
const CASCADE: &str = "CASCADE";
const SET_DEFAULT: &str = "SET_DEFAULT";

row! {
    /// The resource.
    pub(in crate::provider) struct Workspace {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) default_artifact_root: Attr<String>,
        pub(super) trace_archival: Attr<Archival>,
        pub(super) deletion_mode: Attr<String>,
    }
}

row! {
    /// What becomes of old traces.
    pub(in crate::provider) struct Archival {
        pub(super) location: Attr<String>,
        pub(super) retention: Attr<String>,
    }
}

impl Workspace {
    /// The name, where it is known.
    pub(super) fn name(&self) -> String {
        self.name.known_or_default()
    }

    /// All that a server shows of it but its name; what is left out is empty.
    pub(super) fn fields(&self) -> WorkspaceChange {
        WorkspaceChange {
            description: Some(text(&self.description).unwrap_or_default()),
            default_artifact_root: Some(text(&self.default_artifact_root).unwrap_or_default()),
            trace_archival: Some(self.archival()),
        }
    }

    fn archival(&self) -> TraceArchival {
        let archival = self.trace_archival.known();
        TraceArchival {
            location: archival.and_then(|it| text(&it.location)),
            retention: archival.and_then(|it| text(&it.retention)),
        }
    }

    /// What becomes of what it holds.
    pub(super) fn deletion(&self) -> Deletion {
        match self.deletion_mode.known().map(String::as_str) {
            Some(CASCADE) => Deletion::Cascade,
            Some(SET_DEFAULT) => Deletion::SetDefault,
            _ => Deletion::Restrict,
        }
    }
}

fn text(attribute: &Attr<String>) -> Option<String> {
    attribute.known().filter(|text| !text.is_empty()).cloned()
}

/// The mode of a workspace that says none.
pub(super) fn default_mode() -> String {
    RESTRICT.to_owned()
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A workspace of an MLflow server, which holds experiments, models, prompts and webhooks of its \
         own. Other resources live in it by their argument `workspace`.\n\n\
         Needs MLflow 3.10 or later, started with `--enable-workspaces`, and with basic-auth an admin. \
         Destroying a workspace that still holds something is refused unless `deletion_mode` says what \
         becomes of it. Experiments that Terraform has destroyed count: MLflow deletes them softly.",
    )
    .area("Tracking");
    arguments().into_iter().fold(schema, Schema::attribute)
}

fn arguments() -> [Attribute; 6] {
    [
        Attribute::string("id", "The workspace's name, which is all that identifies it.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the workspace: 2 to 63 lower-case letters, digits and `-`, the latter not at \
             either end. `default` is always there, and can be imported. A change makes a new one.",
        )
        .required()
        .replaces()
        .empty(Empty::Refused)
        .check(workspace::name())
        .check(not_reserved()),
        Attribute::string(
            "description",
            "What the workspace is for. Left out and `\"\"` mean the same: none.",
        )
        .empty(Empty::LeftOut),
        Attribute::string(
            "default_artifact_root",
            "Below which artifacts of its new experiments go: a URI, or an absolute path on the server. \
             Left out, the server chooses. What is there already stays where it is.",
        )
        .empty(Empty::Refused)
        .check(artifact_location::form())
        .check(no_outer_spaces()),
        trace_archival(),
        Attribute::string(
            "deletion_mode",
            "What becomes of all that the workspace holds when it is destroyed. With `RESTRICT` the \
             destruction is refused while there is anything, experiments that are deleted included; \
             `CASCADE` deletes everything for good, except artifacts; `SET_DEFAULT` moves everything \
             to the workspace `default`, where none of the names may be taken. Roles and grants of the \
             workspace go with both. The value in state counts: set it, apply, then destroy. \
             `RESTRICT` by default.",
        )
        .default(Value::string(RESTRICT))
        .empty(Empty::Refused)
        .check(one_of(
            "Invalid Deletion Mode",
            &[RESTRICT, CASCADE, SET_DEFAULT],
        )),
    ]
}

fn trace_archival() -> Attribute {
    let attributes = vec![
        Attribute::string(
            "location",
            "Where they are archived: a URI that the server can write to.",
        )
        .empty(Empty::Refused)
        .check(archive_form()),
        Attribute::string(
            "retention",
            "How long they are kept before that: a whole number and `m`, `h` or `d`, such as `30d`.",
        )
        .empty(Empty::Refused)
        .check(duration::form()),
    ];
    Attribute::object(
        "trace_archival",
        "What becomes of the workspace's old traces. What is left out is the server's. MLflow 3.13 and \
         later.",
        attributes,
    )
}

/// The server keeps some for itself.
fn not_reserved() -> Validator {
    Validator::string("Invalid Workspace Name", |name| {
        let reserved = RESERVED.contains(&name);
        let told = || "The server keeps this name for itself. Choose another one.".to_owned();
        (!reserved).then_some(()).ok_or_else(told)
    })
}

/// Servers cut them off.
fn no_outer_spaces() -> Validator {
    Validator::string("Invalid Artifact Location", |text| {
        (text.trim() == text)
            .then_some(())
            .ok_or_else(|| "The location begins or ends with a space. Remove it.".to_owned())
    })
}

fn archive_form() -> Validator {
    Validator::string("Invalid Archive Location", |text| {
        let fits = artifact_location::scheme(text)
            .is_some_and(|(scheme, _)| !scheme.eq_ignore_ascii_case("mlflow-artifacts"));
        fits.then_some(()).ok_or_else(|| {
            "Expected a URI with a scheme, such as s3://bucket/traces, and not \"mlflow-artifacts:\", \
             which only leads back to the server."
                .to_owned()
        })
    })
}
