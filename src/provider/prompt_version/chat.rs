//! Chat messages, and the JSON text that they are on the server.

use serde::{Deserialize, Serialize};

use crate::{
    framework::{
        Attr,
        schema::{Attribute, Empty, Nesting, not_empty, one_of},
    },
    row,
};

row! {
    /// One message.
    pub(in crate::provider) struct Message {
        pub(super) role: Attr<String>,
        pub(super) content: Attr<String>,
    }
}

/// Who may be the speaker of a message.
const ROLES: &[&str] = &[
    "system",
    "developer",
    "user",
    "assistant",
    "tool",
    "function",
];

/// A message as the server keeps it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    role: String,
    content: String,
}

/// The argument.
pub(super) fn argument() -> Attribute {
    let role = Attribute::string(
        "role",
        "Who speaks: `system`, `developer`, `user`, `assistant`, `tool` or `function`.",
    );
    let content = Attribute::string("content", "What is said. `{{ variable }}` is filled in.");
    Attribute::nested(
        "messages",
        "The messages of a chat prompt, in order. Exactly one of `template` and `messages` is given. A \
         change makes a new version.",
        Nesting::List,
        vec![
            role.required()
                .empty(Empty::Refused)
                .check(one_of("Unknown Role", ROLES)),
            content.required().empty(Empty::Allowed).document("txt"),
        ],
    )
    .replaces()
    .check(not_empty(
        "No Messages",
        "A chat prompt has at least one message. Of a text, leave messages out or set it to null.",
    ))
}

/// What data sources show.
pub(super) fn shown() -> Attribute {
    Attribute::nested(
        "messages",
        "The version's messages, of a chat; null of a text.",
        Nesting::List,
        vec![
            Attribute::string("role", "Who speaks.").computed(),
            Attribute::string("content", "What is said.").computed(),
        ],
    )
    .computed()
}

/// The text that these messages are on the server; none while a part is unknown.
pub(super) fn to_text(messages: &[Message]) -> Option<String> {
    let written = messages.iter().map(|it| {
        Some(Written {
            role: it.role.known()?.clone(),
            content: it.content.known()?.clone(),
        })
    });
    let written: Option<Vec<Written>> = written.collect();
    serde_json::to_string(&written?).ok()
}

/// The messages of a text, however it is spelt; none where it has other things than a role and a text
/// in each.
pub(super) fn of_text(text: &str) -> Option<Vec<Message>> {
    let written: Vec<Written> = serde_json::from_str(text).ok()?;
    let messages = written.into_iter().map(|it| Message {
        role: it.role.into(),
        content: it.content.into(),
    });
    let messages: Vec<_> = messages.collect();
    (!messages.is_empty()).then_some(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_are_the_same_messages() {
        let python = r#"[{"role": "user", "content": "h\u00e9"}]"#;
        let compact = r#"[{"content":"hé","role":"user"}]"#;
        let messages = of_text(python).unwrap();
        assert_eq!(of_text(compact).as_ref(), Some(&messages));
        let ours = to_text(&messages).unwrap();
        assert_eq!(ours, r#"[{"role":"user","content":"hé"}]"#);
        assert_eq!(of_text(&ours), Some(messages));
    }

    #[test]
    fn what_is_no_list_of_role_and_text_is_none() {
        for text in [
            "Hi",
            "[]",
            "{}",
            "[1]",
            r#"[{"role":"user"}]"#,
            r#"[{"role":"user","content":[{"type":"text"}]}]"#,
            r#"[{"role":"user","content":"x","tool_calls":[]}]"#,
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }
}
