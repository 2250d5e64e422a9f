//! Texts that are too long to stand in a configuration: each is a file of its own, with exactly its
//! octets, under a name that no other text of the same export has. Pure.

use aws_lc_rs::digest;

use super::names;
use crate::{framework::Exported, provider::hex};

/// A file's name, below the folder of the export, and its text.
pub(super) type File = (String, String);

/// Texts of one line stay where they are up to this length, in characters.
const SHORT: usize = 200;

/// The files of one object's texts.
#[derive(Debug)]
pub(super) struct Texts {
    /// The path that all of them begin with.
    start: String,
    files: Vec<File>,
}

impl Texts {
    /// Files below a folder for the area, such as `prompts/greeting/7.txt` for `greeting/7`, or
    /// `prompts/greeting@team/7.txt` where that is in a workspace.
    pub(super) fn of(area: &str, object: &Exported) -> Self {
        let name = &object.display_name;
        let (owner, own) = name.rsplit_once('/').unwrap_or((name, "text"));
        let mut folder = safe(owner);
        if let Some(workspace) = object.state.get("workspace").as_str() {
            folder = format!("{folder}@{}", safe(workspace));
        }
        Self {
            start: format!("{}/{folder}/{}", area.to_lowercase(), safe(own)),
            files: Vec::new(),
        }
    }

    /// The path of the file that this text goes to, if it is too long.
    pub(super) fn path(&mut self, text: &str, ending: &str) -> Option<String> {
        if !text.contains('\n') && text.chars().count() <= SHORT {
            return None;
        }
        let number = match self.files.len() {
            0 => String::new(),
            before => format!("-{}", before + 1),
        };
        let path = format!("{}{number}.{ending}", self.start);
        self.files.push((path.clone(), text.to_owned()));
        Some(path)
    }

    pub(super) fn into_files(self) -> Vec<File> {
        self.files
    }
}

/// What every system takes as one part of a path, and tells from every other. Of what has to be
/// spelt otherwise the hash goes along, behind a sign that nothing else has.
fn safe(name: &str) -> String {
    if is_safe(name) {
        return name.to_owned();
    }
    let hash = hex::encode(digest::digest(&digest::SHA256, name.as_bytes()).as_ref());
    let (words, hash) = (names::identifier(name, "text"), hash.split_at(16).0);
    format!("{words}~{hash}")
}

/// Small letters only, since some systems do not tell them from others; and no device of Windows.
fn is_safe(name: &str) -> bool {
    const LONGEST: usize = 63;
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_.-".contains(&it);
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches(|it: char| it.is_ascii_digit());
    name.len() <= LONGEST
        && name.bytes().all(fits)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.is_empty()
        && !DEVICES.contains(&stem)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::framework::Value;

    fn object(name: &str, workspace: Value) -> Exported {
        let state = Value::object([("workspace", workspace)]);
        Exported {
            display_name: name.to_owned(),
            import_id: name.to_owned(),
            config: state.clone(),
            state,
            left_out: None,
        }
    }

    #[test]
    fn texts_of_several_lines_and_long_ones_get_files() {
        let mut texts = Texts::of("Prompts", &object("greeting/7", Value::Null));
        let long = "é".repeat(SHORT);
        assert_eq!(texts.path(&long, "txt"), None);
        for (text, path) in [
            ("a\r\nb", "prompts/greeting/7.txt"),
            ("\n", "prompts/greeting/7-2.txt"),
            (&format!("{long}e"), "prompts/greeting/7-3.txt"),
        ] {
            assert_eq!(texts.path(text, "txt").as_deref(), Some(path));
        }
        let files = texts.into_files();
        assert_eq!(files[0].1, "a\r\nb");
        let texts = Texts::of("Prompts", &object("greeting/7", Value::string("team-a")));
        assert_eq!(texts.start, "prompts/greeting@team-a/7");
    }

    #[test]
    fn odd_names_are_spelt_otherwise_and_stay_apart() {
        for name in ["a", "support.greeting-2_b", "console", "0"] {
            assert_eq!(safe(name), name);
        }
        assert_eq!(safe("A b"), "a_b~a760b0e1e5180903");
        let odd = [
            "", ".", "..", "...", "../x", ".x", "x.", "A", "é", "a b", "a~b", "a\\b", "con",
            "nul.x", "com1", "a\n", "C:",
        ];
        for name in odd.map(str::to_owned).into_iter().chain(["a".repeat(256)]) {
            let safe = safe(&name);
            let fits = |it: char| it.is_ascii_alphanumeric() || "_.-~".contains(it);
            assert!(safe.contains('~') && safe.chars().all(fits), "{safe}");
            assert!(safe.len() <= 80 && !safe.starts_with('.'), "{safe}");
        }
    }

    proptest! {
        #[test]
        fn what_differs_has_parts_that_differ(one in "[aAb ~.]{0,4}", other in "[aAb ~.]{0,4}") {
            let folded = |name: &str| safe(name).to_lowercase();
            prop_assert_eq!(one == other, folded(&one) == folded(&other));
        }
    }
}
