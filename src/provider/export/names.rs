//! What each webhook is called in configuration: an identifier made of its own words, unique, and
//! the same whenever the same webhooks are exported.

use std::collections::BTreeMap;

use crate::api::{Target, Webhook};

/// A name for each of these webhooks, in their order.
pub(super) fn names(webhooks: &[Webhook]) -> Vec<String> {
    let mut forms = vec![Form::Plain; webhooks.len()];
    loop {
        let names: Vec<_> = forms.iter().zip(webhooks).map(Form::name).collect();
        let mut changed = false;
        for at in shared(&names) {
            changed |= forms[at].lengthen();
        }
        if !changed {
            return names;
        }
    }
}

/// How much of its id a name needs.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    WithStart,
    WithId,
}

impl Form {
    fn name((form, webhook): (&Self, &Webhook)) -> String {
        const START: usize = 8;
        let plain = identifier(&words(webhook));
        let id = slug(&webhook.id);
        match form {
            Self::Plain => plain,
            Self::WithStart => format!("{plain}_{}", id.get(..START).unwrap_or(&id)),
            Self::WithId => format!("{plain}_{id}"),
        }
    }

    /// Whether there was anything left to add. With its whole id no name meets another such one.
    fn lengthen(&mut self) -> bool {
        let before = *self;
        *self = match self {
            Self::Plain => Self::WithStart,
            Self::WithStart | Self::WithId => Self::WithId,
        };
        !matches!(before, Self::WithId)
    }
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

/// What tells people which webhook it is.
fn words(webhook: &Webhook) -> String {
    let own = webhook.name.as_ref().or(webhook.description.as_ref());
    own.cloned().unwrap_or_else(|| match &webhook.target {
        Target::Http { url, .. } => host(url),
        Target::Job { job_id, .. } => format!("job_{job_id}"),
    })
}

fn host(url: &str) -> String {
    let url = url::Url::parse(url).ok();
    let host = url.as_ref().and_then(|it| it.host_str());
    host.unwrap_or_default().to_owned()
}

/// Small letters, digits and `_`, beginning with a letter.
fn identifier(words: &str) -> String {
    const LONGEST: usize = 63;
    let slug = slug(words);
    let slug = slug.get(..LONGEST).unwrap_or(&slug).trim_end_matches('_');
    match slug.chars().next() {
        None => "webhook".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("webhook_{slug}"),
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

    use super::super::tests::{job, webhook};
    use super::*;

    fn named(all: &[(&str, &str)]) -> Vec<String> {
        let all: Vec<_> = all.iter().map(|(id, name)| webhook(id, name)).collect();
        names(&all)
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
        assert_eq!(identifier(&"ab-".repeat(30)).len(), 62);
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
    fn webhooks_without_a_name_are_called_by_what_they_do() {
        let nameless = |description: Option<&str>, webhook: Webhook| Webhook {
            name: None,
            description: description.map(str::to_owned),
            ..webhook
        };
        let all = [
            nameless(Some("Starts the pipeline."), webhook("1", "")),
            nameless(None, webhook("2", "")),
            nameless(None, job("3", "77")),
        ];
        assert_eq!(
            names(&all),
            ["starts_the_pipeline", "ci_example_com", "job_77"]
        );
    }

    proptest! {
        #[test]
        fn names_are_unique_and_valid_and_do_not_depend_on_order(
            texts in prop::collection::vec("[ab_.0-]{0,3}(00000000)?", 0..12)
        ) {
            let all = texts.iter().enumerate();
            let mut all: Vec<_> = all.map(|(at, it)| webhook(&format!("{:08}-{at}", at % 3), it)).collect();
            let given = names(&all);
            let unique: std::collections::BTreeSet<_> = given.iter().collect();
            prop_assert_eq!(unique.len(), all.len());
            for name in &given {
                let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
                prop_assert!(name.starts_with(|it: char| it.is_ascii_lowercase()), "{}", name);
                prop_assert!(name.chars().all(fits), "{}", name);
            }
            all.reverse();
            let mut again = names(&all);
            again.reverse();
            prop_assert_eq!(again, given);
        }
    }
}
