//! Aliases of prompts.

use crate::{
    api::Prompts,
    framework::Catalogue,
    provider::{
        Configured, managed,
        models::{Alias, AliasTexts, AliasType},
    },
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Alias<PromptAlias>>()
}

/// `mlflow_prompt_alias`.
struct PromptAlias;

impl AliasType for PromptAlias {
    type Kind = Prompts;

    const TYPE_NAME: &'static str = "mlflow_prompt_alias";
    const TEXTS: AliasTexts = AliasTexts {
        noun: "prompt alias",
        page: "An alias of a prompt, such as `production`: the name by which applications load a version, \
            as in `prompts:/summary@production`.\n\n\
            Creating never takes an alias over that is there already: import it. A renamed prompt keeps \
            its aliases, and this resource follows. Where something else moves the alias, put `version` \
            into `lifecycle { ignore_changes = [version] }`. Webhooks fire at each change, and at nothing \
            else. MLflow's clients keep what an alias stands for up to 60 seconds.\n\n\
            Needs MLflow 3.8.",
        list: "Lists aliases of prompts for `terraform query`, which needs Terraform 1.14.",
        id: "`PROMPT@ALIAS`.",
        owner: "The prompt's name. A change that follows a rename of the prompt changes only the state; any \
            other sets the alias on the new prompt, then removes it from the old one.",
        alias: "Letters, digits, `_` and `-`, at most 255 and not digits only, which clients take for a \
            version. `latest` and `v` with digits are MLflow's own. A change makes a new alias.",
        identity: &[
            ("prompt_name", "The prompt's name."),
            ("alias", "The alias."),
        ],
    };
}
