//! Aliases of registered models.

use crate::{
    api::Models,
    framework::Catalogue,
    provider::{
        Configured, managed,
        models::{Alias, AliasTexts, AliasType},
    },
};

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<Alias<ModelAlias>>()
}

/// `mlflow_registered_model_alias`.
struct ModelAlias;

impl AliasType for ModelAlias {
    type Kind = Models;

    const TYPE_NAME: &'static str = "mlflow_registered_model_alias";
    const TEXTS: AliasTexts = AliasTexts {
        noun: "registered model alias",
        page: "An alias of a registered model, such as `champion`: the name by which serving finds a \
            version.\n\n\
            Creating never takes an alias over that is there already: import it. A renamed model keeps its \
            aliases, and this resource follows. Where something else moves the alias, such as a training \
            pipeline, put `version` into `lifecycle { ignore_changes = [version] }`. Webhooks fire at each \
            change, and at nothing else.",
        list: "Lists aliases of registered models for `terraform query`, which needs Terraform 1.14.",
        id: "`MODEL@ALIAS`.",
        owner: "The model's name. A change that follows a rename of the model changes only the state; any \
            other sets the alias on the new model, then removes it from the old one.",
        alias: "Letters, digits, `_` and `-`, at most 255. `latest` and `v` with digits are MLflow's own. A \
            change makes a new alias.",
        identity: &[("model_name", "The model's name."), ("alias", "The alias.")],
    };
}
