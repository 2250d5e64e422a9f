//! Where two values of one type differ.

use std::collections::BTreeSet;

use crate::wire::{Path, Step, Value};

/// The places where `before` and `after` differ, as far down as a path can lead. Elements of a set
/// have no path, so sets differ as a whole.
pub fn differences(before: &Value, after: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    collect(before, after, &Path::root(), &mut found);
    found
}

fn collect<'a>(before: &'a Value, after: &'a Value, at: &Path, found: &mut Vec<Path>) {
    if before == after {
        return;
    }
    let above = found.len();
    if !before.is_unknown() && !after.is_unknown() {
        let steps: BTreeSet<Step> = steps(before).into_iter().chain(steps(after)).collect();
        for step in steps {
            let below = |value: &'a Value| value.child(&step).unwrap_or(&Value::Null);
            collect(below(before), below(after), &at.with(step.clone()), found);
        }
    }
    // Nothing below them differs, as between null and an empty list.
    if found.len() == above {
        found.push(at.clone());
    }
}

fn steps(value: &Value) -> Vec<Step> {
    match value {
        Value::Object(all) => all.keys().cloned().map(Step::Attribute).collect(),
        Value::Map(all) => all.keys().cloned().map(Step::Key).collect(),
        Value::List(all) => (0..all.len()).map(Step::Index).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, list: Value) -> Value {
        Value::object([("name", Value::string(name)), ("list", list)])
    }

    fn block(url: Value) -> Value {
        Value::List(vec![Value::object([("url", url), ("key", Value::Null)])])
    }

    #[test]
    fn differences_are_named_as_deep_as_they_are() {
        let url = |text: &str| block(Value::string(text));
        let map = |key: &'static str| Value::map([(key, Value::string("v"))]);
        let set = |text: &str| Value::set(vec![Value::string(text)]);
        for (before, after, expected) in [
            (object("n", url("u")), object("n", url("u")), vec![]),
            (
                object("n", url("u")),
                object("m", url("v")),
                vec!["list[0].url", "name"],
            ),
            (
                object("n", url("u")),
                object("n", block(Value::Null)),
                vec!["list[0].url"],
            ),
            (
                object("n", url("u")),
                object("n", Value::List(vec![])),
                vec!["list[0].url"],
            ),
            (
                Value::Null,
                object("n", url("u")),
                vec!["list[0].url", "name"],
            ),
            (
                object("n", block(Value::Null)),
                object("n", Value::Null),
                vec!["list[0]"],
            ),
            (
                object("n", Value::List(vec![])),
                object("n", Value::Null),
                vec!["list"],
            ),
            (
                object("n", map("a")),
                object("n", map("b")),
                vec!["list[\"a\"]", "list[\"b\"]"],
            ),
            (object("n", set("a")), object("n", set("b")), vec!["list"]),
            (
                object("n", Value::UNKNOWN),
                object("n", url("u")),
                vec!["list"],
            ),
        ] {
            for (before, after) in [(&before, &after), (&after, &before)] {
                let mut found: Vec<_> = differences(before, after)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                found.sort();
                assert_eq!(found, expected, "{before:?} {after:?}");
            }
        }
    }
}
