//! The read-only row of a version of a model, as data sources give it: all that a server tells.

use crate::{
    api::model_versions::ModelVersion,
    framework::{Attr, Type, schema::Attribute},
    provider::managed::{Texts, texts},
    row,
};

row! {
    /// All but its number.
    pub(in crate::provider) struct ReadOnly {
        description: Attr<String>,
        source: Attr<String>,
        run_id: Attr<String>,
        run_link: Attr<String>,
        status: Attr<String>,
        stage: Attr<String>,
        tags: Texts,
        aliases: Attr<Vec<String>>,
        creation_timestamp: Attr<i64>,
        last_updated_timestamp: Attr<i64>,
    }
}

impl ReadOnly {
    pub(super) fn of(version: &ModelVersion) -> Self {
        let mut aliases = version.aliases.clone();
        aliases.sort();
        Self {
            description: version.description.clone().into(),
            source: version.source.clone().into(),
            run_id: version.run_id.clone().into(),
            run_link: version.run_link.clone().into(),
            status: version.status.clone().into(),
            stage: version.stage.clone().into(),
            tags: texts(&version.tags),
            aliases: aliases.into(),
            creation_timestamp: version.creation_timestamp.into(),
            last_updated_timestamp: version.last_updated_timestamp.into(),
        }
    }
}

pub(super) fn content() -> [Attribute; 10] {
    [
        Attribute::string("description", "What the version is; null without any."),
        Attribute::string("source", "Where its files are."),
        Attribute::string("run_id", "The run that made it; null where none is known."),
        Attribute::string("run_link", "Address of the run; null where none is known."),
        Attribute::string("status", "Whether it can be used: `READY`; in a Databricks workspace also `PENDING_REGISTRATION` or \
             `FAILED_REGISTRATION`."),
        Attribute::string(
            "stage",
            "Its stage, by MLflow's old way of promoting: `None`, `Staging`, `Production` or `Archived`.",
        ),
        Attribute::plain(
            "tags",
            "All its tags, also those that MLflow keeps for itself.",
            Type::map(Type::String),
        ),
        Attribute::plain(
            "aliases",
            "The aliases that stand for it, in order.",
            Type::list(Type::String),
        ),
        Attribute::number(
            "creation_timestamp",
            "When it was created, in Unix milliseconds.",
        ),
        Attribute::number(
            "last_updated_timestamp",
            "When it was last changed, in Unix milliseconds.",
        ),
    ]
    .map(Attribute::computed)
}
