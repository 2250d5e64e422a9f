//! UpgradeResourceState: called for every stored instance, as a rule at the current version.

use super::{Server, decode, encode, registered::Registered};
use crate::{
    framework::{AnyResource, Diagnostic, Diagnostics, Provider, Value, planning},
    wire::proto::{
        RawState,
        upgrade_resource_state::{Request, Response},
    },
};

impl<P: Provider> Server<P> {
    pub(super) async fn upgrade_state(&self, request: Request) -> Result<Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let raw = json_of(request.raw_state.as_ref())?;
        let state = if request.version == it.schema.version {
            decode::stored(raw, &it.ty, &it.schema.body)?
        } else {
            converted(it, request.version, raw)?
        };
        let state = planning::without_write_only(&it.schema.body, state);
        Ok(Response {
            upgraded_state: Some(encode::dynamic(&state, &it.ty)?),
            diagnostics: Vec::new(),
        })
    }
}

fn converted<C: 'static>(
    it: &Registered<dyn AnyResource<C>>,
    version: i64,
    raw: &[u8],
) -> Result<Value, Diagnostics> {
    let state = parsed(raw)?;
    it.handler.upgrade(version, &state)
}

/// Only Terraform before 0.12 wrote state in another form, long before this provider.
pub(super) fn json_of(raw: Option<&RawState>) -> Result<&[u8], Diagnostics> {
    match raw {
        Some(raw) if !raw.json.is_empty() => Ok(&raw.json),
        _ => Err(Diagnostic::error(
            "Unsupported State Format",
            "The stored state is not in the JSON form that Terraform 0.12 and later write.",
        )
        .into()),
    }
}

/// Stored state as plain JSON.
pub(super) fn parsed(raw: &[u8]) -> Result<serde_json::Value, Diagnostics> {
    serde_json::from_slice(raw).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        Diagnostic::error(
            "Unreadable State",
            format!("The stored state is not valid JSON ({at})."),
        )
        .into()
    })
}
