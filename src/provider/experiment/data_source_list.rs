//! The data source `mlflow_experiments`: all experiments, or those that a filter lets pass.

use super::read_only::{self, ReadOnly};
use crate::{
    api::{
        experiments::{EveryExperiment, Experiment},
        tags::Tags,
    },
    framework::{
        Attr, Context, DataSource, Diagnostics, Joined,
        schema::{Attribute, Empty, Schema, one_of},
    },
    provider::{
        Configured,
        plural::{self, Found, Plural, Wanted},
    },
    row,
};

/// `mlflow_experiments`.
#[derive(Debug)]
pub(in crate::provider) struct All;

/// Experiments, deleted ones too.
#[derive(Debug)]
pub(in crate::provider) struct Every;

row! {
    /// Which of them are asked for, beside the filter.
    pub(in crate::provider) struct Stage {
        lifecycle_stage: Attr<String>,
    }
}

impl Plural for Every {
    type Object = EveryExperiment;
    type Row = ReadOnly;

    const TYPE_NAME: &'static str = "mlflow_experiments";
    const DESCRIPTION: &'static str = "All experiments, or those that satisfy every given argument. \
        Complete however many there are: one that exists throughout is there exactly once.";
    const FOUND: (&'static str, &'static str) =
        ("experiments", "The experiments, ordered by name.");
    const KEYS: (&'static str, &'static str) =
        ("ids", "The ids of the same experiments, in the same order.");

    fn attributes() -> Vec<Attribute> {
        let names = [
            Attribute::string("id", "The server's id of the experiment."),
            Attribute::string("name", "Name of the experiment."),
        ];
        let names = names.map(Attribute::computed).into_iter();
        names
            .chain(read_only::content())
            .chain([read_only::tags()])
            .collect()
    }

    fn shown(experiment: &Experiment) -> Option<ReadOnly> {
        Some(ReadOnly::of(experiment))
    }

    fn name(experiment: &Experiment) -> &str {
        &experiment.name
    }

    fn tags(experiment: &Experiment) -> &Tags {
        &experiment.tags
    }

    fn key(experiment: &Experiment) -> &str {
        &experiment.id
    }
}

impl DataSource<Configured> for All {
    type Model = Joined<Joined<Wanted, Stage>, Found<Every>>;

    const TYPE_NAME: &'static str = Every::TYPE_NAME;

    fn schema() -> Schema {
        plural::schema::<Every>().attribute(
            Attribute::string(
                "lifecycle_stage",
                "Only experiments of this stage: `active`, which is what is meant where nothing is \
                 said, `deleted` for those that can be restored, or `all` for both.",
            )
            .empty(Empty::Refused)
            .check(one_of(
                "Invalid Lifecycle Stage",
                &["active", "deleted", "all"],
            )),
        )
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(Joined(wanted, stage), _): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let asked = stage
            .lifecycle_stage
            .known()
            .map_or("active", String::as_str);
        let passes = |it: &Experiment| asked == "all" || asked == it.lifecycle_stage;
        let found = plural::find::<Every>(cx, &wanted, passes).await?;
        Ok(Joined(Joined(wanted, stage), found))
    }
}
