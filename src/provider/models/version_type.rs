//! A type of resource that is a version of a model or a prompt: what it says of itself, what may be
//! configured, and by which rules it is planned.

use crate::{
    framework::{
        Value,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        managed::{tags, workspace_argument},
        models::{content::Content, kind::Kind},
    },
};

/// A type of resource that is a version.
pub(in crate::provider) trait VersionType: Send + Sync + 'static {
    /// What it is a version of.
    type Kind: Kind;
    /// What is in it, beside what every version has.
    type Content: Content;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;
    /// What it says of itself.
    const TEXTS: VersionTexts;
}

/// What pages say of such a type, in Markdown.
pub(in crate::provider) struct VersionTexts {
    pub(in crate::provider) noun: &'static str,
    pub(in crate::provider) page: &'static str,
    pub(in crate::provider) list: &'static str,
    pub(in crate::provider) id: &'static str,
    pub(in crate::provider) owner: &'static str,
    pub(in crate::provider) skip_destroy: &'static str,
    pub(in crate::provider) identity: &'static [(&'static str, &'static str)],
}

/// The schema of a type.
pub(super) fn schema<T: VersionType>() -> Schema {
    let texts = T::TEXTS;
    [
        Attribute::string("id", texts.id).computed().stable(),
        Attribute::string(T::Kind::OWNER, texts.owner)
            .required()
            .empty(Empty::Refused)
            .refers_to(T::Kind::TYPE_NAME, "name")
            .check(T::Kind::name_form()),
        Attribute::string("version", "The version's number, which the server gives.")
            .computed()
            .stable(),
    ]
    .into_iter()
    .chain(T::Content::attributes())
    .chain([
        tags::argument(),
        workspace_argument(),
        Attribute::bool("skip_destroy", texts.skip_destroy).default(Value::Bool(true)),
        Attribute::number(
            "creation_timestamp",
            "When the version was created, in Unix milliseconds.",
        )
        .computed()
        .stable(),
    ])
    .fold(
        Schema::new(texts.page).area(T::Kind::AREA).history(),
        Schema::attribute,
    )
}
