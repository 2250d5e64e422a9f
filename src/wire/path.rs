//! Where in a value something is.

use std::fmt;

use super::Name;

/// A place in a value, from its root down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// One step down. Elements of a set have no step of their own: a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an attribute of an object, or a nested block.
    Attribute(Name),
    /// Into an element of a list or tuple.
    Index(usize),
    /// Into an element of a map.
    Key(Name),
}

impl Path {
    /// The value as a whole.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The attribute or block of this name at the top.
    pub fn attribute(name: impl Into<Name>) -> Self {
        Self::root().then(name)
    }

    /// This path and one attribute or block further.
    #[must_use]
    pub fn then(&self, name: impl Into<Name>) -> Self {
        self.with(Step::Attribute(name.into()))
    }

    /// This path and one list element further.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This path and one map element further.
    #[must_use]
    pub fn key(&self, key: impl Into<Name>) -> Self {
        self.with(Step::Key(key.into()))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The same place, seen from one step further up.
    #[must_use]
    pub(crate) fn under(mut self, step: Step) -> Self {
        self.0.insert(0, step);
        self
    }

    /// This path and one step further.
    #[must_use]
    pub(crate) fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl fmt::Display for Path {
    /// As a configuration would write it: `http_url_spec[0].url`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
