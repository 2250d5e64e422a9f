//! The row of the resource, and what may be configured.

use super::forms;
use crate::{
    api::{experiments, gateway::endpoints::SEQUENTIAL},
    framework::{
        Attr, Number, SetOf, Value,
        schema::{Attribute, Block, Empty, Schema, Validator, one_of, whole_number},
    },
    provider::managed::{tags, workspace_argument},
    row,
};

/// The models of an endpoint.
pub(super) type Models = Attr<SetOf<Model>>;

row! {
    /// The resource.
    pub(in crate::provider) struct Row {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) model: Models,
        pub(super) routing_strategy: Attr<String>,
        pub(super) fallback: Attr<Fallback>,
        pub(super) usage_tracking: Attr<bool>,
        pub(super) experiment_id: Attr<String>,
        pub(super) tags: tags::Tags,
        pub(super) workspace: Attr<String>,
        pub(super) created_at: Attr<i64>,
    }
}

row! {
    /// One model of an endpoint.
    pub(in crate::provider) struct Model {
        pub(super) model_definition_id: Attr<String>,
        pub(super) linkage_type: Attr<String>,
        pub(super) weight: Attr<Number>,
        pub(super) fallback_order: Attr<i64>,
    }
}

row! {
    /// How to fall back.
    pub(in crate::provider) struct Fallback {
        pub(super) strategy: Attr<String>,
        pub(super) max_attempts: Attr<i64>,
    }
}

pub(super) const PRIMARY: &str = "PRIMARY";
pub(super) const FALLBACK: &str = "FALLBACK";

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "An endpoint of the AI gateway: a name that clients call, and the models that answer. MLflow \
         3.11.1 and later.\n\n\
         A change of `name` renames it in place; clients call it by its name, grants and budgets hold \
         on to its id. Only taking `routing_strategy` away makes a new endpoint. Its experiment stays \
         when it is renamed or destroyed, and so do budgets on it. The gateway goes on serving a \
         changed endpoint as it was for up to a minute, from its cache.",
    )
    .area("Gateway");
    names()
        .into_iter()
        .chain(routing())
        .chain(usage())
        .chain([
            tags::argument(),
            workspace_argument(),
            Attribute::number(
                "created_at",
                "When the endpoint was created, in Unix milliseconds.",
            )
            .computed()
            .stable(),
        ])
        .fold(schema, Schema::attribute)
        .block(model())
}

fn names() -> [Attribute; 2] {
    [
        Attribute::string("id", "The server's id of the endpoint.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the endpoint, unique in its workspace: letters, digits, `_`, `.` and `-`; case \
             matters. A change renames it in place.",
        )
        .required()
        .empty(Empty::Refused)
        .check(forms::name_form()),
    ]
}

fn routing() -> [Attribute; 2] {
    [
        Attribute::string(
            "routing_strategy",
            "`REQUEST_BASED_TRAFFIC_SPLIT` spreads the requests over the primary models by their \
             weights. Left out, there is one primary model. No server lets go of it, so taking it \
             away makes a new endpoint, which under `create_before_destroy` needs another `name`.",
        )
        .empty(Empty::Refused)
        .check(one_of(
            "Invalid Routing Strategy",
            &["REQUEST_BASED_TRAFFIC_SPLIT"],
        )),
        Attribute::object(
            "fallback",
            "How to fall back from the primary models to the others. Left out, the server tries each \
             of them once.",
            vec![
                Attribute::string(
                    "strategy",
                    "`SEQUENTIAL`, which is the default: one after the other.",
                )
                .empty(Empty::Refused)
                .default(Value::string(SEQUENTIAL))
                .check(one_of("Invalid Fallback Strategy", &[SEQUENTIAL])),
                Attribute::number(
                    "max_attempts",
                    "How many models to fall back to at the most, 1 or more; all of them when left \
                     out.",
                )
                .check(whole_number("Invalid Attempts", 1..=i64::from(i32::MAX))),
            ],
        ),
    ]
}

fn usage() -> [Attribute; 2] {
    [
        Attribute::bool(
            "usage_tracking",
            "Whether requests are traced into the endpoint's experiment, `true` by default. Budgets \
             count only what is tracked.",
        )
        .default(Value::Bool(true)),
        Attribute::string(
            "experiment_id",
            "The experiment that usage is tracked in. Left out, the server makes or takes one named \
             `gateway/NAME`. It can be changed, and not be taken away.",
        )
        .refers_to("mlflow_experiment", "id")
        .empty(Empty::Refused)
        .check(Validator::string("Invalid Experiment ID", experiment))
        .optional_computed()
        .stable(),
    ]
}

fn experiment(id: &str) -> Result<(), String> {
    let expected = || {
        "Expected an experiment's id, which is a number without leading zeros: the attribute id of a \
         mlflow_experiment, or of the data source of that name."
            .to_owned()
    };
    experiments::is_id(id).then_some(()).ok_or_else(expected)
}

fn model() -> Block {
    let attributes = [
        Attribute::string(
            "model_definition_id",
            "Id of the model definition. Each stands once among the primary models, and once among \
             those to fall back to.",
        )
        .refers_to("mlflow_gateway_model_definition", "id")
        .required()
        .empty(Empty::Refused),
        Attribute::string(
            "linkage_type",
            "`PRIMARY`, which is the default, or `FALLBACK`: a model to fall back to.",
        )
        .empty(Empty::Refused)
        .default(Value::string(PRIMARY))
        .check(one_of("Invalid Linkage Type", &[PRIMARY, FALLBACK])),
        Attribute::number(
            "weight",
            "Its share of the traffic beside the other primary models, 0.01 or more, `1` by default. \
             Servers keep 32 bits of it, and a difference beyond that is none.",
        )
        .default(Value::number(1))
        .check(forms::weight_form())
        .same_meaning(forms::same_weight),
        Attribute::number(
            "fallback_order",
            "Its place among the models to fall back to, 0 or more, counted up.",
        )
        .check(whole_number("Invalid Order", 0..=i64::from(i32::MAX))),
    ];
    let block = Block::set(
        "model",
        "A model that answers, at least one. Exactly one is `PRIMARY`, or several with a \
         `routing_strategy`.",
    );
    attributes.into_iter().fold(block, Block::attribute)
}
