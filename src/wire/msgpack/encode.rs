//! Values to bytes, checked against their type on the way.

use super::{refinement, writer::Writer};
use crate::wire::{
    EncodeError, Refinement, Type, Value,
    view::{Child, View, view},
};

/// Writes a value of type `ty`.
///
/// # Errors
/// If it is no such value: the host would refuse it, or crash.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::default();
    write(&mut writer, value, ty)?;
    Ok(writer.into_bytes())
}

fn write(writer: &mut Writer, value: &Value, ty: &Type) -> Result<(), EncodeError> {
    match view(value, ty)? {
        View::Null => writer.nil(),
        View::Unknown(refinement) => write_unknown(writer, refinement, ty)?,
        View::Bool(flag) => writer.bool(flag),
        View::Number(number) => writer.number(number)?,
        View::String(text) => writer.string(text)?,
        View::Elements(children) => {
            writer.array(children.len())?;
            for child in children {
                write_child(writer, &child)?;
            }
        }
        View::Entries(children) => {
            writer.map(children.len())?;
            for child in children {
                writer.string(child.name())?;
                write_child(writer, &child)?;
            }
        }
        View::Dynamic(ty, value) => {
            writer.array(2)?;
            writer.binary(&ty.to_json())?;
            write(writer, value, ty)?;
        }
    }
    Ok(())
}

fn write_child(writer: &mut Writer, child: &Child<'_>) -> Result<(), EncodeError> {
    write(writer, child.value, child.ty).map_err(|problem| child.locate(problem))
}

fn write_unknown(
    writer: &mut Writer,
    refinement: Option<&Refinement>,
    ty: &Type,
) -> Result<(), EncodeError> {
    let payload = match refinement {
        Some(refinement) => refinement::encode(refinement, ty)?,
        None => None,
    };
    match payload {
        Some(payload) => writer.refined(&payload)?,
        None => writer.unknown(),
    }
    Ok(())
}
