//! The identity of a resource: the few values that tell one remote object from all others, kept
//! beside the state and enough to import it.

use super::{Field, Type};

/// An identity as a row. A resource derives it from its state, so the two never disagree.
pub trait Identity: Field + Send + Sync {
    /// What it consists of. To be left as it is once released: hosts ask for the conversion of
    /// identities that states do not hold yet.
    fn attributes() -> Vec<IdentityAttribute>;
}

/// One value of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityAttribute {
    /// Its name in the `identity` of an `import` block.
    pub name: &'static str,
    /// What it is.
    pub description: &'static str,
    /// A primitive type, or a list of one.
    pub ty: Type,
    /// Whether an import must give it; else it may be null.
    pub required: bool,
}

impl IdentityAttribute {
    /// A string that an import must give.
    pub const fn required(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            ty: Type::String,
            required: true,
        }
    }

    /// A string that an import may give.
    pub const fn optional(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            ty: Type::String,
            required: false,
        }
    }
}

/// How an import names the object it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportTarget<'a, I> {
    /// By the text after the address on the command line, or the `id` of an `import` block.
    Id(&'a str),
    /// By the `identity` of an `import` block, wholly known. Terraform 1.12 and later.
    Identity(I),
}

impl<'a, I> ImportTarget<'a, I> {
    /// The same, with the identity turned into another form.
    ///
    /// # Errors
    /// When it cannot be turned.
    pub fn try_map<J, E>(
        self,
        turn: impl FnOnce(I) -> Result<J, E>,
    ) -> Result<ImportTarget<'a, J>, E> {
        match self {
            Self::Id(id) => Ok(ImportTarget::Id(id)),
            Self::Identity(identity) => turn(identity).map(ImportTarget::Identity),
        }
    }
}
