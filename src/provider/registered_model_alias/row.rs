//! The row of the resource, and what may be configured.

use crate::{
    framework::{
        Attr,
        schema::{Attribute, Empty, Schema, Validator},
    },
    provider::{managed::workspace_argument, model_name},
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Alias {
        pub(super) id: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) alias: Attr<String>,
        pub(super) version: Attr<String>,
        pub(super) workspace: Attr<String>,
    }
}

impl Alias {
    pub(super) fn new(model: &str, alias: &str, version: &str) -> Self {
        Self {
            model_name: model.to_owned().into(),
            alias: alias.to_owned().into(),
            version: version.to_owned().into(),
            ..Self::default()
        }
    }

    /// Model, alias and version.
    pub(super) fn parts(&self) -> (String, String, String) {
        let text = |it: &Attr<String>| it.known().cloned().unwrap_or_default();
        (
            text(&self.model_name),
            text(&self.alias),
            text(&self.version),
        )
    }
}

pub(super) fn schema() -> Schema {
    Schema::new(
        "An alias of a registered model, such as `champion`: the name by which serving finds a version.\n\n\
         Creating never takes an alias over that is there already: import it. A renamed model keeps its \
         aliases, and this resource follows. Where something else moves the alias, such as a \
         training pipeline, put `version` into `lifecycle { ignore_changes = [version] }`. Webhooks \
         fire at each change, and at nothing else.",
    )
    .area("Registry")
    .attribute(Attribute::string("id", "`MODEL@ALIAS`.").computed().stable())
    .attribute(
        Attribute::string(
            "model_name",
            "The model's name. A change that follows a rename of the model changes only the state; any \
             other sets the alias on the new model, then removes it from the old one.",
        )
        .required()
        .empty(Empty::Refused)
        .refers_to("mlflow_registered_model", "name")
        .check(model_name::form()),
    )
    .attribute(
        Attribute::string(
            "alias",
            "Letters, digits, `_` and `-`, at most 255. `latest` and `v` with digits are MLflow's own. A \
             change makes a new alias.",
        )
.empty(Empty::Refused)
        .required()
        .replaces()
        .check(Validator::string("Invalid Alias", refused)),
    )
    .attribute(
        Attribute::string("version", "The version's number, without leading zeros.")
.empty(Empty::Refused)
            .required()
            .check(Validator::string("Invalid Version", |text| {
                let is_number = text.bytes().all(|it| it.is_ascii_digit());
                let fits = is_number && !text.is_empty() && !text.starts_with('0');
                let expected = || "Expected a number from 1 on, without leading zeros.".to_owned();
                fits.then_some(()).ok_or_else(expected)
            })),
    )
    .attribute(workspace_argument())
}

fn refused(alias: &str) -> Result<(), String> {
    let signs = alias
        .chars()
        .all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'));
    let digits = alias.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_version = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if !signs || !(1..=255).contains(&alias.chars().count()) {
        return Err("Expected 1 to 255 letters, digits, \"_\" or \"-\".".to_owned());
    }
    if is_version || alias.eq_ignore_ascii_case("latest") {
        return Err("MLflow keeps \"latest\" and \"v\" with digits for itself.".to_owned());
    }
    Ok(())
}
