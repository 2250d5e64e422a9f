//! From messages to values.

use super::registered::Registered;
use crate::{
    framework::{Diagnostic, Diagnostics, Host, schema::Body},
    wire::{Type, Value, json, msgpack, proto},
};

/// The value in a message; null where it is absent or empty.
pub(super) fn dynamic(
    value: Option<&proto::DynamicValue>,
    ty: &Type,
) -> Result<Value, Diagnostics> {
    let Some(value) = value else {
        return Ok(Value::Null);
    };
    let decoded = if !value.msgpack.is_empty() {
        msgpack::decode(&value.msgpack, ty)
    } else if !value.json.is_empty() {
        json::decode(&value.json, ty)
    } else {
        return Ok(Value::Null);
    };
    decoded.map_err(|error| {
        Diagnostic::error(
            "Unreadable Value",
            format!(
                "The host sent a value that does not fit the schema: {error}. This is a bug in \
                 the provider or the host: please report it."
            ),
        )
        .into()
    })
}

/// Whether a message holds null, as [`dynamic`] would tell, without reading what else it holds.
pub(super) fn is_null(value: Option<&proto::DynamicValue>) -> bool {
    value.is_none_or(|it| match (&*it.msgpack, &*it.json) {
        ([], json) => matches!(json.trim_ascii(), b"" | b"null"),
        (msgpack, _) => msgpack::is_null(msgpack),
    })
}

/// A configuration. Hosts may leave out a block in which nothing is set: all of it is unset then.
pub(super) fn config<T: ?Sized>(
    config: Option<&proto::DynamicValue>,
    it: &Registered<T>,
) -> Result<Value, Diagnostics> {
    let config = dynamic(config, &it.ty)?;
    if config.is_null() {
        return Ok(it.schema.body.unset());
    }
    Ok(config)
}

/// Stored state, written under this schema version but perhaps by another build of the provider:
/// what is missing is null, what is unknown is left out, and absent blocks are empty.
pub(super) fn stored(raw: &[u8], ty: &Type, body: &Body) -> Result<Value, Diagnostics> {
    json::decode_state(raw, ty)
        .map(|state| with_blocks(body, state))
        .map_err(|error| {
            Diagnostic::error(
                "Unreadable State",
                format!(
                    "The stored state does not fit the schema: {error}. If the state file was \
                     edited by hand, restore it; else please report this."
                ),
            )
            .into()
        })
}

/// What the host says it can do; an old host says nothing.
pub(super) fn host(capabilities: Option<proto::ClientCapabilities>) -> Host {
    Host {
        write_only: capabilities.is_some_and(|it| it.write_only_attributes_allowed),
    }
}

/// Blocks that are null become the empty collections that hosts want to see, at every depth.
pub(super) fn with_blocks(body: &Body, value: Value) -> Value {
    let Value::Object(mut attributes) = value else {
        return value;
    };
    for block in &body.blocks {
        let Some(nested) = attributes.get_mut(block.name) else {
            continue;
        };
        *nested = match std::mem::take(nested) {
            Value::Null => block.absent(),
            Value::List(list) => {
                let fixed = list.into_iter().map(|it| with_blocks(&block.body, it));
                Value::List(fixed.collect())
            }
            Value::Set(set) => {
                let fixed = set.into_iter().map(|it| with_blocks(&block.body, it));
                Value::set(fixed.collect())
            }
            other => with_blocks(&block.body, other),
        };
    }
    Value::Object(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Attribute, Block, Schema};

    fn schema() -> Schema {
        Schema::new("A test.")
            .attribute(Attribute::string("id", "I.").computed())
            .block(
                Block::list("outer", "O.")
                    .attribute(Attribute::string("url", "U."))
                    .block(Block::set("inner", "I.").attribute(Attribute::string("key", "K."))),
            )
    }

    #[test]
    fn state_of_an_older_build_gets_its_missing_blocks() {
        let schema = schema();
        for (raw, expected) in [
            (r#"{"id":"1","gone":2}"#, Value::List(vec![])),
            (
                r#"{"id":"1","outer":[{"url":"u"}]}"#,
                Value::List(vec![Value::object([
                    ("url", Value::string("u")),
                    ("inner", Value::Set(vec![])),
                ])]),
            ),
        ] {
            let state = stored(raw.as_bytes(), &schema.ty(), &schema.body).unwrap();
            assert_eq!(*state.get("outer"), expected, "{raw}");
        }
    }

    #[test]
    fn an_absent_value_is_null_and_null_is_told_unread() {
        let sent = |msgpack: &[u8], json: &[u8]| {
            Some(proto::DynamicValue {
                msgpack: msgpack.to_vec(),
                json: json.to_vec(),
            })
        };
        for (message, expected) in [
            (None, true),
            (sent(b"", b""), true),
            (sent(b"\xc0", b""), true),
            (sent(b"", b" null\n"), true),
            (sent(b"\xa1a", b"null"), false),
            (sent(b"", b"\"a\""), false),
        ] {
            let read = dynamic(message.as_ref(), &Type::String).unwrap();
            assert_eq!(read.is_null(), expected, "{message:?}");
            assert_eq!(is_null(message.as_ref()), expected, "{message:?}");
        }
    }
}
