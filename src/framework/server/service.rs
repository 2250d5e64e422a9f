//! The generated service trait, each RPC handed to the method of its family.

use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{
    Server,
    absent::{unknown_function, unknown_type},
    answer::answer,
    encode,
};
use crate::{
    framework::{Diagnostics, Provider},
    wire::proto::{self, provider_server},
};

type Answered<T> = Result<Response<T>, Status>;
type Events<T> = BoxStream<'static, Result<T, Status>>;

#[async_trait]
impl<P: Provider> provider_server::Provider for Server<P> {
    type ListResourceStream = Events<proto::list_resource::Event>;
    type InvokeActionStream = Events<proto::invoke_action::Event>;
    type ReadStateBytesStream = Events<proto::read_state_bytes::Response>;

    async fn get_metadata(
        &self,
        _request: Request<proto::get_metadata::Request>,
    ) -> Answered<proto::get_metadata::Response> {
        answer("GetMetadata", "", self.metadata()).await
    }

    async fn get_provider_schema(
        &self,
        _request: Request<proto::get_provider_schema::Request>,
    ) -> Answered<proto::get_provider_schema::Response> {
        answer("GetProviderSchema", "", self.provider_schema()).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Answered<proto::get_resource_identity_schemas::Response> {
        answer("GetResourceIdentitySchemas", "", self.identity_schemas()).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Answered<proto::validate_provider_config::Response> {
        answer(
            "ValidateProviderConfig",
            "",
            self.validate_provider(request.into_inner()),
        )
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Answered<proto::configure_provider::Response> {
        answer(
            "ConfigureProvider",
            "",
            self.configure(request.into_inner()),
        )
        .await
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Answered<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer(
            "ValidateResourceConfig",
            &name,
            self.validate_resource(request),
        )
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Answered<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("UpgradeResourceState", &name, self.upgrade_state(request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Answered<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer(
            "UpgradeResourceIdentity",
            &name,
            self.upgrade_identity(request),
        )
        .await
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Answered<proto::read_resource::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ReadResource", &name, self.read(request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Answered<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("PlanResourceChange", &name, self.plan(request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Answered<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ApplyResourceChange", &name, self.apply(request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Answered<proto::import_resource_state::Response> {
        let request = request.into_inner();
        let name = request.type_name.clone();
        answer("ImportResourceState", &name, self.import(request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Answered<proto::move_resource_state::Response> {
        let request = request.into_inner();
        let name = request.target_type_name.clone();
        answer("MoveResourceState", &name, self.take_over(request)).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Answered<proto::generate_resource_config::Response> {
        let name = request.into_inner().type_name;
        answer(
            "GenerateResourceConfig",
            &name,
            none("generator of configuration", &name),
        )
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Answered<proto::validate_data_resource_config::Response> {
        let name = request.into_inner().type_name;
        answer(
            "ValidateDataResourceConfig",
            &name,
            none("data source", &name),
        )
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Answered<proto::read_data_source::Response> {
        let name = request.into_inner().type_name;
        answer("ReadDataSource", &name, none("data source", &name)).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Answered<proto::validate_ephemeral_resource_config::Response> {
        let name = request.into_inner().type_name;
        answer(
            "ValidateEphemeralResourceConfig",
            &name,
            none("ephemeral resource", &name),
        )
        .await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Answered<proto::open_ephemeral_resource::Response> {
        let name = request.into_inner().type_name;
        answer(
            "OpenEphemeralResource",
            &name,
            none("ephemeral resource", &name),
        )
        .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Answered<proto::renew_ephemeral_resource::Response> {
        let name = request.into_inner().type_name;
        answer(
            "RenewEphemeralResource",
            &name,
            none("ephemeral resource", &name),
        )
        .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Answered<proto::close_ephemeral_resource::Response> {
        let name = request.into_inner().type_name;
        answer(
            "CloseEphemeralResource",
            &name,
            none("ephemeral resource", &name),
        )
        .await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Answered<proto::validate_list_resource_config::Response> {
        let name = request.into_inner().type_name;
        answer(
            "ValidateListResourceConfig",
            &name,
            none("list resource", &name),
        )
        .await
    }

    async fn plan_action(
        &self,
        request: Request<proto::plan_action::Request>,
    ) -> Answered<proto::plan_action::Response> {
        let name = request.into_inner().action_type;
        answer("PlanAction", &name, none("action", &name)).await
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Answered<proto::validate_action_config::Response> {
        let name = request.into_inner().type_name;
        answer("ValidateActionConfig", &name, none("action", &name)).await
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Answered<Self::ListResourceStream> {
        let name = request.into_inner().type_name;
        let event = proto::list_resource::Event {
            diagnostic: encode::diagnostics(unknown_type("list resource", &name)),
            ..Default::default()
        };
        Ok(once(event))
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Answered<Self::InvokeActionStream> {
        use proto::invoke_action::{Event, event};
        let name = request.into_inner().action_type;
        let completed = event::Completed {
            diagnostics: encode::diagnostics(unknown_type("action", &name)),
        };
        // An event that is neither progress nor completion would crash the host.
        Ok(once(Event {
            r#type: Some(event::Type::Completed(completed)),
        }))
    }

    async fn get_functions(
        &self,
        _request: Request<proto::get_functions::Request>,
    ) -> Answered<proto::get_functions::Response> {
        Ok(Response::new(proto::get_functions::Response::default()))
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Answered<proto::call_function::Response> {
        let name = request.into_inner().name;
        Ok(Response::new(unknown_function(&name)))
    }

    async fn stop_provider(
        &self,
        _request: Request<proto::stop_provider::Request>,
    ) -> Answered<proto::stop_provider::Response> {
        Ok(Response::new(self.stop()))
    }

    async fn validate_state_store_config(
        &self,
        _request: Request<proto::validate_state_store::Request>,
    ) -> Answered<proto::validate_state_store::Response> {
        Err(no_state_stores())
    }

    async fn configure_state_store(
        &self,
        _request: Request<proto::configure_state_store::Request>,
    ) -> Answered<proto::configure_state_store::Response> {
        Err(no_state_stores())
    }

    async fn lock_state(
        &self,
        _request: Request<proto::lock_state::Request>,
    ) -> Answered<proto::lock_state::Response> {
        Err(no_state_stores())
    }

    async fn unlock_state(
        &self,
        _request: Request<proto::unlock_state::Request>,
    ) -> Answered<proto::unlock_state::Response> {
        Err(no_state_stores())
    }

    async fn get_states(
        &self,
        _request: Request<proto::get_states::Request>,
    ) -> Answered<proto::get_states::Response> {
        Err(no_state_stores())
    }

    async fn delete_state(
        &self,
        _request: Request<proto::delete_state::Request>,
    ) -> Answered<proto::delete_state::Response> {
        Err(no_state_stores())
    }

    async fn read_state_bytes(
        &self,
        _request: Request<proto::read_state_bytes::Request>,
    ) -> Answered<Self::ReadStateBytesStream> {
        Err(no_state_stores())
    }

    async fn write_state_bytes(
        &self,
        _request: Request<Streaming<proto::write_state_bytes::RequestChunk>>,
    ) -> Answered<proto::write_state_bytes::Response> {
        Err(no_state_stores())
    }
}

/// The answer of a provider that has no type of this kind.
async fn none<T>(kind: &str, name: &str) -> Result<T, Diagnostics> {
    Err(unknown_type(kind, name))
}

fn once<T: Send + 'static>(event: T) -> Response<Events<T>> {
    Response::new(Box::pin(stream::once(async { Ok(event) })))
}

/// Hosts take this for what it is: a provider that stores no states.
fn no_state_stores() -> Status {
    Status::unimplemented("this provider has no state stores")
}
