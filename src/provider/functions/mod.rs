//! Functions: pure, with neither configuration nor network.

mod signature;
