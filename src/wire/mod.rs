//! Values as they travel between host and provider: types, values, paths and their two encodings.
//!
//! Pure: nothing here does I/O. Start at [`Value`] and [`Type`].

mod error;
pub mod json;
pub mod msgpack;
mod number;
mod path;
#[cfg(test)]
mod properties;
pub mod proto;
mod type_json;
mod types;
mod value;
mod view;

pub use error::{DecodeError, EncodeError};
pub use number::{InvalidNumber, Number};
pub use path::{Path, Step};
pub use types::{Name, Type};
pub use value::{Refinement, Value};
