//! What can be wrong with a value on its way in or out: where, and what was expected there.
//!
//! Neither error ever holds any part of a value, which may be a secret.

use std::fmt;

use super::{Path, Step};

/// Why bytes are not a value of the type they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Problem);

/// Why a value cannot be sent as the type it should have; a mistake of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    path: Path,
    text: String,
}

macro_rules! problem {
    ($error:ident) => {
        impl $error {
            /// At the root, to be moved down by [`Self::under`] as the recursion returns.
            pub(in crate::wire) fn new(text: impl Into<String>) -> Self {
                Self(Problem {
                    path: Path::root(),
                    text: text.into(),
                })
            }

            /// The same problem, seen from one step further up.
            #[must_use]
            pub(in crate::wire) fn under(self, step: Step) -> Self {
                let path = self.0.path.under(step);
                Self(Problem { path, ..self.0 })
            }

            /// Where in the value the problem is.
            pub const fn path(&self) -> &Path {
                &self.0.path
            }

            /// What is wrong there, without the path.
            pub fn problem(&self) -> &str {
                &self.0.text
            }
        }

        impl std::error::Error for $error {}

        impl fmt::Display for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

problem!(DecodeError);
problem!(EncodeError);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.steps().is_empty() {
            f.write_str(&self.text)
        } else {
            write!(f, "{}: {}", self.path, self.text)
        }
    }
}
