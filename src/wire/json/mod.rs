//! The JSON encoding: what state files hold.
//!
//! Hosts send msgpack wherever they have the choice; JSON is for stored state, which
//! [`decode_state`] reads with the leniency that old state needs.

mod decode;
mod encode;

pub use decode::{decode, decode_state};
pub use encode::encode;

#[cfg(test)]
mod tests;
