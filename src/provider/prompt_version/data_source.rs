//! The data source `mlflow_prompt`: a prompt, and what is in one of its versions.

use super::{
    chat,
    content::{self, Content},
};
use crate::{
    api::Prompts,
    framework::{
        Attr, Context, DataSource, Diagnostics, Joined, Type,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Configured,
        managed::{Texts, texts, workspace},
        models::{
            self, Kind,
            lookup::{self, Which},
        },
    },
    row,
};

const NAME: &str = "name";

/// `mlflow_prompt`.
#[derive(Debug)]
pub(in crate::provider) struct One;

row! {
    /// The prompt, and what its version has beside its content.
    pub(in crate::provider) struct Prompt {
        name: Attr<String>,
        description: Attr<String>,
        aliases: Texts,
        tags: Texts,
        creation_timestamp: Attr<i64>,
    }
}

impl DataSource<Configured> for One {
    type Model = Joined<Prompt, Joined<Which, Content>>;

    const TYPE_NAME: &'static str = "mlflow_prompt";

    fn schema() -> Schema {
        let schema = Schema::new(
            "A prompt, and the text of one of its versions: by its number, by an alias, or the newest.",
        );
        let name = Attribute::string(NAME, "The prompt's name; case matters.");
        let name = name.required().empty(Empty::Refused);
        std::iter::once(name.check(Prompts::name_form()))
            .chain(lookup::arguments())
            .chain(found())
            .chain([chat::shown()])
            .fold(schema, Schema::attribute)
    }

    fn validate(Joined(_, Joined(which, _)): &Self::Model) -> Diagnostics {
        lookup::validate(which)
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        Joined(asked, Joined(which, _)): Self::Model,
    ) -> Result<Self::Model, Diagnostics> {
        let server = workspace::server(cx, &which.workspace).await?;
        let name = asked.name.known().map_or("", String::as_str);
        let prompt = lookup::owner::<Prompts>(cx, &server, name, NAME).await?;
        let version = lookup::version::<Prompts>(cx, &server, &prompt, &which).await?;
        let found = <Content as models::Content>::seen(&version, &Content::default(), true)?;
        let which = Which {
            version: version.key.version.clone().into(),
            ..which
        };
        let prompt = Prompt {
            name: asked.name,
            description: prompt.description.into(),
            aliases: texts(&prompt.aliases),
            tags: texts(&content::own_tags(&version.tags)),
            creation_timestamp: version.creation_timestamp.into(),
        };
        Ok(Joined(prompt, Joined(which, found)))
    }
}

fn found() -> [Attribute; 9] {
    let map = Type::map(Type::String);
    [
        Attribute::string("description", "What the prompt is for; null without any."),
        Attribute::plain(
            "aliases",
            "The prompt's aliases, and the version that each stands for.",
            map.clone(),
        ),
        Attribute::string("template", "The version's text; null of a chat."),
        Attribute::string(
            "response_format",
            "What an answer must look like, as a JSON text; null where that is left open.",
        ),
        Attribute::string(
            "model_config",
            "Model and settings, as a JSON text; null where they are left open.",
        ),
        Attribute::string("commit_message", "What is new in the version; null without any."),
        Attribute::string_set("variables", "The names in double braces."),
        Attribute::plain(
            "tags",
            "The version's tags, without those in which MLflow keeps what stands in other attributes.",
            map,
        ),
        Attribute::number(
            "creation_timestamp",
            "When the version was created, in Unix milliseconds.",
        ),
    ]
    .map(Attribute::computed)
}
