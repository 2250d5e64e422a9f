//! What the announced schemas may and may not say. What hosts refuse in them beyond crashing is
//! checked for every type in `framework::flaws`.

use prost::Message as _;
use terraform_provider_mlflow::wire::{
    Type,
    proto::{
        Schema, get_provider_schema as schema, get_resource_identity_schemas as identities,
        schema::{Attribute, Block, nested_block, object},
    },
};

use crate::support::{
    Case, cases,
    host::run,
    session::{Session, told},
};

pub fn cases() -> Vec<Case> {
    cases![
        the_schema_crashes_no_host,
        identities_can_be_imported_and_stay_at_version_0,
    ]
}

const MOST_OCTETS: usize = 64 << 20;

async fn announced(session: &mut Session) -> schema::Response {
    let answer = session.provider.get_provider_schema(schema::Request {});
    let answer = answer.await.unwrap().into_inner();
    assert_eq!(told(&answer.diagnostics), [""; 0]);
    answer
}

fn the_schema_crashes_no_host() {
    run(async {
        let mut session = Session::unconfigured().await;
        let all = announced(&mut session).await;
        assert!(all.encoded_len() < MOST_OCTETS);
        check_schema("provider", &all.provider.unwrap());
        for schemas in [
            &all.resource_schemas,
            &all.data_source_schemas,
            &all.ephemeral_resource_schemas,
            &all.list_resource_schemas,
        ] {
            assert!(!schemas.is_empty());
            schemas.iter().for_each(|(name, it)| check_schema(name, it));
        }
        for (name, action) in &all.action_schemas {
            check_schema(name, action.schema.as_ref().unwrap());
        }
        for (name, function) in &all.functions {
            check_type(name, &function.r#return.as_ref().unwrap().r#type);
            for it in function
                .parameters
                .iter()
                .chain(&function.variadic_parameter)
            {
                assert!(!it.name.is_empty(), "{name}");
                check_type(&it.name, &it.r#type);
            }
        }
        assert!(all.state_store_schemas.is_empty(), "they are experimental");
        session.end().await;
    });
}

fn check_schema(name: &str, schema: &Schema) {
    assert!(schema.version >= 0, "{name}");
    let block = schema.block.as_ref();
    check_block(name, block.unwrap_or_else(|| panic!("{name} has no block")));
}

fn check_block(at: &str, block: &Block) {
    assert!(!block.computed, "{at}: only the newest hosts know these");
    block
        .attributes
        .iter()
        .for_each(|it| check_attribute(at, it));
    for it in &block.block_types {
        let at = format!("{at}.{}", it.type_name);
        assert_ne!(
            it.nesting,
            nested_block::NestingMode::Invalid as i32,
            "{at}"
        );
        assert!(it.min_items >= 0 && it.max_items >= it.min_items, "{at}");
        let inner = it.block.as_ref();
        check_block(&at, inner.unwrap_or_else(|| panic!("{at} has no block")));
    }
}

fn check_attribute(at: &str, it: &Attribute) {
    let at = format!("{at}.{}", it.name);
    assert!(it.required || it.optional || it.computed, "{at}");
    assert!(!(it.required && (it.optional || it.computed)), "{at}");
    let Some(nested) = &it.nested_type else {
        return check_type(&at, &it.r#type);
    };
    assert!(it.r#type.is_empty(), "{at}: two types");
    assert_ne!(nested.nesting, object::NestingMode::Invalid as i32, "{at}");
    nested
        .attributes
        .iter()
        .for_each(|it| check_attribute(&at, it));
}

fn check_type(at: &str, json: &[u8]) {
    let ty = Type::from_json(json);
    assert!(ty.is_ok(), "{at}: {}", String::from_utf8_lossy(json));
}

fn identities_can_be_imported_and_stay_at_version_0() {
    run(async {
        let mut session = Session::unconfigured().await;
        let all = announced(&mut session).await;
        let answer = session
            .provider
            .get_resource_identity_schemas(identities::Request {});
        let answer = answer.await.unwrap().into_inner();
        for (name, schema) in &answer.identity_schemas {
            assert!(all.resource_schemas.contains_key(name));
            // Hosts ask for an upgrade of identities that states of old never had. Only that of the
            // webhook has gained something since, its workspace.
            let version = i64::from(name == "mlflow_webhook");
            assert_eq!(schema.version, version, "{name}");
            for it in &schema.identity_attributes {
                assert!(
                    it.required_for_import != it.optional_for_import,
                    "{}",
                    it.name
                );
                check_type(&it.name, &it.r#type);
            }
        }
        for name in all.list_resource_schemas.keys() {
            assert!(answer.identity_schemas.contains_key(name), "{name}");
        }
        session.end().await;
    });
}
