//! Values to JSON, which has no form for what is unknown or infinite.

use serde_json::{Value as Json, json};

use crate::wire::{
    EncodeError, Number, Type, Value,
    view::{Child, View, view},
};

/// Writes a value of type `ty`.
///
/// # Errors
/// If it is no such value, or holds an unknown or infinite one.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    Ok(to_json(value, ty)?.to_string().into_bytes())
}

fn to_json(value: &Value, ty: &Type) -> Result<Json, EncodeError> {
    match view(value, ty)? {
        View::Null => Ok(Json::Null),
        View::Unknown(_) => Err(EncodeError::new("expected a known value")),
        View::Bool(flag) => Ok(Json::Bool(flag)),
        View::Number(number) => number_to_json(number),
        View::String(text) => Ok(Json::String(text.to_owned())),
        View::Elements(children) => {
            let elements = children.iter().map(child_to_json);
            Ok(Json::Array(elements.collect::<Result<_, _>>()?))
        }
        View::Entries(children) => {
            let entries = children
                .iter()
                .map(|child| Ok((child.name().to_owned(), child_to_json(child)?)));
            Ok(Json::Object(entries.collect::<Result<_, _>>()?))
        }
        View::Dynamic(ty, value) => {
            Ok(json!({ "value": to_json(value, ty)?, "type": ty.to_json_value() }))
        }
    }
}

fn child_to_json(child: &Child<'_>) -> Result<Json, EncodeError> {
    to_json(child.value, child.ty).map_err(|problem| child.locate(problem))
}

fn number_to_json(number: &Number) -> Result<Json, EncodeError> {
    let literal = number.to_string().parse();
    // Of all that a number prints, only the infinities are no JSON.
    let literal = literal.map_err(|_| EncodeError::new("expected a finite number"))?;
    Ok(Json::Number(literal))
}
