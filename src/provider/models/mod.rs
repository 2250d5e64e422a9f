//! Models and prompts with their aliases and versions. The API is one, so each of the three types is
//! written once here; what differs between the two kinds is said in the folders of their types.

mod alias;
mod content;
mod kind;
pub(in crate::provider) mod lookup;
mod model;
mod name;
mod of_kind;
pub(in crate::provider) mod read_only;
mod version;
mod version_type;
mod words;

pub(in crate::provider) use alias::{Alias, AliasTexts, AliasType};
pub(in crate::provider) use content::{Change, Content};
pub(in crate::provider) use kind::Kind;
pub(in crate::provider) use model::{Model, ModelTexts, ModelType, More};
pub(in crate::provider) use name::not_on as name_not_on;
pub(in crate::provider) use version::Version;
pub(in crate::provider) use version_type::{VersionTexts, VersionType};
