//! ImportResourceState and MoveResourceState: instances that come from elsewhere.

use super::{Server, decode, encode, identity, registered::Registered, upgrade};
use crate::{
    framework::{AnyResource, Diagnostic, Diagnostics, Imported, MoveSource, Provider, Value},
    wire::proto::{
        DynamicValue,
        import_resource_state::{self, ImportedResource},
        move_resource_state,
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn import(
        &self,
        request: import_resource_state::Request,
    ) -> Result<import_resource_state::Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let imported = it.handler.import(identity::target(it, &request)?)?;
        P::ready(self.context()?.client())?;
        let identity = identity::of(it, &imported.state)?.or(request.identity);
        Ok(import_resource_state::Response {
            imported_resources: vec![ImportedResource {
                type_name: request.type_name,
                state: Some(state(it, imported.state)?),
                private: imported.private.to_bytes(),
                identity,
            }],
            ..Default::default()
        })
    }

    pub(super) async fn take_over(
        &self,
        request: move_resource_state::Request,
    ) -> Result<move_resource_state::Response, Diagnostics> {
        let it = self.resources.get(&request.target_type_name)?;
        let raw = upgrade::json_of(request.source_state.as_ref())?;
        let source = MoveSource {
            provider: &request.source_provider_address,
            type_name: &request.source_type_name,
            version: request.source_schema_version,
            state: &upgrade::parsed(raw)?,
        };
        let taken = it.handler.take_over(&source);
        let Imported {
            state: moved,
            private,
        } = taken.unwrap_or_else(|| Err(unsupported(&request)))?;
        Ok(move_resource_state::Response {
            target_identity: identity::of(it, &moved)?,
            target_state: Some(state(it, moved)?),
            target_private: private.to_bytes(),
            ..Default::default()
        })
    }
}

fn state<C>(
    it: &Registered<dyn AnyResource<C>>,
    state: Value,
) -> Result<DynamicValue, Diagnostics> {
    encode::dynamic(&decode::with_blocks(&it.schema.body, state), &it.ty)
}

fn unsupported(request: &move_resource_state::Request) -> Diagnostics {
    Diagnostic::error(
        "Unsupported Move",
        format!(
            "The state of a {} of {} cannot be taken over by a {}. Remove the \"moved\" block and \
             import the object instead.",
            request.source_type_name, request.source_provider_address, request.target_type_name
        ),
    )
    .into()
}
