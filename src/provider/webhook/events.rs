//! Events as users spell them: either registry's spelling where both have the event.

use std::collections::BTreeSet;

use crate::{
    api::{Event, ServerKind, Webhook},
    framework::{Attr, SetOf, Value},
};

/// The events of a row whose names have been validated.
pub(super) fn parse(events: &Attr<SetOf<Attr<String>>>) -> BTreeSet<Event> {
    names(events).filter_map(Event::parse).collect()
}

/// The planned events, where the registry has others, be they such as only a newer provider knows.
pub(super) fn change(
    prior: &Attr<SetOf<Attr<String>>>,
    planned: &Attr<SetOf<Attr<String>>>,
) -> Option<BTreeSet<Event>> {
    let events = parse(planned);
    let are_known = names(prior).all(|it| Event::parse(it).is_some());
    (!are_known || events != parse(prior)).then_some(events)
}

/// The known names of a row.
pub(super) fn names(events: &Attr<SetOf<Attr<String>>>) -> impl Iterator<Item = &str> {
    let events = events.known().into_iter().flat_map(|it| &it.0);
    events.filter_map(|it| it.known().map(String::as_str))
}

/// The event of this name.
///
/// # Errors
/// What is wrong with the name, with the one that was probably meant. A text that is not made
/// of words may be a secret, and is not repeated.
pub(in crate::provider) fn named(name: &str) -> Result<Event, String> {
    Event::parse(name).ok_or_else(|| {
        let hint = Event::nearest(name).map_or_else(
            || "The documentation of events lists them all.".to_owned(),
            |nearest| format!("Did you mean {nearest:?}?"),
        );
        let named = if is_word(name) {
            format!("named {name:?}")
        } else {
            "of that name".to_owned()
        };
        format!("No registry has an event {named}. {hint}")
    })
}

/// Whether a text is made of words as the names of events are. Anything else may be a secret.
fn is_word(text: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphabetic() || matches!(it, '_' | '.' | ' ');
    text.len() <= 60 && text.chars().all(fits)
}

/// Whether two sets name the same events.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (all(a), all(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The events of a registry's webhook, each as `spelled` has it, else by the registry's own name.
pub(super) fn of(
    kind: ServerKind,
    webhook: &Webhook,
    spelled: &Attr<SetOf<Attr<String>>>,
) -> SetOf<Attr<String>> {
    let spelling = |event: Event| {
        let before = names(spelled).find(|it| Event::parse(it) == Some(event));
        let own = match kind {
            ServerKind::Mlflow => event.mlflow_name(),
            ServerKind::Databricks => event.databricks_name(),
        };
        let own = own.map_or_else(|| event.to_string(), str::to_owned);
        before.map_or(own, str::to_owned)
    };
    let known = webhook.events.iter().copied().map(spelling);
    let all: BTreeSet<String> = known.chain(webhook.other_events.iter().cloned()).collect();
    SetOf(all.into_iter().map(Attr::Known).collect())
}

/// Every element, if all of them are names of events.
fn all(value: &Value) -> Option<BTreeSet<Event>> {
    let names = value.elements()?.iter();
    names.map(|it| Event::parse(it.as_str()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> Value {
        Value::set(names.iter().copied().map(Value::string).collect())
    }

    #[test]
    fn what_a_newer_server_has_added_is_a_change() {
        let row = |names: &[&str]| {
            let names = names.iter().map(|it| Attr::Known((*it).to_owned()));
            SetOf(names.collect()).into()
        };
        let planned = row(&["model_version.created"]);
        for (prior, is_change) in [
            (&["MODEL_VERSION_CREATED"][..], false),
            (&["model_version.created", "trace.deleted"], true),
            (&["trace.deleted"], true),
            (&["prompt.created"], true),
        ] {
            let expected = is_change.then(|| parse(&planned));
            assert_eq!(change(&row(prior), &planned), expected, "{prior:?}");
        }
    }

    #[test]
    fn sets_are_the_same_when_they_name_the_same_events() {
        let created = set(&["model_version.created", "prompt.created"]);
        assert!(same(
            &created,
            &set(&["prompt.created", "MODEL_VERSION_CREATED"])
        ));
        assert!(!same(&created, &set(&["MODEL_VERSION_CREATED"])));
        assert!(!same(&created, &Value::UNKNOWN));
        assert!(!same(&set(&["nonsense"]), &set(&["nonsense"])));
    }
}
