//! The events of all registries in one table, with the names that each registry gives them.

use std::fmt;

/// One event that can set off a webhook. Ordered by its place in the table: MLflow's events by
/// entity and action, then those that only Databricks has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event(u8);

struct Row {
    mlflow: Option<&'static str>,
    databricks: Option<&'static str>,
}

const fn mlflow(name: &'static str) -> Row {
    Row {
        mlflow: Some(name),
        databricks: None,
    }
}

const fn databricks(name: &'static str) -> Row {
    Row {
        mlflow: None,
        databricks: Some(name),
    }
}

const fn both(mlflow: &'static str, databricks: &'static str) -> Row {
    Row {
        mlflow: Some(mlflow),
        databricks: Some(databricks),
    }
}

const TABLE: [Row; 24] = [
    mlflow("budget_policy.exceeded"),
    both("model_version.created", "MODEL_VERSION_CREATED"),
    mlflow("model_version_alias.created"),
    mlflow("model_version_alias.deleted"),
    mlflow("model_version_tag.deleted"),
    both("model_version_tag.set", "MODEL_VERSION_TAG_SET"),
    mlflow("prompt.created"),
    mlflow("prompt_alias.created"),
    mlflow("prompt_alias.deleted"),
    mlflow("prompt_tag.deleted"),
    mlflow("prompt_tag.set"),
    mlflow("prompt_version.created"),
    mlflow("prompt_version_tag.deleted"),
    mlflow("prompt_version_tag.set"),
    both("registered_model.created", "REGISTERED_MODEL_CREATED"),
    databricks("COMMENT_CREATED"),
    databricks("MODEL_VERSION_TRANSITIONED_STAGE"),
    databricks("MODEL_VERSION_TRANSITIONED_TO_ARCHIVED"),
    databricks("MODEL_VERSION_TRANSITIONED_TO_PRODUCTION"),
    databricks("MODEL_VERSION_TRANSITIONED_TO_STAGING"),
    databricks("TRANSITION_REQUEST_CREATED"),
    databricks("TRANSITION_REQUEST_TO_ARCHIVED_CREATED"),
    databricks("TRANSITION_REQUEST_TO_PRODUCTION_CREATED"),
    databricks("TRANSITION_REQUEST_TO_STAGING_CREATED"),
];

impl Event {
    /// A new registered model: the one event that no webhook of a single model can have.
    pub const REGISTERED_MODEL_CREATED: Self = Self(14);

    /// The event of that exact name, in MLflow's or in Databricks' spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|event| event.names().any(|known| known == name))
    }

    /// Every event of every registry.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(TABLE.len()).map(Self)
    }

    /// `entity.action`, if MLflow has the event.
    #[must_use]
    pub fn mlflow_name(self) -> Option<&'static str> {
        self.row().mlflow
    }

    /// The name on Databricks, if Databricks has the event.
    #[must_use]
    pub fn databricks_name(self) -> Option<&'static str> {
        self.row().databricks
    }

    /// The known name that a wrong one was probably meant to be: a slip of case or separators first,
    /// then the most similar, if any is similar at all.
    #[must_use]
    pub fn nearest(name: &str) -> Option<&'static str> {
        const SIMILAR: f64 = 0.7;
        let plain = plain(name);
        let known = || Self::all().flat_map(Self::names);
        // Both spellings of a shared event are equally near but for their case, which then decides.
        let likeness = |known: &str| {
            strsim::normalized_damerau_levenshtein(&self::plain(known), &plain)
                + strsim::normalized_damerau_levenshtein(known, name) / 1000.0
        };
        known()
            .map(|known| (likeness(known), known))
            .filter(|(likeness, _)| *likeness >= SIMILAR)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        self.mlflow_name().into_iter().chain(self.databricks_name())
    }

    fn row(self) -> &'static Row {
        &TABLE[usize::from(self.0)]
    }
}

/// The name in MLflow's spelling where there is one.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.names().next().unwrap_or_default())
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({self})")
    }
}

/// Letters and digits only, in lower case.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_is_the_union_of_fifteen_and_twelve_with_three_shared() {
        let mlflow: BTreeSet<_> = Event::all().filter_map(Event::mlflow_name).collect();
        let databricks: BTreeSet<_> = Event::all().filter_map(Event::databricks_name).collect();
        let shared = Event::all().filter(|e| e.names().count() == 2).count();
        assert_eq!((mlflow.len(), databricks.len(), shared), (15, 12, 3));
        assert_eq!(Event::all().count(), 24);
    }

    #[test]
    fn either_spelling_of_a_shared_event_is_the_same_event() {
        for (mlflow, databricks) in [
            ("registered_model.created", "REGISTERED_MODEL_CREATED"),
            ("model_version.created", "MODEL_VERSION_CREATED"),
            ("model_version_tag.set", "MODEL_VERSION_TAG_SET"),
        ] {
            assert!(Event::parse(mlflow).is_some());
            assert_eq!(Event::parse(mlflow), Event::parse(databricks));
        }
        assert_eq!(
            Event::parse("registered_model.created"),
            Some(Event::REGISTERED_MODEL_CREATED)
        );
    }

    #[test]
    fn every_name_reads_back_as_its_event() {
        for event in Event::all() {
            for name in event.names() {
                assert_eq!(Event::parse(name), Some(event), "{name}");
                assert_eq!(Event::nearest(name), Some(name));
            }
        }
    }

    #[test]
    fn names_are_exact_and_case_sensitive() {
        for wrong in [
            "",
            "Model_version.created",
            "model_version.created ",
            "PROMPT_CREATED",
        ] {
            assert_eq!(Event::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        for (wrong, nearest) in [
            ("model_version.create", Some("model_version.created")),
            ("Model_Version.Created", Some("model_version.created")),
            ("model_version_created", Some("model_version.created")),
            ("MODEL_VERSION.CREATED", Some("MODEL_VERSION_CREATED")),
            ("PROMPT_CREATED", Some("prompt.created")),
            ("comment.created", Some("COMMENT_CREATED")),
            ("model_version_tag.sett", Some("model_version_tag.set")),
            ("run.finished", None),
            ("", None),
        ] {
            assert_eq!(Event::nearest(wrong), nearest, "{wrong:?}");
        }
    }
}
