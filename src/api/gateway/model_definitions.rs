//! Model definitions: a model of a provider, and the secret to ask for it with. Nothing of one is
//! checked before it is used.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::{
    area::Area,
    call::{About, Call, parse, parse_page},
    error::Error,
    gateway::{self, GATEWAY},
    http::{Request, Response},
    object::{ByName, Named, Object},
    page::Page,
};

static AREA: Area = gateway::area("gateway model definition", list);

const PATH: &str = "model-definitions";
const ID: &str = "model_definition_id";

/// A model definition as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ModelDefinition {
    /// Given by the server.
    #[serde(rename = "model_definition_id")]
    pub id: String,
    /// Unique in its workspace.
    pub name: String,
    /// None once the secret was deleted.
    pub secret_id: Option<String>,
    /// The name of that secret.
    pub secret_name: Option<String>,
    /// The provider that has the model.
    pub provider: String,
    /// What the provider calls the model.
    pub model_name: String,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// A model definition to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewModelDefinition {
    /// Its name.
    pub name: String,
    /// Its secret.
    pub secret_id: String,
    /// The provider that has the model.
    pub provider: String,
    /// What the provider calls the model.
    pub model_name: String,
}

/// What is to change of a model definition; `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ModelDefinitionChange {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_id: Option<String>,
    /// The provider that has the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What the provider calls the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
}

/// Model definitions, each under its id.
#[derive(Clone, Copy, Debug)]
pub struct ModelDefinitions;

/// The same, each under its name.
pub type ModelDefinitionsByName = ByName<ModelDefinitions>;

impl Object for ModelDefinitions {
    type Key = String;
    type Remote = ModelDefinition;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<ModelDefinition> {
        gateway::read(&AREA, PATH, (ID, id), one)
    }

    /// The server gives all of them at once.
    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<ModelDefinition>>> {
        Some(Call::new(About::all(&AREA), list(), page))
    }

    fn key(definition: &ModelDefinition) -> String {
        definition.id.clone()
    }

    fn created(definition: &ModelDefinition) -> Option<i64> {
        Some(definition.created_at)
    }
}

/// The server reads none by its name, but its list is whole.
impl Named for ModelDefinitions {
    fn get_named(name: &str) -> Call<ModelDefinition> {
        gateway::look_for(&AREA, list(), name, page, Self::name)
    }

    fn name(definition: &ModelDefinition) -> &str {
        &definition.name
    }
}

impl ModelDefinitionChange {
    /// Whether the definition is as the change makes it.
    #[must_use]
    pub fn is_in(&self, definition: &ModelDefinition) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|it| it == is);
        same(&self.name, &definition.name)
            && same(
                &self.secret_id,
                definition.secret_id.as_deref().unwrap_or(""),
            )
            && same(&self.provider, &definition.provider)
            && same(&self.model_name, &definition.model_name)
    }
}

/// Creates a model definition. What is not found is the secret.
#[must_use]
pub fn create(new: &NewModelDefinition) -> Call<ModelDefinition> {
    let request = Request::post(format!("{GATEWAY}/{PATH}/create"), json!(new));
    let about = About::new(&AREA, Some(new.name.clone())).referring();
    Call::new(about, request, one)
}

/// Changes a model definition. What is not found is it or the secret.
#[must_use]
pub fn update(id: &str, change: &ModelDefinitionChange) -> Call<ModelDefinition> {
    gateway::change(&AREA, PATH, (ID, id), json!(change), one)
}

/// Deletes a model definition that no endpoint uses.
#[must_use]
pub fn delete(id: &str) -> Call<()> {
    gateway::delete(&AREA, PATH, (ID, id))
}

fn list() -> Request {
    Request::read(format!("{GATEWAY}/{PATH}/list"), Vec::new())
}

#[derive(Deserialize)]
struct One {
    model_definition: ModelDefinition,
}

#[derive(Default, Deserialize)]
struct Many {
    model_definitions: Vec<ModelDefinition>,
}

fn one(answer: &Response) -> Result<ModelDefinition, Error> {
    parse::<One>(answer).map(|one| one.model_definition)
}

fn page(answer: &Response) -> Result<Page<ModelDefinition>, Error> {
    let items = parse_page::<Many>(answer)?.model_definitions;
    Ok(Page { items, next: None })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::line, *};

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let text = str::to_owned;
        let new = NewModelDefinition {
            name: text("n"),
            secret_id: text("s-1"),
            provider: text("openai"),
            model_name: text("gpt-4o"),
        };
        let change = ModelDefinitionChange {
            model_name: Some(text("gpt-5")),
            ..ModelDefinitionChange::default()
        };
        for (line, expected) in [
            (
                line(&create(&new)),
                r#"POST /model-definitions/create? {"model_name":"gpt-4o","name":"n","provider":"openai","secret_id":"s-1"}"#,
            ),
            (
                line(&update("d-1", &change)),
                r#"POST /model-definitions/update? {"model_definition_id":"d-1","model_name":"gpt-5"}"#,
            ),
            (
                line(&delete("d-1")),
                r#"DELETE /model-definitions/delete? {"model_definition_id":"d-1"}"#,
            ),
            (
                line(&ModelDefinitions::get(&text("d-1"))),
                "GET /model-definitions/get?model_definition_id=d-1 ",
            ),
            (
                line(&ModelDefinitionsByName::get(&text("n"))),
                "GET /model-definitions/list? ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn a_deleted_secret_is_left_out_of_the_answer() {
        let body = r#"{"model_definition":{"model_definition_id":"d-1","name":"n","provider":"openai",
            "model_name":"m","created_at":1,"last_updated_at":2}}"#;
        let found = one(&Response::for_test(200, body)).unwrap();
        assert_eq!(found.secret_id, None);
        let change = ModelDefinitionChange {
            secret_id: Some("s-1".to_owned()),
            ..ModelDefinitionChange::default()
        };
        assert!(!change.is_in(&found));
        assert!(ModelDefinitionChange::default().is_in(&found));
    }
}
