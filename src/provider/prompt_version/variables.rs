//! The variables of a prompt, `{{ name }}`, as MLflow's own client finds them.

use std::collections::BTreeSet;

/// The names in double braces, in order and none twice.
pub(in crate::provider) fn variables<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    texts.flat_map(in_text).map(str::to_owned).collect()
}

fn in_text(text: &str) -> impl Iterator<Item = &str> {
    // Of three braces in a row, any two may be the ones.
    text.match_indices('{').filter_map(|(at, _)| {
        let inner = text[at..].strip_prefix("{{")?.split_once("}}")?.0.trim();
        inner.split('.').all(is_identifier).then_some(inner)
    })
}

fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = |it: char| it.is_ascii_alphabetic() || it == '_';
    letters.next().is_some_and(begins) && letters.all(|it| it.is_ascii_alphanumeric() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_double_braces_are_found() {
        for (text, expected) in [
            ("", vec![]),
            ("Hi {{name}}, {{ name }}!", vec!["name"]),
            ("{{ a.b_1 }} {{_c}}", vec!["_c", "a.b_1"]),
            ("{a} {{1a}} {{a b}} {{}} {{a", vec![]),
            ("{{{x}}}", vec!["x"]),
            ("{{ \u{e9} }} {{a-b}}", vec![]),
            ("{{ a {{ b }}", vec!["b"]),
        ] {
            let found: Vec<_> = variables([text].into_iter()).into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
