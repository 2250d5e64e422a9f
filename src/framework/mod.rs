//! What a provider is made of.
