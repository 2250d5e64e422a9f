//! What is in a version, beside what every version has: each kind says what that is.

use std::fmt;

use crate::{
    api::{
        Version,
        model_versions::{ModelVersion, NewVersion},
        tags::TagChange,
    },
    framework::{Attr, Diagnostic, Diagnostics, Field, Path, schema::Attribute},
};

/// What is in a version of one kind.
pub(in crate::provider) trait Content:
    Field + Default + Clone + PartialEq + fmt::Debug + Send + Sync
{
    /// Its attributes.
    fn attributes() -> Vec<Attribute>;

    /// Checks a configuration beyond what the schema says; values may be unknown.
    fn validate(&self) -> Diagnostics;

    /// Adjusts the plan of it.
    fn plan(&mut self, change: &mut Change<'_, Self>);

    /// The content as the server shows it.
    ///
    /// # Errors
    /// When it cannot be told in these attributes, and was not before.
    fn seen(version: &ModelVersion, before: &Self, is_new: bool) -> Result<Self, Diagnostic>;

    /// Puts it into a version that is to be created, which has a model and tags so far.
    fn put_into(&self, new: NewVersion) -> NewVersion;

    /// The text that describes the version.
    fn description(&mut self) -> &mut Attr<String>;

    /// What of it a Databricks workspace has no place for.
    fn not_on_databricks(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// What of a new version an MLflow server of this version refuses; it may not be known.
    fn not_on_mlflow(
        &self,
        _prior: Option<&Self>,
        _version: Option<&Version>,
    ) -> Option<Diagnostic> {
        None
    }

    /// Its status, of a kind whose versions have one.
    fn status(&self) -> Option<&String> {
        None
    }

    /// The change of a tag that leads from this content to another, and the content after it.
    fn tag_change(&self, _planned: &Self) -> Option<(TagChange, Self)> {
        None
    }
}

/// How a plan changes a version.
pub(in crate::provider) struct Change<'a, C> {
    /// The configuration; may hold unknown values.
    pub(in crate::provider) config: &'a C,
    /// The content before, of a version that is there.
    pub(in crate::provider) prior: Option<&'a C>,
    /// It was imported, and has not been changed since.
    pub(in crate::provider) is_imported: bool,
    /// The attributes that make a new version.
    pub(in crate::provider) replace: &'a mut Vec<Path>,
}

impl<C> Change<'_, C> {
    /// A change of this attribute is none that makes a new version.
    pub(in crate::provider) fn keeps(&mut self, attribute: &'static str) {
        let path = Path::attribute(attribute);
        self.replace.retain(|it| *it != path);
    }
}
