//! Where an export goes: standard output, or files that appear whole or not at all.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::texts::File;
use crate::framework::{Diagnostic, Diagnostics};

/// Writes all files in a row.
///
/// # Errors
/// When it cannot be written. A reader that has seen enough is no error.
pub(super) fn to_standard_output(files: &[File]) -> Result<(), Diagnostics> {
    let texts: Vec<_> = files.iter().map(|(_, text)| text.as_str()).collect();
    let mut out = io::stdout().lock();
    let written = out.write_all(texts.join("\n").as_bytes());
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(failed("Standard output", &error).into())
        }
        _ => Ok(()),
    }
}

/// Writes the files into a folder, which is made if it is not there. Files that are there already
/// are replaced only by `force`; otherwise nothing is written at all.
///
/// # Errors
/// When a file is in the way, or cannot be written.
pub(super) fn to_folder(files: &[File], folder: &Path, force: bool) -> Result<(), Diagnostics> {
    let paths = files.iter().map(|(name, _)| folder.join(name));
    let in_the_way: Vec<_> = paths.filter(|it| it.symlink_metadata().is_ok()).collect();
    if !force && !in_the_way.is_empty() {
        return Err(exists(&in_the_way).into());
    }
    fs::create_dir_all(folder).map_err(|error| failed(&folder.display().to_string(), &error))?;
    for (name, text) in files {
        let path = folder.join(name);
        write_below(&path, text, force).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => exists(&[path]),
            _ => failed(&path.display().to_string(), &error),
        })?;
    }
    Ok(())
}

/// Sees to it that no resources of an earlier export stay whose import blocks are to be replaced: a plan
/// would make them anew. `areas`: the files that any export may write.
///
/// # Errors
/// When some would.
pub(super) fn expect_none_without_imports(
    files: &[File],
    folder: &Path,
    imports: &str,
    areas: impl Iterator<Item = String>,
) -> Result<(), Diagnostics> {
    let is_written = |name: &str| files.iter().any(|(it, _)| it == name);
    let is_there = |name: &str| folder.join(name).symlink_metadata().is_ok();
    let left: BTreeSet<_> = areas.filter(|it| is_there(it) && !is_written(it)).collect();
    match left.is_empty() || !is_there(imports) || !is_written(imports) {
        true => Ok(()),
        false => Err(left_without(imports, left).into()),
    }
}

fn left_without(imports: &str, left: BTreeSet<String>) -> Diagnostic {
    let left: Vec<_> = left.into_iter().collect();
    let left = left.join(", ");
    Diagnostic::error(
        "Earlier Export in the Way",
        format!(
            "{left} would stay, and {imports} be replaced, which may hold the import blocks of what is in \
             there: a plan would make it anew. Nothing was written. Delete {imports} if what it imports \
             has been applied, delete what is to be exported no more, or choose another folder."
        ),
    )
}

/// Writes a file, and makes the folder that it lies in.
fn write_below(path: &Path, text: &str, force: bool) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    write(path, text, force)
}

/// Written under a name that Terraform does not read, then put in place in one step.
fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let unfinished = path.with_file_name(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&unfinished)?;
    let placed = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| place(&unfinished, path, force));
    if placed.is_err() || !force {
        // What counts is where the file was to be; a leftover is only litter.
        let _ = fs::remove_file(&unfinished);
    }
    placed
}

/// A rename replaces what is there; a link refuses to.
fn place(unfinished: &Path, path: &Path, force: bool) -> io::Result<()> {
    if force {
        return fs::rename(unfinished, path);
    }
    fs::hard_link(unfinished, path)
}

fn exists(paths: &[PathBuf]) -> Diagnostic {
    let names: Vec<_> = paths.iter().map(|it| it.display().to_string()).collect();
    Diagnostic::error(
        "File Already There",
        format!(
            "Nothing is overwritten without being asked for: {}. Choose another folder, or replace \
             what is there with --force.",
            names.join(", ")
        ),
    )
}

fn failed(what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "Export Not Written",
        format!("{what} cannot be written to.\n\nOriginal error: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn files(text: &str) -> [File; 2] {
        ["a.tf", "b.tf"].map(|name| (name.to_owned(), text.to_owned()))
    }

    #[test]
    fn files_appear_in_a_folder_that_is_made_for_them() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/one");
        to_folder(&files("x"), &folder, false).unwrap();
        assert_eq!(names(&folder), ["a.tf", "b.tf"]);
        assert_eq!(fs::read_to_string(folder.join("a.tf")).unwrap(), "x");
    }

    #[test]
    fn a_file_below_the_folder_gets_one_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let text = "a\r\n${b}";
        let below = [("prompts/a/1.txt".to_owned(), text.to_owned())];
        to_folder(&below, folder.path(), false).unwrap();
        let written = fs::read_to_string(folder.path().join("prompts/a/1.txt"));
        assert_eq!(written.unwrap(), text);
        let refused = to_folder(&below, folder.path(), false).unwrap_err();
        let refused = refused.into_iter().next().unwrap();
        assert_eq!(refused.summary, "File Already There");
    }

    #[test]
    fn one_file_in_the_way_stops_all_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("b.tf");
        fs::write(&there, "mine").unwrap();
        let refused = to_folder(&files("x"), folder.path(), false).unwrap_err();
        let refused = refused.into_iter().next().unwrap();
        assert_eq!(refused.summary, "File Already There");
        assert!(refused.detail.contains("b.tf") && !refused.detail.contains("a.tf"));
        assert_eq!(names(folder.path()), ["b.tf"]);
        assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
        to_folder(&files("x"), folder.path(), true).unwrap();
        assert_eq!(names(folder.path()), ["a.tf", "b.tf"]);
        assert_eq!(fs::read_to_string(&there).unwrap(), "x");
    }

    #[test]
    fn imports_of_what_stays_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["imports.tf", "a.tf"].map(|name| (name.to_owned(), String::new()));
        let check = || {
            let areas = ["a.tf", "b.tf", "b.tf"].map(str::to_owned);
            expect_none_without_imports(&files, folder.path(), "imports.tf", areas.into_iter())
        };
        for (there, is_refused) in [("a.tf", false), ("b.tf", false), ("imports.tf", true)] {
            fs::write(folder.path().join(there), "").unwrap();
            assert_eq!(check().is_err(), is_refused, "{there}");
        }
        let refused = check().unwrap_err().into_iter().next().unwrap();
        assert!(refused.detail.starts_with("b.tf would stay"), "{refused:?}");
    }

    #[test]
    fn a_file_that_comes_up_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tf");
        fs::write(&path, "mine").unwrap();
        let refused = write(&path, "x", false).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(names(folder.path()), ["a.tf"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let folder = place.path().join("below");
        let refused = to_folder(&files("x"), &folder, false).unwrap_err();
        let detail = refused.into_iter().next().unwrap().detail;
        assert!(detail.contains("below"), "{detail}");
    }
}
