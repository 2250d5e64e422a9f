//! Prints what the provider offers, in the form of `terraform providers schema -json`.
//!
//! It is what tfplugindocs reads. Taken from the provider itself, it is whole and always the same: an
//! older Terraform leaves out what it does not know, such as actions, lists and identities.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
};

use serde_json::{Map, Value, json};
use terraform_provider_mlflow::{
    framework::{Provider as _, server::Server},
    provider::{Environment, Mlflow},
    wire::proto::{
        Function, ResourceIdentitySchema, Schema, function, get_provider_schema,
        get_resource_identity_schemas, provider_server::Provider, resource_identity_schema, schema,
    },
};
use tonic::Request;

/// The only namespace that tfplugindocs looks into.
const ADDRESS: &str = "registry.terraform.io/hashicorp/mlflow";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::new(Mlflow::new(Environment::default()));
    let request = Request::new(get_provider_schema::Request::default());
    let schemas = server.get_provider_schema(request).await?.into_inner();
    let request = Request::new(get_resource_identity_schemas::Request::default());
    let identities = server.get_resource_identity_schemas(request).await?;
    let all = provider(&schemas, &identities.into_inner().identity_schemas);
    let document = json!({
        "format_version": "1.0",
        "provider_schemas": {ADDRESS: all},
        "subcategories": subcategories(),
        "servers": servers(),
    });
    println!("{document:#}");
    Ok(())
}

/// Under which heading of the documentation each type stands: its area, or that of the resource whose
/// name its own begins with.
fn subcategories() -> BTreeMap<&'static str, &'static str> {
    let all = Mlflow::new(Environment::default()).catalogue();
    let resources = all
        .resources
        .iter()
        .map(|it| (it.type_name(), it.schema().area));
    let resources: BTreeMap<_, _> = resources.collect();
    let data_sources = all
        .data_sources
        .iter()
        .map(|it| (it.type_name(), it.schema().area));
    let others = all.ephemeral_resources.iter().map(|it| it.type_name());
    let others = others.chain(all.actions.iter().map(|it| it.type_name()));
    let others = others.map(|it| (it, "")).chain(data_sources);
    let of_kin = |name: &str| {
        let kin = resources.iter().rev().find(|(it, _)| name.starts_with(*it));
        kin.map_or("", |(_, area)| area)
    };
    let others = others.map(|(name, area)| match area {
        "" => (name, of_kin(name)),
        area => (name, area),
    });
    others.chain(resources.clone()).collect()
}

/// Which servers have each type, and since which release: of resources, and of the data sources that
/// need another release than their resource.
fn servers() -> Vec<Value> {
    let all = Mlflow::new(Environment::default()).catalogue();
    let resources = all.resources.iter();
    let resources = resources.map(|it| ("resources", it.type_name(), it.schema().servers));
    let data_sources = all.data_sources.iter();
    let data_sources = data_sources.map(|it| ("data-sources", it.type_name(), it.schema().servers));
    let told = data_sources.filter(|(_, _, servers)| !servers.is_empty());
    let shown = |(kind, name, servers): (_, _, Vec<_>)| {
        let servers: BTreeMap<_, _> = servers.into_iter().collect();
        json!({"kind": kind, "name": name, "servers": servers})
    };
    resources.chain(told).map(shown).collect()
}

fn provider(
    all: &get_provider_schema::Response,
    identities: &HashMap<String, ResourceIdentitySchema>,
) -> Value {
    let actions = all.action_schemas.iter();
    let actions = actions.map(|(name, it)| (name, json!({"block": body(it.schema.as_ref())})));
    json!({
        "provider": all.provider.as_ref().map(of),
        "resource_schemas": each(&all.resource_schemas, of),
        "data_source_schemas": each(&all.data_source_schemas, of),
        "ephemeral_resource_schemas": each(&all.ephemeral_resource_schemas, of),
        "list_resource_schemas": each(&all.list_resource_schemas, of),
        "action_schemas": actions.collect::<BTreeMap<_, _>>(),
        "functions": each(&all.functions, signature),
        "resource_identity_schemas": each(identities, identity),
    })
}

