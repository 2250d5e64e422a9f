//! A decimal number of any size and precision.

/// A number, kept as the decimal digits it was written with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(String);
