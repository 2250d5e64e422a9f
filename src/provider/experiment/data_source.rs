//! The data source `mlflow_experiment`: one experiment, by id or by name.

use super::read_only::{self, ReadOnly};
use crate::{
    api::experiments::{self, Experiments, ExperimentsByName},
    framework::{
        Context, DataSource, Diagnostics, Joined,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::{Configured, explain::explain_at, lookup, managed::workspace},
};

/// `mlflow_experiment`.
#[derive(Debug)]
pub(in crate::provider) struct One;

impl DataSource<Configured> for One {
    type Model = Joined<ReadOnly, workspace::Place>;

    const TYPE_NAME: &'static str = "mlflow_experiment";

    fn schema() -> Schema {
        let schema = Schema::new(
            "One experiment, by exactly one of `id` and `name`. One that is deleted is found as well, \
             since it keeps its name: `lifecycle_stage` tells.",
        );
        let names = [
            Attribute::string(
                "id",
                "The server's id of the experiment. Exactly one of `id` and `name` must be given.",
            )
            .check(Validator::string("Invalid Experiment ID", refused)),
            Attribute::string("name", "Name of the experiment; case matters."),
        ];
        let names = names.map(|it| it.optional_computed().empty(Empty::Refused));
        names
            .into_iter()
            .chain(read_only::content())
            .chain([read_only::tags(), workspace::reading_argument()])
            .fold(schema, Schema::attribute)
    }

    fn validate(Joined(config, _): &Self::Model) -> Diagnostics {
        lookup::by_id_or_name("The experiment", &config.id, &config.name)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(config, place): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &place.workspace).await?;
        let (found, by) = match (config.id.known(), config.name.known()) {
            (Some(id), _) => (server.get::<Experiments>(id, cx.stop()).await, "id"),
            (None, name) => {
                let name = name.cloned().unwrap_or_default();
                let found = server.get::<ExperimentsByName>(&name, cx.stop()).await;
                (found, "name")
            }
        };
        let found = found.map_err(|error| explain_at(&error, by))?;
        Ok(Joined(ReadOnly::of(&found), place))
    }
}

fn refused(id: &str) -> Result<(), String> {
    let expected = || {
        "Expected the experiment's id: digits, without leading zeros; in a Databricks workspace perhaps \
         32 hexadecimal ones. A name goes into name."
            .to_owned()
    };
    experiments::is_id(id).then_some(()).ok_or_else(expected)
}
