//! Versions of prompts: texts that applications load by number or alias.

mod chat;
mod content;
mod data_source;
mod variables;

use crate::{
    api::Prompts,
    framework::Catalogue,
    provider::{
        Configured, managed,
        models::{Version, VersionTexts, VersionType},
    },
};

/// The resource, its list, and the data source that shows a prompt with a version.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Version<PromptVersion>>().data_source(data_source::One)
}

/// `mlflow_prompt_version`.
struct PromptVersion;

impl VersionType for PromptVersion {
    type Kind = Prompts;
    type Content = content::Content;

    const TYPE_NAME: &'static str = "mlflow_prompt_version";
    const TEXTS: VersionTexts = VersionTexts {
        noun: "prompt version",
        page: "A version of a prompt: a text, or a list of chat messages, in which `{{ variable }}` stands for \
            what an application puts in.\n\n\
            The server numbers versions. A change of `template`, `messages` or `response_format` makes a \
            new one, and the one before stays, because running applications have loaded it. An \
            `mlflow_prompt_alias` that refers to `version` moves once the new one is there, in the same \
            apply; `create_before_destroy` is not needed. A text that somebody else changed on the \
            server is shown by the plan, and a new version restores it. Destroying leaves the version \
            where it is, unless `skip_destroy = false`; the prompt's own destruction takes it along.\n\n\
            Webhooks that listen to `prompt_version.created` fire once for each new version.\n\n\
            Needs MLflow 3.8.",
        list: "Lists versions of prompts for `terraform query`: of all prompts, or those whose import id, \
            `PROMPT/VERSION`, begins as given.\n\nNeeds Terraform 1.14.",
        id: "`PROMPT/VERSION`.",
        owner: "The prompt's name. A change that follows a rename of the prompt changes only the state; any \
            other is refused, because a version stays where it was made.",
        skip_destroy: "Whether the version stays when the resource is destroyed or replaced. `true` by \
            default: running applications may still load it. The value in state counts.",
        identity: &[
            ("prompt_name", "The prompt's name."),
            ("version", "The version's number."),
        ],
    };
}
