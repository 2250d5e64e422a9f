//! What may be configured.

use super::events;
use crate::{
    api::webhooks,
    framework::{
        Value,
        schema::{Attribute, Block, Empty, Schema, Validator, http_url, not_empty, one_of},
    },
    provider::{
        managed::{secret::version_argument, workspace_argument},
        served,
    },
};

/// The schema of `mlflow_webhook`.
pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "A webhook of the model registry: calls a URL, or starts a Databricks job, when something \
         happens to a model.\n\n\
         A change of `model_name`, or of the kind of target, makes a new webhook; everything else is \
         changed in place. MLflow before 3.16.0 cannot clear a description or a secret, so there a \
         plan that clears one makes a new webhook too, and says so.\n\n\
         Secrets never come back from a registry. State keeps what was last applied; a change of a \
         secret made elsewhere cannot be seen.",
    )
    .area("Webhooks");
    let schema = served::by(webhooks::area(), schema);
    identity()
        .into_iter()
        .chain(content())
        .chain([workspace_argument()])
        .chain(computed())
        .fold(schema, Schema::attribute)
        .block(http_url_spec())
        .block(job_spec())
}

fn identity() -> [Attribute; 3] {
    [
        Attribute::string("id", "The registry's id of the webhook.")
            .computed()
            .stable(),
        Attribute::string(
            "name",
            "Name of the webhook, 1 to 63 letters, digits, `.`, `_` or `-`, beginning and ending \
             with a letter or digit. Need not be unique. Required on MLflow; refused on \
             Databricks, which has no names.",
        )
        .empty(Empty::Refused)
        .check(name_form()),
        Attribute::string(
            "model_name",
            "The one registered model to listen to; all of them when left out. Databricks only. A \
             change makes a new webhook.",
        )
        .empty(Empty::Refused)
        .refers_to("mlflow_registered_model", "name")
        .replaces(),
    ]
}

fn content() -> [Attribute; 3] {
    [
        Attribute::string_set("events", EVENTS).empty(Empty::Refused)
            .required()
            .check(not_empty(
                "No Events",
                "At least one event is needed: a webhook without events never fires. To silence a \
                 webhook, set status to DISABLED.",
            ))
            .same_meaning(events::same),
        Attribute::string(
            "description",
            "What the webhook is for, at most 1000 characters on MLflow. Left out and `\"\"` mean the \
             same: none.",
        ).empty(Empty::LeftOut),
        Attribute::string(
            "status",
            "`ACTIVE` (the default) fires, `DISABLED` does not, `TEST_MODE` (Databricks only) fires \
             only when tested.",
        ).empty(Empty::Refused)
        .default(Value::string("ACTIVE"))
        .check(one_of(
            "Invalid Status",
            &["ACTIVE", "DISABLED", "TEST_MODE"],
        )),
    ]
}

const EVENTS: &str = "The events that fire the webhook, at least one.\n\n\
    On MLflow: `registered_model.created`, `model_version.created`, `model_version_tag.set`, \
    `model_version_tag.deleted`, `model_version_alias.created`, `model_version_alias.deleted`, \
    `prompt.created`, `prompt_version.created`, `prompt_tag.set`, `prompt_tag.deleted`, \
    `prompt_version_tag.set`, `prompt_version_tag.deleted`, `prompt_alias.created`, \
    `prompt_alias.deleted`, `budget_policy.exceeded`; older servers know fewer.\n\n\
    On Databricks: `REGISTERED_MODEL_CREATED` (not together with `model_name`), \
    `MODEL_VERSION_CREATED`, `MODEL_VERSION_TAG_SET`, `MODEL_VERSION_TRANSITIONED_STAGE`, \
    `MODEL_VERSION_TRANSITIONED_TO_STAGING`, `MODEL_VERSION_TRANSITIONED_TO_PRODUCTION`, \
    `MODEL_VERSION_TRANSITIONED_TO_ARCHIVED`, `TRANSITION_REQUEST_CREATED`, \
    `TRANSITION_REQUEST_TO_STAGING_CREATED`, `TRANSITION_REQUEST_TO_PRODUCTION_CREATED`, \
    `TRANSITION_REQUEST_TO_ARCHIVED_CREATED`, `COMMENT_CREATED`.\n\n\
    The first three of either registry are the same events, and may be written either way on both. A \
    change of the spelling alone is no change.";

fn computed() -> [Attribute; 2] {
    [
        Attribute::number(
            "creation_timestamp",
            "When the webhook was created, in Unix milliseconds.",
        )
        .computed()
        .stable(),
        Attribute::number(
            "last_updated_timestamp",
            "When the webhook was last changed, in Unix milliseconds.",
        )
        .computed(),
    ]
}

