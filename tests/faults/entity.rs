//! The types of resources that faults are let loose on. A new type is one file in `entities` and one name in
//! [`ENTITIES`].

use serde_json::Value as Json;
use terraform_provider_mlflow::wire::Value;

use super::{
    entities::{
        access::{PERMISSION, ROLE, ROLE_ASSIGNMENT, USER},
        experiment::EXPERIMENT,
        gateway_budget_policy::GATEWAY_BUDGET_POLICY,
        gateway_endpoint::GATEWAY_ENDPOINT,
        gateway_model_definition::GATEWAY_MODEL_DEFINITION,
        gateway_secret::GATEWAY_SECRET,
        model_version::MODEL_VERSION,
        prompt::PROMPT,
        prompt_alias::PROMPT_ALIAS,
        prompt_version::PROMPT_VERSION,
        registered_model::REGISTERED_MODEL,
        registered_model_alias::REGISTERED_MODEL_ALIAS,
        webhook::WEBHOOK,
        workspace::WORKSPACE,
    },
    registry::{Found, Kind, Registry},
};
use crate::support::{feature::Feature, mlflow::Server};

/// A type of resource, as the faults need to know it.
#[derive(Debug)]
pub struct Entity {
    pub type_name: &'static str,
    /// The registries that have such objects.
    pub lives_on: &'static [Kind],
    /// The MLflow server without logins that has them.
    pub server: fn() -> &'static Server,
    /// All faults, or one of each class. The way to the server is the same for all types, so one type
    /// that meets all of them is enough; what a type makes of a fault depends on its class only.
    pub meets_every_fault: bool,
    /// The method and a part of the path of the operation's own request; `None` where the type has no
    /// such operation.
    pub request: fn(Operation, Kind) -> Option<(&'static str, &'static str)>,
    /// Whose API the operation's own request is of, as the titles of errors say it.
    pub api: fn(Operation) -> &'static str,
    /// Makes what an object of this mark stands on.
    pub prepare: fn(&Registry, &str),
    /// A configuration, told from all others by its mark and from its own past by its wish, with a
    /// canary wherever a secret can be.
    pub configuration: fn(&Registry, &str, Wish) -> Value,
    /// What the state shows of an object.
    pub shown: fn(&Value) -> Found,
    /// Every object of this mark, as the registry has it.
    pub found: fn(&Registry, &str) -> Vec<Found>,
    /// Deletes every object of this mark.
    pub delete: fn(&Registry, &str),
    /// Deletes what they stood on.
    pub dismantle: fn(&Registry, &str),
}

/// What a configuration asks for; an update goes from the old to the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Old,
    New,
}

impl Wish {
    /// As the text of an argument, and of [`Found`].
    pub const fn text(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    Read,
    List,
    Update,
    Delete,
    /// A test delivery.
    Test,
    /// A read for which a token has to be asked for first; the fault strikes once.
    Token,
}

impl Operation {
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Read,
        Self::List,
        Self::Update,
        Self::Delete,
        Self::Test,
        Self::Token,
    ];

    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Update | Self::Delete | Self::Test
        )
    }
}

const ENTITIES: [&Entity; 17] = [
    &WEBHOOK,
    &REGISTERED_MODEL,
    &REGISTERED_MODEL_ALIAS,
    &EXPERIMENT,
    &USER,
    &ROLE,
    &ROLE_ASSIGNMENT,
    &PERMISSION,
    &MODEL_VERSION,
    &PROMPT,
    &PROMPT_VERSION,
    &PROMPT_ALIAS,
    &WORKSPACE,
    &GATEWAY_SECRET,
    &GATEWAY_MODEL_DEFINITION,
    &GATEWAY_ENDPOINT,
    &GATEWAY_BUDGET_POLICY,
];

/// The types that live on a registry; of them those that `MLFLOW_TEST_ENTITY` names, if it is set.
pub fn entities(kind: Kind) -> impl Iterator<Item = &'static Entity> {
    let asked = std::env::var("MLFLOW_TEST_ENTITY").unwrap_or_default();
    let on_this = ENTITIES
        .iter()
        .filter(move |it| it.lives_on.contains(&kind));
    let is_there = |it: &&&Entity| !it.type_name.contains("gateway") || Feature::Gateway.is_there();
    let on_this = on_this.filter(is_there);
    on_this
        .filter(move |it| asked.is_empty() || asked.split(',').any(|name| name == it.type_name))
        .copied()
}

/// A text of a state.
pub fn text(state: &Value, attribute: &str) -> String {
    state.get(attribute).as_str().unwrap_or_default().to_owned()
}

/// A text of an answer.
pub fn of_json(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
