//! Holds the code against the map in the crate's documentation: who may import whom.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::{Path, PathBuf},
};

/// What each room may import of the others. `framework::server` is part of `framework`.
const ARROWS: [(&str, &[&str]); 6] = [
    ("plugin", &[]),
    ("wire", &[]),
    ("framework", &["wire"]),
    ("api", &[]),
    ("databricks_auth", &["api"]),
    ("provider", &["framework", "api", "databricks_auth"]),
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

/// At every depth: of modules in one folder none leads back to itself, by whatever way round. What
/// lies below a module counts as the module.
#[test]
fn modules_of_one_folder_name_each_other_one_way() {
    for (folder, arrows) in arrows_by_folder() {
        for (from, to) in &arrows {
            let way = way(&arrows, to, from);
            let told = way.map(|it| format!("{from} -> {}", it.join(" -> ")));
            assert_eq!(told, None, "in {folder}");
        }
    }
}

/// Of each folder, which of its modules name which others.
fn arrows_by_folder() -> BTreeMap<String, BTreeSet<(String, String)>> {
    let sources = sources(&root());
    let modules: BTreeMap<Vec<String>, &String> = sources
        .iter()
        .map(|(file, text)| (module_of(file), text))
        .filter(|(module, _)| !module.contains(&"tests".to_owned()))
        .collect();
    let mut found: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for (module, text) in &modules {
        for mut named in named_by(module, text) {
            while !named.is_empty() && !modules.contains_key(&named) {
                named.pop();
            }
            let same = module.iter().zip(&named).take_while(|(a, b)| a == b);
            let depth = same.count();
            if let (Some(from), Some(to)) = (module.get(depth), named.get(depth)) {
                let folder = found.entry(module[..depth].join("::")).or_default();
                folder.insert((from.clone(), to.clone()));
            }
        }
    }
    found
}

/// What a module names, from the root of the crate.
fn named_by(module: &[String], text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<_> = paths_after(text, "crate::");
    for path in paths_after(text, "super::") {
        let ups = 1 + path.iter().take_while(|it| *it == "super").count();
        let base = &module[..module.len().saturating_sub(ups)];
        found.push([base, &path[ups - 1..]].concat());
    }
    found
}

/// The shortest way from one module to another, both ends included.
fn way(arrows: &BTreeSet<(String, String)>, from: &str, to: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![from.to_owned()]]);
    let mut seen = BTreeSet::from([from.to_owned()]);
    while let Some(way) = ways.pop_front() {
        let end = way.last()?;
        if end == to {
            return Some(way);
        }
        for (_, next) in arrows.iter().filter(|(start, _)| start == end) {
            if seen.insert(next.clone()) {
                ways.push_back([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

#[test]
fn paths_are_read_with_their_groups() {
    let text = "use crate::{a::{self, b::C}, d};\n// crate::not\nlet x = super::super::e::f(1);\n\
                use super::{g::*, h as i};\nmy_crate::no()";
    let joined = |prefix| -> Vec<_> {
        let paths = paths_after(text, prefix).into_iter();
        paths.map(|it| it.join("::")).collect()
    };
    assert_eq!(joined("crate::"), ["a::self", "a::b::C", "d"]);
    assert_eq!(joined("super::"), ["super::e::f", "g", "h"]);
    let named = named_by(&["r".to_owned(), "m".to_owned(), "n".to_owned()], text);
    let joined: Vec<_> = named.iter().map(|it| it.join("::")).collect();
    assert_eq!(joined[3..], ["r::e::f", "r::m::g", "r::m::h"]);
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

/// The names that lead to a file's module; a folder's `mod.rs` is the folder's.
fn module_of(file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root()).unwrap().with_extension("");
    let mut names: Vec<_> = inside
        .iter()
        .map(|it| it.to_str().unwrap().to_owned())
        .collect();
    names.pop_if(|it| it == "mod");
    names
}

/// Paths that follow `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    let paths = paths_after(text, "crate::").into_iter();
    paths.map(|it| it.join("::")).collect()
}

/// The paths that follow each `prefix` in the code, with their groups spelled out.
fn paths_after(text: &str, prefix: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
        let is_comment = text[line_start..at].trim_start().starts_with("//");
        let is_inside = text[..at].ends_with(|it: char| is_of_name(it) || it == ':');
        if !is_comment && !is_inside {
            read_tree(&text[at + prefix.len()..], &[], &mut found);
        }
    }
    found
}

/// Reads what may follow a `::` in an import, and gives what comes after it.
fn read_tree<'a>(text: &'a str, above: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        return read_group(group, above, found);
    }
    let end = text.find(|it| !is_of_name(it)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let mut path = above.to_vec();
    path.extend((!name.is_empty()).then(|| name.to_owned()));
    match rest.strip_prefix("::") {
        Some(below) if !name.is_empty() => read_tree(below, &path, found),
        _ => {
            found.push(path);
            rest
        }
    }
}

fn read_group<'a>(text: &'a str, above: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with('}') {
        rest = read_tree(rest, above, found);
        // `as another_name`, or the star of a glob.
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        rest = rest[end..].trim_start_matches(',').trim_start();
    }
    rest.strip_prefix('}').unwrap_or(rest)
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
