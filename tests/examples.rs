//! Every example that Terraform can apply applies as it stands, plans clean, and goes away again.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use serde_json::json;

use crate::support::mlflow::Server;
use crate::support::receiver::Receiver;
use crate::support::terraform::Workspace;
use crate::support::unique;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// A kind of example: its folder, and how the names of its files begin. Actions and lists are not
/// among them: Terraform can read those only from 1.14 on.
const KINDS: [(&str, &str); 4] = [
    ("resources", "resource"),
    ("data-sources", "data-source"),
    ("ephemeral-resources", "ephemeral-resource"),
    ("functions", "function"),
];

/// The one example that does not plan clean: hosts read data in a `check` at each plan.
const READ_AT_EACH_PLAN: &str = "data-sources/mlflow_webhook_test/data-source.tf";

/// One for each file: the generated documentation shows each as an example of its own.
pub fn trials() -> Vec<Trial> {
    KINDS.into_iter().flat_map(trials_of).collect()
}

fn trials_of((kind, prefix): (&str, &str)) -> Vec<Trial> {
    let folders = files_in(&Path::new(EXAMPLES).join(kind));
    let files = folders.iter().flat_map(|folder| files_in(folder));
    let mut examples: Vec<PathBuf> = files.filter(|file| is_example(file, prefix)).collect();
    examples.sort();
    examples.into_iter().map(trial).collect()
}

fn trial(example: PathBuf) -> Trial {
    let name = name(&example);
    Trial::test(format!("examples::{name}"), move || {
        applies_as_it_stands(&example);
        Ok(())
    })
}

/// The variables are all that an example may ask for.
fn applies_as_it_stands(example: &Path) {
    let (server, receiver, team) = (Server::shared(), Receiver::start(), unique("team"));
    let existing = format!("{team}-made-elsewhere");
    let config = fs::read_to_string(example).expect("examples are text");
    let made = server.rest().create_webhook(&json!({
        "name": existing,
        "url": receiver.url(),
        "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
    }));
    let workspace = Workspace::new(server, &config)
        .var("webhook_url", &receiver.url())
        .var("webhook_secret", "s3cret")
        .var("webhook_name", &existing)
        .var("team", &team);
    workspace.apply().expect_ok();
    if name(example) != READ_AT_EACH_PLAN {
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
    let id = made["webhook_id"].as_str().expect("it was created");
    server.rest().delete_webhook(id);
}

/// Its path below the folder of all examples.
fn name(example: &Path) -> String {
    let name = example.strip_prefix(EXAMPLES).expect("it was found there");
    name.display().to_string()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}

fn is_example(file: &Path, prefix: &str) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(prefix) && name.ends_with(".tf")
}
