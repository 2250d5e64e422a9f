//! Model registries over HTTP; knows no Terraform.
