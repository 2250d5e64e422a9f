//! The types of resources that faults are let loose on. A new type is one entry here.

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use super::registry::{Found, Kind, Registry};
use crate::support::mlflow::Server;

/// A type of resource, as the faults need to know it.
#[derive(Debug)]
pub struct Entity {
    pub type_name: &'static str,
    /// The registries that have such objects.
    pub lives_on: &'static [Kind],
    /// All faults, or one of each class. The way to the server is the same for all types, so one type
    /// that meets all of them is enough; what a type makes of a fault depends on its class only.
    pub meets_every_fault: bool,
    /// The method and a part of the path of the operation's own request; `None` where the type has no
    /// such operation.
    pub request: fn(Operation, Kind) -> Option<(&'static str, &'static str)>,
    /// Whether lists are read again until two of them agree.
    pub lists_in_passes: bool,
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

pub const ENTITIES: [&Entity; 3] = [&WEBHOOK, &REGISTERED_MODEL, &REGISTERED_MODEL_ALIAS];

const WEBHOOK: Entity = Entity {
    type_name: "mlflow_webhook",
    lives_on: &[Kind::Mlflow, Kind::Databricks],
    meets_every_fault: true,
    request: |operation, kind| {
        Some(match (operation, kind) {
            // Databricks alone has tokens that are asked for.
            (Operation::Token, Kind::Mlflow) => return None,
            (Operation::Token, Kind::Databricks) => ("POST", "/oidc/v1/token"),
            (Operation::Create, Kind::Mlflow) => ("POST", "/webhooks"),
            (Operation::Create, Kind::Databricks) => ("POST", "/create"),
            (Operation::Read | Operation::List, Kind::Mlflow) => ("GET", "/webhooks"),
            (Operation::Read | Operation::List, Kind::Databricks) => ("GET", "/list"),
            (Operation::Update, _) => ("PATCH", "webhooks/"),
            (Operation::Delete, _) => ("DELETE", "webhooks/"),
            (Operation::Test, _) => ("POST", "/test"),
        })
    },
    lists_in_passes: true,
    api: |_| "Webhook",
    prepare: |_, _| {},
    configuration: |registry, mark, wish| registry.webhook(mark, wish.text()),
    shown: |state| Found {
        id: text(state, "id"),
        description: text(state, "description"),
    },
    found: Registry::found,
    delete: Registry::tidy,
    dismantle: |_, _| {},
};

fn text(state: &Value, attribute: &str) -> String {
    state.get(attribute).as_str().unwrap_or_default().to_owned()
}

/// Its update has five steps: a new name, a new description, a tag that changes, one that comes and one
/// that goes.
pub const REGISTERED_MODEL: Entity = Entity {
    type_name: "mlflow_registered_model",
    lives_on: &[Kind::Mlflow],
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create => ("POST", "registered-models/create"),
            Operation::Read => ("GET", "registered-models/get"),
            Operation::List => ("GET", "registered-models/search"),
            Operation::Update => ("PATCH", "registered-models/update"),
            Operation::Delete => ("DELETE", "registered-models/delete"),
            Operation::Test | Operation::Token => return None,
        })
    },
    lists_in_passes: false,
    api: |_| "Registered Model",
    prepare: |_, _| {},
    configuration: |_, mark, wish| {
        let tags = model_tags(wish).map(|(key, value)| (key, Value::string(value)));
        Value::object([
            ("name", Value::string(format!("{mark}-{}", wish.text()))),
            ("description", Value::string(wish.text())),
            ("tags", Value::map(tags)),
            ("force_destroy", Value::Bool(false)),
        ])
    },
    shown: |state| {
        let tags = state.get("tags").entries().into_iter().flatten();
        let tags = tags.map(|(key, value)| (key.to_string(), value.as_str().unwrap_or_default()));
        model(&text(state, "name"), &text(state, "description"), tags)
    },
    found: |_, mark| {
        let found = models(mark).into_iter().map(|it| {
            let tags = it["tags"].as_array().cloned().unwrap_or_default();
            let tags = tags
                .iter()
                .map(|tag| (of_json(&tag["key"]), tag["value"].as_str()));
            let tags: Vec<_> = tags
                .map(|(key, value)| (key, value.unwrap_or_default().to_owned()))
                .collect();
            let tags = tags
                .iter()
                .map(|(key, value)| (key.clone(), value.as_str()));
            model(&of_json(&it["name"]), &of_json(&it["description"]), tags)
        });
        found.collect()
    },
    delete: |_, mark| {
        models(mark)
            .iter()
            .for_each(|it| delete_model(&of_json(&it["name"])))
    },
    dismantle: |_, _| {},
};

