//! How a process becomes a Terraform plugin.
