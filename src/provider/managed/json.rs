//! JSON texts as arguments: what they say counts, and not how it is spelt.

use serde_json::Value as Json;

use crate::framework::{Attr, Value};

/// Whether two arguments say the same.
pub(in crate::provider) fn same_meaning(one: &Value, other: &Value) -> bool {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => is_same_text(one, other),
        _ => one == other,
    }
}

/// What a server shows, in the words of the state where that says the same.
pub(in crate::provider) fn shown(text: Option<&String>, before: &Attr<String>) -> Attr<String> {
    match (text, before.known()) {
        (Some(text), Some(before)) if is_same_text(text, before) => before.clone().into(),
        (text, _) => text.cloned().into(),
    }
}

/// Refuses what is no JSON object.
pub(in crate::provider) fn is_object(text: &str) -> Result<(), String> {
    match serde_json::from_str(text) {
        Ok(Json::Object(_)) => Ok(()),
        Ok(_) => Err("Expected a JSON object, as jsonencode gives it for { ... }.".to_owned()),
        Err(error) => Err(format!(
            "Expected a JSON object, as jsonencode gives it for {{ ... }}, and this is no JSON (line {}, \
             column {}).",
            error.line(),
            error.column()
        )),
    }
}

fn is_same_text(one: &str, other: &str) -> bool {
    let parsed = |text| serde_json::from_str::<Json>(text).ok();
    one == other
        || parsed(one)
            .zip(parsed(other))
            .is_some_and(|(one, other)| is_same(&one, &other))
}

/// Some languages write a whole number with a fraction, and some without.
fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            let has = |(key, one): (&String, &Json)| {
                other.get(key).is_some_and(|other| is_same(one, other))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference_and_everything_else_is() {
        for (one, other, same) in [
            (r#"{"a": 1, "b": [true]}"#, r#"{"b":[true],"a":1}"#, true),
            (r#"{"a": "h\u00e9"}"#, r#"{"a":"hé"}"#, true),
            (r#"{"a": 1.0}"#, r#"{"a":1}"#, true),
            (r#"{"a": 0.7}"#, r#"{"a":0.70}"#, true),
            (r#"{"a": 1}"#, r#"{"a":"1"}"#, false),
            (r#"{"a": 1}"#, r#"{"a":2}"#, false),
            (r#"{"a": 1}"#, r#"{"a":1,"b":null}"#, false),
            (r#"{"a": [1, 2]}"#, r#"{"a":[2,1]}"#, false),
            ("no JSON", "no JSON", true),
            ("no JSON", "{}", false),
        ] {
            assert_eq!(is_same_text(one, other), same, "{one} {other}");
            assert_eq!(is_same_text(other, one), same, "{one} {other}");
        }
    }

    #[test]
    fn state_keeps_its_spelling_while_the_server_says_the_same() {
        let python = "{\"a\": 1}".to_owned();
        let ours: Attr<String> = "{\"a\":1}".to_owned().into();
        assert_eq!(shown(Some(&python), &ours), ours);
        assert_eq!(shown(Some(&python), &Attr::Null), python.clone().into());
        let other: Attr<String> = "{\"a\":2}".to_owned().into();
        assert_eq!(shown(Some(&python), &other), python.into());
        assert_eq!(shown(None, &ours), Attr::Null);
    }

    #[test]
    fn only_objects_pass() {
        assert!(is_object("{}").is_ok());
        for text in ["", "[]", "1", "{", "{\"a\":}"] {
            assert!(is_object(text).is_err(), "{text}");
        }
    }
}
