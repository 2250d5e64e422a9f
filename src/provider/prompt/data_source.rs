//! The data source `mlflow_prompts`: all prompts. One prompt, with a version, is looked up by
//! `mlflow_prompt`.

use crate::{
    api::{
        Prompts,
        registered_models::{Registered, RegisteredModel},
        tags::Tags,
    },
    framework::schema::Attribute,
    provider::{
        models::read_only::{self, ReadOnly},
        plural::Plural,
    },
};

/// `mlflow_prompts`.
#[derive(Debug)]
pub(in crate::provider) struct All;

impl Plural for All {
    type Object = Registered<Prompts>;
    type Row = ReadOnly;

    const TYPE_NAME: &'static str = "mlflow_prompts";
    const DESCRIPTION: &'static str = "All prompts, or those that satisfy every given argument. Complete \
        however many there are: one that exists throughout is there exactly once.";
    const FOUND: (&'static str, &'static str) = ("prompts", "The prompts, ordered by name.");
    const KEYS: (&'static str, &'static str) =
        ("names", "The names of the same prompts, in the same order.");

    fn attributes() -> Vec<Attribute> {
        let name = Attribute::string("name", "The prompt's name.").computed();
        std::iter::once(name).chain(read_only::content()).collect()
    }

    fn shown(prompt: &RegisteredModel) -> Option<ReadOnly> {
        prompt.is::<Prompts>().then(|| ReadOnly::of(prompt))
    }

    fn name(prompt: &RegisteredModel) -> &str {
        &prompt.name
    }

    fn tags(prompt: &RegisteredModel) -> &Tags {
        &prompt.tags
    }
}
