//! Arguments in which `""` means the same as null ([`Empty::LeftOut`]). The author of a type sees null
//! for both, and state keeps what the user wrote: hosts tell the two apart, and take one in the
//! place of the other for an inconsistent result.

use super::{
    planning::{attribute, block, map_elements, map_object},
    schema::{Attribute, Body, Empty, Kind},
};
use crate::wire::Value;

/// The value as the author of the type sees it.
pub(super) fn hidden(body: &Body, value: Value) -> Value {
    map_object(value, |name, value| match place(body, name) {
        Place::LeftOut if value.as_str() == Some("") => Value::Null,
        Place::Within(body) => map_elements(value, |element| hidden(body, element)),
        Place::LeftOut | Place::Other => value,
    })
}

/// What the author of the type answered, with "left out" written as it was before.
pub(super) fn respelled(body: &Body, written: &Value, answer: Value) -> Value {
    map_object(answer, |name, value| {
        let written = written.get(name);
        match place(body, name) {
            Place::LeftOut if is_unset(&value) && is_unset(written) => written.clone(),
            Place::LeftOut if value.as_str() == Some("") => Value::Null,
            Place::Within(body) => respelled_elements(body, written, value),
            Place::LeftOut | Place::Other => value,
        }
    })
}

fn respelled_elements(body: &Body, written: &Value, answer: Value) -> Value {
    let before = written.elements().unwrap_or_default();
    match answer {
        Value::List(elements) => {
            let written = before.iter().chain(std::iter::repeat(&Value::Null));
            let pairs = elements.into_iter().zip(written);
            Value::List(pairs.map(|(it, old)| respelled(body, old, it)).collect())
        }
        Value::Set(elements) => {
            let same = |it: &Value| {
                before
                    .iter()
                    .find(|old| hidden(body, (*old).clone()) == *it)
            };
            let elements = elements.into_iter();
            Value::set(
                elements
                    .map(|it| same(&it).cloned().unwrap_or(it))
                    .collect(),
            )
        }
        Value::Map(mut entries) => {
            let old = written.entries();
            for (key, entry) in &mut entries {
                let old = old.and_then(|it| it.get(key)).unwrap_or(&Value::Null);
                *entry = respelled(body, old, std::mem::take(entry));
            }
            Value::Map(entries)
        }
        object => respelled(body, written, object),
    }
}

enum Place<'a> {
    /// An argument that `""` leaves out.
    LeftOut,
    /// Objects with a body of their own.
    Within(&'a Body),
    Other,
}

fn place<'a>(body: &'a Body, name: &str) -> Place<'a> {
    match attribute(body, name) {
        Some(Attribute {
            kind: Kind::Nested(_, body),
            ..
        }) => Place::Within(body),
        Some(it) if it.empty == Some(Empty::LeftOut) => Place::LeftOut,
        Some(_) => Place::Other,
        None => block(body, name).map_or(Place::Other, |it| Place::Within(&it.body)),
    }
}

fn is_unset(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Block, Nesting, Schema};

    fn note() -> Attribute {
        Attribute::string("note", "N.").empty(Empty::LeftOut)
    }

    fn schema() -> Schema {
        let nested = |name, nesting| Attribute::nested(name, "N.", nesting, vec![note()]);
        Schema::new("A test.")
            .attribute(note())
            .attribute(Attribute::string("key", "K.").empty(Empty::Allowed))
            .attribute(nested("one", Nesting::Single))
            .attribute(nested("all", Nesting::Set))
            .attribute(nested("named", Nesting::Map))
            .block(Block::list("port", "P.").attribute(note()))
    }

    /// Everything that takes a note, with these two.
    fn noted(first: &Value, second: &Value) -> Value {
        let one = |note: &Value| Value::object([("note", note.clone())]);
        Value::object([
            ("note", first.clone()),
            ("key", Value::string("")),
            ("one", one(first)),
            ("all", Value::set(vec![one(first), one(second)])),
            ("named", Value::map([("a", one(first)), ("b", one(second))])),
            ("port", Value::List(vec![one(first), one(second)])),
        ])
    }

    #[test]
    fn the_author_sees_null_and_the_state_keeps_what_was_written() {
        let (empty, text) = (Value::string(""), Value::string("x"));
        let body = schema().body;
        let seen = noted(&Value::Null, &text);
        for written in [noted(&empty, &text), noted(&Value::Null, &text)] {
            assert_eq!(hidden(&body, written.clone()), seen);
            assert_eq!(respelled(&body, &written, seen.clone()), written);
        }
    }

    #[test]
    fn a_registry_s_empty_text_is_null_unless_empty_was_written() {
        let body = schema().body;
        let answer = noted(&Value::string(""), &Value::string("x"));
        let before = noted(&Value::string("old"), &Value::string("x"));
        let told = respelled(&body, &before, answer);
        assert_eq!(*told.get("note"), Value::Null);
        assert_eq!(*told.get("one").get("note"), Value::Null);
        assert_eq!(*told.get("key"), Value::string(""));
    }
}
