//! Which objects are wanted of all that a server has.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::{
    api::tags::Tags,
    framework::{
        Attr, Diagnostic, Diagnostics, Path,
        schema::{Attribute, Empty, Validator},
    },
    provider::managed::{tags, workspace},
    row,
};

const INVALID_REGEX: &str = "Invalid Regular Expression";

row! {
    /// The arguments of a filter.
    pub(in crate::provider) struct Wanted {
        workspace: Attr<String>,
        name_prefix: Attr<String>,
        name_regex: Attr<String>,
        tags: Attr<BTreeMap<String, Attr<String>>>,
    }
}

impl Wanted {
    /// Where to look.
    pub(in crate::provider) fn workspace(&self) -> &Attr<String> {
        &self.workspace
    }
}

/// What an object must have to pass; what is absent lets every one pass.
#[derive(Debug)]
pub(in crate::provider) struct Filter {
    prefix: String,
    name: Option<Regex>,
    tags: Tags,
}

impl Filter {
    /// The filter that these arguments mean.
    ///
    /// # Errors
    /// When the regular expression is none, which validation has told before.
    pub(in crate::provider) fn new(wanted: &Wanted) -> Result<Self, Diagnostics> {
        let name = regex_in(&wanted.name_regex)?;
        Ok(Self {
            prefix: wanted.name_prefix.known_or_default(),
            name,
            tags: tags::known(&wanted.tags),
        })
    }

    /// Whether an object of this name and with these tags is wanted.
    pub(in crate::provider) fn passes(&self, name: &str, tags: &Tags) -> bool {
        let has = |(key, value): (&String, &String)| tags.get(key) == Some(value);
        name.starts_with(&self.prefix)
            && self.name.as_ref().is_none_or(|it| it.is_match(name))
            && self.tags.iter().all(has)
    }
}

/// The arguments by which objects are filtered.
pub(in crate::provider) fn arguments() -> [Attribute; 4] {
    [
        workspace::reading_argument(),
        Attribute::string("name_prefix", "Only those whose name begins like this.")
            .empty(Empty::LeftOut),
        Attribute::string(
            "name_regex",
            "Only those in whose name this regular expression finds a match; `^` and `$` stand for \
             the name's beginning and end.",
        )
        .empty(Empty::LeftOut)
        .check(regex_check()),
        Attribute::string_map(
            "tags",
            "Only those that have each of these tags, with this value.",
        )
        .empty(Empty::Allowed),
    ]
}

/// Refuses what is no regular expression.
pub(in crate::provider) fn regex_check() -> Validator {
    Validator::string(INVALID_REGEX, |text| regex(text).map(|_| ()))
}

/// The regular expression that the argument `name_regex` holds.
///
/// # Errors
/// When it is none, which validation has told before.
pub(in crate::provider) fn regex_in(argument: &Attr<String>) -> Result<Option<Regex>, Diagnostic> {
    let parsed = argument.known().map(|text| regex(text)).transpose();
    parsed.map_err(|problem| {
        Diagnostic::error(INVALID_REGEX, problem).at(Path::attribute("name_regex"))
    })
}

fn regex(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| format!("Expected a regular expression: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(wanted: Wanted, name: &str) -> bool {
        let tags = [("team", "risk"), ("tier", "1")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        Filter::new(&wanted).unwrap().passes(name, &tags.into())
    }

    #[test]
    fn every_given_argument_must_hold() {
        let tags = |value: &str| {
            let entries = [("team".to_owned(), value.to_owned().into())];
            Attr::from(BTreeMap::from(entries))
        };
        let (prefix, regex) = (Attr::from("fra".to_owned()), Attr::from("ud$".to_owned()));
        for (name_prefix, name_regex, tags, name, expected) in [
            (Attr::Null, Attr::Null, Attr::Null, "any", true),
            (prefix.clone(), Attr::Null, Attr::Null, "fraud", true),
            (prefix.clone(), Attr::Null, Attr::Null, "Fraud", false),
            (prefix.clone(), regex.clone(), tags("risk"), "fraud", true),
            (
                prefix.clone(),
                regex.clone(),
                tags("risk"),
                "fraudster",
                false,
            ),
            (prefix, regex, tags("other"), "fraud", false),
        ] {
            let wanted = Wanted {
                workspace: Attr::Null,
                name_prefix,
                name_regex,
                tags,
            };
            let shown = format!("{wanted:?}");
            assert_eq!(passes(wanted, name), expected, "{shown}: {name}");
        }
    }
}