/// The same for each name, in the order of names.
fn each<T>(all: &HashMap<String, T>, show: impl Fn(&T) -> Value) -> BTreeMap<&String, Value> {
    all.iter().map(|(name, it)| (name, show(it))).collect()
}

fn of(schema: &Schema) -> Value {
    json!({"version": schema.version, "block": body(Some(schema))})
}

fn body(schema: Option<&Schema>) -> Value {
    let block = schema.and_then(|it| it.block.as_ref());
    block.map_or(Value::Null, nested)
}

fn nested(block: &schema::Block) -> Value {
    let blocks = block.block_types.iter().map(|it| {
        let shown = brief(json!({
            "nesting_mode": lower(it.nesting().as_str_name()),
            "block": it.block.as_ref().map(nested),
            "min_items": it.min_items,
            "max_items": it.max_items,
        }));
        (it.type_name.clone(), shown)
    });
    brief(json!({
        "attributes": attributes(&block.attributes),
        "block_types": blocks.collect::<Map<_, _>>(),
        "description": block.description,
        "description_kind": lower(block.description_kind().as_str_name()),
        "deprecated": block.deprecated,
    }))
}

fn attributes(all: &[schema::Attribute]) -> Map<String, Value> {
    let all = all.iter();
    all.map(|it| (it.name.clone(), attribute(it))).collect()
}

fn attribute(it: &schema::Attribute) -> Value {
    let object = it.nested_type.as_ref().map(|object| {
        json!({
            "attributes": attributes(&object.attributes),
            "nesting_mode": lower(object.nesting().as_str_name()),
        })
    });
    brief(json!({
        "type": ty(&it.r#type),
        "nested_type": object,
        "description": it.description,
        "description_kind": lower(it.description_kind().as_str_name()),
        "deprecated": it.deprecated,
        "required": it.required,
        "optional": it.optional,
        "computed": it.computed,
        "sensitive": it.sensitive,
        "write_only": it.write_only,
    }))
}

fn signature(it: &Function) -> Value {
    brief(json!({
        "description": it.description,
        "summary": it.summary,
        "deprecation_message": it.deprecation_message,
        "return_type": it.r#return.as_ref().map(|it| ty(&it.r#type)),
        "parameters": it.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "variadic_parameter": it.variadic_parameter.as_ref().map(parameter),
    }))
}

fn parameter(it: &function::Parameter) -> Value {
    brief(json!({
        "name": it.name,
        "description": it.description,
        "is_nullable": it.allow_null_value,
        "type": ty(&it.r#type),
    }))
}

fn identity(schema: &ResourceIdentitySchema) -> Value {
    let attribute = |it: &resource_identity_schema::IdentityAttribute| {
        let shown = brief(json!({
            "type": ty(&it.r#type),
            "description": it.description,
            "required_for_import": it.required_for_import,
            "optional_for_import": it.optional_for_import,
        }));
        (it.name.clone(), shown)
    };
    let attributes = schema.identity_attributes.iter().map(attribute);
    json!({"version": schema.version, "attributes": attributes.collect::<Map<_, _>>()})
}

/// The type as it travels, which is JSON already.
fn ty(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// An enumeration's name as Terraform writes it.
fn lower(name: &str) -> String {
    name.to_lowercase()
}

/// Without what is false, zero or empty, as Terraform writes it.
fn brief(object: Value) -> Value {
    let Value::Object(mut all) = object else {
        return object;
    };
    all.retain(|_, it| match it {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Number(it) => it.as_i64() != Some(0),
        Value::String(it) => !it.is_empty(),
        Value::Array(it) => !it.is_empty(),
        Value::Object(it) => !it.is_empty(),
    });
    Value::Object(all)
}
