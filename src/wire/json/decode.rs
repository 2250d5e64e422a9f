//! JSON to values. The JSON parser bounds the depth, and keeps numbers as the text they are.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::wire::{DecodeError, Name, Number, Step, Type, Value, type_json, view::noun};

/// How much the bytes may differ from the type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Not at all.
    Exact,
    /// As much as state may that another schema version wrote.
    Lenient,
}

/// Reads a value of type `ty`.
///
/// # Errors
/// If the bytes are anything else than one such value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reading::Exact.value(parse(bytes)?, ty)
}

/// Reads stored state: missing attributes are null, those that the type does not have are read
/// over, and strings, numbers and booleans may stand for each other where that has a meaning.
///
/// # Errors
/// If the bytes are not JSON, or hold something that has no meaning as a `ty`.
pub fn decode_state(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    Reading::Lenient.value(parse(bytes)?, ty)
}

fn parse(bytes: &[u8]) -> Result<Json, DecodeError> {
    // The parser's own words may quote what they stumbled over; its position is enough.
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        DecodeError::new(format!("malformed JSON at line {line}, column {column}"))
    })
}

impl Reading {
    fn value(self, json: Json, ty: &Type) -> Result<Value, DecodeError> {
        match (json, ty) {
            (Json::Null, _) => Ok(Value::Null),
            (Json::Object(parts), Type::Dynamic) => self.dynamic(parts),
            (Json::Array(elements), Type::List(element)) => self.list(elements, element),
            (Json::Array(elements), Type::Set(element)) => self.set(elements, element),
            (Json::Array(elements), Type::Tuple(types)) => self.tuple(elements, types),
            (Json::Object(entries), Type::Map(element)) => self.map(entries, element),
            (Json::Object(attributes), Type::Object(types)) => self.object(attributes, types),
            (json, _) => {
                let value = primitive(&json, ty).or_else(|| self.coerced(&json, ty));
                value.ok_or_else(|| expected(ty))
            }
        }
    }

    /// The conversions that the host itself makes when it reads state.
    fn coerced(self, json: &Json, ty: &Type) -> Option<Value> {
        if self == Self::Exact {
            return None;
        }
        match (json, ty) {
            (Json::Bool(flag), Type::String) => Some(Value::string(flag.to_string())),
            (Json::Number(number), Type::String) => Some(Value::string(number.to_string())),
            (Json::String(text), Type::Number) => number(text),
            (Json::String(text), Type::Bool) => boolean(text),
            _ => None,
        }
    }

    fn dynamic(self, mut parts: Map<String, Json>) -> Result<Value, DecodeError> {
        let (Some(ty), Some(json), true) = (
            parts.remove("type"),
            parts.remove("value"),
            parts.is_empty(),
        ) else {
            return Err(expected(&Type::Dynamic));
        };
        let ty = type_json::from_value(ty)?;
        if ty == Type::Dynamic {
            return Err(expected(&Type::Dynamic));
        }
        let value = self.value(json, &ty)?;
        Ok(Value::Dynamic(Box::new(ty), Box::new(value)))
    }

    fn list(self, elements: Vec<Json>, ty: &Type) -> Result<Value, DecodeError> {
        let elements = elements.into_iter().enumerate().map(|(index, json)| {
            let element = self.value(json, ty);
            element.map_err(|problem| problem.under(Step::Index(index)))
        });
        Ok(Value::List(elements.collect::<Result<_, _>>()?))
    }

    /// Like a list, but a path ends at the set.
    fn set(self, elements: Vec<Json>, ty: &Type) -> Result<Value, DecodeError> {
        let elements = elements.into_iter().map(|json| self.value(json, ty));
        Ok(Value::set(elements.collect::<Result<_, _>>()?))
    }

    fn tuple(self, elements: Vec<Json>, types: &[Type]) -> Result<Value, DecodeError> {
        if elements.len() != types.len() {
            let problem = format!("expected a tuple of {} elements", types.len());
            return Err(DecodeError::new(problem));
        }
        let elements = elements.into_iter().zip(types).enumerate();
        let elements = elements.map(|(index, (json, ty))| {
            let element = self.value(json, ty);
            element.map_err(|problem| problem.under(Step::Index(index)))
        });
        Ok(Value::List(elements.collect::<Result<_, _>>()?))
    }

    fn map(self, entries: Map<String, Json>, ty: &Type) -> Result<Value, DecodeError> {
        let mut elements = BTreeMap::new();
        for (key, json) in entries {
            let element = self.value(json, ty);
            let key = Name::from(key);
            let element = element.map_err(|problem| problem.under(Step::Key(key.clone())))?;
            elements.insert(key, element);
        }
        Ok(Value::Map(elements))
    }

    fn object(
        self,
        mut attributes: Map<String, Json>,
        types: &BTreeMap<Name, Type>,
    ) -> Result<Value, DecodeError> {
        let mut values = BTreeMap::new();
        for (name, ty) in types {
            let value = match attributes.remove(name.as_ref()) {
                Some(json) => self.value(json, ty),
                None if self == Self::Lenient => Ok(Value::Null),
                None => Err(DecodeError::new("the attribute is missing")),
            };
            let value = value.map_err(|problem| problem.under(Step::Attribute(name.clone())))?;
            values.insert(name.clone(), value);
        }
        match attributes.into_iter().next() {
            Some((name, _)) if self == Self::Exact => {
                let problem = DecodeError::new("the object has no such attribute");
                Err(problem.under(Step::Attribute(name.into())))
            }
            _ => Ok(Value::Object(values)),
        }
    }
}

fn primitive(json: &Json, ty: &Type) -> Option<Value> {
    match (json, ty) {
        (Json::Bool(flag), Type::Bool) => Some(Value::Bool(*flag)),
        (Json::Number(literal), Type::Number) => number(&literal.to_string()),
        (Json::String(text), Type::String) => Some(Value::string(text)),
        _ => None,
    }
}

fn number(literal: &str) -> Option<Value> {
    literal.parse::<Number>().ok().map(Value::Number)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "1" => Some(Value::Bool(true)),
        "false" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn expected(ty: &Type) -> DecodeError {
    DecodeError::new(format!("expected {}", noun(ty)))
}
