//! Tags of whatever has some: two maps, and the changes that lead from one to the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Tags by their keys.
pub type Tags = BTreeMap<String, String>;

/// A tag as requests and answers have it. An answer may leave out an empty value.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::api) struct WireTag {
    key: String,
    #[serde(default)]
    value: String,
}

/// One change of one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagChange {
    /// It gets this value, whether it was there or not.
    Set {
        /// Which tag.
        key: String,
        /// Its new value.
        value: String,
    },
    /// It goes.
    Remove {
        /// Which tag.
        key: String,
    },
}

impl TagChange {
    /// Whether these tags are as the change makes them.
    #[must_use]
    pub fn is_in(&self, tags: &Tags) -> bool {
        match self {
            Self::Set { key, value } => tags.get(key) == Some(value),
            Self::Remove { key } => !tags.contains_key(key),
        }
    }

    /// Makes the change in a map.
    pub fn make(&self, tags: &mut Tags) {
        match self.clone() {
            Self::Set { key, value } => drop(tags.insert(key, value)),
            Self::Remove { key } => drop(tags.remove(&key)),
        }
    }

    /// Which tag it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Set { key, .. } | Self::Remove { key } => key,
        }
    }
}

/// The changes from one map to another: first what is set, then what goes. What stays is not named.
#[must_use]
pub fn changes(before: &Tags, after: &Tags) -> Vec<TagChange> {
    let set = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(value))
        .map(|(key, value)| TagChange::Set {
            key: key.clone(),
            value: value.clone(),
        });
    let removed = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(|key| TagChange::Remove { key: key.clone() });
    set.chain(removed).collect()
}

/// Whether what was made with some tags shows them, and no more than what the server adds by itself.
#[must_use]
pub fn shows(shown: &Tags, sent: &Tags) -> bool {
    let all_sent = sent
        .iter()
        .all(|(key, value)| shown.get(key) == Some(value));
    let is_known = |key: &String| sent.contains_key(key) || is_reserved(key);
    all_sent && shown.keys().all(is_known)
}

/// Whether MLflow keeps tags of this key for itself.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    key.starts_with("mlflow.") || key.starts_with("_mlflow_")
}

pub(in crate::api) fn of_wire(tags: Vec<WireTag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

pub(in crate::api) fn to_wire(tags: &Tags) -> Vec<WireTag> {
    let tags = tags.iter();
    tags.map(|(key, value)| WireTag {
        key: key.clone(),
        value: value.clone(),
    })
    .collect()
}

#[cfg(test)]
impl TagChange {
    /// One that sets a tag to nothing, and one that removes it.
    pub(in crate::api) fn of_each_kind() -> [Self; 2] {
        let key = || "k".to_owned();
        let value = String::new();
        [Self::Set { key: key(), value }, Self::Remove { key: key() }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Tags {
        let pairs = text.split_whitespace();
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn a_server_may_add_tags_of_its_own_and_nobody_else() {
        for (shown, is_it) in [
            ("a=1", true),
            ("a=1 mlflow.ownerId=7", true),
            ("a=2", false),
            ("a=1 b=1", false),
            ("", false),
        ] {
            assert_eq!(shows(&tags(shown), &tags("a=1")), is_it, "{shown}");
        }
        assert!(!shows(&tags("mlflow.x=2"), &tags("mlflow.x=1")));
    }

    #[test]
    fn changes_lead_from_one_map_to_the_other() {
        for (before, after, count) in [
            ("", "", 0),
            ("a=1 b=2", "a=1 b=2", 0),
            ("a=1 b=2", "b=3 c=4", 3),
            ("a=1", "", 1),
            ("", "a=", 1),
        ] {
            let mut made = tags(before);
            let changes = changes(&made, &tags(after));
            assert_eq!(changes.len(), count, "{before} -> {after}");
            let first_removal = changes
                .iter()
                .position(|it| matches!(it, TagChange::Remove { .. }));
            let last_set = changes
                .iter()
                .rposition(|it| matches!(it, TagChange::Set { .. }));
            assert!(first_removal.is_none_or(|at| last_set.is_none_or(|set| set < at)));
            for change in &changes {
                assert!(!change.is_in(&made));
                change.make(&mut made);
                assert!(change.is_in(&made));
            }
            assert_eq!(made, tags(after));
        }
    }
}
