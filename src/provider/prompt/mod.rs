//! Prompts: registered models of a kind of their own, with the same life.

mod data_source;

use crate::{
    api::Prompts,
    framework::Catalogue,
    provider::{
        Configured, managed,
        models::{Model, ModelTexts, ModelType},
        plural,
    },
};

/// The resource, its list and the data source of all.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Model<Prompt>>().data_source(plural::All::<data_source::All>::NEW)
}

/// `mlflow_prompt`.
struct Prompt;

impl ModelType for Prompt {
    type Kind = Prompts;
    type More = ();

    const TEXTS: ModelTexts = ModelTexts {
        noun: "prompt",
        page: "A prompt of the prompt registry: a name under which versions of its text stand. The texts \
            are `mlflow_prompt_version` resources.\n\n\
            A change of `name` renames it in place: its versions, tags and aliases go along, and so do \
            `mlflow_prompt_alias` and `mlflow_prompt_version` resources that refer to it. Creating never \
            takes over a prompt that is there already: import it. Destroying takes its versions along, \
            and is refused while there are any unless `force_destroy` is set.\n\n\
            Needs MLflow 3.8. On the server a prompt is a registered model with a tag, so a prompt and a \
            model cannot have the same name.",
        list: "Lists prompts for `terraform query`: all of a workspace, or those that satisfy every given \
            argument.\n\nNeeds Terraform 1.14.",
        id: "The prompt's name, which is all that identifies it.",
        name: "Name of the prompt, unique in its workspace among prompts and registered models; case \
            matters. Letters from A to Z, digits, `_`, `.` and `-`. A change renames the prompt in place.",
        description: "What the prompt is for, at most 5000 characters on PostgreSQL. Left out and `\"\"` \
            mean the same: none.",
        force_destroy: "Whether the prompt may be destroyed, or replaced, together with its versions, which \
            stay behind when `mlflow_prompt_version` resources are destroyed. They cannot be brought \
            back. The value in state counts: set it, apply, then destroy. `false` by default.",
        creation_timestamp: "When the prompt was created, in Unix milliseconds.",
        identity: &[("name", "The prompt's name.")],
    };
}
