//! The msgpack encoding, in which all values travel.
//!
//! The type is never taken from the bytes: the schema gives it, except under a dynamic type, where
//! the type travels with the value.

mod decode;
mod encode;
mod reader;
mod refinement;
mod scalar;
mod writer;

pub use decode::decode;
pub use encode::encode;

/// The extension code of an unknown value of which something is known.
const REFINED: i8 = 12;
/// The host refuses refinements longer than this.
const MAX_REFINEMENT: usize = 1024;

/// Whether the bytes are null, of any type.
pub fn is_null(bytes: &[u8]) -> bool {
    bytes == [rmp::Marker::Null.to_u8()]
}

#[cfg(test)]
mod tests;
