//! Secrets: the keys of model providers. No server ever tells one; it shows a mask of it, by which a
//! key that somebody else has changed can be told.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{
    area::Area,
    call::{About, Call, parse, parse_page},
    error::Error,
    gateway::{self, GATEWAY, Texts},
    http::{Request, Response},
    object::{ByName, Named, Object},
    page::Page,
};

static AREA: Area = gateway::area("gateway secret", list);

const PATH: &str = "secrets";
const ID: &str = "secret_id";

/// Parts of a secret by their keys, such as `api_key`.
pub type Values = BTreeMap<String, SecretString>;

/// A secret as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Secret {
    /// Given by the server.
    #[serde(rename = "secret_id")]
    pub id: String,
    /// Unique in its workspace.
    #[serde(rename = "secret_name")]
    pub name: String,
    /// The provider whose key it is.
    pub provider: Option<String>,
    /// A mask of each part.
    #[serde(default)]
    pub masked_values: Texts,
    /// What goes with the key, such as an address.
    #[serde(default)]
    pub auth_config: Texts,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds; moves also when nothing changes.
    pub last_updated_at: i64,
}

/// A secret to create.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// Its name.
    pub name: String,
    /// The provider whose key it is.
    pub provider: String,
    /// The parts of the key.
    pub values: Values,
    /// What goes with it.
    pub auth_config: Texts,
}

/// What is to change of a secret.
#[derive(Clone, Debug, Default)]
pub struct SecretChange {
    /// All parts of the key; none of it, and it stays.
    pub values: Values,
    /// All that goes with it, which may be nothing; `None`, and it stays.
    pub auth_config: Option<Texts>,
}

/// Secrets, each under its id.
#[derive(Clone, Copy, Debug)]
pub struct Secrets;

/// The same, each under its name.
pub type SecretsByName = ByName<Secrets>;

impl Object for Secrets {
    type Key = String;
    type Remote = Secret;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<Secret> {
        gateway::read(&AREA, PATH, (ID, id), one)
    }

    /// The server gives all of them at once.
    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<Secret>>> {
        Some(Call::new(About::all(&AREA), list(), page))
    }

    fn key(secret: &Secret) -> String {
        secret.id.clone()
    }

    fn created(secret: &Secret) -> Option<i64> {
        Some(secret.created_at)
    }
}

/// The server reads none by its name, but its list is whole.
impl Named for Secrets {
    fn get_named(name: &str) -> Call<Secret> {
        gateway::look_for(&AREA, list(), name, page, Self::name)
    }

    fn name(secret: &Secret) -> &str {
        &secret.name
    }
}

impl Secret {
    /// Whether the masks are those of these parts.
    #[must_use]
    pub fn has_masks_of(&self, values: &Values) -> bool {
        self.masked_values == masks(values)
    }
}

/// The masks that a server shows of these parts.
#[must_use]
pub fn masks(values: &Values) -> Texts {
    let masks = values.iter();
    masks
        .map(|(key, value)| (key.clone(), mask(value.expose_secret())))
        .collect()
}

/// The first three and the last four characters; nothing of a text that is shorter than eight.
fn mask(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 8 {
        return "***".to_owned();
    }
    let (first, last) = (&letters[..3], &letters[letters.len() - 4..]);
    first.iter().chain(&['.'; 3]).chain(last).collect()
}

/// Creates a secret.
#[must_use]
pub fn create(new: &NewSecret) -> Call<Secret> {
    let mut body = json!({
        "secret_name": new.name,
        "provider": new.provider,
        "secret_value": exposed(&new.values),
    });
    if !new.auth_config.is_empty() {
        body["auth_config"] = json!(new.auth_config);
    }
    let request = Request::post(format!("{GATEWAY}/{PATH}/create"), body);
    let about = About::new(&AREA, Some(new.name.clone()));
    Call::new(about, request.confiding(new.values.values()), one)
}

