//! `proto/` declares exactly the names, numbers and types of the wire contract.
//!
//! The contract is `tests/data/protocol.tsv`, with the columns kind, owner, number, label, type and
//! name. It changes only when the protocol does.

use std::collections::BTreeSet;

use protox::prost_reflect::{
    Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor,
    MethodDescriptor,
};

const TABLE: &str = include_str!("../data/protocol.tsv");
const PROTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");

/// Compares both ways, and shows the rows that only one side has.
pub(crate) fn descriptors_match_the_table() {
    let table: BTreeSet<String> = TABLE.lines().map(str::to_owned).collect();
    let declared = declared();
    let missing: Vec<_> = table.difference(&declared).map(String::as_str).collect();
    let surplus: Vec<_> = declared.difference(&table).map(String::as_str).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "only in the table:\n{}\nonly in proto/:\n{}",
        missing.join("\n"),
        surplus.join("\n"),
    );
}

/// All rows of the two packages that the table is about.
fn declared() -> BTreeSet<String> {
    let files = protox::compile(["tfplugin6.proto", "plugin.proto"], [PROTO])
        .expect("proto/ compiles, as it did for the build");
    let pool = DescriptorPool::from_file_descriptor_set(files).expect("proto/ is complete");
    let ours = |package: &str| matches!(package, "tfplugin6" | "plugin");
    let messages = pool.all_messages();
    let messages = messages.filter(|it| ours(it.package_name()) && !it.is_map_entry());
    let enums = pool.all_enums().filter(|it| ours(it.package_name()));
    let services = pool.services().filter(|it| ours(it.package_name()));
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    messages
        .flat_map(|message| message_rows(&message))
        .chain(enums.flat_map(|it| enum_rows(&it)))
        .chain(methods.map(|method| rpc_row(&method)))
        .collect()
}

/// A row for each field; a message without any has a row of its own.
fn message_rows(message: &MessageDescriptor) -> Vec<String> {
    if message.fields().len() == 0 {
        return vec![row(["message", message.full_name(), "", "", "", ""])];
    }
    message.fields().map(|field| field_row(&field)).collect()
}

fn field_row(field: &FieldDescriptor) -> String {
    row([
        "field",
        field.parent_message().full_name(),
        &field.number().to_string(),
        &label(field),
        &field_type(field),
        &name(field),
    ])
}

/// A `oneof` of one made by the compiler for an `optional` field is no `oneof` of ours.
fn label(field: &FieldDescriptor) -> String {
    if field.is_map() {
        return String::new();
    }
    let proto = field.field_descriptor_proto();
    match (field.containing_oneof(), field.cardinality()) {
        (_, Cardinality::Repeated) => "repeated".to_owned(),
        _ if proto.proto3_optional() => "optional".to_owned(),
        (Some(oneof), _) => format!("oneof {}", oneof.name()),
        _ => String::new(),
    }
}

fn field_type(field: &FieldDescriptor) -> String {
    match field.kind() {
        Kind::Message(entry) if entry.is_map_entry() => {
            let key = kind_name(&entry.map_entry_key_field().kind());
            let value = kind_name(&entry.map_entry_value_field().kind());
            format!("map<{key}, {value}>")
        }
        kind => kind_name(&kind),
    }
}

fn kind_name(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(kind) => kind.full_name().to_owned(),
        scalar => format!("{scalar:?}"),
    }
}

fn name(field: &FieldDescriptor) -> String {
    let options = field.field_descriptor_proto().options.as_ref();
    let deprecated = options.is_some_and(|options| options.deprecated());
    let mark = if deprecated { " [deprecated]" } else { "" };
    format!("{}{mark}", field.name())
}

fn enum_rows(kind: &EnumDescriptor) -> Vec<String> {
    let values = kind.values();
    values
        .map(|value| {
            let number = value.number().to_string();
            row(["enum", kind.full_name(), &number, "", "", value.name()])
        })
        .collect()
}

fn rpc_row(method: &MethodDescriptor) -> String {
    let streams = [
        method.is_client_streaming().then_some("client-stream"),
        method.is_server_streaming().then_some("server-stream"),
    ];
    let streams: Vec<_> = streams.into_iter().flatten().collect();
    let (input, output) = (method.input(), method.output());
    let types = format!("{} -> {}", input.full_name(), output.full_name());
    let service = method.parent_service();
    let owner = service.full_name();
    row(["rpc", owner, "", &streams.join(" "), &types, method.name()])
}

fn row(columns: [&str; 6]) -> String {
    columns.join("\t")
}
