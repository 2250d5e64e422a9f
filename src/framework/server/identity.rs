//! GetResourceIdentitySchemas and UpgradeResourceIdentity, and what the other RPCs say of
//! identities: they always follow from the state.

use super::{Server, decode, encode, registered::Registered};
use crate::{
    framework::{
        AnyResource, Diagnostic, Diagnostics, IdentityAttribute, ImportTarget, Path, Provider,
        Value,
    },
    wire::{
        Type, json,
        proto::{
            ResourceIdentityData, ResourceIdentitySchema, get_resource_identity_schemas,
            import_resource_state, resource_identity_schema, upgrade_resource_identity,
        },
    },
};

type Resource<C> = Registered<dyn AnyResource<C>>;

impl<P: Provider> Server<P> {
    pub(super) async fn identity_schemas(
        &self,
    ) -> Result<get_resource_identity_schemas::Response, Diagnostics> {
        let all = self.resources.iter();
        let schema = |it: &Resource<_>| schema(it.handler.identity_attributes());
        Ok(get_resource_identity_schemas::Response {
            identity_schemas: all
                .map(|(name, it)| (name.to_owned(), schema(it)))
                .collect(),
            diagnostics: Vec::new(),
        })
    }

    /// Hosts ask also for states that hold no identity yet; the next read adds it.
    pub(super) async fn upgrade_identity(
        &self,
        request: upgrade_resource_identity::Request,
    ) -> Result<upgrade_resource_identity::Response, Diagnostics> {
        let it = self.resources.get(&request.type_name)?;
        let raw = request.raw_identity.unwrap_or_default().json;
        let identity = if raw.is_empty() {
            Value::Null
        } else {
            json::decode_state(&raw, &ty(it)).map_err(|error| unreadable(&error.to_string()))?
        };
        Ok(upgrade_resource_identity::Response {
            upgraded_identity: Some(encoded(it, &identity)?),
            diagnostics: Vec::new(),
        })
    }
}

/// The identity of the object with this state; none while it is not complete.
pub(super) fn of<C: 'static>(
    it: &Resource<C>,
    state: &Value,
) -> Result<Option<ResourceIdentityData>, Diagnostics> {
    if state.is_null() {
        return Ok(None);
    }
    let identity = it.handler.identity(state.clone())?;
    let complete = identity.is_wholly_known() && missing(it, &identity).is_none();
    complete.then(|| encoded(it, &identity)).transpose()
}

/// The identity that a plan promises. That of an object that exists stays; only that of a new one
/// may be unknown.
pub(super) fn planned<C: 'static>(
    it: &Resource<C>,
    prior: &Value,
    prior_identity: Option<ResourceIdentityData>,
    state: &Value,
) -> Result<Option<ResourceIdentityData>, Diagnostics> {
    if !prior.is_null() {
        return prior_identity.map_or_else(|| of(it, prior), |it| Ok(Some(it)));
    }
    let identity = it.handler.identity(state.clone())?;
    let complete = missing(it, &identity).is_none();
    complete.then(|| encoded(it, &identity)).transpose()
}

/// What an import asks for.
pub(super) fn target<'a, C: 'static>(
    it: &Resource<C>,
    request: &'a import_resource_state::Request,
) -> Result<ImportTarget<'a, Value>, Diagnostics> {
    let Some(identity) = &request.identity else {
        return Ok(ImportTarget::Id(&request.id));
    };
    let identity = decode::dynamic(identity.identity_data.as_ref(), &ty(it))?;
    match missing(it, &identity) {
        Some(name) => Err(incomplete(name)),
        None => Ok(ImportTarget::Identity(identity)),
    }
}

fn schema(attributes: Vec<IdentityAttribute>) -> ResourceIdentitySchema {
    let attribute = |it: IdentityAttribute| resource_identity_schema::IdentityAttribute {
        name: it.name.to_owned(),
        r#type: it.ty.to_json(),
        required_for_import: it.required,
        optional_for_import: !it.required,
        description: it.description.to_owned(),
    };
    ResourceIdentitySchema {
        // A higher one would have hosts convert the identities of states that have none.
        version: 0,
        identity_attributes: attributes.into_iter().map(attribute).collect(),
    }
}

fn ty<C: 'static>(it: &Resource<C>) -> Type {
    let attributes = it.handler.identity_attributes().into_iter();
    Type::object(attributes.map(|it| (it.name, it.ty)))
}

fn encoded<C: 'static>(
    it: &Resource<C>,
    identity: &Value,
) -> Result<ResourceIdentityData, Diagnostics> {
    Ok(ResourceIdentityData {
        identity_data: Some(encode::dynamic(identity, &ty(it))?),
    })
}

/// A value that an identity must have and this one has not.
fn missing<C: 'static>(it: &Resource<C>, identity: &Value) -> Option<&'static str> {
    let attributes = it.handler.identity_attributes().into_iter();
    let mut required = attributes.filter(|it| it.required);
    required
        .find(|it| identity.get(it.name).is_null())
        .map(|it| it.name)
}

fn incomplete(name: &str) -> Diagnostics {
    Diagnostic::error(
        "Incomplete Identity",
        format!("An import by identity needs a value for {name:?}."),
    )
    .at(Path::attribute(name))
    .into()
}

fn unreadable(error: &str) -> Diagnostics {
    Diagnostic::error(
        "Unreadable Identity",
        format!(
            "The stored identity does not fit the schema: {error}. If the state file was edited \
             by hand, restore it; else please report this."
        ),
    )
    .into()
}