fn http_url_spec() -> Block {
    let block = Block::list(
        "http_url_spec",
        "Sends a POST request to a URL. Exactly one of `http_url_spec` and `job_spec` must be \
         given; changing from one to the other makes a new webhook.",
    )
    .at_most(1)
    .presence_replaces()
    .attribute(
        Attribute::string(
            "url",
            "Where to, an absolute http or https URL, on MLflow of at most 500 characters. Databricks \
             calls https only; an MLflow server allows https only unless its own settings say \
             otherwise, and no private addresses. It shows in plans, so keep secrets out of it.",
        ).empty(Empty::Refused)
        .required()
        .check(http_url("Invalid URL")),
    );
    signing()
        .into_iter()
        .chain(calling())
        .fold(block, Block::attribute)
}

fn signing() -> [Attribute; 3] {
    [
        Attribute::string(
            "secret",
            "Key that signs each delivery by HMAC-SHA256, on MLflow at most 687 bytes. Stored in \
             state; `secret_wo` is not. `\"\"` means unsigned. Left out means unsigned for a new \
             webhook, untouched for an imported one, and cleared where it was applied before.",
        ).empty(Empty::Allowed)
        .sensitive(),
        Attribute::string(
            "secret_wo",
            "As `secret`, but never stored. Needs `secret_wo_version`, and is sent when that changes. \
             Terraform 1.11 or OpenTofu 1.11 and later.",
        ).empty(Empty::Allowed)
        .write_only(),
        version_argument(
            "secret_wo_version",
            "Any whole number from 0, together with `secret_wo`; a change of it, up or down, \
             sends that.",
        ),
    ]
}

fn calling() -> [Attribute; 4] {
    [
        Attribute::string(
            "authorization",
            "Value of the `Authorization` header of each delivery, such as `Bearer ...`, on a single \
             line. Stored in state; `authorization_wo` is not. `\"\"` means none; left out is as for \
             `secret`. Databricks only.",
        ).empty(Empty::Allowed)
        .sensitive()
        .check(one_line()),
        Attribute::string(
            "authorization_wo",
            "As `authorization`, but never stored. Needs `authorization_wo_version`, and is sent when \
             that changes. Terraform 1.11 or OpenTofu 1.11 and later. Databricks only.",
        ).empty(Empty::Allowed)
        .write_only()
        .check(one_line()),
        version_argument(
            "authorization_wo_version",
            "Any whole number from 0, together with `authorization_wo`; a change of it, up or down, \
             sends that. Databricks only.",
        ),
        Attribute::bool(
            "enable_ssl_verification",
            "Whether the registry verifies the receiver's certificate; default `true`. MLflow \
             always does, so `false` is for Databricks only.",
        )
        .default(Value::Bool(true)),
    ]
}

fn job_spec() -> Block {
    let attributes = [
        Attribute::string("job_id", "Id of the job to start.").empty(Empty::Refused).required(),
        Attribute::string(
            "workspace_url",
            "Address of the workspace that holds the job, an absolute http or https URL; the \
             webhook's own workspace when left out.",
        ).empty(Empty::Refused)
        .check(http_url("Invalid URL")),
        Attribute::string(
            "access_token",
            "Databricks token that may start the job. Required unless `access_token_wo` is given. \
             Stored in state; `access_token_wo` is not.",
        ).empty(Empty::Refused)
        .sensitive()
        .indispensable(),
        Attribute::string(
            "access_token_wo",
            "As `access_token`, but never stored. Needs `access_token_wo_version`, and is sent when \
             that changes. Terraform 1.11 or OpenTofu 1.11 and later.",
        ).empty(Empty::Refused)
        .write_only(),
        version_argument(
            "access_token_wo_version",
            "Any whole number from 0, together with `access_token_wo`; a change of it, up or down, \
             sends that.",
        ),
    ];
    let block = Block::list(
        "job_spec",
        "Starts a job of a Databricks workspace, instead of `http_url_spec`. Databricks only.",
    )
    .at_most(1)
    .presence_replaces();
    attributes.into_iter().fold(block, Block::attribute)
}

fn name_form() -> Validator {
    Validator::string("Invalid Name", |name| {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
        let edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
        let problem = if name.is_empty() {
            "it is empty"
        } else if name.chars().count() > 63 {
            "it is longer than 63 characters"
        } else if !name.chars().all(fits) {
            "it holds other characters"
        } else if !edge(name.chars().next()) || !edge(name.chars().next_back()) {
            "it begins or ends with another character"
        } else {
            return Ok(());
        };
        Err(format!(
            "A name has 1 to 63 letters, digits, \".\", \"_\" or \"-\", and begins and ends with a \
             letter or digit, but {problem}."
        ))
    })
}

/// A line break would smuggle in further headers.
fn one_line() -> Validator {
    Validator::string("Line Break in Authorization", |text| {
        if text.contains(['\r', '\n']) {
            return Err(
                "The value becomes an HTTP header and must be a single line. If it was read from \
                 a file, wrap it in trimspace() or chomp()."
                    .to_owned(),
            );
        }
        Ok(())
    })
}
