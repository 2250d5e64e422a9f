//! The read-only row of an experiment, as data sources give it: all that a server tells.

use crate::{
    api::experiments::Experiment,
    framework::{Attr, Type, schema::Attribute},
    provider::managed::{Texts, texts},
    row,
};

row! {
    /// An experiment as its server shows it.
    pub(in crate::provider) struct ReadOnly {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) tags: Texts,
        pub(super) artifact_location: Attr<String>,
        pub(super) trace_archival_retention: Attr<String>,
        pub(super) lifecycle_stage: Attr<String>,
        pub(super) creation_time: Attr<i64>,
        pub(super) last_update_time: Attr<i64>,
    }
}

impl ReadOnly {
    pub(super) fn of(experiment: &Experiment) -> Self {
        Self {
            id: experiment.id.clone().into(),
            name: experiment.name.clone().into(),
            description: experiment.description().cloned().into(),
            tags: texts(&experiment.tags),
            artifact_location: experiment.artifact_location.clone().into(),
            trace_archival_retention: experiment.trace_archival_retention().into(),
            lifecycle_stage: experiment.lifecycle_stage.clone().into(),
            creation_time: experiment.creation_time.into(),
            last_update_time: experiment.last_update_time.into(),
        }
    }
}

/// All but what it is looked up by, and whether it is deleted.
pub(super) fn content() -> [Attribute; 6] {
    [
        Attribute::string(
            "description",
            "What the experiment is for; null without any.",
        ),
        Attribute::string("artifact_location", "Where artifacts of its runs go."),
        Attribute::string(
            "trace_archival_retention",
            "How long its traces are kept before they are archived, such as `30d`; null where it says \
             nothing of that.",
        ),
        Attribute::number(
            "creation_time",
            "When the experiment was created, in Unix milliseconds.",
        ),
        Attribute::number(
            "last_update_time",
            "When the experiment was last renamed, deleted or restored, in Unix milliseconds; tags do \
             not count.",
        ),
        stage(),
    ]
    .map(Attribute::computed)
}

fn stage() -> Attribute {
    Attribute::string(
        "lifecycle_stage",
        "`active`, or `deleted` for one that can still be restored.",
    )
}

/// All its tags.
pub(super) fn tags() -> Attribute {
    Attribute::plain(
        "tags",
        "All its tags, also those that MLflow keeps for itself.",
        Type::map(Type::String),
    )
    .computed()
}
