//! What is known about an unknown value: a msgpack map under numbered keys.
//!
//! To leave a refinement out only says less, so what does not fit the type, or is too long for the
//! host, is left out in both directions.

use super::{
    reader::{Reader, Token},
    scalar::{number, text},
    writer::Writer,
};
use crate::wire::{DecodeError, EncodeError, Number, Refinement, Type};

const NULL: u64 = 1;
const PREFIX: u64 = 2;
const LOWER: u64 = 3;
const UPPER: u64 = 4;
const MIN_LENGTH: u64 = 5;
const MAX_LENGTH: u64 = 6;

/// The host keeps no more of a prefix than this many bytes.
const MAX_PREFIX: usize = 256;
/// Two bounds of this size leave the whole within what the host accepts.
const MAX_BOUND: usize = 400;

/// Reads a payload; none if it says nothing about a value of this type.
pub(super) fn decode(payload: &[u8], ty: &Type) -> Result<Option<Refinement>, DecodeError> {
    let mut reader = Reader::new(payload);
    let Token::Map(length) = reader.next()? else {
        return Err(malformed());
    };
    let mut refinement = Refinement::default();
    for _ in 0..length {
        match reader.next()? {
            Token::Unsigned(key) => entry(&mut reader, key, &mut refinement)?,
            _ => reader.skip()?,
        }
    }
    if !reader.is_at_end() {
        return Err(malformed());
    }
    let refinement = applicable(refinement, ty);
    Ok((refinement != Refinement::default()).then_some(refinement))
}

fn entry(
    reader: &mut Reader<'_>,
    key: u64,
    refinement: &mut Refinement,
) -> Result<(), DecodeError> {
    match key {
        NULL => refinement.null = Some(flag(reader)?),
        PREFIX => refinement.prefix = Some(prefix(reader)?),
        LOWER => refinement.lower = Some(bound(reader)?),
        UPPER => refinement.upper = Some(bound(reader)?),
        MIN_LENGTH => refinement.min_length = Some(length(reader)?),
        MAX_LENGTH => refinement.max_length = Some(length(reader)?),
        _ => reader.skip()?,
    }
    Ok(())
}

fn flag(reader: &mut Reader<'_>) -> Result<bool, DecodeError> {
    match reader.next()? {
        Token::Bool(flag) => Ok(flag),
        _ => Err(malformed()),
    }
}

fn prefix(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    match reader.next()? {
        Token::Text(bytes) => text(bytes).map(str::to_owned),
        _ => Err(malformed()),
    }
}

fn bound(reader: &mut Reader<'_>) -> Result<(Number, bool), DecodeError> {
    match reader.next()? {
        Token::Array(2) => Ok((number(&reader.next()?)?, flag(reader)?)),
        _ => Err(malformed()),
    }
}

fn length(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    match reader.next()? {
        Token::Unsigned(length) => Ok(length),
        _ => Err(malformed()),
    }
}

/// What of a refinement has a meaning for values of this type.
fn applicable(refinement: Refinement, ty: &Type) -> Refinement {
    let Refinement {
        null,
        prefix,
        lower,
        upper,
        min_length,
        max_length,
    } = refinement;
    let only_null = Refinement {
        null,
        ..Refinement::default()
    };
    match ty {
        Type::Dynamic => Refinement::default(),
        Type::Bool | Type::Tuple(_) | Type::Object(_) => only_null,
        Type::String => Refinement {
            prefix,
            ..only_null
        },
        Type::Number => Refinement {
            lower,
            upper,
            ..only_null
        },
        Type::List(_) | Type::Set(_) | Type::Map(_) => Refinement {
            min_length,
            max_length,
            ..only_null
        },
    }
}

/// Writes a payload; none if it would say nothing, which the host takes for an error.
pub(super) fn encode(refinement: &Refinement, ty: &Type) -> Result<Option<Vec<u8>>, EncodeError> {
    let refinement = applicable(refinement.clone(), ty);
    let mut entries = Entries::default();
    if let Some(null) = refinement.null {
        entries.add(NULL).bool(null);
    }
    if let Some(prefix) = &refinement.prefix {
        entries.add(PREFIX).string(beginning(prefix))?;
    }
    entries.bound(LOWER, refinement.lower.as_ref())?;
    entries.bound(UPPER, refinement.upper.as_ref())?;
    entries.length(MIN_LENGTH, refinement.min_length);
    entries.length(MAX_LENGTH, refinement.max_length);
    entries.finish()
}

/// As many whole characters as the host keeps.
fn beginning(prefix: &str) -> &str {
    let mut ends = (0..=prefix.len().min(MAX_PREFIX)).rev();
    let end = ends.find(|end| prefix.is_char_boundary(*end));
    &prefix[..end.unwrap_or(0)]
}

/// The entries of the map, whose number is known only after the last.
#[derive(Default)]
struct Entries {
    count: usize,
    body: Writer,
}

impl Entries {
    fn add(&mut self, key: u64) -> &mut Writer {
        self.count += 1;
        self.body.unsigned(key);
        &mut self.body
    }

    fn bound(&mut self, key: u64, bound: Option<&(Number, bool)>) -> Result<(), EncodeError> {
        let Some((number, inclusive)) = bound else {
            return Ok(());
        };
        let mut writer = Writer::default();
        writer.array(2)?;
        writer.number(number)?;
        writer.bool(*inclusive);
        let bound = writer.into_bytes();
        if bound.len() <= MAX_BOUND {
            self.add(key).raw(&bound);
        }
        Ok(())
    }

    /// The host reads lengths as signed, so a greater one is left out.
    fn length(&mut self, key: u64, length: Option<u64>) {
        if let Some(length) = length.filter(|length| i64::try_from(*length).is_ok()) {
            self.add(key).unsigned(length);
        }
    }

    fn finish(self) -> Result<Option<Vec<u8>>, EncodeError> {
        if self.count == 0 {
            return Ok(None);
        }
        let mut payload = Writer::default();
        payload.map(self.count)?;
        payload.raw(&self.body.into_bytes());
        Ok(Some(payload.into_bytes()))
    }
}

fn malformed() -> DecodeError {
    DecodeError::new("malformed knowledge about an unknown value")
}
