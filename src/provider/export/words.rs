//! What people are told on standard error.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, IsTerminal, Write},
};

use super::document::Kinds;
use crate::{
    api::plural,
    framework::{Diagnostic, Diagnostics, Exported, Severity},
    provider::explain,
};

/// A line where the server is one without such objects; else a warning, for they may be there.
pub(super) fn not_exported(type_name: &str, why: &Diagnostics) -> String {
    let of_server = |it: &Diagnostic| explain::tells_of_another_server(&it.summary);
    if let Some(reason) = why.iter().find(|it| of_server(it)) {
        return format!("No {}: {}.", plural(&noun(type_name)), reason.summary);
    }
    let why: Vec<_> = why
        .iter()
        .map(|it| format!("{}. {}", it.summary, it.detail))
        .collect();
    let detail = format!(
        "No {} is among what follows. {}",
        noun(type_name),
        why.join("\n")
    );
    told(&Diagnostic::warning("Not Exported", detail))
}

/// A warning for each reason why objects are not for a configuration.
pub(super) fn left_out(kind: &Kinds) -> Vec<Diagnostic> {
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for object in &kind.objects {
        if let Some(why) = &object.left_out {
            names.entry(why).or_default().insert(named(object));
        }
    }
    let told = names.into_iter().map(|(why, names)| {
        let names: Vec<_> = names.into_iter().collect();
        let detail = format!("{} {}: {why}", kind.type_name, names.join(", "));
        Diagnostic::warning("Left Out", detail)
    });
    told.collect()
}

/// What an object is called, and the workspace that it lives in.
pub(super) fn named(object: &Exported) -> String {
    let workspace = object.state.get("workspace").as_str();
    let place = workspace.map_or_else(String::new, |it| format!(" of workspace {it}"));
    format!("{:?}{place}", object.display_name)
}

pub(super) fn no_runtime(error: &io::Error) -> Diagnostic {
    let detail =
        format!("The system refuses what every connection needs.\n\nOriginal error: {error}");
    Diagnostic::error("Export Not Started", detail)
}

pub(super) fn told(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    format!(
        "{severity}: {}\n\n{}\n",
        diagnostic.summary, diagnostic.detail
    )
}

/// For who is watching; a log has no use for it.
pub(super) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(text);
    }
}

/// Nobody may be left to read it.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

pub(super) fn suffix(type_name: &str) -> &str {
    type_name.trim_start_matches("mlflow_")
}

/// What people call an object of the type.
pub(super) fn noun(type_name: &str) -> String {
    suffix(type_name).replace('_', " ")
}
