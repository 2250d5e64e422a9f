//! A release, but for how it was compiled: packed, summed up, installed from a mirror, planned with.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::pages::ROOT;
use crate::support::{Case, cases, terraform::terraform};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-mlflow");

pub fn cases() -> Vec<Case> {
    cases![a_packed_provider_installs_from_a_mirror_with_the_hashes_of_its_lock_file]
}

fn a_packed_provider_installs_from_a_mirror_with_the_hashes_of_its_lock_file() {
    let dist = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let to = dist.path().display().to_string();
    run("python3", &["scripts/release.py", "pack", PROVIDER, &to]);
    run("python3", &["scripts/release.py", "sums", &to]);
    run("python3", &["scripts/test-release.py", &terraform(), &to]);
    let bill = json_ending_in(dist.path(), "_sbom.cdx.json");
    expect_what_is_linked_in(&bill);
    let manifest = json_ending_in(dist.path(), "_manifest.json");
    assert_eq!(manifest["metadata"]["protocol_versions"][0], "6.0");
}

/// Everything that is in a binary of some platform, and nothing that only builds or tests one.
fn expect_what_is_linked_in(bill: &Value) {
    let parts = bill["components"].as_array().expect("it lists parts");
    let has = |name: &str| parts.iter().any(|it| it["name"] == name);
    for name in ["tonic", "rustls", "aws-lc-sys", "windows-sys", "secrecy"] {
        assert!(has(name), "{name} is linked in");
    }
    for name in [
        "libtest-mimic",
        "protox",
        "serde_derive",
        "anstream",
        "ring",
    ] {
        assert!(!has(name), "{name} is not linked in");
    }
    for part in parts {
        let checksum = part["hashes"][0]["content"].as_str();
        assert_eq!(checksum.map(str::len), Some(64), "{part}");
        let license = part["licenses"][0]["expression"].as_str();
        assert!(license.is_some_and(|it| !it.is_empty()), "{part}");
        let (name, version) = (part["name"].as_str(), part["version"].as_str());
        let purl = format!("pkg:cargo/{}@{}", name.unwrap(), version.unwrap());
        assert_eq!(part["purl"], purl.as_str());
    }
    let needs = bill["dependencies"]
        .as_array()
        .expect("it says who needs whom");
    assert_eq!(needs.len(), parts.len() + 1);
}

fn run(program: &str, arguments: &[&str]) {
    let mut command = Command::new(program);
    let ended = command.args(arguments).current_dir(ROOT).output();
    let ended = ended.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(ended.status.success(), "{command:?}: {said}");
}

fn json_ending_in(folder: &Path, end: &str) -> Value {
    let mut entries = std::fs::read_dir(folder)
        .expect("it is our own folder")
        .flatten();
    let file = entries.find(|it| it.file_name().to_string_lossy().ends_with(end));
    let file = file.unwrap_or_else(|| panic!("no {end}")).path();
    serde_json::from_slice(&std::fs::read(file).expect("it was written")).expect("it is JSON")
}
