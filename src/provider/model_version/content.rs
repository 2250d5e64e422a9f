//! What is in a version of a model, and which of it only a new version can have.

use crate::{
    api::{
        Version, is_serial,
        model_versions::{ModelVersion, NewVersion},
    },
    framework::{
        Attr, Diagnostic, Diagnostics, Path,
        schema::{Attribute, Empty},
    },
    provider::{
        explain::not_on_databricks,
        managed::text_or_none,
        model_version::source::{self, Told},
        models::{self, Change},
    },
    row,
};

row! {
    /// What is in it.
    pub(in crate::provider) struct Content {
        source: Attr<String>,
        resolved_source: Attr<String>,
        run_id: Attr<String>,
        run_link: Attr<String>,
        model_id: Attr<String>,
        description: Attr<String>,
        status: Attr<String>,
    }
}

const SOURCE: &str = "source";
const RUN_ID: &str = "run_id";
const MODEL_ID: &str = "model_id";

impl models::Content for Content {
    fn attributes() -> Vec<Attribute> {
        let [source, run_id, run_link, model_id, description] = arguments();
        let resolved = Attribute::string(
            "resolved_source",
            "Where the files are, as the server keeps it: a `source` that names a version by an alias or \
             by `latest` is the version's number here.",
        );
        let status = Attribute::string(
            "status",
            "Whether the version can be used: `READY`. In a Databricks workspace it is \
             `PENDING_REGISTRATION` at first, which is waited for, and may become `FAILED_REGISTRATION`.",
        );
        let resolved = resolved.computed().stable();
        let status = status.computed().stable();
        vec![
            source,
            resolved,
            run_id,
            run_link,
            model_id,
            description,
            status,
        ]
    }

    fn validate(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// What the server may have filled in stays, also where it did not. What no server shows in the words
    /// of the configuration is taken from there once it was imported.
    fn plan(&mut self, change: &mut Change<'_, Self>) {
        let Some(prior) = change.prior else {
            return;
        };
        if change.config.run_id.is_null() {
            self.run_id = prior.run_id.clone();
            change.keeps(RUN_ID);
        }
        if !change.is_imported {
            return;
        }
        if let (Some(source), Some(resolved)) = (self.source.known(), prior.resolved_source.known())
            && leads_to(source, resolved)
        {
            change.keeps(SOURCE);
        }
        if prior.model_id.is_null() {
            change.keeps(MODEL_ID);
        }
    }

    fn seen(version: &ModelVersion, before: &Self, _: bool) -> Result<Self, Diagnostic> {
        let source: Attr<String> = version.source.clone().into();
        Ok(Self {
            source: match before.source.known() {
                Some(_) => before.source.clone(),
                None => source.clone(),
            },
            resolved_source: source,
            run_id: version.run_id.clone().into(),
            run_link: text_or_none(version.run_link.as_ref(), &before.run_link),
            model_id: before.model_id.clone(),
            description: text_or_none(version.description.as_ref(), &before.description),
            status: version.status.clone().into(),
        })
    }

    fn put_into(&self, new: NewVersion) -> NewVersion {
        let text = |it: &Attr<String>| it.known().cloned();
        NewVersion {
            source: text(&self.source).unwrap_or_default(),
            run_id: text(&self.run_id),
            run_link: text(&self.run_link),
            model_id: text(&self.model_id),
            description: text(&self.description),
            ..new
        }
    }

    fn description(&mut self) -> &mut Attr<String> {
        &mut self.description
    }

    fn not_on_databricks(&self) -> Diagnostics {
        let logged = self.model_id.known();
        let problem = logged.map(|_| not_on_databricks("a logged model of a version"));
        let problem = problem.map(|it| it.at(Path::attribute(MODEL_ID)));
        problem.into_iter().collect()
    }

    fn not_on_mlflow(&self, prior: Option<&Self>, version: Option<&Version>) -> Option<Diagnostic> {
        let source = self.source.known()?;
        if prior.is_some_and(|prior| prior.source.known() == Some(source)) {
            return None;
        }
        let told = Told {
            run: !self.run_id.is_null(),
            model: !self.model_id.is_null(),
        };
        let why = source::refused(source, told, version)?;
        Some(Diagnostic::error("Invalid Source", why).at(Path::attribute(SOURCE)))
    }

    fn status(&self) -> Option<&String> {
        self.status.known()
    }
}

fn arguments() -> [Attribute; 5] {
    [
        Attribute::string(
            SOURCE,
            "Where the model's files are: `s3://BUCKET/PATH` or the like; `models:/MODEL/VERSION` or \
             `models:/MODEL@ALIAS` for a version of the same registry; `runs:/RUN/PATH`, which needs \
             `run_id`; `models:/m-ID`, which needs `model_id`. What exactly is allowed depends on the \
             server. A change makes a new version. An alias is followed when the version is made, and not \
             after.",
        )
        .required()
        .empty(Empty::Refused)
        .replaces(),
        Attribute::string(
            RUN_ID,
            "The run that made the model. Left out, the server may fill it in from the source. A change \
             makes a new version.",
        )
        .empty(Empty::Refused)
        .optional_computed()
        .stable()
        .replaces(),
        Attribute::string(
            "run_link",
            "Address of the run, where it is on another server. Left out and `\"\"` mean the same: none. A \
             change makes a new version.",
        )
        .empty(Empty::LeftOut)
        .replaces(),
        Attribute::string(
            MODEL_ID,
            "The logged model that it is of, `m-...`. No server shows it again. A change makes a new \
             version; after an import it is taken over as it is. Refused on Databricks.",
        )
        .empty(Empty::Refused)
        .replaces(),
        Attribute::string(
            "description",
            "What the version is, at most 5000 characters on PostgreSQL. Left out and `\"\"` mean the \
             same: none.",
        )
        .empty(Empty::LeftOut),
    ]
}

/// Whether a server may have made the one of the other.
fn leads_to(source: &str, resolved: &str) -> bool {
    source == resolved || model_of(source).is_some_and(|model| numbered(resolved) == Some(model))
}

/// The model of `models:/MODEL@ALIAS` and `models:/MODEL/latest`.
fn model_of(source: &str) -> Option<&str> {
    let named = source.strip_prefix("models:/")?;
    let by_alias = named.rsplit_once('@').map(|(model, _)| model);
    by_alias.or_else(|| named.strip_suffix("/latest"))
}

/// The model of `models:/MODEL/VERSION`.
fn numbered(source: &str) -> Option<&str> {
    let (model, version) = source.strip_prefix("models:/")?.rsplit_once('/')?;
    is_serial(version).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_by_alias_leads_to_a_number_of_the_same_model() {
        for (source, resolved, leads) in [
            ("s3://b/a", "s3://b/a", true),
            ("s3://b/a", "s3://b/c", false),
            ("models:/m@champion", "models:/m/7", true),
            ("models:/m/latest", "models:/m/7", true),
            ("models:/m/7", "models:/m/7", true),
            ("models:/m/6", "models:/m/7", false),
            ("models:/n@champion", "models:/m/7", false),
            ("models:/m@champion", "s3://b/a", false),
            ("models:/m-1", "models:/m-1", true),
        ] {
            assert_eq!(leads_to(source, resolved), leads, "{source} {resolved}");
        }
    }
}
