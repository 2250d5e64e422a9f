//! What is in a version of a prompt, and the tags in which the server keeps it.

use std::collections::BTreeMap;

use super::{
    chat::{self, Message},
    variables::variables,
};
use crate::{
    api::{
        model_versions::{ModelVersion, NewVersion},
        tags::{TagChange, Tags},
    },
    framework::{
        Attr, Diagnostic, Diagnostics, Path, SetOf,
        schema::{Attribute, Empty, Validator, length_at_most},
    },
    provider::{
        managed::{json, text_or_none},
        models::{self, Change},
    },
    row,
};

row! {
    /// What is in it.
    pub(in crate::provider) struct Content {
        pub(super) template: Attr<String>,
        pub(super) messages: Attr<Vec<Message>>,
        pub(super) response_format: Attr<String>,
        pub(super) model_config: Attr<String>,
        pub(super) commit_message: Attr<String>,
        pub(super) variables: Attr<SetOf<String>>,
    }
}

const TEXT: &str = "mlflow.prompt.text";
const TYPE: &str = "_mlflow_prompt_type";
const RESPONSE_FORMAT: &str = "_mlflow_prompt_response_format";
const MODEL_CONFIG: &str = "_mlflow_prompt_model_config";

/// What MLflow's own client writes as the source of a version that has no files.
const SOURCE: &str = "dummy-source";

/// The longest text that a server takes, in characters.
const LONGEST: usize = 100_000;

const TOO_LONG: &str = "Prompt Too Long";

impl models::Content for Content {
    fn attributes() -> Vec<Attribute> {
        let [template, response_format, model_config, commit_message] = arguments();
        let variables = Attribute::string_set(
            "variables",
            "The names in double braces, such as `question` for `{{ question }}`.",
        );
        vec![
            template,
            chat::argument(),
            response_format,
            model_config,
            commit_message,
            variables.computed().stable(),
        ]
    }

    fn validate(&self) -> Diagnostics {
        let is_set = (
            self.template.known().is_some(),
            self.messages.known().is_some(),
        );
        let problem = match is_set {
            (true, true) => "Both are given.",
            (false, false) if self.template.is_null() && self.messages.is_null() => {
                "None is given."
            }
            _ => return self.too_long().into_iter().collect(),
        };
        let detail = format!(
            "A version of a prompt is either a text, given as template, or a chat, given as messages. \
             {problem}"
        );
        Diagnostic::error("Need One of Template and Messages", detail).into()
    }

    fn plan(&mut self, _: &mut Change<'_, Self>) {
        self.variables = self.found_variables();
    }

    fn seen(version: &ModelVersion, before: &Self, is_new: bool) -> Result<Self, Diagnostic> {
        let (template, messages) = match text_of(&version.tags) {
            Some(Text::Plain(text)) => (text.to_owned().into(), Attr::Null),
            Some(Text::Chat(messages)) => (Attr::Null, messages.into()),
            None if is_new => return Err(unreadable(version)),
            None => (Attr::Null, Attr::Null),
        };
        let mut seen = Self {
            template,
            messages,
            response_format: json::shown(
                version.tags.get(RESPONSE_FORMAT),
                &before.response_format,
            ),
            model_config: json::shown(version.tags.get(MODEL_CONFIG), &before.model_config),
            commit_message: text_or_none(version.description.as_ref(), &before.commit_message),
            variables: Attr::Null,
        };
        seen.variables = seen.found_variables();
        Ok(seen)
    }

    fn put_into(&self, mut new: NewVersion) -> NewVersion {
        let (kind, text) = match self.messages.known() {
            Some(messages) => ("chat", chat::to_text(messages)),
            None => ("text", self.template.known().cloned()),
        };
        let reserved = [
            (TYPE, Some(kind.to_owned())),
            (TEXT, text),
            (RESPONSE_FORMAT, self.response_format.known().cloned()),
            (MODEL_CONFIG, self.model_config.known().cloned()),
        ];
        let reserved: BTreeMap<_, _> = reserved
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect();
        new.tags.extend(reserved);
        NewVersion {
            source: SOURCE.to_owned(),
            description: self.commit_message.known().cloned(),
            ..new
        }
    }

    fn description(&mut self) -> &mut Attr<String> {
        &mut self.commit_message
    }

