//! The row of the resource, and what may be configured.

use std::collections::BTreeMap;

use crate::{
    api::gateway::secrets::Values,
    framework::{
        Attr, Path, Secret,
        schema::{Attribute, Empty, Schema},
    },
    provider::managed::{
        Texts,
        secret::{Forms, SecretArgument, version_argument},
        workspace_argument,
    },
    row,
};

/// Parts of a key under their names.
pub(super) type Parts = BTreeMap<String, Attr<Secret>>;

row! {
    /// The resource.
    pub(in crate::provider) struct Row {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) provider_name: Attr<String>,
        pub(super) secret_value: Attr<Parts>,
        pub(super) secret_value_wo: Attr<Parts>,
        pub(super) secret_value_wo_version: Attr<i64>,
        pub(super) auth_config: Texts,
        pub(super) workspace: Attr<String>,
        pub(super) masked_values: Texts,
        pub(super) created_at: Attr<i64>,
    }
}

impl Row {
    /// The key in its two forms; the write-only one is in the configuration only.
    pub(super) fn forms<'a>(&'a self, config: &'a Self) -> Forms<'a, Parts> {
        Forms {
            plain: &self.secret_value,
            write_only: &config.secret_value_wo,
            version: &self.secret_value_wo_version,
        }
    }

    /// The key as an argument.
    pub(super) fn argument(&self) -> SecretArgument<'_, Parts> {
        SecretArgument {
            name: "secret_value",
            forms: self.forms(self),
            block: Path::root(),
            empty: None,
        }
    }

    /// The key that is configured, for a server; empty where there is none.
    pub(super) fn values(&self, config: &Self) -> Values {
        let parts = self.forms(config).configured().unwrap_or_default();
        let known = parts.into_iter();
        known
            .filter_map(|(name, part)| Some((name, part.into_known()?.into_inner())))
            .collect()
    }
}

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A secret of the AI gateway: the key of a model provider, which definitions of models refer \
         to. MLflow 3.11.1 and later.\n\n\
         The server encrypts the key and never shows it again, only a mask of it. When the mask is \
         another than the one last applied, somebody else has changed the key, and the plan sends the \
         configured one again. A change of `auth_config` sends the key along, so that a new address \
         never gets the old key unasked. The gateway goes on using a changed or destroyed secret for \
         up to a minute, from its cache.\n\n\
         Destroying a secret that definitions refer to leaves them without one. Where one of those has \
         `create_before_destroy`, hosts make a new secret before they destroy the old one as well, and two \
         cannot have one name: change `name` along with whatever makes a new secret.",
    )
    .area("Gateway");
    names()
        .into_iter()
        .chain(values())
        .chain([workspace_argument()])
        .chain(computed())
        .fold(schema, Schema::attribute)
}

fn names() -> [Attribute; 3] {
    [
        Attribute::string("id", "The server's id of the secret.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the secret, unique in its workspace. A change makes a new secret.",
        )
        .required()
        .empty(Empty::Refused)
        .replaces(),
        Attribute::string(
            "provider_name",
            "The model provider whose key it is, such as `openai`, `anthropic`, `azure`, `bedrock`, \
             `gemini` or `databricks`. The server does not check it. A change makes a new secret; where a definition has \
             `create_before_destroy`, change `name` with it.",
        )
        .required()
        .empty(Empty::Refused)
        .replaces(),
    ]
}

fn values() -> [Attribute; 4] {
    [
        Attribute::string_map(
            "secret_value",
            "The parts of the key by their names, for most providers only `api_key`. Which ones a \
             provider needs is not checked before the key is used. Stored in state; `secret_value_wo` \
             is not. One of the two is needed, unless `auth_config` names an `auth_mode` that does \
             without; `{}` is none, and makes a new secret where there is a key. Left out after an import, \
             the key that is there stays.",
        )
        .empty(Empty::Refused)
        .sensitive(),
        Attribute::string_map(
            "secret_value_wo",
            "As `secret_value`, but never stored. Needs `secret_value_wo_version`, and is sent when \
             that changes, when `auth_config` does, or when somebody else has changed the key. \
             Terraform 1.11 or OpenTofu 1.11 and later.",
        )
        .empty(Empty::Refused)
        .write_only(),
        version_argument(
            "secret_value_wo_version",
            "Any whole number from 0, together with `secret_value_wo`; a change of it, up or down, \
             sends that.",
        ),
        Attribute::string_map(
            "auth_config",
            "What goes with the key and is no secret, such as `api_base` (an https address; the \
             provider's own when left out), `api_version`, `aws_region_name` or `auth_mode`. A change \
             sends the key along, so where the server has a key it needs one that is configured, or \
             `secret_value = {}` for an `auth_mode` without one. Emptying it needs MLflow 3.17.",
        )
        .empty(Empty::Refused),
    ]
}

fn computed() -> [Attribute; 2] {
    [
        Attribute::string_map(
            "masked_values",
            "What the server shows of each part of the key: its first three and last four characters, \
             or `***` where it has fewer than eight.",
        )
        .computed()
        .stable()
        .sensitive(),
        Attribute::number(
            "created_at",
            "When the secret was created, in Unix milliseconds.",
        )
        .computed()
        .stable(),
    ]
}
