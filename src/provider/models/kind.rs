//! What models and prompts differ in, whichever of their types it is about.

use crate::{
    api::{ModelKind, Models, Prompts},
    framework::{Diagnostic, schema::Validator},
    provider::models::name,
};

/// Models, or prompts.
pub(in crate::provider) trait Kind: ModelKind {
    /// One of them, as titles have it.
    const TITLE: &'static str;
    /// The type of resource that one is.
    const TYPE_NAME: &'static str;
    /// The area that its types belong to in an export.
    const AREA: &'static str;
    /// The attribute by which versions and aliases name what they are of.
    const OWNER: &'static str;
    /// Whether an alias may be a number. Of a prompt, clients take one for a version.
    const NUMBERS_ARE_ALIASES: bool;

    /// The form of its name.
    fn name_form() -> Validator;

    /// What has the name is of the other kind.
    fn is_other(name: &str) -> Diagnostic;

    /// What has the number is a version of the other kind.
    fn is_other_version(key: &str) -> Diagnostic;
}

impl Kind for Models {
    const TITLE: &'static str = "Model";
    const TYPE_NAME: &'static str = "mlflow_registered_model";
    const AREA: &'static str = "Registry";
    const OWNER: &'static str = "model_name";
    const NUMBERS_ARE_ALIASES: bool = true;

    fn name_form() -> Validator {
        name::of_model()
    }

    fn is_other(name: &str) -> Diagnostic {
        Diagnostic::error(
            "Model Is a Prompt",
            format!(
                "The registry has a prompt named {name:?}. Prompts and models share their names, and a \
                 prompt is managed and read as mlflow_prompt. If a mistake made it one, remove its tag \
                 mlflow.prompt.is_prompt; if the model is gone for good, drop it from state with a \
                 removed block or \"terraform state rm\"."
            ),
        )
    }

    fn is_other_version(key: &str) -> Diagnostic {
        Diagnostic::error(
            "Version Is a Prompt",
            format!(
                "{key:?} is a version of a prompt, told by its tag mlflow.prompt.is_prompt, and is not \
                 managed as one of a model. Manage it as mlflow_prompt_version, or remove the tag if a \
                 mistake put it there: while it is there, MLflow's searches hide all versions of that \
                 model."
            ),
        )
    }
}

impl Kind for Prompts {
    const TITLE: &'static str = "Prompt";
    const TYPE_NAME: &'static str = "mlflow_prompt";
    const AREA: &'static str = "Prompts";
    const OWNER: &'static str = "prompt_name";
    const NUMBERS_ARE_ALIASES: bool = false;

    fn name_form() -> Validator {
        name::of_prompt()
    }

    fn is_other(name: &str) -> Diagnostic {
        Diagnostic::error(
            "Prompt Is a Model",
            format!(
                "The registry has a registered model named {name:?}. Prompts and models share their \
                 names, and a model is managed and read as mlflow_registered_model. If its tag \
                 mlflow.prompt.is_prompt was removed by mistake, set it to \"true\" again; if the prompt \
                 is gone for good, drop it from state with a removed block or \"terraform state rm\"."
            ),
        )
    }

    fn is_other_version(key: &str) -> Diagnostic {
        Diagnostic::error(
            "Version Is a Model",
            format!(
                "{key:?} lacks the tag mlflow.prompt.is_prompt that tells a prompt's version, and is \
                 not managed as one. Set the tag to \"true\" again if it was removed by mistake."
            ),
        )
    }
}
