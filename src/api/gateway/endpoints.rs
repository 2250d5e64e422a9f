//! Endpoints: a name that clients call, and the models that answer. Tags are set by calls of their
//! own; everything else is created and changed by one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::{
    area::Area,
    call::{About, Call, nothing, parse, parse_page},
    error::Error,
    gateway::{self, GATEWAY},
    http::{Request, Response},
    object::{ByName, Named, Object},
    page::Page,
    tags::{self, TagChange, Tags, WireTag},
};

static AREA: Area = gateway::area("gateway endpoint", list);

const PATH: &str = "endpoints";
const ID: &str = "endpoint_id";

/// The only way of falling back that there is.
pub const SEQUENTIAL: &str = "SEQUENTIAL";

/// An endpoint as its server shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Given by the server.
    pub id: String,
    /// Unique in its workspace; clients call it by this.
    pub name: String,
    /// In no order that means anything: each database has one of its own.
    pub models: Vec<Mapping>,
    /// How the traffic is spread over the primary models, where it is.
    pub routing_strategy: Option<String>,
    /// How to fall back; none where the server has its own defaults.
    pub fallback: Option<Fallback>,
    /// The experiment that usage is tracked in.
    pub experiment_id: Option<String>,
    /// Whether usage is tracked. Budgets count tracked usage only.
    pub usage_tracking: bool,
    /// Its tags.
    pub tags: Tags,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds; moves also when nothing changes.
    pub last_updated_at: i64,
}

/// A model of an endpoint, as a server shows it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Mapping {
    /// Which definition.
    pub model_definition_id: String,
    /// `PRIMARY` or `FALLBACK`.
    pub linkage_type: String,
    /// Its share of the traffic; servers keep 32 bits of it.
    #[serde(default = "one_part")]
    pub weight: f32,
    /// Its place among those to fall back to.
    pub fallback_order: Option<i64>,
    /// The definition itself.
    pub model_definition: Option<Definition>,
}

/// A definition as far as an endpoint shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// The provider that has the model.
    pub provider: String,
    /// What the provider calls the model.
    pub model_name: String,
}

/// How to fall back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Fallback {
    /// In which way; left out, it is the only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<String>,
    /// How many models to try at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<i64>,
}

/// A model to have in an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Which definition.
    pub model_definition_id: String,
    /// `PRIMARY` or `FALLBACK`.
    pub linkage_type: String,
    /// Its share of the traffic.
    pub weight: f64,
    /// Its place among those to fall back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_order: Option<i64>,
}

/// Which models, and how to fall back from one to the next. A change of the models alone would
/// reset the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// At least one.
    pub models: Vec<Model>,
    /// None: as the server does it.
    pub fallback: Option<Fallback>,
}

/// What an endpoint is to be; `None` is left to the server, or as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its name.
    pub name: Option<String>,
    /// Its models.
    pub models: Option<Models>,
    /// How to spread the traffic; it cannot be taken away again.
    pub routing_strategy: Option<String>,
    /// The experiment to track usage in; it cannot be taken away again.
    pub experiment_id: Option<String>,
    /// Whether usage is tracked. Servers have different defaults, so it is always said.
    pub usage_tracking: bool,
}

/// Endpoints, each under its id.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints;

/// The same, each under its name.
pub type EndpointsByName = ByName<Endpoints>;

impl Object for Endpoints {
    type Key = String;
    type Remote = Endpoint;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<Endpoint> {
        gateway::read(&AREA, PATH, (ID, id), one)
    }

    /// The server gives all of them at once, but for those without a model.
    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<Endpoint>>> {
        Some(Call::new(About::all(&AREA), list(), page))
    }

    fn key(endpoint: &Endpoint) -> String {
        endpoint.id.clone()
    }

    fn created(endpoint: &Endpoint) -> Option<i64> {
        Some(endpoint.created_at)
    }
}

impl Named for Endpoints {
    fn get_named(name: &str) -> Call<Endpoint> {
        gateway::read(&AREA, PATH, ("name", name), one)
    }

    fn name(endpoint: &Endpoint) -> &str {
        &endpoint.name
    }
}

