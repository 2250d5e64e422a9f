//! Which webhooks are wanted of all that a registry has.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::events;
use crate::{
    api::{Event, Webhook},
    framework::{
        Attr, Diagnostics, SetOf,
        schema::{Attribute, Empty, Validator, not_empty, one_of},
    },
    provider::{
        managed::workspace,
        plural::{regex_check, regex_in},
    },
    row,
};

row! {
    /// The arguments of a filter.
    pub(in crate::provider) struct Wanted {
        pub(super) model_name: Attr<String>,
        pub(super) events: Attr<SetOf<Attr<String>>>,
        pub(super) status: Attr<String>,
        pub(super) name_regex: Attr<String>,
        pub(super) workspace: Attr<String>,
    }
}

/// What a webhook must have to pass; what is absent lets every one pass.
#[derive(Debug)]
pub(in crate::provider) struct Filter {
    pub(in crate::provider) model_name: Option<String>,
    pub(in crate::provider) events: BTreeSet<Event>,
    pub(in crate::provider) status: Option<String>,
    pub(in crate::provider) name: Option<Regex>,
}

impl Filter {
    /// The filter that these arguments mean.
    ///
    /// # Errors
    /// When the regular expression is none, which validation has told before.
    pub(super) fn new(wanted: &Wanted) -> Result<Self, Diagnostics> {
        let name = regex_in(&wanted.name_regex)?;
        Ok(Self {
            model_name: wanted.model_name.known().cloned(),
            events: events::parse(&wanted.events),
            status: wanted.status.known().cloned(),
            name,
        })
    }

    /// Whether this one is wanted.
    pub(in crate::provider) fn passes(&self, webhook: &Webhook) -> bool {
        let same = |wanted: &Option<String>, it: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == it)
        };
        let name = webhook.name.as_deref();
        same(&self.model_name, webhook.model_name.as_deref())
            && same(&self.status, Some(webhook.status.as_str()))
            && (self.events.is_empty() || !self.events.is_disjoint(&webhook.events))
            && (self.name.as_ref()).is_none_or(|it| name.is_some_and(|name| it.is_match(name)))
    }
}

/// The arguments by which webhooks are filtered.
pub(super) fn arguments() -> [Attribute; 5] {
    [
        workspace::reading_argument(),
        Attribute::string(
            "model_name",
            "Only webhooks that listen to this one registered model. On MLflow, where every \
             webhook listens to all models, there are none.",
        )
        .empty(Empty::Refused),
        Attribute::string_set(
            "events",
            "Only webhooks that at least one of these events fires, in either registry's spelling.",
        )
        .empty(Empty::Refused)
        .check(not_empty(
            "No Events",
            "Name at least one event, or leave the argument out to have webhooks of every event.",
        ))
        .check(known_events()),
        Attribute::string(
            "status",
            "Only webhooks of this status: `ACTIVE`, `DISABLED` or `TEST_MODE`.",
        )
        .empty(Empty::Refused)
        .check(one_of(
            "Invalid Status",
            &["ACTIVE", "DISABLED", "TEST_MODE"],
        )),
        Attribute::string(
            "name_regex",
            "Only webhooks in whose name this regular expression finds a match; `^` and `$` stand \
             for the name's beginning and end. On Databricks, where webhooks have no names, there \
             are none.",
        )
        .empty(Empty::LeftOut)
        .check(regex_check()),
    ]
}

fn known_events() -> Validator {
    use crate::framework::Value;
    Validator::new("Unknown Event", |value| {
        let names = value.elements().into_iter().flatten();
        let mut names = names.filter_map(Value::as_str);
        names.try_for_each(|name| events::named(name).map(|_| ()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::{Status, Target},
        framework::Path,
    };

    fn webhook(name: Option<&str>, model: Option<&str>, event: &str, status: Status) -> Webhook {
        Webhook {
            id: "1".to_owned(),
            name: name.map(str::to_owned),
            model_name: model.map(str::to_owned),
            events: Event::parse(event).into_iter().collect(),
            other_events: BTreeSet::new(),
            description: None,
            status,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target: Target::Http {
                url: "https://ci.example.com".to_owned(),
                enable_ssl_verification: true,
            },
        }
    }

    fn all() -> [Webhook; 3] {
        let created = "model_version.created";
        [
            webhook(Some("deploy-a"), None, created, Status::Active),
            webhook(Some("audit"), None, "prompt.created", Status::Disabled),
            webhook(None, Some("churn"), created, Status::TestMode),
        ]
    }

    fn passing(wanted: &Wanted) -> Vec<usize> {
        let filter = Filter::new(wanted).unwrap();
        let all = all();
        (0..3).filter(|it| filter.passes(&all[*it])).collect()
    }

    fn events(names: &[&str]) -> Attr<SetOf<Attr<String>>> {
        let names = names.iter().map(|it| Attr::Known((*it).to_owned()));
        SetOf(names.collect()).into()
    }

    #[test]
    fn every_argument_narrows_and_none_lets_all_pass() {
        let text = |it: &str| Attr::Known(it.to_owned());
        let none = Wanted::default;
        for (wanted, expected) in [
            (none(), &[0, 1, 2][..]),
            (
                Wanted {
                    model_name: text("churn"),
                    ..none()
                },
                &[2],
            ),
            (
                Wanted {
                    model_name: text("other"),
                    ..none()
                },
                &[],
            ),
            (
                Wanted {
                    events: events(&["MODEL_VERSION_CREATED"]),
                    ..none()
                },
                &[0, 2],
            ),
            (
                Wanted {
                    events: events(&["prompt.created", "model_version.created"]),
                    ..none()
                },
                &[0, 1, 2],
            ),
            (
                Wanted {
                    events: events(&["prompt_tag.set"]),
                    ..none()
                },
                &[],
            ),
            (
                Wanted {
                    status: text("DISABLED"),
                    ..none()
                },
                &[1],
            ),
            (
                Wanted {
                    name_regex: text("^deploy-"),
                    ..none()
                },
                &[0],
            ),
            (
                Wanted {
                    name_regex: text("d"),
                    ..none()
                },
                &[0, 1],
            ),
            (
                Wanted {
                    name_regex: text("d"),
                    status: text("ACTIVE"),
                    ..none()
                },
                &[0],
            ),
        ] {
            assert_eq!(passing(&wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn what_is_no_regular_expression_is_refused_at_its_path() {
        let wanted = Wanted {
            name_regex: "(".to_owned().into(),
            ..Wanted::default()
        };
        let refused = Filter::new(&wanted).unwrap_err();
        let path = refused.iter().next().unwrap().path.clone();
        assert_eq!(path, Some(Path::attribute("name_regex")));
    }
}
