//! The repository's Markdown, and the blocks of code on a page.

use std::{
    fs,
    path::{Path, PathBuf},
};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where no page of ours is.
const FOREIGN: [&str; 3] = ["target", ".git", "node_modules"];

/// A page with its path in the repository.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// A fenced block: its language, what it says, and the file that the line above names.
#[derive(Debug, Eq, PartialEq)]
pub struct Block {
    pub language: String,
    pub text: String,
    pub file: Option<String>,
}

impl Page {
    /// The page at this path in the repository.
    pub fn at(path: &str) -> Self {
        let path = Path::new(ROOT).join(path);
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    pub fn name(&self) -> String {
        let name = self.path.strip_prefix(ROOT).unwrap_or(&self.path);
        name.display().to_string()
    }

    pub fn blocks(&self) -> Vec<Block> {
        blocks(&self.text)
    }

    /// The lines outside of fenced blocks.
    pub fn prose(&self) -> Vec<&str> {
        let mut fenced = false;
        let outside = self.text.lines().filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        });
        outside.collect()
    }

    /// The anchors that links may point to: one for each heading, as web pages make them.
    pub fn anchors(&self) -> Vec<String> {
        let prose = self.prose();
        let headings = prose.iter().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line)).collect()
    }
}

/// Every page of the repository but the templates, whose links hold only where `docs` has them.
pub fn all() -> Vec<Page> {
    let mut found = Vec::new();
    collect(Path::new(ROOT), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<Page>) {
    for entry in fs::read_dir(folder).expect("the repository can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && !FOREIGN.contains(&name.as_str()) && name != "templates" {
            collect(&path, found);
        } else if name.ends_with(".md") {
            found.push(Page::at(&path.display().to_string()));
        }
    }
}

fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = title
        .chars()
        .filter(|it| it.is_alphanumeric() || "-_ ".contains(*it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut above) = (Vec::new(), "");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| !line.starts_with("```"));
            found.push(Block {
                language: language.to_owned(),
                text: inside.map(|line| format!("{line}\n")).collect(),
                file: named_file(above),
            });
            above = "";
        } else if !line.is_empty() {
            above = line;
        }
    }
    found
}

/// The file in "Save this as `main.tf`:".
fn named_file(line: &str) -> Option<String> {
    let before = line.strip_suffix("`:")?;
    before.rsplit_once('`').map(|(_, name)| name.to_owned())
}
