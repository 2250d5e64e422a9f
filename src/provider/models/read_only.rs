//! The read-only row of a model or a prompt, as data sources give it: all that a server tells.

use crate::{
    api::registered_models::RegisteredModel,
    framework::{Attr, Type, schema::Attribute},
    provider::managed::{Texts, texts},
    row,
};

row! {
    /// One as its server shows it.
    pub(in crate::provider) struct ReadOnly {
        pub(in crate::provider) name: Attr<String>,
        pub(super) description: Attr<String>,
        pub(super) tags: Texts,
        pub(super) aliases: Texts,
        pub(super) latest_versions: Texts,
        pub(super) creation_timestamp: Attr<i64>,
        pub(super) last_updated_timestamp: Attr<i64>,
    }
}

impl ReadOnly {
    pub(in crate::provider) fn of(model: &RegisteredModel) -> Self {
        Self {
            name: model.name.clone().into(),
            description: model.description.clone().into(),
            tags: texts(&model.tags),
            aliases: texts(&model.aliases),
            latest_versions: texts(&model.latest_versions),
            creation_timestamp: model.creation_timestamp.into(),
            last_updated_timestamp: model.last_updated_timestamp.into(),
        }
    }
}

/// All but its name.
pub(in crate::provider) fn content() -> [Attribute; 6] {
    let texts = |name, what| Attribute::plain(name, what, Type::map(Type::String));
    [
        Attribute::string("description", "What it is; null without any."),
        texts("tags", "All its tags, also those that MLflow keeps for itself."),
        texts("aliases", "Its aliases, and the version that each stands for."),
        texts(
            "latest_versions",
            "The newest version in each stage that has one; versions without a stage are in `None`.",
        ),
        Attribute::number(
            "creation_timestamp",
            "When it was created, in Unix milliseconds.",
        ),
        Attribute::number(
            "last_updated_timestamp",
            "When it, or one of its versions, was last changed, in Unix milliseconds.",
        ),
    ]
    .map(Attribute::computed)
}
