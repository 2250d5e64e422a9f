//! Models and prompts: one API and one namespace. What tells them apart is a tag that a prompt carries,
//! and each of its versions.

use std::fmt;

use crate::api::{
    area::{Area, always, nothing_special},
    http::Request,
    tags::Tags,
    version::Version,
};

/// What differs between models and prompts.
pub trait ModelKind: Clone + fmt::Debug + Default + PartialEq + Send + Sync + 'static {
    /// Whether it is that of prompts.
    const IS_PROMPT: bool;
    /// The condition by which a search shows this kind. Without any it leaves out all prompts.
    const FILTER: Option<&'static str>;

    /// The models or prompts themselves.
    fn area() -> &'static Area;

    /// Their versions.
    fn versions() -> &'static Area;

    /// Their aliases.
    fn aliases() -> &'static Area;

    /// Tags with the mark of this kind.
    #[must_use]
    fn marked(tags: &Tags) -> Tags {
        let mut tags = tags.clone();
        if Self::IS_PROMPT {
            tags.insert(MARK.to_owned(), "true".to_owned());
        }
        tags
    }
}

/// Registered models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Models;

/// Prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts;

const MARK: &str = "mlflow.prompt.is_prompt";

/// Whether these are the tags of a prompt or of one of its versions.
pub(in crate::api) fn is_prompt(tags: &Tags) -> bool {
    tags.get(MARK).is_some_and(|it| it == "true")
}

/// Whether tags that were listed among those of this kind are not all there: the list of prompts, and that of
/// their versions, is one of what has the mark.
pub(in crate::api) fn are_half<K: ModelKind>(listed: &Tags) -> bool {
    K::IS_PROMPT && !is_prompt(listed)
}

/// The area of one of them.
const fn area(noun: &'static str, since: Version, on_databricks: bool) -> Area {
    Area {
        noun,
        since,
        on_databricks,
        needs_database: false,
        shortest_list: one_model,
        classify: nothing_special,
        quotable: always,
    }
}

/// All of them have one API, and it answers this wherever it is.
fn one_model() -> Request {
    let query = vec![("max_results", "1".to_owned())];
    Request::read("/api/2.0/mlflow/registered-models/search", query)
}

impl ModelKind for Models {
    const IS_PROMPT: bool = false;
    const FILTER: Option<&'static str> = None;

    fn area() -> &'static Area {
        static AREA: Area = area("registered model", Version::new(3, 3, 0), true);
        &AREA
    }

    fn versions() -> &'static Area {
        static AREA: Area = area("model version", Version::new(3, 3, 0), true);
        &AREA
    }

    fn aliases() -> &'static Area {
        static AREA: Area = area("registered model alias", Version::new(3, 3, 0), false);
        &AREA
    }
}

impl ModelKind for Prompts {
    const IS_PROMPT: bool = true;
    const FILTER: Option<&'static str> = Some("tags.`mlflow.prompt.is_prompt` = 'true'");

    fn area() -> &'static Area {
        static AREA: Area = area("prompt", Version::new(3, 8, 0), false);
        &AREA
    }

    fn versions() -> &'static Area {
        static AREA: Area = area("prompt version", Version::new(3, 8, 0), false);
        &AREA
    }

    fn aliases() -> &'static Area {
        static AREA: Area = area("prompt alias", Version::new(3, 8, 0), false);
        &AREA
    }
}
