//! GetMetadata, GetProviderSchema and GetResourceIdentitySchemas: what there is.

use super::{Server, encode};
use crate::{
    framework::{Diagnostics, Provider},
    wire::proto::{
        ServerCapabilities, get_metadata, get_provider_schema, get_resource_identity_schemas,
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn metadata(&self) -> Result<get_metadata::Response, Diagnostics> {
        let names = self.resources.keys();
        Ok(get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: names
                .map(|name| get_metadata::ResourceMetadata {
                    type_name: (*name).to_owned(),
                })
                .collect(),
            ..Default::default()
        })
    }

    pub(super) async fn provider_schema(
        &self,
    ) -> Result<get_provider_schema::Response, Diagnostics> {
        let resources = self.resources.iter();
        Ok(get_provider_schema::Response {
            provider: Some(encode::schema(&self.provider.schema())),
            resource_schemas: resources
                .map(|(name, it)| ((*name).to_owned(), encode::schema(&it.schema)))
                .collect(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        })
    }

    pub(super) async fn identity_schemas(
        &self,
    ) -> Result<get_resource_identity_schemas::Response, Diagnostics> {
        Ok(get_resource_identity_schemas::Response::default())
    }
}

/// Nothing is set up by asking for the schema, so hosts may keep it from an earlier process.
const fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: false,
    }
}
