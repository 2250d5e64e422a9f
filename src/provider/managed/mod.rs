//! The life of a resource, once for all types: its server and workspace, refreshing, creating,
//! changing and destroying it in steps, importing and listing it. A type is an [`Entity`]; as
//! [`Managed`](life::Managed) it is a resource of the framework, and as
//! [`ManagedList`](list::ManagedList) its list resource.

mod accepted;
pub(in crate::provider) mod duration;
mod ends;
mod entity;
mod home;
mod identity;
mod import;
pub(in crate::provider) mod json;
mod life;
mod list;
mod look;
mod moved;
mod rekeyed;
pub(in crate::provider) mod secret;
mod steps;
pub(in crate::provider) mod tags;
mod taken;
mod text;
mod told;
pub(in crate::provider) mod workspace;

pub(in crate::provider) use accepted::accepted;
pub(in crate::provider) use entity::{Before, Entity, Planning, Seen, Steps, Wanted, Working};
pub(in crate::provider) use home::{
    effective, elsewhere, gone_with_its_workspace, in_workspace, remember, stated, workspace_name,
    workspace_of_calls,
};
pub(in crate::provider) use import::{split_workspace, with_workspace};
pub(in crate::provider) use moved::from_databricks;
pub(in crate::provider) use steps::{Halt, Step};
pub(in crate::provider) use taken::{import_block, must_be_free};
pub(in crate::provider) use text::{Texts, known_texts, or_default, text_or_none, texts};
pub(in crate::provider) use told::told;
pub(in crate::provider) use workspace::workspace_argument;

use crate::{framework::Catalogue, provider::Configured};

/// The resource and the list resource of a type.
pub(in crate::provider) fn offers<E: Entity>() -> Catalogue<Configured> {
    Catalogue::default()
        .resource(life::Managed::<E>::NEW)
        .list_resource(list::ManagedList::<E>::NEW)
}
