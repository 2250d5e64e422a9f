//! What a request asks for: its fields, from body or query, and refusals of what is not documented.

use serde_json::{Map, Value};

use super::super::http::{Request, Response};

/// The parameters of a call.
pub(super) type Fields = Map<String, Value>;

/// The parameters of a call that takes them from its body.
pub(super) fn body(request: &Request) -> Result<Fields, Response> {
    let content = request.headers.get("Content-Type").unwrap_or_default();
    if !content.starts_with("application/json") || !pairs(request).is_empty() {
        return Err(invalid("Parameters go into a JSON body."));
    }
    serde_json::from_slice(&request.body)
        .map_err(|_| refused(400, "MALFORMED_REQUEST", "The body is not a JSON object."))
}

/// The query as an object of texts.
pub(super) fn query(request: &Request) -> Fields {
    let pairs = pairs(request).into_iter();
    pairs.map(|(key, value)| (key, value.into())).collect()
}

pub(super) fn pairs(request: &Request) -> Vec<(String, String)> {
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// What a removal names: its documentation has the query, MLflow's own client sends a body. Where both
/// are there, they must agree.
pub(super) fn either(request: &Request) -> Result<Fields, Response> {
    let query = query(request);
    if request.body.is_empty() {
        return Ok(query);
    }
    let body: Fields = serde_json::from_slice(&request.body)
        .map_err(|_| invalid("The body is not a JSON object."))?;
    match query.is_empty() || query == body {
        true => Ok(body),
        false => Err(invalid("Query and body differ.")),
    }
}

/// Refuses fields beside these.
pub(super) fn only(fields: &Fields, known: &[&str]) -> Result<(), Response> {
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(refused(
            400,
            "MALFORMED_REQUEST",
            &format!("Unknown field {key}."),
        )),
        None => Ok(()),
    }
}

pub(super) fn texts(fields: &Fields, keys: &[&str]) -> Result<(), Response> {
    let wrong = |key: &&&str| fields.get(**key).is_some_and(|it| !it.is_string());
    match keys.iter().find(wrong) {
        Some(key) => Err(invalid(&format!("{key} is a text."))),
        None => Ok(()),
    }
}

pub(super) fn text<'a>(fields: &'a Fields, key: &str) -> Option<&'a str> {
    fields.get(key).and_then(Value::as_str)
}

/// A text that must be there.
pub(super) fn required(fields: &Fields, key: &str) -> Result<String, Response> {
    let found = text(fields, key).filter(|text| !text.is_empty());
    let missing = || invalid(&format!("Missing value for required parameter '{key}'."));
    found.map(str::to_owned).ok_or_else(missing)
}

/// Tags of a thing that is made.
pub(super) fn tags(fields: &Fields) -> Result<Vec<Value>, Response> {
    let Some(tags) = fields.get("tags") else {
        return Ok(Vec::new());
    };
    let is_tag = |it: &Value| it["key"].is_string() && it["value"].is_string();
    let tags = tags.as_array().filter(|all| all.iter().all(is_tag));
    let tags = tags.ok_or_else(|| invalid("tags is a list of keys and values."))?;
    Ok(tags.clone())
}

/// Sets one tag of a thing that has some.
pub(super) fn set_tag(thing: &mut Value, key: &str, value: &str) {
    remove_tag(thing, key);
    if let Some(tags) = thing["tags"].as_array_mut() {
        tags.push(serde_json::json!({"key": key, "value": value}));
    }
}

/// Removes one, if it is there.
pub(super) fn remove_tag(thing: &mut Value, key: &str) {
    if let Some(tags) = thing["tags"].as_array_mut() {
        tags.retain(|it| it["key"] != key);
    }
}

/// A page of a list, in an answer without what is empty. `token`: the offset, as these lists give it.
pub(super) fn page(
    all: Vec<Value>,
    name: &str,
    asked: &Fields,
    size: usize,
) -> Result<Value, Response> {
    let from = match asked.get("page_token") {
        None => 0,
        Some(token) => {
            let offset = token.as_str().and_then(|it| it.parse::<usize>().ok());
            offset.ok_or_else(|| invalid("The page token is not of this list."))?
        }
    };
    let mut answer = serde_json::json!({});
    if from + size < all.len() {
        answer["next_page_token"] = (from + size).to_string().into();
    }
    let page: Vec<_> = all.into_iter().skip(from).take(size).collect();
    if !page.is_empty() {
        answer[name] = page.into();
    }
    Ok(answer)
}

/// The answer to a call that there is not.
pub(super) fn no_such_call() -> Response {
    refused(404, "ENDPOINT_NOT_FOUND", "No such call.")
}

/// A thing without what is empty, as answers show it.
pub(super) fn without_empty(mut thing: Value) -> Value {
    if let Some(fields) = thing.as_object_mut() {
        fields.retain(|_, value| *value != "" && *value != serde_json::json!([]));
    }
    thing
}

pub(super) fn invalid(message: &str) -> Response {
    refused(400, "INVALID_PARAMETER_VALUE", message)
}

pub(super) fn refused(status: u16, code: &str, message: &str) -> Response {
    Response::json_error(status, code, message)
}
