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
        let actions = self
            .actions
            .schemas::<Vec<_>, _>(encode::schema)
            .into_iter();
        Ok(get_provider_schema::Response {
            provider: Some(encode::schema(&self.provider.schema())),
            resource_schemas: self.resources.schemas(encode::schema),
            data_source_schemas: self.data_sources.schemas(encode::schema),
            ephemeral_resource_schemas: self.ephemeral_resources.schemas(encode::schema),
            list_resource_schemas: self.list_resources.schemas(encode::schema),
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

#[cfg(test)]
mod tests {
    use tonic::Request;

    use super::{super::testing::*, *};
    use crate::{
        framework::catalogue_rules,
        wire::proto::{get_functions, provider_server::Provider as _},
    };

    #[tokio::test]
    async fn every_kind_is_announced_whole() {
        let server = unconfigured();
        let request = Request::new(get_provider_schema::Request::default());
        let schema = ask(&server).get_provider_schema(request).await;
        let schema = schema.unwrap().into_inner();
        assert!(schema.provider.unwrap().block.is_some());
        for schemas in [
            schema.resource_schemas,
            schema.data_source_schemas,
            schema.ephemeral_resource_schemas,
            schema.list_resource_schemas,
        ] {
            assert!(schemas[THING].block.is_some());
        }
        let action = schema.action_schemas[THING].schema.clone();
        assert!(action.unwrap().block.is_some());
        let join = &schema.functions["join"];
        assert_eq!(join.r#return.as_ref().unwrap().r#type, br#""string""#);
        assert_eq!(join.variadic_parameter.as_ref().unwrap().name, "parts");

        let request = Request::new(get_functions::Request::default());
        let functions = ask(&server).get_functions(request).await;
        assert_eq!(functions.unwrap().into_inner().functions, schema.functions);
    }

    #[test]
    fn nothing_is_wrong_with_the_catalogue_of_these_tests() {
        assert_eq!(catalogue_rules::flaws(&Test), [""; 0]);
    }

    #[tokio::test]
    async fn the_summary_names_every_type() {
        let server = unconfigured();
        let request = Request::new(get_metadata::Request::default());
        let all = ask(&server).get_metadata(request).await;
        let all = all.unwrap().into_inner();
        assert_eq!(all.resources[0].type_name, THING);
        assert_eq!(all.data_sources[0].type_name, THING);
        assert_eq!(all.ephemeral_resources[0].type_name, THING);
        assert_eq!(all.list_resources[0].type_name, THING);
        assert_eq!(all.actions[0].type_name, THING);
        assert_eq!(all.functions[0].name, "join");
        assert!(all.server_capabilities.unwrap().generate_resource_config);
    }
}
