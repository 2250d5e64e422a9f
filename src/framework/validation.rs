//! A configuration against its schema: validators, and write-only arguments on old hosts.

use super::{
    Diagnostic, Diagnostics, Host,
    schema::{Attribute, Body, Kind},
};
use crate::wire::{Path, Value};

/// Everything the schema alone can say about a configuration.
pub(super) fn check(body: &Body, config: &Value, host: Host) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_body(body, config, host, &Path::root(), &mut found);
    found
}

fn check_body(body: &Body, config: &Value, host: Host, at: &Path, found: &mut Diagnostics) {
    for attribute in &body.attributes {
        let path = at.then(attribute.name);
        check_attribute(attribute, config.get(attribute.name), host, &path, found);
    }
    for block in &body.blocks {
        let path = at.then(block.name);
        for (path, element) in elements(config.get(block.name), &path) {
            check_body(&block.body, element, host, &path, found);
        }
    }
}

fn check_attribute(
    attribute: &Attribute,
    value: &Value,
    host: Host,
    path: &Path,
    found: &mut Diagnostics,
) {
    if value.is_null() {
        return;
    }
    if attribute.write_only && !host.write_only {
        found.push(write_only_unsupported(path));
        return;
    }
    if value.is_unknown() {
        return;
    }
    for validator in &attribute.validators {
        if let Err(problem) = validator.check(value) {
            found.push(Diagnostic::error(validator.summary(), problem).at(path.clone()));
        }
    }
    if let Kind::Nested(_, body) = &attribute.kind {
        for (path, element) in elements(value, path) {
            check_body(body, element, host, &path, found);
        }
    }
}

/// A host that does not know write-only arguments would put the value into state in clear.
fn write_only_unsupported(path: &Path) -> Diagnostic {
    Diagnostic::error(
        "Write-only Argument Not Supported",
        "This argument is write-only: it needs Terraform 1.11 or OpenTofu 1.11, or later. Upgrade, \
         or use the argument of the same name without \"_wo\", whose value is stored in state.",
    )
    .at(path.clone())
}

/// The objects in a value, with their paths. Those of a set share the path of the set.
fn elements<'a>(value: &'a Value, at: &Path) -> Vec<(Path, &'a Value)> {
    match value {
        Value::Object(_) => vec![(at.clone(), value)],
        Value::List(list) => list
            .iter()
            .enumerate()
            .map(|(index, element)| (at.index(index), element))
            .collect(),
        Value::Set(set) => set.iter().map(|element| (at.clone(), element)).collect(),
        Value::Map(map) => map
            .iter()
            .map(|(key, it)| (at.key(key.clone()), it))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Block, Schema, one_of};

    fn schema() -> Schema {
        Schema::new("A test.")
            .attribute(Attribute::string("status", "S.").check(one_of("Bad Status", &["ON"])))
            .block(
                Block::list("target", "T.")
                    .attribute(Attribute::string("key_wo", "K.").write_only())
                    .attribute(Attribute::string("mode", "M.").check(one_of("Bad Mode", &["A"]))),
            )
    }

    fn config(status: Value, target: Value) -> Value {
        Value::object([("status", status), ("target", target)])
    }

    fn paths(found: &Diagnostics) -> Vec<String> {
        let path = |it: &Diagnostic| it.path.as_ref().map(ToString::to_string);
        found.iter().filter_map(path).collect()
    }

    #[test]
    fn each_wrong_value_is_named_by_its_path() {
        let target = Value::object([("key_wo", Value::Null), ("mode", Value::string("B"))]);
        let config = config(Value::string("OFF"), Value::List(vec![target]));
        let found = check(&schema().body, &config, Host { write_only: true });
        assert_eq!(paths(&found), ["status", "target[0].mode"]);
    }

    #[test]
    fn what_is_not_known_yet_raises_nothing() {
        for target in [Value::UNKNOWN, Value::List(vec![Value::UNKNOWN])] {
            let config = config(Value::UNKNOWN, target);
            let found = check(&schema().body, &config, Host { write_only: true });
            assert!(found.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn a_host_without_write_only_arguments_is_not_given_one() {
        let target = Value::object([("key_wo", Value::UNKNOWN), ("mode", Value::Null)]);
        let config = config(Value::Null, Value::List(vec![target]));
        let found = check(&schema().body, &config, Host { write_only: false });
        assert_eq!(paths(&found), ["target[0].key_wo"]);
    }
}
