//! Every example of a resource applies as it stands, plans clean, and goes away again.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::support::mlflow::Server;
use crate::support::receiver::Receiver;
use crate::support::terraform::Workspace;

const RESOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/resources");

/// One for each `resource*.tf`: the generated documentation shows each as an example of its own.
pub fn trials() -> Vec<Trial> {
    let mut examples: Vec<PathBuf> = files_in(Path::new(RESOURCES))
        .iter()
        .flat_map(|folder| files_in(folder))
        .filter(|file| is_example(file))
        .collect();
    examples.sort();
    examples.into_iter().map(trial).collect()
}

fn trial(example: PathBuf) -> Trial {
    let name = example
        .strip_prefix(RESOURCES)
        .expect("it was found there")
        .display()
        .to_string();
    Trial::test(format!("examples::{name}"), move || {
        applies_as_it_stands(&example);
        Ok(())
    })
}

/// The variables are all that an example may ask for.
fn applies_as_it_stands(example: &Path) {
    let receiver = Receiver::start();
    let config = fs::read_to_string(example).expect("examples are text");
    let workspace = Workspace::new(Server::shared(), &config)
        .var("webhook_url", &receiver.url())
        .var("webhook_secret", "s3cret");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}

fn is_example(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("resource") && name.ends_with(".tf")
}