/// Changes a secret. What is given is replaced as a whole.
#[must_use]
pub fn update(id: &str, change: &SecretChange) -> Call<Secret> {
    let mut body = json!({ ID: id });
    if !change.values.is_empty() {
        body["secret_value"] = exposed(&change.values);
    }
    match &change.auth_config {
        // So it is emptied; an empty map leaves it as it is.
        Some(empty) if empty.is_empty() => body["auth_config"] = json!({ "api_base": "" }),
        Some(config) => body["auth_config"] = json!(config),
        None => {}
    }
    let request = Request::post(format!("{GATEWAY}/{PATH}/update"), body);
    let about = About::existing(&AREA, "changing", id);
    Call::new(about, request.confiding(change.values.values()), one)
}

/// Deletes a secret, also one that is in use.
#[must_use]
pub fn delete(id: &str) -> Call<()> {
    gateway::delete(&AREA, PATH, (ID, id))
}

/// Texts only: a number among them would drop the whole map.
fn exposed(values: &Values) -> Value {
    let entries = values.iter();
    let entries = entries.map(|(key, value)| (key.clone(), value.expose_secret().into()));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn list() -> Request {
    Request::read(format!("{GATEWAY}/{PATH}/list"), Vec::new())
}

#[derive(Deserialize)]
struct One {
    secret: Secret,
}

#[derive(Default, Deserialize)]
struct Many {
    secrets: Vec<Secret>,
}

fn one(answer: &Response) -> Result<Secret, Error> {
    parse::<One>(answer).map(|one| one.secret)
}

fn page(answer: &Response) -> Result<Page<Secret>, Error> {
    let items = parse_page::<Many>(answer)?.secrets;
    Ok(Page { items, next: None })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::line, *};

    fn values(text: &str) -> Values {
        [("api_key".to_owned(), text.into())].into()
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let config: Texts = [("api_base".to_owned(), "https://h".to_owned())].into();
        let new = NewSecret {
            name: "n".to_owned(),
            provider: "openai".to_owned(),
            values: values("k"),
            auth_config: Texts::new(),
        };
        let change = |values, auth_config| SecretChange {
            values,
            auth_config,
        };
        for (line, expected) in [
            (
                line(&create(&new)),
                r#"POST /secrets/create? {"provider":"openai","secret_name":"n","secret_value":{"api_key":"k"}}"#,
            ),
            (
                line(&update("s-1", &change(values("k"), Some(config)))),
                r#"POST /secrets/update? {"auth_config":{"api_base":"https://h"},"secret_id":"s-1","secret_value":{"api_key":"k"}}"#,
            ),
            (
                line(&update("s-1", &change(Values::new(), Some(Texts::new())))),
                r#"POST /secrets/update? {"auth_config":{"api_base":""},"secret_id":"s-1"}"#,
            ),
            (
                line(&delete("s-1")),
                r#"DELETE /secrets/delete? {"secret_id":"s-1"}"#,
            ),
            (
                line(&Secrets::get(&"s-1".to_owned())),
                "GET /secrets/get?secret_id=s-1 ",
            ),
            (
                line(&SecretsByName::get(&"n".to_owned())),
                "GET /secrets/list? ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn a_key_shows_in_no_debug_output() {
        let new = NewSecret {
            name: "n".to_owned(),
            provider: "openai".to_owned(),
            values: values("hush-hush"),
            auth_config: Texts::new(),
        };
        assert!(!format!("{new:?} {:?}", create(&new)).contains("hush"));
    }

    #[test]
    fn masks_are_those_of_servers() {
        for (text, masked) in [
            ("", "***"),
            ("1234567", "***"),
            ("abcdefgh", "abc...efgh"),
            ("sk-first-key-0001", "sk-...0001"),
            ("äöüäöüäöü", "äöü...üäöü"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn a_secret_is_found_by_its_name_or_not_at_all() {
        let body = r#"{"secrets":[{"secret_id":"s-1","secret_name":"a","created_at":1,"last_updated_at":2}]}"#;
        let by_name = |name: &str, body: &str| {
            let call = SecretsByName::get(&name.to_owned());
            (call.read)(&Response::for_test(200, body))
        };
        let found = by_name("a", body).unwrap();
        assert_eq!((found.id.as_str(), found.provider), ("s-1", None));
        for (name, body) in [("A", body), ("a", "{}")] {
            assert!(by_name(name, body).unwrap_err().is_not_found());
        }
        assert!(!by_name("a", "<p>login</p>").unwrap_err().is_not_found());
    }
}
