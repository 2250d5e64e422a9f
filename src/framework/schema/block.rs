//! Bodies and the blocks nested in them.

use super::Attribute;
use crate::wire::{Type, Value};

/// Attributes and nested blocks that stand together.
#[derive(Debug, Default)]
pub struct Body {
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<Block>,
}

/// A block that may stand in another.
#[derive(Debug)]
pub struct Block {
    /// The word it begins with.
    pub name: &'static str,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// How often it may stand, and what its value is.
    pub nesting: BlockNesting,
    /// What may be written in it.
    pub body: Body,
    /// Whether a change from or to no block at all means a new resource.
    pub presence_replaces: bool,
}

/// How often a block may stand, and what its value is. A block that is an object, or that has a label,
/// is not offered: a `dynamic` block with an unknown `for_each` breaks such a one in every host. A list
/// with [`Block::at_most`] 1 is not broken by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// In order; a list. `max` 0 means any number.
    List {
        /// The fewest.
        min: i64,
        /// The most.
        max: i64,
    },
    /// In no order; a set. `max` 0 means any number.
    Set {
        /// The fewest.
        min: i64,
        /// The most.
        max: i64,
    },
}

impl Body {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            attributes: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// The value that says that nothing in it is set.
    pub fn unset(&self) -> Value {
        let attributes = self.attributes.iter().map(|it| (it.name, Value::Null));
        let blocks = self.blocks.iter().map(|it| (it.name, it.absent()));
        Value::object(attributes.chain(blocks))
    }

    /// The object type of this body.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name, it.ty()));
        let blocks = self.blocks.iter().map(|it| (it.name, it.ty()));
        Type::object(attributes.chain(blocks))
    }
}

impl Block {
    /// A block that stands any number of times, in order.
    pub const fn list(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, BlockNesting::List { min: 0, max: 0 })
    }

    /// A block that stands any number of times, in no order.
    pub const fn set(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, BlockNesting::Set { min: 0, max: 0 })
    }

    /// Limits how often a list or set block may stand.
    #[must_use]
    pub const fn at_most(mut self, most: i64) -> Self {
        match &mut self.nesting {
            BlockNesting::List { max, .. } | BlockNesting::Set { max, .. } => *max = most,
        }
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
    pub fn block(mut self, block: Self) -> Self {
        self.body.blocks.push(block);
        self
    }

    /// Adding the first or removing the last of these blocks means a new resource.
    #[must_use]
    pub const fn presence_replaces(mut self) -> Self {
        self.presence_replaces = true;
        self
    }

    /// The type of all these blocks together.
    pub fn ty(&self) -> Type {
        let object = self.body.ty();
        match self.nesting {
            BlockNesting::List { .. } => Type::list(object),
            BlockNesting::Set { .. } => Type::set(object),
        }
    }

    /// The value that says that the block does not stand at all.
    pub fn absent(&self) -> Value {
        match self.nesting {
            BlockNesting::List { .. } => Value::List(Vec::new()),
            BlockNesting::Set { .. } => Value::Set(Vec::new()),
        }
    }

    const fn new(name: &'static str, description: &'static str, nesting: BlockNesting) -> Self {
        Self {
            name,
            description,
            nesting,
            body: Body::new(),
            presence_replaces: false,
        }
    }
}
