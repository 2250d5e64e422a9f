//! The generated service trait, each RPC handed to the method of its family.

use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{
    Server,
    answer::answer,
    events::{Events, streamed},
};
use crate::{
    framework::Provider,
    wire::proto::{self, provider_server},
};

type Answered<T> = Result<Response<T>, Status>;

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
        answer(
            "ValidateResourceConfig",
            &request.type_name.clone(),
            self.validate_resource(request),
        )
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Answered<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        answer(
            "UpgradeResourceState",
            &request.type_name.clone(),
            self.upgrade_state(request),
        )
        .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Answered<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        answer(
            "UpgradeResourceIdentity",
            &request.type_name.clone(),
            self.upgrade_identity(request),
        )
        .await
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Answered<proto::read_resource::Response> {
        let request = request.into_inner();
        answer(
            "ReadResource",
            &request.type_name.clone(),
            self.read(request),
        )
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Answered<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        answer(
            "PlanResourceChange",
            &request.type_name.clone(),
            self.plan(request),
        )
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Answered<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        answer(
            "ApplyResourceChange",
            &request.type_name.clone(),
            self.apply(request),
        )
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Answered<proto::import_resource_state::Response> {
        let request = request.into_inner();
        answer(
            "ImportResourceState",
            &request.type_name.clone(),
            self.import(request),
        )
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Answered<proto::move_resource_state::Response> {
        let request = request.into_inner();
        answer(
            "MoveResourceState",
            &request.target_type_name.clone(),
            self.take_over(request),
        )
        .await
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Answered<proto::generate_resource_config::Response> {
        let request = request.into_inner();
        answer(
            "GenerateResourceConfig",
            &request.type_name.clone(),
            self.generate(request),
        )
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Answered<proto::validate_data_resource_config::Response> {
        let request = request.into_inner();
        answer(
            "ValidateDataResourceConfig",
            &request.type_name.clone(),
            self.validate_data_source(request),
        )
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Answered<proto::read_data_source::Response> {
        let request = request.into_inner();
        answer(
            "ReadDataSource",
            &request.type_name.clone(),
            self.read_data_source(request),
        )
        .await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Answered<proto::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        answer(
            "ValidateEphemeralResourceConfig",
            &request.type_name.clone(),
            self.validate_ephemeral(request),
        )
        .await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Answered<proto::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer(
            "OpenEphemeralResource",
            &request.type_name.clone(),
            self.open(request),
        )
        .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Answered<proto::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer(
            "RenewEphemeralResource",
            &request.type_name.clone(),
            self.renew(request),
        )
        .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Answered<proto::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer(
            "CloseEphemeralResource",
            &request.type_name.clone(),
            self.close(request),
        )
        .await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Answered<proto::validate_list_resource_config::Response> {
        let request = request.into_inner();
        answer(
            "ValidateListResourceConfig",
            &request.type_name.clone(),
            self.validate_list(request),
        )
        .await
    }

    async fn plan_action(
        &self,
        request: Request<proto::plan_action::Request>,
    ) -> Answered<proto::plan_action::Response> {
        let request = request.into_inner();
        answer(
            "PlanAction",
            &request.action_type.clone(),
            self.plan_action(request),
        )
        .await
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Answered<proto::validate_action_config::Response> {
        let request = request.into_inner();
        answer(
            "ValidateActionConfig",
            &request.type_name.clone(),
            self.validate_action(request),
        )
        .await
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Answered<Self::ListResourceStream> {
        Ok(streamed(self.list(request.into_inner())))
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Answered<Self::InvokeActionStream> {
        Ok(streamed(self.invoke(request.into_inner())))
    }

    async fn get_functions(
        &self,
        _request: Request<proto::get_functions::Request>,
    ) -> Answered<proto::get_functions::Response> {
        answer("GetFunctions", "", self.functions()).await
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Answered<proto::call_function::Response> {
        Ok(Response::new(self.call(request.get_ref())))
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

/// Hosts take this for what it is: a provider that stores no states.
fn no_state_stores() -> Status {
    Status::unimplemented("this provider has no state stores")
}
