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
        let schema = |it: &Resource<_>| {
            schema(
                it.handler.identity_version(),
                it.handler.identity_attributes(),
            )
        };
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
    let identity = it.handler.identity(it.hidden(state.clone()))?;
    let complete = identity.is_wholly_known() && missing(it, &identity).is_none();
    complete.then(|| encoded(it, &identity)).transpose()
}

/// The identity that a plan promises. That of an object that exists stays; one that is not known yet
/// is left out, as hosts (up to 1.16 at least) cannot show a plan with unknown values in it.
pub(super) fn planned<C: 'static>(
    it: &Resource<C>,
    prior: &Value,
    prior_identity: Option<ResourceIdentityData>,
    state: &Value,
) -> Result<Option<ResourceIdentityData>, Diagnostics> {
    if prior.is_null() {
        return of(it, state);
    }
    prior_identity.map_or_else(|| of(it, prior), |it| Ok(Some(it)))
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

fn schema(version: i64, attributes: Vec<IdentityAttribute>) -> ResourceIdentitySchema {
    let attribute = |it: IdentityAttribute| resource_identity_schema::IdentityAttribute {
        name: it.name.to_owned(),
        r#type: it.ty.to_json(),
        required_for_import: it.required,
        optional_for_import: !it.required,
        description: it.description.to_owned(),
    };
    ResourceIdentitySchema {
        // One above 0 has hosts ask for the identities of states that have none, too.
        version,
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

fn incomplete(name: &'static str) -> Diagnostics {
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

#[cfg(test)]
mod tests {
    use tonic::Request;

    use super::{super::testing::*, *};
    use crate::wire::proto::{
        DynamicValue, RawState, apply_resource_change as apply, move_resource_state,
        plan_resource_change as plan, provider_server::Provider as _, read_resource as read,
    };

    fn state(value: &Value) -> Option<DynamicValue> {
        sent(value, &thing_type())
    }

    fn stored() -> Value {
        thing(&[
            ("id", "1"),
            ("region", "eu"),
            ("name", "n"),
            ("status", "ON"),
        ])
    }

    async fn read(state: Value, identity: Option<ResourceIdentityData>) -> read::Response {
        let request = read::Request {
            type_name: THING.to_owned(),
            current_state: sent(&state, &thing_type()),
            current_identity: identity,
            ..Default::default()
        };
        let server = configured().await;
        let answer = ask(&server).read_resource(Request::new(request)).await;
        answer.unwrap().into_inner()
    }

    async fn plan(
        prior: Value,
        identity: Option<ResourceIdentityData>,
        config: Value,
    ) -> plan::Response {
        let request = plan::Request {
            type_name: THING.to_owned(),
            prior_state: state(&prior),
            proposed_new_state: state(&config),
            config: state(&config),
            prior_identity: identity,
            ..Default::default()
        };
        let server = configured().await;
        let answer = ask(&server).plan_resource_change(Request::new(request));
        answer.await.unwrap().into_inner()
    }

    async fn apply(prior: Value, planned: Value) -> apply::Response {
        let known = if prior.is_null() { "?" } else { "1" };
        let request = apply::Request {
            type_name: THING.to_owned(),
            prior_state: state(&prior),
            planned_state: state(&planned),
            config: state(&planned),
            planned_identity: identity(known, Some("eu")),
            ..Default::default()
        };
        let server = configured().await;
        let answer = ask(&server).apply_resource_change(Request::new(request));
        answer.await.unwrap().into_inner()
    }

    async fn import(
        id: &str,
        identity: Option<ResourceIdentityData>,
    ) -> import_resource_state::Response {
        let request = import_resource_state::Request {
            type_name: THING.to_owned(),
            id: id.to_owned(),
            identity,
            ..Default::default()
        };
        let server = configured().await;
        let answer = ask(&server).import_resource_state(Request::new(request));
        answer.await.unwrap().into_inner()
    }

    #[tokio::test]
    async fn the_schema_says_of_each_value_whether_an_import_needs_it() {
        let request = get_resource_identity_schemas::Request::default();
        let server = unconfigured();
        let answer = ask(&server).get_resource_identity_schemas(Request::new(request));
        let schemas = answer.await.unwrap().into_inner().identity_schemas;
        let schema = &schemas[THING];
        assert_eq!(schema.version, 0);
        let flags = schema.identity_attributes.iter();
        let flags = flags.map(|it| (it.required_for_import, it.optional_for_import));
        assert_eq!(flags.collect::<Vec<_>>(), [(true, false), (false, true)]);
    }

    #[tokio::test]
    async fn a_read_gives_the_identity_of_what_it_found() {
        for before in [None, identity("1", None), identity("1", Some("eu"))] {
            let answer = read(stored(), before).await;
            assert_eq!(answer.new_identity, identity("1", Some("eu")));
        }
        let gone = thing(&[("id", "1"), ("name", "gone")]);
        let answer = read(gone, identity("1", None)).await;
        assert_eq!(
            received(answer.new_state.as_ref(), &thing_type()),
            Value::Null
        );
        assert_eq!(answer.new_identity, identity("1", None));
    }

    #[tokio::test]
    async fn only_a_plan_for_a_new_object_has_an_unknown_identity() {
        let config = thing(&[("name", "m"), ("region", "eu")]);
        let created = plan(Value::Null, None, config.clone()).await;
        assert_eq!(created.planned_identity, None);
        for before in [None, identity("1", Some("eu"))] {
            let changed = plan(stored(), before, config.clone()).await;
            assert_eq!(changed.planned_identity, identity("1", Some("eu")));
        }
        let moved = thing(&[("name", "m"), ("region", "?")]);
        let replaced = plan(stored(), identity("1", Some("eu")), moved).await;
        assert_eq!(replaced.requires_replace.len(), 1);
        assert_eq!(replaced.planned_identity, identity("1", Some("eu")));
        let destroyed = plan(stored(), identity("1", Some("eu")), Value::Null).await;
        assert_eq!(destroyed.planned_identity, identity("1", Some("eu")));
    }

    #[tokio::test]
    async fn an_apply_gives_the_identity_of_what_exists_after_it() {
        let named = |id, name| thing(&[("id", id), ("region", "eu"), ("name", name)]);
        for (what, prior, planned, expected) in [
            (
                "create",
                Value::Null,
                named("?", "n"),
                identity("1", Some("eu")),
            ),
            ("failed create", Value::Null, named("?", "fails"), None),
            (
                "update",
                stored(),
                named("1", "m"),
                identity("1", Some("eu")),
            ),
            (
                "failed update",
                stored(),
                named("1", "fails"),
                identity("1", Some("eu")),
            ),
            (
                "failed delete",
                named("1", "fails"),
                Value::Null,
                identity("1", Some("eu")),
            ),
        ] {
            let answer = apply(prior, planned).await;
            assert_eq!(answer.new_identity, expected, "{what}");
        }
    }

    #[tokio::test]
    async fn an_import_by_id_or_by_identity_gives_both_state_and_identity() {
        for (id, by, region) in [
            ("1", None, None),
            ("", identity("1", None), None),
            ("", identity("1", Some("eu")), Some("eu")),
        ] {
            let answer = import(id, by).await;
            assert_eq!(answer.diagnostics, []);
            let [imported] = answer.imported_resources.as_slice() else {
                unreachable!("exactly one")
            };
            assert_eq!(imported.identity, identity("1", region));
            let state = received(imported.state.as_ref(), &thing_type());
            assert_eq!(state.get("region").as_str(), region);
            assert_eq!(*state.get("port"), Value::List(vec![]), "no null blocks");
        }
    }

    #[tokio::test]
    async fn an_import_by_half_an_identity_is_refused() {
        for half in [
            identity("", Some("eu")),
            Some(ResourceIdentityData::default()),
        ] {
            let answer = import("", half).await;
            assert_eq!(told(&answer.diagnostics), ["Incomplete Identity"]);
            assert!(answer.imported_resources.is_empty());
        }
    }

    #[tokio::test]
    async fn a_moved_instance_has_an_identity() {
        let request = move_resource_state::Request {
            target_type_name: THING.to_owned(),
            source_state: Some(RawState {
                json: br#"{"id":"7"}"#.to_vec(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let server = unconfigured();
        let answer = ask(&server).move_resource_state(Request::new(request));
        let moved = answer.await.unwrap().into_inner();
        assert_eq!(moved.target_identity, identity("7", None));
    }

    #[tokio::test]
    async fn an_upgrade_keeps_what_there_is() {
        for (raw, expected) in [
            (&br#"{"id":"1","region":"eu"}"#[..], Some(("1", "eu"))),
            (b"", None),
        ] {
            let request = upgrade_resource_identity::Request {
                type_name: THING.to_owned(),
                version: 0,
                raw_identity: Some(RawState {
                    json: raw.to_vec(),
                    ..Default::default()
                }),
            };
            let server = unconfigured();
            let answer = ask(&server).upgrade_resource_identity(Request::new(request));
            let upgraded = answer.await.unwrap().into_inner().upgraded_identity;
            match expected {
                Some((id, region)) => assert_eq!(upgraded, identity(id, Some(region))),
                None => {
                    let data = upgraded.unwrap().identity_data.unwrap();
                    assert_eq!(data.msgpack, [0xc0], "null, but an answer");
                }
            }
        }
    }
}
