//! What each object is called in configuration: an identifier made of its own words, unique among its
//! type, and the same whenever the same objects are exported.

use std::collections::{BTreeMap, BTreeSet};

/// What an object is known by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// What tells people which it is.
    pub(super) words: &'a str,
    /// The workspace that it lives in; empty where it lives in none.
    pub(super) workspace: &'a str,
    /// What tells it from all others of its type.
    pub(super) id: &'a str,
}

/// A name for each of these objects, in their order. `noun`: what one of no words is called.
pub(super) fn names(all: &[Known<'_>], noun: &str) -> Vec<String> {
    let mut forms = vec![Form::Plain; all.len()];
    loop {
        let named = forms.iter().zip(all);
        let names: Vec<_> = named.map(|(form, it)| form.name(*it, noun)).collect();
        let mut changed = false;
        for at in shared(&names) {
            changed |= forms[at].lengthen();
        }
        if !changed {
            return numbered(all, names);
        }
    }
}

/// How much a name needs beside its words.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    InWorkspace,
    WithStart,
    WithId,
}

impl Form {
    fn name(self, known: Known<'_>, noun: &str) -> String {
        const START: usize = 8;
        let id = slug(known.id);
        let id = match self {
            Self::Plain | Self::InWorkspace => "",
            Self::WithStart => id.get(..START).unwrap_or(&id),
            Self::WithId => &id,
        };
        let workspace = match self {
            Self::Plain => String::new(),
            _ => slug(known.workspace),
        };
        let parts = [&identifier(known.words, noun), workspace.as_str(), id];
        let parts: Vec<_> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join("_")
    }

    /// Whether there was anything left to add.
    fn lengthen(&mut self) -> bool {
        let before = *self;
        *self = match self {
            Self::Plain => Self::InWorkspace,
            Self::InWorkspace => Self::WithStart,
            Self::WithStart | Self::WithId => Self::WithId,
        };
        !matches!(before, Self::WithId)
    }
}

/// Ids that differ in signs only, which no identifier has, are told apart by a number, in their order.
fn numbered(all: &[Known<'_>], mut names: Vec<String>) -> Vec<String> {
    let mut places = shared(&names);
    places.sort_by_key(|at| all[*at].id);
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    for at in places {
        let free = (1..).map(|number| format!("{}_{number}", names[at]));
        let free = free.into_iter().find(|it| !taken.contains(it));
        if let Some(free) = free {
            taken.insert(free.clone());
            names[at] = free;
        }
    }
    names
}

/// Where the names stand that stand more than once.
fn shared(names: &[String]) -> Vec<usize> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        places.entry(name).or_default().push(at);
    }
    places
        .into_values()
        .filter(|it| it.len() > 1)
        .flatten()
        .collect()
}

/// Small letters, digits and `_`, beginning with a letter.
pub(super) fn identifier(words: &str, noun: &str) -> String {
    const LONGEST: usize = 63;
    let slug = slug(words);
    let slug = slug.get(..LONGEST).unwrap_or(&slug).trim_end_matches('_');
    match slug.chars().next() {
        None => noun.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{noun}_{slug}"),
        Some(_) => slug.to_owned(),
    }
}

/// ASCII letters and digits in lower case; whatever lies between them becomes one `_`.
fn slug(words: &str) -> String {
    let parts = words.split(|it: char| !it.is_ascii_alphanumeric());
    let parts: Vec<_> = parts.filter(|it| !it.is_empty()).collect();
    parts.join("_").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(all: &[(&str, &str)]) -> Vec<String> {
        let known = all.iter().map(|(id, words)| Known {
            words,
            workspace: "",
            id,
        });
        names(&known.collect::<Vec<_>>(), "webhook")
    }

    #[test]
    fn who_would_share_a_name_with_another_workspace_is_called_by_its_own() {
        let known = |workspace, id| Known {
            words: "churn",
            workspace,
            id,
        };
        let all = [known("", "1"), known("risk", "2"), known("ads", "3")];
        assert_eq!(names(&all, "model"), ["churn", "churn_risk", "churn_ads"]);
        let all = [known("risk", "1"), known("risk", "2")];
        assert_eq!(names(&all, "model"), ["churn_risk_1", "churn_risk_2"]);
    }

    #[test]
    fn names_become_identifiers() {
        for (name, identifier) in [
            ("deploy", "deploy"),
            ("Deploy-on.new__version", "deploy_on_new_version"),
            ("2fast", "webhook_2fast"),
            ("für alle ...", "f_r_alle"),
            ("\u{202e}\n\"${x}", "x"),
            ("", "webhook"),
            ("日本", "webhook"),
        ] {
            assert_eq!(named(&[("1", name)]), [identifier], "{name:?}");
        }
        assert_eq!(identifier(&"ab-".repeat(30), "it").len(), 62);
    }

    #[test]
    fn who_would_share_a_name_gets_a_part_of_the_id() {
        let all = [
            ("aaaaaaaa-1111", "deploy.x"),
            ("bbbbbbbb-1111", "audit"),
            ("cccccccc-1111", "deploy-x"),
        ];
        let expected = ["deploy_x_aaaaaaaa", "audit", "deploy_x_cccccccc"];
        assert_eq!(named(&all), expected);
        let alike = [("aaaaaaaa-1111", "x"), ("aaaaaaaa-2222", "x")];
        assert_eq!(named(&alike), ["x_aaaaaaaa_1111", "x_aaaaaaaa_2222"]);
        let sly = [
            ("aaaaaaaa", "x"),
            ("bbbbbbbb", "x"),
            ("cccccccc", "x-aaaaaaaa"),
        ];
        let expected = ["x_aaaaaaaa", "x_bbbbbbbb", "x_aaaaaaaa_cccccccc"];
        assert_eq!(named(&sly), expected);
    }

    #[test]
    fn ids_that_differ_in_signs_only_are_numbered() {
        let all = [("a b", "a b"), ("a-b", "a-b"), ("a/b", "a/b")];
        assert_eq!(named(&all), ["a_b_a_b_1", "a_b_a_b_2", "a_b_a_b_3"]);
    }

    proptest! {
        #[test]
        fn names_are_unique_and_valid_and_do_not_depend_on_order(
            texts in prop::collection::btree_set("[ab_.0-]{0,3}(00000000)?", 0..12)
        ) {
            let mut all: Vec<_> = texts.iter().map(|it| (it.as_str(), it.as_str())).collect();
            let given = named(&all);
            let unique: BTreeSet<_> = given.iter().collect();
            prop_assert_eq!(unique.len(), all.len());
            for name in &given {
                let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
                prop_assert!(name.starts_with(|it: char| it.is_ascii_lowercase()), "{}", name);
                prop_assert!(name.chars().all(fits), "{}", name);
            }
            all.reverse();
            let mut again = named(&all);
            again.reverse();
            prop_assert_eq!(again, given);
        }
    }
}