fn model_tags(wish: Wish) -> [(&'static str, &'static str); 3] {
    match wish {
        Wish::Old => [("stays", "1"), ("changes", "1"), ("goes", "1")],
        Wish::New => [("stays", "1"), ("changes", "2"), ("comes", "1")],
    }
}

/// What there is of a wish that came true by halves is told in full.
fn model<'a>(
    name: &str,
    description: &str,
    tags: impl Iterator<Item = (String, &'a str)>,
) -> Found {
    let mut tags: Vec<_> = tags.collect();
    tags.sort();
    let is = |wish: Wish| {
        let mut wanted = model_tags(wish).map(|(key, value)| (key.to_owned(), value));
        wanted.sort();
        description == wish.text() && tags == wanted && name.ends_with(wish.text())
    };
    let wish = [Wish::Old, Wish::New].into_iter().find(|wish| is(*wish));
    Found {
        id: name.to_owned(),
        description: wish.map_or_else(
            || format!("{description:?} {tags:?}"),
            |wish| wish.text().to_owned(),
        ),
    }
}

/// An alias that moves from the first version of its model to the second.
pub const REGISTERED_MODEL_ALIAS: Entity = Entity {
    type_name: "mlflow_registered_model_alias",
    lives_on: &[Kind::Mlflow],
    meets_every_fault: false,
    request: |operation, _| {
        Some(match operation {
            Operation::Create | Operation::Update => ("POST", "registered-models/alias"),
            Operation::Read => ("GET", "registered-models/get"),
            Operation::List => ("GET", "registered-models/search"),
            Operation::Delete => ("DELETE", "registered-models/alias"),
            Operation::Test | Operation::Token => return None,
        })
    },
    lists_in_passes: false,
    api: |operation| match operation {
        // An alias is set on a version.
        Operation::Create | Operation::Update => "Model Version",
        _ => "Registered Model",
    },
    prepare: |_, mark| {
        let rest = Server::shared().rest();
        rest.register_model(mark);
        rest.create_version(mark);
        rest.create_version(mark);
    },
    configuration: |_, mark, wish| {
        let version = match wish {
            Wish::Old => "1",
            Wish::New => "2",
        };
        Value::object([
            ("model_name", Value::string(mark)),
            ("alias", Value::string(ALIAS)),
            ("version", Value::string(version)),
        ])
    },
    shown: |state| alias(&text(state, "model_name"), &text(state, "version")),
    found: |_, mark| {
        let of_model = |it: &Json| {
            let aliases = it["aliases"].as_array().cloned().unwrap_or_default();
            let ours = aliases.into_iter().find(|it| it["alias"] == ALIAS);
            ours.map(|ours| alias(&of_json(&it["name"]), &of_json(&ours["version"])))
        };
        models(mark).iter().filter_map(of_model).collect()
    },
    delete: |_, mark| {
        let alias = json!({"name": mark, "alias": ALIAS});
        let path = format!("{MODELS}/alias");
        Server::shared().rest().call("DELETE", &path, &alias);
    },
    dismantle: |_, mark| delete_model(mark),
};

pub const ALIAS: &str = "champion";

fn alias(model: &str, version: &str) -> Found {
    Found {
        id: format!("{model}@{ALIAS}"),
        description: match version {
            "1" => Wish::Old.text().to_owned(),
            "2" => Wish::New.text().to_owned(),
            other => other.to_owned(),
        },
    }
}

pub const MODELS: &str = "/api/2.0/mlflow/registered-models";

/// The models whose names begin with the mark.
fn models(mark: &str) -> Vec<Json> {
    let path = format!("{MODELS}/search?filter=name%20LIKE%20%27{mark}%25%27");
    let found = Server::shared().rest().expect("GET", &path, &Json::Null);
    found["registered_models"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn delete_model(name: &str) {
    let model = json!({"name": name});
    let path = format!("{MODELS}/delete");
    Server::shared().rest().call("DELETE", &path, &model);
}

fn of_json(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
