//! Holds the code against the map in the crate's documentation: who may import whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What each room may import of the others. `framework::server` is part of `framework`.
const ARROWS: [(&str, &[&str]); 5] = [
    ("plugin", &[]),
    ("wire", &[]),
    ("framework", &["wire"]),
    ("registry", &[]),
    ("provider", &["framework", "registry"]),
];

#[test]
fn rooms_import_only_what_the_map_allows() {
    for (room, allowed) in ARROWS {
        for (file, text) in sources(&root().join(room)) {
            for import in imports(&text) {
                let other = import.split("::").next().unwrap_or_default().to_owned();
                let known = ARROWS.iter().any(|(name, _)| *name == other);
                let fine = !known || other == room || allowed.contains(&other.as_str());
                assert!(fine, "{} imports {import}", file.display());
            }
        }
    }
}

#[test]
fn only_the_server_knows_the_messages_of_the_protocol() {
    for (file, text) in sources(&root()) {
        let server = file.starts_with(root().join("framework/server"));
        let own = file.starts_with(root().join("wire")) || file.starts_with(root().join("plugin"));
        if !server && !own && file != root().join("structure.rs") {
            assert!(!text.contains("proto::"), "{}", file.display());
        }
    }
}

#[test]
fn no_two_modules_of_a_room_import_each_other() {
    for (room, _) in ARROWS {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (file, text) in sources(&root().join(room)) {
            let Some(module) = module_of(&file, room) else {
                continue;
            };
            let siblings = imports(&text)
                .into_iter()
                .filter_map(|it| it.strip_prefix(room)?.strip_prefix("::").map(str::to_owned))
                .filter_map(|it| it.split("::").next().map(str::to_owned));
            arrows.entry(module.clone()).or_default().extend(siblings);
            arrows
                .entry(module)
                .or_default()
                .extend(siblings_by_super(&file, room, &text));
        }
        for (from, targets) in &arrows {
            for to in targets.iter().filter(|it| *it != from) {
                let back = arrows.get(to).is_some_and(|it| it.contains(from));
                assert!(!back, "{room}: {from} and {to} import each other");
            }
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below a folder, without its tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text
                .split("#[cfg(test)]\nmod tests")
                .next()
                .unwrap_or_default();
            found.push((path, code.to_owned()));
        }
    }
    found
}

/// The top module of a room that a file belongs to; none for the room's own `mod.rs`.
fn module_of(file: &Path, room: &str) -> Option<String> {
    let inside = file.strip_prefix(root().join(room)).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "mod").then(|| module.to_owned())
}

/// Paths that follow `crate::`, groups spelled out.
fn imports(text: &str) -> BTreeSet<String> {
    paths_after(text, "crate::")
}

/// Siblings named by `super::` in a module's own file.
fn siblings_by_super(file: &Path, room: &str, text: &str) -> BTreeSet<String> {
    let depth = file
        .strip_prefix(root().join(room))
        .map_or(0, |it| it.components().count());
    if depth != 1 {
        return BTreeSet::new();
    }
    let first = |it: String| it.split("::").next().map(str::to_owned);
    paths_after(text, "super::")
        .into_iter()
        .filter_map(first)
        .collect()
}

fn paths_after(text: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(prefix) {
        let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        if text[line_start..at].trim_start().starts_with("//") {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(members(group)),
            None => found.extend(path(rest)),
        }
    }
    found
}

fn path(text: &str) -> Option<String> {
    let end = text.find(|it: char| !(it.is_alphanumeric() || "_:".contains(it)))?;
    Some(text[..end].trim_end_matches(':').to_owned()).filter(|it| !it.is_empty())
}

/// The members of an import group, nested groups by their heads.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut found = Vec::new();
    let mut word = String::new();
    for it in group.chars() {
        match it {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(std::mem::take(&mut word)),
            _ if depth == 0 => word.push(it),
            _ => {}
        }
    }
    found.push(word);
    let trimmed = found
        .iter()
        .map(|it| it.trim().trim_end_matches(':').to_owned());
    trimmed.filter(|it| !it.is_empty()).collect()
}
