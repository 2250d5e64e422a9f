//! The JSON encoding.
