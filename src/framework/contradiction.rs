//! A result against the configuration it was made from, as hosts compare them.

use super::{
    planning::shared_elements,
    schema::{Body, Kind},
};
use crate::wire::{Path, Value};

/// Where a result is not what its configuration says: another value than a configured one, or a
/// value where none is configured and none is computed.
pub(super) fn find(body: &Body, config: &Value, result: &Value) -> Option<Path> {
    find_at(body, config, result, &Path::root())
}

fn find_at(body: &Body, config: &Value, result: &Value, at: &Path) -> Option<Path> {
    let mut attributes = body.attributes.iter();
    let in_attributes = attributes.find_map(|attribute| {
        let (config, result) = (config.get(attribute.name), result.get(attribute.name));
        let path = at.then(attribute.name);
        match &attribute.kind {
            _ if config.is_null() => {
                (!attribute.is_computed() && !result.is_null()).then_some(path)
            }
            Kind::Plain(_) => (config != result).then_some(path),
            Kind::Nested(_, body) => find_in_elements(body, config, result, &path),
        }
    });
    let mut blocks = body.blocks.iter();
    in_attributes.or_else(|| {
        blocks.find_map(|block| {
            let (config, result) = (config.get(block.name), result.get(block.name));
            find_in_elements(&block.body, config, result, &at.then(block.name))
        })
    })
}

/// Elements of a set are not told apart, so only their number is compared.
fn find_in_elements(body: &Body, config: &Value, result: &Value, path: &Path) -> Option<Path> {
    let size = |it: &Value| match it {
        Value::Map(entries) => Some(entries.len()),
        _ => it.elements().map(<[Value]>::len),
    };
    if config.is_null() != result.is_null() || size(config) != size(result) {
        return Some(path.clone());
    }
    let mut elements = shared_elements(path, config, result).into_iter();
    elements.find_map(|(path, config, result)| find_at(body, config, result, &path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Attribute, Block, Nesting, Schema};

    fn schema() -> Schema {
        let zone = || vec![Attribute::string("zone", "Z.")];
        Schema::new("A test.")
            .attribute(Attribute::string("name", "N.").required())
            .attribute(Attribute::string("note", "N."))
            .attribute(Attribute::string("id", "I.").computed())
            .attribute(Attribute::nested("places", "P.", Nesting::List, zone()))
            .block(Block::list("port", "P.").attribute(Attribute::string("number", "N.")))
    }

    fn with(pairs: &[(&str, Value)]) -> Value {
        let Value::Object(mut attributes) = schema().body.unset() else {
            unreachable!("a body is an object")
        };
        for (name, value) in pairs {
            attributes.insert((*name).to_owned().into(), value.clone());
        }
        Value::Object(attributes)
    }

    fn one(name: &'static str, text: &str) -> Value {
        Value::List(vec![Value::object([(name, Value::string(text))])])
    }

    #[test]
    fn what_is_computed_may_be_anything_and_all_else_is_as_configured() {
        let a = || Value::string("a");
        let cases = [
            (
                with(&[("name", a())]),
                with(&[("name", a()), ("id", a())]),
                None,
            ),
            (
                with(&[("name", a())]),
                with(&[("name", Value::string("b"))]),
                Some("name"),
            ),
            (with(&[("note", a())]), with(&[]), Some("note")),
            (with(&[]), with(&[("note", a())]), Some("note")),
            (
                with(&[("port", one("number", "1"))]),
                with(&[]),
                Some("port"),
            ),
            (
                with(&[("port", one("number", "1"))]),
                with(&[("port", one("number", "2"))]),
                Some("port[0].number"),
            ),
            (
                with(&[("places", one("zone", "1"))]),
                with(&[("places", one("zone", "2"))]),
                Some("places[0].zone"),
            ),
            (
                with(&[]),
                with(&[("places", one("zone", "1"))]),
                Some("places"),
            ),
        ];
        for (config, result, expected) in cases {
            let found = find(&schema().body, &config, &result);
            let found = found.map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{config:?} {result:?}");
        }
    }
}
