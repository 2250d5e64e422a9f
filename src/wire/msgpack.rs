//! The msgpack encoding.
