//! Values as they travel between host and provider: types, values, paths and their two encodings.
//!
//! Pure: nothing here does I/O. Start at [`Value`] and [`Type`].

pub mod json;
pub mod msgpack;
mod number;
mod path;
pub mod proto;
mod types;
mod value;

pub use number::Number;
pub use path::{Path, Step};
pub use types::Type;
pub use value::{Refinement, Value};
