//! A configuration against its schema: what is missing, null or empty where it must not be, what
//! validators refuse, and write-only arguments on old hosts.
//!
//! Hosts see to it that a required argument is written, and not that its value is other than null.

use super::{
    Diagnostic, Diagnostics, Host,
    schema::{Attribute, Body, Empty, Kind, Mode},
};
use crate::wire::{Path, Type, Value};

/// Everything the schema alone can say about a configuration. An author's own checks are for one in
/// which this finds nothing: their rows cannot hold what is refused here.
pub(super) fn check(body: &Body, config: &Value, host: Host) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_body(body, config, host, &Path::root(), &mut found);
    found
}

/// Refuses a configuration for use. That the host can handle it was checked when it was validated.
///
/// # Errors
/// What [`check`] finds.
pub(super) fn refuse(body: &Body, config: &Value) -> Result<(), Diagnostics> {
    let found = check(body, config, Host { write_only: true });
    found.into_result().map(drop)
}

fn check_body(body: &Body, config: &Value, host: Host, at: &Path, found: &mut Diagnostics) {
    for attribute in &body.attributes {
        let path = at.then(attribute.name);
        check_attribute(attribute, config.get(attribute.name), host, &path, found);
    }
    for block in &body.blocks {
        let path = at.then(block.name);
        check_objects(&block.body, config.get(block.name), host, &path, found);
    }
}

/// The objects in a value; one that is not known yet may still become any.
fn check_objects(body: &Body, value: &Value, host: Host, at: &Path, found: &mut Diagnostics) {
    for (path, element) in elements(value, at) {
        match element {
            Value::Object(_) => check_body(body, element, host, &path, found),
            Value::Null => found.push(null_element(path)),
            _ => {}
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
        if attribute.mode == Mode::Required {
            found.push(missing(path));
        }
        return;
    }
    if attribute.write_only && !host.write_only {
        found.push(write_only_unsupported(path));
        return;
    }
    if value.is_unknown() {
        return;
    }
    match &attribute.kind {
        Kind::Nested(_, body) => {
            apply_validators(attribute, value, path, found);
            check_objects(body, value, host, path, found);
        }
        Kind::Plain(_) => check_plain(attribute, value, path, found),
    }
}

/// What holds for any value of the type, then what the attribute's own validators say, in whose words
/// an empty text is refused where they do so.
fn check_plain(attribute: &Attribute, value: &Value, path: &Path, found: &mut Diagnostics) {
    let mut gaps = Diagnostics::new();
    null_elements(value, path, &mut gaps);
    if !gaps.is_empty() {
        found.extend(gaps);
        return;
    }
    let refused = apply_validators(attribute, value, path, found);
    if !refused && attribute.empty == Some(Empty::Refused) {
        empty_texts(attribute, value, path, found);
    }
}

/// Whether any of them found fault.
fn apply_validators(
    attribute: &Attribute,
    value: &Value,
    path: &Path,
    found: &mut Diagnostics,
) -> bool {
    let problems = attribute.validators.iter().filter_map(|it| {
        let problem = it.check(value).err()?;
        Some(Diagnostic::error(it.summary(), problem).at(path.clone()))
    });
    let problems: Diagnostics = problems.collect();
    let refused = !problems.is_empty();
    found.extend(problems);
    refused
}

/// Elements of collections that are null, at any depth.
fn null_elements(value: &Value, path: &Path, found: &mut Diagnostics) {
    if matches!(value, Value::Object(_)) {
        return;
    }
    for (path, element) in elements(value, path) {
        match element {
            Value::Null => found.push(null_element(path)),
            _ => null_elements(element, &path, found),
        }
    }
}

/// Empty texts, be it the value or elements of it, at any depth.
fn empty_texts(attribute: &Attribute, value: &Value, path: &Path, found: &mut Diagnostics) {
    match value {
        Value::String(text) if text.is_empty() => found.push(empty(attribute, path.clone())),
        Value::Object(_) => {}
        _ => {
            for (path, element) in elements(value, path) {
                empty_texts(attribute, element, &path, found);
            }
        }
    }
}

fn missing(path: &Path) -> Diagnostic {
    Diagnostic::error(
        "Missing Required Argument",
        "This argument is required, and its value is null. Give it one; where it comes from a \
         variable or another resource, see that there is one there.",
    )
    .at(path.clone())
}

fn null_element(path: Path) -> Diagnostic {
    Diagnostic::error(
        "Null Element",
        "Elements must not be null. Leave the element out where it has no value, with compact() or \
         with a \"for\" expression that has an \"if\" clause.",
    )
    .at(path)
}

fn empty(attribute: &Attribute, path: Path) -> Diagnostic {
    let way_out = match (&attribute.kind, attribute.mode) {
        (Kind::Plain(Type::String), Mode::Required) => "Give it a value.",
        (Kind::Plain(Type::String), _) => {
            "Give it a value, or leave it out; null leaves it out, too."
        }
        _ => "Leave the element out, or give it a value.",
    };
    let detail = format!("An empty text has no meaning here. {way_out}");
    Diagnostic::error("Empty Value", detail).at(path)
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

    fn strict() -> Schema {
        Schema::new("A test.")
            .attribute(
                Attribute::string("name", "N.")
                    .required()
                    .empty(Empty::Refused),
            )
            .attribute(Attribute::string("note", "N.").empty(Empty::LeftOut))
            .attribute(Attribute::string_set("tags", "T.").empty(Empty::Refused))
            .attribute(Attribute::string_map("labels", "L.").empty(Empty::Allowed))
            .block(
                Block::list("port", "P.").attribute(Attribute::number("number", "N.").required()),
            )
    }

    #[test]
    fn what_is_missing_null_or_empty_is_told_with_its_path() {
        let text = || Value::string("x");
        let port = |number| Value::List(vec![Value::object([("number", number)])]);
        let good = || {
            [
                ("name", text()),
                ("note", Value::string("")),
                ("tags", Value::set(vec![text(), Value::UNKNOWN])),
                ("labels", Value::map([("a", Value::string(""))])),
                ("port", port(Value::UNKNOWN)),
            ]
        };
        let cases = [
            ("name", Value::Null, "Missing Required Argument", "name"),
            ("name", Value::string(""), "Empty Value", "name"),
            (
                "tags",
                Value::set(vec![text(), Value::Null]),
                "Null Element",
                "tags",
            ),
            (
                "tags",
                Value::set(vec![Value::string("")]),
                "Empty Value",
                "tags",
            ),
            (
                "labels",
                Value::map([("a", Value::Null)]),
                "Null Element",
                "labels[\"a\"]",
            ),
            (
                "port",
                port(Value::Null),
                "Missing Required Argument",
                "port[0].number",
            ),
            (
                "port",
                Value::List(vec![Value::Null]),
                "Null Element",
                "port[0]",
            ),
        ];
        let host = Host { write_only: true };
        let found = check(&strict().body, &Value::object(good()), host);
        assert!(found.is_empty(), "{found:?}");
        for (name, value, summary, path) in cases {
            let good = good().into_iter().filter(|it| it.0 != name);
            let config = Value::object(good.chain([(name, value)]));
            let found = check(&strict().body, &config, host);
            let told: Vec<_> = found.iter().map(|it| it.summary.as_str()).collect();
            assert_eq!(
                (told, paths(&found)),
                (vec![summary], vec![path.to_owned()])
            );
        }
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
