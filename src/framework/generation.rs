//! From a state back to a configuration that plans no change, by the schema's rules alone.

use super::{
    planning::{attribute, block, map_elements, map_object},
    schema::{Attribute, Body, Kind, Mode},
};
use crate::wire::Value;

/// A configuration that gives this state, as short as can be.
pub(super) fn configuration(body: &Body, state: Value) -> Value {
    map_object(state, |name, value| {
        if let Some(attribute) = attribute(body, name) {
            return configured(attribute, value);
        }
        match block(body, name) {
            Some(block) => map_elements(value, |element| configuration(&block.body, element)),
            None => value,
        }
    })
}

/// Null for what cannot be written, and for what comes out the same when it is not.
fn configured(attribute: &Attribute, value: Value) -> Value {
    let unwritten = attribute.write_only
        || attribute.mode == Mode::Computed
        || attribute.default.as_ref() == Some(&value);
    match &attribute.kind {
        _ if unwritten => Value::Null,
        Kind::Plain(_) => value,
        Kind::Nested(_, body) => map_elements(value, |element| configuration(body, element)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{
        planning,
        schema::{Block, Schema},
    };

    fn schema() -> Schema {
        Schema::new("A test.")
            .attribute(Attribute::string("id", "I.").computed())
            .attribute(Attribute::string("name", "N.").required())
            .attribute(Attribute::string("note", "N."))
            .attribute(Attribute::string("status", "S.").default(Value::string("ON")))
            .attribute(Attribute::string("region", "R.").optional_computed())
            .attribute(Attribute::string("token_wo", "T.").write_only())
            .attribute(Attribute::object(
                "limits",
                "L.",
                vec![
                    Attribute::string("most", "M."),
                    Attribute::string("seen", "S.").computed(),
                ],
            ))
            .block(
                Block::list("target", "T.")
                    .attribute(Attribute::string("url", "U.").required())
                    .attribute(Attribute::bool("verify", "V.").default(Value::Bool(true)))
                    .attribute(Attribute::string("handle", "H.").computed()),
            )
            .block(Block::list("job", "J.").attribute(Attribute::string("id", "I.")))
    }

    fn target(verify: Value, handle: Value) -> Value {
        Value::object([
            ("url", Value::string("u")),
            ("verify", verify),
            ("handle", handle),
        ])
    }

    fn state(status: &str, verify: bool) -> Value {
        let seen = [("most", Value::string("9")), ("seen", Value::string("7"))];
        Value::object([
            ("id", Value::string("1")),
            ("name", Value::string("n")),
            ("note", Value::Null),
            ("status", Value::string(status)),
            ("region", Value::string("eu")),
            ("token_wo", Value::Null),
            ("limits", Value::object(seen)),
            (
                "target",
                Value::List(vec![target(Value::Bool(verify), Value::string("h"))]),
            ),
            ("job", Value::List(vec![])),
        ])
    }

    #[test]
    fn what_the_provider_sets_and_what_goes_without_saying_is_left_out() {
        let config = configuration(&schema().body, state("ON", true));
        let expected = Value::object([
            ("id", Value::Null),
            ("name", Value::string("n")),
            ("note", Value::Null),
            ("status", Value::Null),
            ("region", Value::string("eu")),
            ("token_wo", Value::Null),
            (
                "limits",
                Value::object([("most", Value::string("9")), ("seen", Value::Null)]),
            ),
            (
                "target",
                Value::List(vec![target(Value::Null, Value::Null)]),
            ),
            ("job", Value::List(vec![])),
        ]);
        assert_eq!(config, expected);
    }

    #[test]
    fn what_differs_from_its_default_is_written() {
        let config = configuration(&schema().body, state("OFF", false));
        assert_eq!(*config.get("status"), Value::string("OFF"));
        let written = target(Value::Bool(false), Value::Null);
        assert_eq!(*config.get("target"), Value::List(vec![written]));
    }

    #[test]
    fn the_configuration_plans_no_change() {
        for (status, verify) in [("ON", true), ("OFF", false)] {
            let state = state(status, verify);
            let config = configuration(&schema().body, state.clone());
            let planned = planning::plan(&schema().body, &config, &state);
            assert_eq!(planned.state, state);
            assert_eq!(planned.replace, []);
        }
    }
}