impl Wanted {
    /// Whether the endpoint is as wanted.
    #[must_use]
    pub fn is_in(&self, endpoint: &Endpoint) -> bool {
        fn same<T: PartialEq>(wanted: &Option<T>, is: Option<&T>) -> bool {
            wanted.is_none() || wanted.as_ref() == is
        }
        same(&self.name, Some(&endpoint.name))
            && self.models.as_ref().is_none_or(|it| it.are_in(endpoint))
            && same(&self.routing_strategy, endpoint.routing_strategy.as_ref())
            && same(&self.experiment_id, endpoint.experiment_id.as_ref())
            && self.usage_tracking == endpoint.usage_tracking
    }

    fn body(&self) -> Value {
        let mut body = json!({ "usage_tracking": self.usage_tracking });
        let texts = [
            ("name", &self.name),
            ("routing_strategy", &self.routing_strategy),
            ("experiment_id", &self.experiment_id),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                body[key] = text.as_str().into();
            }
        }
        if let Some(Models { models, fallback }) = &self.models {
            body["model_configs"] = json!(models);
            if let Some(fallback) = fallback {
                body["fallback_config"] = json!(fallback);
            }
        }
        body
    }
}

impl Models {
    fn are_in(&self, endpoint: &Endpoint) -> bool {
        let all_there = |model: &Model| endpoint.models.iter().any(|it| model.is(it));
        self.models.len() == endpoint.models.len()
            && self.models.iter().all(all_there)
            && self.fallback == endpoint.fallback
    }
}

impl Model {
    /// Whether this is what the mapping shows.
    #[must_use]
    pub fn is(&self, mapping: &Mapping) -> bool {
        self.model_definition_id == mapping.model_definition_id
            && self.linkage_type == mapping.linkage_type
            && as_kept(self.weight) == mapping.weight
            && self.fallback_order == mapping.fallback_order
    }
}

/// A weight with as many bits as servers keep.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "servers do the same")]
pub fn as_kept(weight: f64) -> f32 {
    weight as f32
}

/// Creates an endpoint. What is not found is one of its models.
#[must_use]
pub fn create(new: &Wanted) -> Call<Endpoint> {
    let request = Request::post(format!("{GATEWAY}/{PATH}/create"), new.body());
    let about = About::new(&AREA, new.name.clone()).referring();
    Call::new(about, request, one)
}

/// Changes an endpoint. What is not found is it or one of its models.
#[must_use]
pub fn update(id: &str, change: &Wanted) -> Call<Endpoint> {
    gateway::change(&AREA, PATH, (ID, id), change.body(), one)
}

/// Sets or removes one tag. Repeating it does no harm.
#[must_use]
pub fn tag(id: &str, change: &TagChange) -> Call<()> {
    let (doing, request) = match change {
        TagChange::Set { key, value } => {
            let body = json!({ ID: id, "key": key, "value": value });
            let request = Request::post(format!("{GATEWAY}/{PATH}/set-tag"), body);
            ("setting a tag of", request)
        }
        TagChange::Remove { key } => {
            let body = json!({ ID: id, "key": key });
            let request = Request::delete(format!("{GATEWAY}/{PATH}/delete-tag"), body);
            ("removing a tag of", request)
        }
    };
    Call::new(About::existing(&AREA, doing, id), request, nothing)
}

/// Deletes an endpoint with its tags. Its experiment stays, and so do budgets on it.
#[must_use]
pub fn delete(id: &str) -> Call<()> {
    gateway::delete(&AREA, PATH, (ID, id))
}

fn list() -> Request {
    Request::read(format!("{GATEWAY}/{PATH}/list"), Vec::new())
}

#[derive(Deserialize)]
struct One {
    endpoint: WireEndpoint,
}

#[derive(Default, Deserialize)]
struct Many {
    endpoints: Vec<WireEndpoint>,
}

#[derive(Deserialize)]
struct WireEndpoint {
    endpoint_id: String,
    name: String,
    #[serde(default)]
    model_mappings: Vec<Mapping>,
    routing_strategy: Option<String>,
    fallback_config: Option<Fallback>,
    experiment_id: Option<String>,
    #[serde(default)]
    usage_tracking: bool,
    #[serde(default)]
    tags: Vec<WireTag>,
    created_at: i64,
    last_updated_at: i64,
}

/// The weight of a mapping that shows none.
const fn one_part() -> f32 {
    1.0
}

fn one(answer: &Response) -> Result<Endpoint, Error> {
    parse::<One>(answer).map(|one| one.endpoint.into())
}

fn page(answer: &Response) -> Result<Page<Endpoint>, Error> {
    let many: Many = parse_page(answer)?;
    let items = many.endpoints.into_iter().map(Into::into).collect();
    Ok(Page { items, next: None })
}

