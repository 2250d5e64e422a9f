//! Schemas: what may be written in a block, what it yields, and which rules hold for it.
//!
//! Start at [`Schema::new`] and [`Attribute::string`].

mod attribute;
mod block;
mod validators;

pub use attribute::{Attribute, Empty, Kind, Mode, Nesting, Referred};
pub use block::{Block, BlockNesting, Body};
pub use validators::{Validator, http_url, length_at_most, not_empty, one_of, whole_number};

use crate::wire::Type;

/// The schema of a provider block or of one type of resource.
#[derive(Debug)]
pub struct Schema {
    /// Counts up when stored state needs converting.
    pub version: i64,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// The part of the product that it belongs to, such as `Registry`: a heading of the documentation,
    /// and a file of an export. Empty where none was named.
    pub area: &'static str,
    /// Whether its objects are history: they are kept when configurations go on, so an export takes them
    /// only when it is asked to.
    pub is_history: bool,
    /// The kinds of servers that have it, each with the first release that does; none where it is the
    /// same for all. Documentation tells it.
    pub servers: Vec<(&'static str, String)>,
    /// The attributes and blocks.
    pub body: Body,
}

impl Schema {
    /// An empty schema of version 0.
    pub const fn new(description: &'static str) -> Self {
        Self {
            version: 0,
            description,
            area: "",
            is_history: false,
            servers: Vec::new(),
            body: Body::new(),
        }
    }

    /// Says to which part of the product it belongs.
    #[must_use]
    pub const fn area(mut self, area: &'static str) -> Self {
        self.area = area;
        self
    }

    /// Its objects are history.
    #[must_use]
    pub const fn history(mut self) -> Self {
        self.is_history = true;
        self
    }

    /// Says that this kind of server has it, since this release.
    #[must_use]
    pub fn server(mut self, kind: &'static str, since: impl Into<String>) -> Self {
        self.servers.push((kind, since.into()));
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.body.attributes.push(attribute);
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.body.blocks.push(block);
        self
    }

    /// The type of the whole.
    pub fn ty(&self) -> Type {
        self.body.ty()
    }
}
