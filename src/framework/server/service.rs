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

/// The service: one line for each RPC that is answered by a method of [`Server`], under the name that
/// logs give it and with the field that says which type it is about; then the others as they are.
macro_rules! service {
    (
        about_a_type { $($rpc:ident => $method:ident, $name:literal, $type_name:ident;)* }
        about_the_provider { $($own_rpc:ident => $own_method:ident($($request:ident)?), $own_name:literal;)* }
        no_state_stores { $($store_rpc:ident($store:ty) -> $answer:ty;)* }
        $($others:tt)*
    ) => {
        #[async_trait]
        impl<P: Provider> provider_server::Provider for Server<P> {
            $(async fn $rpc(
                &self,
                request: Request<proto::$rpc::Request>,
            ) -> Answered<proto::$rpc::Response> {
                let request = request.into_inner();
                let type_name = request.$type_name.clone();
                answer($name, &type_name, self.$method(request)).await
            })*

            $(async fn $own_rpc(
                &self,
                _request: Request<proto::$own_rpc::Request>,
            ) -> Answered<proto::$own_rpc::Response> {
                $(let $request = _request.into_inner();)?
                answer($own_name, "", self.$own_method($($request)?)).await
            })*

            $(async fn $store_rpc(&self, _request: Request<$store>) -> Answered<$answer> {
                Err(no_state_stores())
            })*

            $($others)*
        }
    };
}

service! {
    about_a_type {
        validate_resource_config => validate_resource, "ValidateResourceConfig", type_name;
        upgrade_resource_state => upgrade_state, "UpgradeResourceState", type_name;
        upgrade_resource_identity => upgrade_identity, "UpgradeResourceIdentity", type_name;
        read_resource => read, "ReadResource", type_name;
        plan_resource_change => plan, "PlanResourceChange", type_name;
        apply_resource_change => apply, "ApplyResourceChange", type_name;
        import_resource_state => import, "ImportResourceState", type_name;
        move_resource_state => take_over, "MoveResourceState", target_type_name;
        generate_resource_config => generate, "GenerateResourceConfig", type_name;
        validate_data_resource_config => validate_data_source, "ValidateDataResourceConfig", type_name;
        read_data_source => read_data_source, "ReadDataSource", type_name;
        validate_ephemeral_resource_config => validate_ephemeral, "ValidateEphemeralResourceConfig", type_name;
        open_ephemeral_resource => open, "OpenEphemeralResource", type_name;
        renew_ephemeral_resource => renew, "RenewEphemeralResource", type_name;
        close_ephemeral_resource => close, "CloseEphemeralResource", type_name;
        validate_list_resource_config => validate_list, "ValidateListResourceConfig", type_name;
        plan_action => plan_action, "PlanAction", action_type;
        validate_action_config => validate_action, "ValidateActionConfig", type_name;
    }
    about_the_provider {
        get_metadata => metadata(), "GetMetadata";
        get_provider_schema => provider_schema(), "GetProviderSchema";
        get_resource_identity_schemas => identity_schemas(), "GetResourceIdentitySchemas";
        validate_provider_config => validate_provider(request), "ValidateProviderConfig";
        configure_provider => configure(request), "ConfigureProvider";
        get_functions => functions(), "GetFunctions";
    }
    no_state_stores {
        validate_state_store_config(proto::validate_state_store::Request) -> proto::validate_state_store::Response;
        configure_state_store(proto::configure_state_store::Request) -> proto::configure_state_store::Response;
        lock_state(proto::lock_state::Request) -> proto::lock_state::Response;
        unlock_state(proto::unlock_state::Request) -> proto::unlock_state::Response;
        get_states(proto::get_states::Request) -> proto::get_states::Response;
        delete_state(proto::delete_state::Request) -> proto::delete_state::Response;
        read_state_bytes(proto::read_state_bytes::Request) -> Self::ReadStateBytesStream;
        write_state_bytes(Streaming<proto::write_state_bytes::RequestChunk>) -> proto::write_state_bytes::Response;
    }

    type ListResourceStream = Events<proto::list_resource::Event>;
    type InvokeActionStream = Events<proto::invoke_action::Event>;
    type ReadStateBytesStream = Events<proto::read_state_bytes::Response>;

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
}

/// Hosts take this for what it is: a provider that stores no states.
fn no_state_stores() -> Status {
    Status::unimplemented("this provider has no state stores")
}
