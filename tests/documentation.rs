//! What the documentation says holds: configurations validate, titles of errors exist.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::terraform::Workspace;
use crate::support::{Case, cases};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn cases() -> Vec<Case> {
    cases![
        configurations_in_the_guides_and_the_readme_are_valid,
        errors_in_the_troubleshooting_guide_exist
    ]
}

fn configurations_in_the_guides_and_the_readme_are_valid() {
    let mut pages = files_in("docs/guides");
    pages.push(Path::new(ROOT).join("README.md"));
    let mut checked = 0;
    for page in pages {
        for block in configurations(&read(&page)) {
            eprintln!("{}:\n{block}", page.display());
            workspace(block).validate().expect_ok();
            checked += 1;
        }
    }
    assert!(checked >= 4, "only {checked} configurations were found");
}

fn errors_in_the_troubleshooting_guide_exist() {
    let guide = read(&Path::new(ROOT).join("docs/guides/troubleshooting.md"));
    let sources: String = sources(&Path::new(ROOT).join("src/provider")).concat();
    let titles: Vec<&str> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    assert!(titles.len() > 10, "only {titles:?}");
    for title in titles {
        assert!(sources.contains(&format!("\"{title}\"")), "no {title:?}");
    }
}

/// The `terraform` blocks of a page, without those of Terraform's own settings file.
fn configurations(page: &str) -> Vec<&str> {
    page.split("```terraform\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|block| !block.starts_with("provider_installation"))
        .collect()
}

/// Only the first block on a page says where the provider comes from.
fn workspace(block: &str) -> Workspace {
    if block.contains("required_providers") {
        Workspace::plain(block)
    } else {
        Workspace::bare(block)
    }
}

fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else {
            texts.push(read(&path));
        }
    }
    texts
}

fn files_in(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("`make docs` made it");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
