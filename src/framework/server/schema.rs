//! GetMetadata and GetProviderSchema: what there is.

use super::{Server, encode};
use crate::{
    framework::{Diagnostics, Provider},
    wire::proto::{
        ActionSchema, ServerCapabilities,
        get_metadata::{
            self, ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata,
            ListResourceMetadata, ResourceMetadata,
        },
        get_provider_schema,
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn metadata(&self) -> Result<get_metadata::Response, Diagnostics> {
        let functions = self.functions.keys();
        Ok(get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: self
                .resources
                .names(|type_name| ResourceMetadata { type_name }),
            data_sources: self
                .data_sources
                .names(|type_name| DataSourceMetadata { type_name }),
            ephemeral_resources: self
                .ephemeral_resources
                .names(|type_name| EphemeralMetadata { type_name }),
            list_resources: self
                .list_resources
                .names(|type_name| ListResourceMetadata { type_name }),
            actions: self.actions.names(|type_name| ActionMetadata { type_name }),
            functions: functions
                .map(|name| FunctionMetadata {
                    name: (*name).to_owned(),
                })
                .collect(),
            ..Default::default()
        })
    }

    pub(super) async fn provider_schema(
        &self,
    ) -> Result<get_provider_schema::Response, Diagnostics> {
        let action = |schema| ActionSchema {
            schema: Some(schema),
        };
        let actions = self.actions.schemas::<Vec<_>>().into_iter();
        Ok(get_provider_schema::Response {
            provider: Some(encode::schema(&self.provider.schema())),
            resource_schemas: self.resources.schemas(),
            data_source_schemas: self.data_sources.schemas(),
            ephemeral_resource_schemas: self.ephemeral_resources.schemas(),
            list_resource_schemas: self.list_resources.schemas(),
            action_schemas: actions.map(|(name, it)| (name, action(it))).collect(),
            functions: self.function_schemas(),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        })
    }
}

/// Nothing is set up by asking for the schema, so hosts may keep it from an earlier process.
const fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}
