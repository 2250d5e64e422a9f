//! From values and schemas to messages.

use super::{decode, registered::Registered};
use crate::{
    framework::{
        Diagnostic, Diagnostics, Parameter, Severity, Signature,
        schema::{Attribute, Block, BlockNesting, Body, Kind, Mode, Nesting, Schema},
    },
    wire::{Path, Step, Type, Value, msgpack, proto},
};

/// A value as the host wants it.
pub(super) fn dynamic(value: &Value, ty: &Type) -> Result<proto::DynamicValue, Diagnostics> {
    let encoded = msgpack::encode(value, ty).map_err(|error| {
        Diagnostic::error(
            "Unusable Value",
            format!(
                "The provider made a value that does not fit its own schema: {error}. This is a \
                 bug in the provider: please report it."
            ),
        )
    })?;
    Ok(proto::DynamicValue {
        msgpack: encoded,
        json: Vec::new(),
    })
}

/// An answer of this type, which must be there and hold nothing unknown.
pub(super) fn known<T: ?Sized>(
    value: &Value,
    it: &Registered<T>,
) -> Result<proto::DynamicValue, Diagnostics> {
    let value = decode::with_blocks(&it.schema.body, value.clone());
    let gap = if value.is_null() {
        Some(Path::root())
    } else {
        value.first_unknown()
    };
    match gap {
        Some(path) => Err(unanswered(path)),
        None => dynamic(&value, &it.ty),
    }
}

fn unanswered(path: Path) -> Diagnostics {
    Diagnostic::error(
        "Value Missing",
        "The provider gave no value where it must. This is a bug in the provider: please report it.",
    )
    .at(path)
    .into()
}

/// Diagnostics as the host shows them.
pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

/// A path; the host refuses invalid ones only in `requires_replace`.
pub(super) fn path(path: &Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;
    let selector = |step: &Step| match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone().into_owned()),
        Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
        Step::Key(key) => Selector::ElementKeyString(key.clone().into_owned()),
    };
    let step = |step| proto::attribute_path::Step {
        selector: Some(selector(step)),
    };
    proto::AttributePath {
        steps: path.steps().iter().map(step).collect(),
    }
}

/// A schema.
pub(super) fn schema(schema: &Schema) -> proto::Schema {
    proto::Schema {
        version: schema.version,
        block: Some(body(&schema.body, schema.version, schema.description)),
    }
}

/// The signature of a function. Unknown arguments make an unknown result without a call.
pub(super) fn function(signature: &Signature) -> proto::Function {
    proto::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(proto::function::Return {
            r#type: signature.returns.to_json(),
        }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: parameter.ty.to_json(),
        allow_null_value: parameter.nullable,
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
    }
}

fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    proto::Diagnostic {
        severity: severity.into(),
        detail: detail(&diagnostic),
        summary: diagnostic.summary,
        attribute: diagnostic.path.as_ref().map(path),
    }
}

/// Hosts point at an argument, and not at what is within it unless that is written there as it is: the
/// text then says where that is.
fn detail(diagnostic: &Diagnostic) -> String {
    let inner = diagnostic.path.as_ref().filter(|it| it.steps().len() > 1);
    let told = inner.map(ToString::to_string);
    match told.filter(|path| !diagnostic.detail.contains(path.as_str())) {
        Some(path) => format!("{}\n\nArgument: {path}", diagnostic.detail),
        None => diagnostic.detail.clone(),
    }
}

fn body(body: &Body, version: i64, description: &str) -> proto::schema::Block {
    proto::schema::Block {
        version,
        attributes: body.attributes.iter().map(attribute).collect(),
        block_types: body.blocks.iter().map(block).collect(),
        description: description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn attribute(attribute: &Attribute) -> proto::schema::Attribute {
    let (ty, nested_type) = match &attribute.kind {
        Kind::Plain(ty) => (ty.to_json(), None),
        Kind::Nested(nesting, body) => (Vec::new(), Some(object(*nesting, body))),
    };
    let optional = matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed);
    proto::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: ty,
        nested_type,
        description: attribute.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        required: attribute.mode == Mode::Required,
        optional,
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: false,
        deprecation_message: String::new(),
    }
}

fn object(nesting: Nesting, body: &Body) -> proto::schema::Object {
    use proto::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::Object {
        attributes: body.attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}

fn block(block: &Block) -> proto::schema::NestedBlock {
    use proto::schema::nested_block::NestingMode;
    let (nesting, min_items, max_items) = match block.nesting {
        BlockNesting::List { min, max } => (NestingMode::List, min, max),
        BlockNesting::Set { min, max } => (NestingMode::Set, min, max),
    };
    proto::schema::NestedBlock {
        type_name: block.name.to_owned(),
        block: Some(body(&block.body, 0, block.description)),
        nesting: nesting.into(),
        min_items,
        max_items,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_an_argument_is_told_in_words() {
        let tag = Path::attribute("tags").key("a");
        for (text, path, told) in [
            ("Wrong.", Path::attribute("tags"), "Wrong."),
            ("Wrong.", tag.clone(), "Wrong.\n\nArgument: tags[\"a\"]"),
            ("tags[\"a\"] is wrong.", tag, "tags[\"a\"] is wrong."),
        ] {
            let told_of = diagnostic(Diagnostic::error("Bad", text).at(path));
            assert_eq!(told_of.detail, told);
        }
    }
}
