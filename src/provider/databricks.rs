//! The `databricks` argument of the provider block.

use crate::{
    framework::{Attr, Secret, schema::Attribute},
    row,
};

row! {
    /// How to reach a Databricks workspace.
    pub(super) struct Databricks {
        pub(super) host: Attr<String>,
        pub(super) token: Attr<Secret>,
        pub(super) profile: Attr<String>,
        pub(super) config_file: Attr<String>,
        pub(super) auth_type: Attr<String>,
        pub(super) client_id: Attr<String>,
        pub(super) client_secret: Attr<Secret>,
        pub(super) azure_workspace_resource_id: Attr<String>,
        pub(super) azure_client_id: Attr<String>,
        pub(super) azure_client_secret: Attr<Secret>,
        pub(super) azure_tenant_id: Attr<String>,
        pub(super) azure_environment: Attr<String>,
        pub(super) azure_use_msi: Attr<bool>,
    }
}

/// The schema of the argument.
pub(super) fn attribute() -> Attribute {
    let string = Attribute::string;
    Attribute::object(
        "databricks",
        "The Databricks workspace whose model registry to manage. Not yet supported by this \
         version: setting it is an error.",
        vec![
            string("host", "Address of the workspace."),
            string("token", "Personal access token.").sensitive(),
            string("profile", "Profile in the configuration file."),
            string("config_file", "Path of the configuration file."),
            string("auth_type", "The one authentication method to use."),
            string("client_id", "Client id of a service principal."),
            string("client_secret", "Client secret of a service principal.").sensitive(),
            string(
                "azure_workspace_resource_id",
                "Azure resource id of the workspace.",
            ),
            string(
                "azure_client_id",
                "Client id of an Azure service principal.",
            ),
            string(
                "azure_client_secret",
                "Client secret of an Azure service principal.",
            )
            .sensitive(),
            string("azure_tenant_id", "Azure tenant of the service principal."),
            string(
                "azure_environment",
                "Azure cloud: PUBLIC, USGOVERNMENT or CHINA.",
            ),
            Attribute::bool("azure_use_msi", "Use the machine's Azure managed identity."),
        ],
    )
}
