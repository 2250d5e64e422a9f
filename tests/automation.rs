//! What `make` and CI do beside the checks that they run.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use crate::support::{Case, cases};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn cases() -> Vec<Case> {
    cases![
        actions_of_others_are_named_by_their_commits,
        a_release_is_published_only_after_all_else,
        recipes_fail_with_any_of_their_parts,
        a_failed_download_is_no_installation,
        a_binary_that_needs_libraries_is_no_release,
    ]
}

/// A tag can be moved to other code by whoever owns it.
fn actions_of_others_are_named_by_their_commits() {
    let mut seen = 0;
    for file in ["test.yml", "release.yml"] {
        let text = read(&format!(".github/workflows/{file}"));
        for (_, action) in text.lines().filter_map(|line| line.split_once("uses: ")) {
            let commit = action.split(['@', ' ']).nth(1).unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_commit && action.contains(" # v"), "{file}: {action}");
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} are there");
}

fn a_release_is_published_only_after_all_else() {
    let text = read(".github/workflows/release.yml");
    let at = |part: &str| {
        let found = text.find(part);
        found.unwrap_or_else(|| panic!("release.yml has no {part}"))
    };
    let order = [
        "make release-tag",
        "make test\n",
        "needs: test\n",
        "cargo test --locked --lib",
        "test-release.py terraform target/dist --mlflow",
        "needs: build\n",
        "gh release create",
    ];
    assert!(order.map(at).is_sorted(), "{:?}", order.map(at));
}

/// Make 3.81, Apple's, looks at the last part of a pipe or loop alone unless the recipe says otherwise.
fn recipes_fail_with_any_of_their_parts() {
    let text = read("GNUmakefile").replace("\\\n", " ");
    let recipes = text.lines().filter(|line| line.starts_with('\t'));
    let parts = recipes.filter(|it| it.contains(" | ") || it.contains("; do "));
    let (strict, lax): (Vec<_>, Vec<_>) =
        parts.partition(|it| it.trim_start_matches(['\t', '@']).starts_with("$(STRICT)"));
    assert_eq!(lax, [""; 0]);
    assert!(strict.len() >= 3, "{strict:?}");
    assert!(!text.contains("\n.SHELLFLAGS"), "3.81 knows none");
}

fn a_failed_download_is_no_installation() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (python, installed) = (folder.path().join("python"), folder.path().join("mlflow"));
    let script = r#"#!/bin/sh
case "$*" in
  *ensurepip*) ;;
  "-m venv "*) mkdir -p "$3/bin" && ln -s "$0" "$3/bin/python" ;;
  *) echo 'Collecting mlflow' && exit 1 ;;
esac
"#;
    fs::write(&python, script).unwrap();
    fs::set_permissions(&python, Permissions::from_mode(0o755)).unwrap();
    let stamp = installed.join(".complete");
    let output = run(
        "make",
        &[
            format!("PYTHON={}", python.display()),
            format!("MLFLOW_HERE={}", installed.display()),
            stamp.display().to_string(),
        ],
    );
    assert!(installed.join("bin/python").exists(), "{output:?}");
    assert!(!output.status.success() && !stamp.exists(), "{output:?}");
}

/// Tests are linked to the libraries of this system, as releases are not.
fn a_binary_that_needs_libraries_is_no_release() {
    let own = std::env::current_exe().unwrap();
    let output = run(
        "python3",
        &["scripts/imports.py".to_owned(), own.display().to_string()],
    );
    let told = String::from_utf8(output.stderr).unwrap();
    let needs_some = cfg!(all(target_os = "linux", target_env = "gnu"));
    assert_eq!(output.status.success(), !needs_some, "{told}");
    assert_eq!(told.contains("libc.so.6"), needs_some, "{told}");
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

fn run(program: &str, arguments: &[String]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(ROOT);
    command.env_remove("MAKEFLAGS").env_remove("MAKELEVEL");
    command.output().unwrap()
}