impl From<WireEndpoint> for Endpoint {
    fn from(wire: WireEndpoint) -> Self {
        let said = |text: Option<String>| text.filter(|it| !it.is_empty());
        // An empty one comes unasked with every model to fall back to.
        let fallback = wire.fallback_config.map(|it| Fallback {
            strategy: said(it.strategy),
            ..it
        });
        let is_empty = |it: &Fallback| it.strategy.is_none() && it.max_attempts.is_none();
        Self {
            id: wire.endpoint_id,
            name: wire.name,
            models: wire.model_mappings,
            routing_strategy: said(wire.routing_strategy),
            fallback: fallback.filter(|it| !is_empty(it)),
            experiment_id: said(wire.experiment_id),
            usage_tracking: wire.usage_tracking,
            tags: tags::of_wire(wire.tags),
            created_at: wire.created_at,
            last_updated_at: wire.last_updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::line, *};

    fn primary(weight: f64) -> Model {
        Model {
            model_definition_id: "d-1".to_owned(),
            linkage_type: "PRIMARY".to_owned(),
            weight,
            fallback_order: None,
        }
    }

    fn wanted(models: Option<Models>) -> Wanted {
        Wanted {
            name: None,
            models,
            routing_strategy: None,
            experiment_id: None,
            usage_tracking: true,
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let models = Models {
            models: vec![primary(0.5)],
            fallback: Some(Fallback {
                strategy: Some(SEQUENTIAL.to_owned()),
                max_attempts: Some(2),
            }),
        };
        let new = Wanted {
            name: Some("chat".to_owned()),
            ..wanted(Some(models))
        };
        let [set, gone] = TagChange::of_each_kind();
        let id = "e-1".to_owned();
        for (line, expected) in [
            (
                line(&create(&new)),
                r#"POST /endpoints/create? {"fallback_config":{"max_attempts":2,"strategy":"SEQUENTIAL"},"model_configs":[{"linkage_type":"PRIMARY","model_definition_id":"d-1","weight":0.5}],"name":"chat","usage_tracking":true}"#,
            ),
            (
                line(&update(&id, &wanted(None))),
                r#"POST /endpoints/update? {"endpoint_id":"e-1","usage_tracking":true}"#,
            ),
            (
                line(&tag(&id, &set)),
                r#"POST /endpoints/set-tag? {"endpoint_id":"e-1","key":"k","value":""}"#,
            ),
            (
                line(&tag(&id, &gone)),
                r#"DELETE /endpoints/delete-tag? {"endpoint_id":"e-1","key":"k"}"#,
            ),
            (
                line(&delete(&id)),
                r#"DELETE /endpoints/delete? {"endpoint_id":"e-1"}"#,
            ),
            (
                line(&Endpoints::get(&id)),
                "GET /endpoints/get?endpoint_id=e-1 ",
            ),
            (
                line(&EndpointsByName::get(&"chat".to_owned())),
                "GET /endpoints/get?name=chat ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn models_are_the_same_in_any_order_and_with_the_bits_that_servers_keep() {
        let body = r#"{"endpoint":{"endpoint_id":"e-1","name":"n","created_at":1,"last_updated_at":2,
            "fallback_config":{},"routing_strategy":"","experiment_id":"",
            "model_mappings":[
              {"model_definition_id":"d-2","linkage_type":"FALLBACK","weight":1.0,"fallback_order":1},
              {"model_definition_id":"d-1","linkage_type":"PRIMARY","weight":0.12345679}]}}"#;
        let found = one(&Response::for_test(200, body)).unwrap();
        assert_eq!(found.fallback, None);
        assert_eq!(found.routing_strategy, None);
        let other = Model {
            model_definition_id: "d-2".to_owned(),
            linkage_type: "FALLBACK".to_owned(),
            weight: 1.0,
            fallback_order: Some(1),
        };
        let is_in = |models: Vec<Model>| {
            let models = Models {
                models,
                fallback: None,
            };
            let wanted = Wanted {
                usage_tracking: false,
                ..wanted(Some(models))
            };
            wanted.is_in(&found)
        };
        assert!(is_in(vec![primary(0.123_456_789), other.clone()]));
        assert!(!is_in(vec![primary(0.1234), other.clone()]));
        assert!(!is_in(vec![other]));
    }
}
