//! Joins the rooms: builds the provider and hands it to the plugin host.

fn main() {}