    fn tag_change(&self, planned: &Self) -> Option<(TagChange, Self)> {
        if self.model_config == planned.model_config {
            return None;
        }
        let key = MODEL_CONFIG.to_owned();
        let change = match planned.model_config.known().cloned() {
            Some(value) => TagChange::Set { key, value },
            None => TagChange::Remove { key },
        };
        let after = Self {
            model_config: planned.model_config.clone(),
            ..self.clone()
        };
        Some((change, after))
    }
}

impl Content {
    fn found_variables(&self) -> Attr<SetOf<String>> {
        let contents = |messages: &Vec<Message>| {
            let texts = messages.iter().map(|it| it.content.known());
            texts.map(|it| it.cloned()).collect::<Option<Vec<_>>>()
        };
        let texts = match (&self.template, &self.messages) {
            (Attr::Known(text), _) => Some(vec![text.clone()]),
            (_, Attr::Known(messages)) => contents(messages),
            (Attr::Null, Attr::Null) => Some(vec![]),
            _ => None,
        };
        texts.map_or(Attr::Unknown, |texts| {
            let names = variables(texts.iter().map(String::as_str));
            SetOf(names.into_iter().collect()).into()
        })
    }

    /// The messages are one text for the server.
    fn too_long(&self) -> Option<Diagnostic> {
        let text = chat::to_text(self.messages.known()?)?;
        let length = text.chars().count();
        let detail = format!(
            "All messages together make a text of {length} characters, and a server takes {LONGEST} at \
             the most."
        );
        let path = Path::attribute("messages");
        (length > LONGEST).then(|| Diagnostic::error(TOO_LONG, detail).at(path))
    }
}

/// The text of a version.
enum Text<'a> {
    Plain(&'a str),
    Chat(Vec<Message>),
}

/// The text that these tags tell; none where there is none, or no chat where one is said to be.
fn text_of(tags: &Tags) -> Option<Text<'_>> {
    let text = tags.get(TEXT)?;
    if tags.get(TYPE).is_some_and(|it| it == "chat") {
        return chat::of_text(text).map(Text::Chat);
    }
    Some(Text::Plain(text))
}

/// The tags that are not what stands in other attributes.
pub(super) fn own_tags(tags: &Tags) -> Tags {
    let mut own = tags.clone();
    own.retain(|key, _| {
        ![TEXT, TYPE, RESPONSE_FORMAT, MODEL_CONFIG].contains(&key.as_str())
            && key != "mlflow.prompt.is_prompt"
    });
    own
}

fn unreadable(version: &ModelVersion) -> Diagnostic {
    Diagnostic::error(
        "Prompt Version Not Readable",
        format!(
            "The prompt version {:?} has no text, or is a chat whose messages are not each a role and a \
             text. Read or repair it with MLflow's own client.",
            version.key.to_string()
        ),
    )
}

fn arguments() -> [Attribute; 4] {
    [
        Attribute::string(
            "template",
            "The text of the prompt, at most 100,000 characters. `{{ variable }}` is filled in by \
             applications; with `{% ... %}` it is a Jinja template for them. Exactly one of `template` and \
             `messages` is given. A change makes a new version.",
        )
        .document("txt")
        .empty(Empty::Refused)
        .replaces()
        .check(length_at_most(TOO_LONG, LONGEST)),
        Attribute::string(
            "response_format",
            "What an answer to the prompt must look like: a JSON object, most often a JSON schema, as \
             `jsonencode` gives it. Its spelling does not matter. A change makes a new version.",
        )
        .document("json")
        .empty(Empty::Refused)
        .replaces()
        .same_meaning(json::same_meaning)
        .check(object("Invalid Response Format"))
        .check(length_at_most(TOO_LONG, LONGEST)),
        Attribute::string(
            "model_config",
            "Which model the prompt is for, and with which settings: a JSON object, as `jsonencode` gives \
             it. MLflow's client knows `provider`, `model_name`, `temperature`, `max_tokens`, `top_p`, \
             `top_k`, `frequency_penalty`, `presence_penalty` and `stop_sequences`; others pass. Its \
             spelling does not matter. Changed in place.",
        )
        .empty(Empty::Refused)
        .same_meaning(json::same_meaning)
        .check(object("Invalid Model Configuration"))
        .check(length_at_most(TOO_LONG, LONGEST)),
        Attribute::string(
            "commit_message",
            "What is new in this version, at most 5000 characters on PostgreSQL. Left out and `\"\"` mean \
             the same: none. Changed in place.",
        )
        .empty(Empty::LeftOut),
    ]
}

fn object(summary: &'static str) -> Validator {
    Validator::string(summary, json::is_object)
}
