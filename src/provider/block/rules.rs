//! What is wrong with a provider block as a whole, said without any network.

use super::{
    config::Config,
    foreign,
    location::{Location, Origin},
};
use crate::{
    api::{Environment, given::mistaken, workspaces::is_name},
    framework::{Attr, Diagnostic, Diagnostics, Path},
    provider::explain::capitalised,
};

/// Everything wrong with the block itself. What the environment adds is judged at first use; here it only
/// says what may settle a conflict.
pub(crate) fn validate(config: &Config, environment: &Environment) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(uri_and_databricks(config));
    let uri = config.tracking_uri.known();
    let location = uri.map(|uri| Location::parse(uri, Origin::Argument("tracking_uri")));
    match location.transpose() {
        Err(told) => found.extend([told]),
        Ok(Some(Location::Databricks { .. })) => found.extend(foreign::refused(config)),
        Ok(None) if config.databricks.known().is_some() => found.extend(foreign::refused(config)),
        Ok(_) => {}
    }
    found.extend(mistaken_arguments(config));
    found.extend(databricks_problems(config, environment));
    found
}

/// What is wrong with the block of a workspace, as far as the block alone says.
fn databricks_problems(config: &Config, environment: &Environment) -> Vec<Diagnostic> {
    let Some(databricks) = config.databricks.known() else {
        return Vec::new();
    };
    let auth = databricks.auth(&Environment::default());
    let set = |name: &str| environment.get(name).is_some();
    let may_be_settled = databricks.is_given("auth_type")
        || databricks.is_given("profile")
        || may_name_a_profile(&config.tracking_uri)
        || set("DATABRICKS_AUTH_TYPE")
        || set("DATABRICKS_CONFIG_PROFILE");
    let conflict = auth.conflict().filter(|_| !may_be_settled);
    let problems = auth.problems().into_iter().chain(conflict);
    let at = Path::attribute("databricks");
    problems
        .map(|(name, why)| Diagnostic::error("Invalid Databricks Argument", why).at(at.then(name)))
        .collect()
}

fn may_name_a_profile(uri: &Attr<String>) -> bool {
    !uri.is_null() && uri.known().is_none_or(|it| it != "databricks")
}

/// Arguments that hold what they cannot mean, such as a certificate's text instead of its path.
fn mistaken_arguments(config: &Config) -> Vec<Diagnostic> {
    let workspace = config.workspace.known();
    let workspace = workspace.and_then(|it| invalid_workspace(it, "the argument workspace"));
    let own = [
        ("ca_cert_file", &config.ca_cert_file, "the path of a file"),
        (
            "client_cert_file",
            &config.client_cert_file,
            "the path of a file",
        ),
    ];
    let own = own.into_iter().filter_map(|(name, argument, expected)| {
        let holds = mistaken(argument.known()?)?;
        Some(wrong_kind(Path::attribute(name), name, holds, expected))
    });
    let databricks = config.databricks.known_or_default();
    let databricks = databricks.auth(&Environment::default());
    let within = databricks.mistaken().map(|(name, holds, expected)| {
        let path = Path::attribute("databricks").then(name);
        wrong_kind(path, name, holds, expected)
    });
    own.chain(within)
        .chain(workspace.map(|it| it.at(Path::attribute("workspace"))))
        .collect()
}

/// MLflow's own rule, by which no server has a workspace of another name.
pub(super) fn invalid_workspace(name: &str, origin: &str) -> Option<Diagnostic> {
    if name.is_empty() || (is_name(name) && mistaken(name).is_none()) {
        return None;
    }
    let holds = mistaken(name).map(|it| format!(" It holds {it}."));
    let detail = format!(
        "{} must be the name of a workspace: 2 to 63 lower-case letters, digits and hyphens, \
         with a letter or a digit at both ends.{}",
        capitalised(origin),
        holds.unwrap_or_default()
    );
    Some(Diagnostic::error("Invalid Workspace Name", detail))
}

fn wrong_kind(path: Path, name: &str, holds: &str, expected: &str) -> Diagnostic {
    let advice = match expected {
        "the path of a file" => " Write what it holds to a file, and give the file's path.",
        _ => "",
    };
    let detail = format!("{name} holds {holds} and not {expected}.{advice}");
    Diagnostic::error("Wrong Kind of Value", detail).at(path)
}

fn uri_and_databricks(config: &Config) -> Option<Diagnostic> {
    let is_http = |uri: &String| uri.starts_with("http://") || uri.starts_with("https://");
    let http = config.tracking_uri.known().is_some_and(is_http);
    (http && config.databricks.known().is_some()).then(|| {
        Diagnostic::error(
            "Two Registries Configured",
            "tracking_uri names an MLflow server and databricks a Databricks workspace. One \
             provider block manages one registry: remove one of them, or use an alias for each.",
        )
        .at(Path::attribute("databricks"))
    })
}
