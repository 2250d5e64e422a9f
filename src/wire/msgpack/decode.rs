//! Bytes to values. Whatever the bytes are, the answer is a value or an error.

use std::collections::BTreeMap;

use super::{
    MAX_REFINEMENT, REFINED,
    reader::{Reader, Token},
    refinement,
    scalar::{expected, number, text},
};
use crate::wire::{DecodeError, Name, Step, Type, Value};

/// How deep values may be nested. Schemas stay far below; only dynamic values get near.
const MAX_DEPTH: usize = 128;

/// Reads a value of type `ty`.
///
/// # Errors
/// If the bytes are anything else than exactly one such value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = value(&mut reader, ty, 0)?;
    if reader.is_at_end() {
        Ok(value)
    } else {
        Err(DecodeError::new("bytes follow after the value"))
    }
}

fn value(reader: &mut Reader<'_>, ty: &Type, depth: usize) -> Result<Value, DecodeError> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::new("nested too deep"));
    }
    let deeper = depth + 1;
    match (reader.next()?, ty) {
        (Token::Nil, _) => Ok(Value::Null),
        (Token::Extension(code, payload), _) => unknown(code, payload, ty),
        (Token::Array(2), Type::Dynamic) => dynamic(reader, deeper),
        (Token::Bool(flag), Type::Bool) => Ok(Value::Bool(flag)),
        (Token::Text(bytes), Type::String) => text(bytes).map(Value::string),
        (Token::Array(length), Type::List(element)) => {
            list(reader, length, element, deeper).map(Value::List)
        }
        (Token::Array(length), Type::Set(element)) => set(reader, length, element, deeper),
        (Token::Array(length), Type::Tuple(types)) => tuple(reader, length, types, deeper),
        (Token::Map(length), Type::Map(element)) => map(reader, length, element, deeper),
        (Token::Map(length), Type::Object(types)) => object(reader, length, types, deeper),
        (token, Type::Number) => number(&token).map(Value::Number),
        _ => Err(expected(ty)),
    }
}

/// Any extension means unknown; only one code says more, and only if there is room to say it.
fn unknown(code: i8, payload: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    if code != REFINED || payload.len() <= 1 {
        return Ok(Value::UNKNOWN);
    }
    if payload.len() > MAX_REFINEMENT {
        return Err(DecodeError::new("too much about an unknown value"));
    }
    let refinement = refinement::decode(payload, ty)?;
    Ok(Value::Unknown(refinement.map(Box::new)))
}

fn dynamic(reader: &mut Reader<'_>, depth: usize) -> Result<Value, DecodeError> {
    let Token::Text(json) = reader.next()? else {
        return Err(expected(&Type::Dynamic));
    };
    let ty = Type::from_json(json)?;
    if ty == Type::Dynamic {
        return Err(expected(&Type::Dynamic));
    }
    let value = value(reader, &ty, depth)?;
    Ok(Value::Dynamic(Box::new(ty), Box::new(value)))
}

fn list(
    reader: &mut Reader<'_>,
    length: u64,
    ty: &Type,
    depth: usize,
) -> Result<Vec<Value>, DecodeError> {
    let mut elements = Vec::new();
    for _ in 0..length {
        let element = value(reader, ty, depth);
        elements.push(element.map_err(|problem| problem.under(Step::Index(elements.len())))?);
    }
    Ok(elements)
}

/// Like a list, but a path ends at the set.
fn set(
    reader: &mut Reader<'_>,
    length: u64,
    ty: &Type,
    depth: usize,
) -> Result<Value, DecodeError> {
    let mut elements = Vec::new();
    for _ in 0..length {
        elements.push(value(reader, ty, depth)?);
    }
    Ok(Value::set(elements))
}

fn tuple(
    reader: &mut Reader<'_>,
    length: u64,
    types: &[Type],
    depth: usize,
) -> Result<Value, DecodeError> {
    if usize::try_from(length) != Ok(types.len()) {
        let problem = format!("expected a tuple of {} elements", types.len());
        return Err(DecodeError::new(problem));
    }
    let elements = types.iter().enumerate().map(|(index, ty)| {
        let element = value(reader, ty, depth);
        element.map_err(|problem| problem.under(Step::Index(index)))
    });
    Ok(Value::List(elements.collect::<Result<_, _>>()?))
}

fn map(
    reader: &mut Reader<'_>,
    length: u64,
    ty: &Type,
    depth: usize,
) -> Result<Value, DecodeError> {
    let mut entries = BTreeMap::new();
    for _ in 0..length {
        let key = key(reader)?;
        let located = |problem: DecodeError| problem.under(Step::Key(key.to_owned().into()));
        let element = value(reader, ty, depth).map_err(located)?;
        if entries.insert(key.to_owned().into(), element).is_some() {
            return Err(located(twice()));
        }
    }
    Ok(Value::Map(entries))
}

fn object(
    reader: &mut Reader<'_>,
    length: u64,
    types: &BTreeMap<Name, Type>,
    depth: usize,
) -> Result<Value, DecodeError> {
    let mut values = BTreeMap::new();
    for _ in 0..length {
        let name = key(reader)?;
        let located = |problem: DecodeError| problem.under(Step::Attribute(name.to_owned().into()));
        let known = types.get_key_value(name);
        let (known, ty) = known.ok_or_else(|| located(unsupported()))?;
        let attribute = value(reader, ty, depth).map_err(located)?;
        if values.insert(known.clone(), attribute).is_some() {
            return Err(located(twice()));
        }
    }
    // None is foreign and none stands twice, so the number alone tells whether one is missing.
    if values.len() < types.len()
        && let Some(name) = types.keys().find(|name| !values.contains_key(*name))
    {
        let problem = DecodeError::new("the attribute is missing");
        return Err(problem.under(Step::Attribute(name.clone())));
    }
    Ok(Value::Object(values))
}

fn key<'a>(reader: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    match reader.next()? {
        Token::Text(bytes) => text(bytes),
        _ => Err(DecodeError::new("expected a key that is a string")),
    }
}

fn twice() -> DecodeError {
    DecodeError::new("the key stands twice")
}

fn unsupported() -> DecodeError {
    DecodeError::new("the object has no such attribute")
}
