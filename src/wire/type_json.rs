//! Types as JSON: `"string"`, `["list",T]`, `["object",{name:T}]`.
//!
//! Schemas carry them, and so does every value of dynamic type.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{DecodeError, Type};

impl Type {
    /// Reads the JSON form. Nesting is bounded by the JSON parser.
    ///
    /// # Errors
    /// If this is not JSON, or not JSON that means a type.
    pub fn from_json(bytes: &[u8]) -> Result<Self, DecodeError> {
        let json = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        from_value(json)
    }

    /// The JSON form, without spaces and with attributes in order of their names.
    pub fn to_json(&self) -> Vec<u8> {
        self.to_json_value().to_string().into_bytes()
    }

    pub(in crate::wire) fn to_json_value(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json_value()]),
            Self::Set(element) => json!(["set", element.to_json_value()]),
            Self::Map(element) => json!(["map", element.to_json_value()]),
            Self::Tuple(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_json_value).collect();
                json!(["tuple", elements])
            }
            Self::Object(attributes) => {
                let attributes: BTreeMap<_, _> = attributes
                    .iter()
                    .map(|(name, ty)| (name, ty.to_json_value()))
                    .collect();
                json!(["object", attributes])
            }
        }
    }
}

pub(in crate::wire) fn from_value(json: Json) -> Result<Type, DecodeError> {
    match json {
        Json::String(name) => primitive(&name),
        Json::Array(parts) => composite(parts),
        _ => Err(malformed()),
    }
}

fn primitive(name: &str) -> Result<Type, DecodeError> {
    match name {
        "bool" => Ok(Type::Bool),
        "number" => Ok(Type::Number),
        "string" => Ok(Type::String),
        "dynamic" => Ok(Type::Dynamic),
        _ => Err(malformed()),
    }
}

fn composite(parts: Vec<Json>) -> Result<Type, DecodeError> {
    let mut parts = parts.into_iter();
    let (Some(Json::String(kind)), Some(of)) = (parts.next(), parts.next()) else {
        return Err(malformed());
    };
    let (optional, None) = (parts.next(), parts.next()) else {
        return Err(malformed());
    };
    match (kind.as_str(), of, optional) {
        ("list", element, None) => Ok(Type::list(from_value(element)?)),
        ("set", element, None) => Ok(Type::set(from_value(element)?)),
        ("map", element, None) => Ok(Type::map(from_value(element)?)),
        ("tuple", Json::Array(elements), None) => {
            let elements = elements.into_iter().map(from_value);
            Ok(Type::Tuple(elements.collect::<Result<_, _>>()?))
        }
        // The third part names attributes that may be left out of a configuration; the value
        // still has all of them.
        ("object", Json::Object(attributes), None | Some(Json::Array(_))) => {
            let attributes = attributes
                .into_iter()
                .map(|(name, ty)| Ok((name.into(), from_value(ty)?)));
            Ok(Type::Object(attributes.collect::<Result<_, _>>()?))
        }
        _ => Err(malformed()),
    }
}

fn malformed() -> DecodeError {
    DecodeError::new("expected a type in JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types() -> [(&'static str, Type); 10] {
        [
            (r#""bool""#, Type::Bool),
            (r#""number""#, Type::Number),
            (r#""string""#, Type::String),
            (r#""dynamic""#, Type::Dynamic),
            (r#"["list","string"]"#, Type::list(Type::String)),
            (r#"["set","number"]"#, Type::set(Type::Number)),
            (
                r#"["map",["list","bool"]]"#,
                Type::map(Type::list(Type::Bool)),
            ),
            (
                r#"["tuple",["string","number"]]"#,
                Type::Tuple(vec![Type::String, Type::Number]),
            ),
            (r#"["tuple",[]]"#, Type::Tuple(Vec::new())),
            (
                r#"["object",{"a":"string","b":["object",{}]}]"#,
                Type::object([
                    ("a", Type::String),
                    ("b", Type::Object(BTreeMap::default())),
                ]),
            ),
        ]
    }

    #[test]
    fn types_are_written_and_read_as_the_host_does() {
        for (json, ty) in types() {
            assert_eq!(String::from_utf8_lossy(&ty.to_json()), json);
            assert_eq!(Type::from_json(json.as_bytes()), Ok(ty), "{json}");
        }
    }

    #[test]
    fn optional_attribute_names_are_read_over() {
        let json = br#"["object",{"a":"string"},["a"]]"#;
        assert_eq!(
            Type::from_json(json),
            Ok(Type::object([("a", Type::String)]))
        );
    }

    #[test]
    fn what_is_no_type_is_refused() {
        let deep = format!(
            r#"{}"string"{}"#,
            r#"["list","#.repeat(5000),
            "]".repeat(5000)
        );
        for json in [
            "",
            "null",
            "1",
            "{}",
            "[]",
            r#""text""#,
            r#"["list"]"#,
            r#"["list","string","string"]"#,
            r#"["object",{},[],[]]"#,
            r#"["object",{},{}]"#,
            r#"["object",[]]"#,
            r#"["tuple","string"]"#,
            r#"["list","string"] x"#,
            &deep,
        ] {
            assert!(
                Type::from_json(json.as_bytes()).is_err(),
                "{}",
                &json[..json.len().min(40)]
            );
        }
    }
}
