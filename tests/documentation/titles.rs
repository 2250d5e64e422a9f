//! Titles of errors and warnings: those that the source has, and those that the guide on
//! troubleshooting explains. They are the same.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex_lite::Regex;

use super::pages::{Page, ROOT};
use crate::support::{Case, cases};

pub fn cases() -> Vec<Case> {
    cases![
        every_error_is_in_the_troubleshooting_guide_by_its_title,
        every_summary_in_the_source_is_a_title,
    ]
}

fn every_error_is_in_the_troubleshooting_guide_by_its_title() {
    let guide = Page::at("docs/guides/troubleshooting.md");
    let explained = guide.prose().into_iter();
    let explained = explained.filter_map(|line| line.strip_prefix("### "));
    let explained: BTreeSet<String> = explained.map(str::to_owned).collect();
    let product = product();
    let source: BTreeSet<String> = product.iter().flat_map(|text| titles(text)).collect();
    let composed: Vec<Regex> = product.iter().flat_map(|text| composed(text)).collect();
    let missing: Vec<_> = source.difference(&explained).collect();
    assert!(missing.is_empty(), "not in the guide: {missing:#?}");
    let invented = explained.difference(&source);
    let invented: Vec<_> = invented
        .filter(|title| !composed.iter().any(|it| it.is_match(title)))
        .collect();
    assert!(invented.is_empty(), "not in the source: {invented:#?}");
    assert!(composed.len() > 1, "only {composed:?}");
    for pattern in composed {
        let example = explained.iter().any(|title| pattern.is_match(title));
        assert!(example, "no example of {pattern} in the guide");
    }
    assert!(source.len() > 80, "only {source:?}");
}

/// One that does not read as a title would be missing in the guide without anybody noticing.
fn every_summary_in_the_source_is_a_title() {
    let made = Regex::new(r#"Diagnostic::(?:error|warning)\(\s*"((?:[^"\\]|\\.)*)""#);
    let made = made.expect("it is one");
    let mut checked = 0;
    for text in product() {
        for summary in made.captures_iter(&text).map(|it| it[1].to_owned()) {
            assert!(
                is_title(&summary),
                "{summary:?} is not a title of 2 to 7 words"
            );
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} were found");
}

/// The texts of the source that become the product: without files and ends of files that are tests.
fn product() -> Vec<String> {
    let root = Path::new(ROOT).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let tests: Vec<PathBuf> = files
        .iter()
        .flat_map(|(path, text)| test_modules(path, text))
        .collect();
    let is_test = |path: &Path| {
        tests
            .iter()
            .any(|it| path.starts_with(it) || path == it.with_extension("rs"))
    };
    files.retain(|(path, _)| !is_test(path));
    files
        .into_iter()
        .map(|(_, text)| without_tests(&text).to_owned())
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let text = fs::read_to_string(&path).expect("sources are text");
            found.push((path, text));
        }
    }
}

/// The folders, or files less their `.rs`, of the modules that a file declares for tests alone.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let declared = Regex::new(r"#\[cfg\(test\)\]\n(?:pub )?mod (\w+);").expect("it is one");
    let folder = match path.file_stem().and_then(|it| it.to_str()) {
        Some("mod" | "lib") => path.with_file_name(""),
        _ => path.with_extension(""),
    };
    let modules = declared.captures_iter(text);
    modules.map(|it| folder.join(&it[1])).collect()
}

fn without_tests(text: &str) -> &str {
    let tests = text.find("#[cfg(test)]\nmod tests {");
    tests.map_or(text, |at| &text[..at])
}

/// Every literal that reads as a title.
fn titles(text: &str) -> Vec<String> {
    let literal = Regex::new(r#""([A-Z][A-Za-z-]*(?: [A-Za-z-]+)*)""#).expect("it is one");
    let literals = literal.captures_iter(text).map(|it| it[1].to_owned());
    literals.filter(|it| is_title(it)).collect()
}

/// Every literal that reads as a title in which the name of an object is yet to be put. The guide has
/// each for one object, which stands for all.
fn composed(text: &str) -> Vec<Regex> {
    let literal = r#""((?:[A-Z][A-Za-z]* )*\{\}(?: [A-Za-z]+)+)""#;
    let literal = Regex::new(literal).expect("it is one");
    let titles = literal
        .captures_iter(text)
        .filter(|it| is_title(&it[1].replace("{}", "Object")));
    let patterns = titles.map(|it| {
        let name = "[A-Z][a-z]+(?: [A-Z][a-z]+)*";
        Regex::new(&format!("^{}$", it[1].replace("{}", name))).expect("it is one")
    });
    patterns.collect()
}

/// Two to seven words with capitals but for small ones, and no full stop. One word stands alone.
fn is_title(literal: &str) -> bool {
    const SMALL: [&str; 14] = [
        "a", "an", "and", "at", "by", "in", "of", "on", "over", "the", "to", "without", "for", "or",
    ];
    let letters = |word: &str| word.chars().all(|it| it.is_ascii_alphabetic() || it == '-');
    let capital =
        |word: &str| word.starts_with(|it: char| it.is_ascii_uppercase()) || SMALL.contains(&word);
    let words: Vec<&str> = literal.split(' ').collect();
    let enough = (2..=7).contains(&words.len()) || words == ["Stopped"];
    enough && words.iter().all(|it| letters(it) && capital(it)) && !SMALL.contains(&words[0])
}
