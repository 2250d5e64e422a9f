//! `terraform-provider-mlflow export`: the webhooks of a registry as configuration that takes them
//! over. Start at [`Export::run`].

mod configuration;
mod hcl;
mod names;
mod output;

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use regex_lite::Regex;
use tokio_util::sync::CancellationToken;

use super::{
    block::{self, Client, Config},
    explain,
    webhook::{Filter, event_named},
};
use crate::{
    api::{Environment, Event, Registry, Status, Webhook},
    framework::{Diagnostic, Diagnostics, Severity},
};
use configuration::{File, Setting, files, obstacle, title};

/// Write the registry's webhooks as Terraform configuration
///
/// Writes a resource block and an import block for each webhook: `terraform plan` then shows what
/// is imported, and `terraform apply` takes it over.
///
/// The registry is the one that an empty provider block would mean: set MLFLOW_TRACKING_URI, and
/// MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN, MLFLOW_WORKSPACE
/// and so on as for any MLflow client.
///
/// No registry tells the secrets of its webhooks. They are left out, and stay as they are.
#[derive(Clone, Debug, clap::Args)]
pub struct Export {
    /// Write files into this folder, not to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Replace files that are there already
    #[arg(long, requires = "out")]
    force: bool,

    /// Also write the terraform block that names this provider
    #[arg(long)]
    with_provider: bool,

    /// Only webhooks that listen to this one registered model (Databricks)
    #[arg(long, value_name = "MODEL")]
    model_name: Option<String>,

    /// Only webhooks that this event fires, such as model_version.created; may be repeated
    #[arg(long = "event", value_name = "EVENT", value_parser = event_named)]
    events: Vec<Event>,

    /// Only webhooks of this status: ACTIVE, DISABLED or TEST_MODE
    #[arg(long, value_parser = status)]
    status: Option<Status>,

    /// Only webhooks in whose name this regular expression finds a match
    #[arg(long, value_name = "REGEX", value_parser = Regex::new)]
    name_regex: Option<Regex>,
}

/// Why nothing was exported.
#[derive(Debug)]
pub struct Failed(Diagnostics);

impl std::error::Error for Failed {}

/// What is told to people: each error under its title.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<_> = self.0.iter().map(told).collect();
        f.write_str(&told.join("\n"))
    }
}

impl Export {
    /// Exports the webhooks of the registry that this environment means. Ctrl-C ends it.
    ///
    /// # Errors
    /// When there is no registry, it cannot be read, or the result cannot be written.
    pub fn run(&self, environment: &Environment) -> Result<ExitCode, Failed> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failed(no_runtime(&error).into()))?;
        let outcome = runtime.block_on(async {
            tokio::select! {
                // First, so that the signal is listened for before anything is sent.
                biased;
                _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
                outcome = self.export(environment) => outcome.map(|()| ExitCode::SUCCESS),
            }
        });
        // A reader that takes its time is not waited for.
        runtime.shutdown_background();
        outcome.map_err(Failed)
    }

    async fn export(&self, environment: &Environment) -> Result<(), Diagnostics> {
        let client = configured(environment);
        let registry = client.known_registry()?;
        let source = source(registry);
        progress(&format!("Listing the webhooks of {source}"));
        let webhooks = self.webhooks(registry).await?;
        if webhooks.is_empty() {
            say(&format!("No webhooks to export from {source}."));
            return Ok(());
        }
        webhooks
            .iter()
            .filter_map(left_out)
            .for_each(|it| say(&told(&it)));
        let setting = Setting {
            source: &source,
            with_provider: self.with_provider,
        };
        self.write(files(&webhooks, &setting)).await?;
        progress(&format!("Exported {} webhooks", webhooks.len()));
        Ok(())
    }

    async fn webhooks(&self, registry: &Registry) -> Result<Vec<Webhook>, Diagnostic> {
        let listed = registry.all(None, &CancellationToken::new()).await;
        let mut webhooks = listed.map_err(|error| explain::explain(&error))?;
        let filter = self.filter();
        webhooks.retain(|it| filter.passes(it));
        Ok(webhooks)
    }

    fn filter(&self) -> Filter {
        Filter {
            model_name: self.model_name.clone(),
            events: self.events.iter().copied().collect(),
            status: self.status.as_ref().map(|it| it.as_str().to_owned()),
            name: self.name_regex.clone(),
        }
    }

    /// Files come quickly. A pipe may be full for long, which must not keep anyone from Ctrl-C.
    async fn write(&self, files: Vec<File>) -> Result<(), Diagnostics> {
        match &self.out {
            Some(folder) => output::to_folder(&files, folder, self.force),
            None => {
                let written =
                    tokio::task::spawn_blocking(move || output::to_standard_output(&files));
                written.await.unwrap_or(Ok(()))
            }
        }
    }
}

/// As shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

fn status(name: &str) -> Result<Status, String> {
    Status::parse(name).ok_or_else(|| "expected ACTIVE, DISABLED or TEST_MODE".to_owned())
}

/// What an empty provider block would give.
fn configured(environment: &Environment) -> Client {
    let mut warnings = Diagnostics::new();
    let client = block::connect(&Config::default(), environment, &mut warnings);
    warnings.iter().for_each(|it| say(&told(it)));
    client
}

fn source(registry: &Registry) -> String {
    registry.workspace().map_or_else(
        || registry.address().to_owned(),
        |workspace| format!("{}, workspace {workspace:?}", registry.address()),
    )
}

fn left_out(webhook: &Webhook) -> Option<Diagnostic> {
    let obstacle = obstacle(webhook)?;
    let detail = format!(
        "Webhook {} has {obstacle}. A configuration for this version of the provider cannot hold \
         that, and without it an apply would change the webhook, so it is left out. Use a newer \
         version of the provider, or change the webhook.",
        title(webhook)
    );
    Some(Diagnostic::warning("Webhook Left Out", detail))
}

fn no_runtime(error: &io::Error) -> Diagnostic {
    let detail =
        format!("The system refuses what every connection needs.\n\nOriginal error: {error}");
    Diagnostic::error("Export Not Started", detail)
}

fn told(diagnostic: &Diagnostic) -> String {
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
fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(text);
    }
}

/// Nobody may be left to read it.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Target;

    pub(super) fn webhook(id: &str, name: &str) -> Webhook {
        Webhook {
            id: id.to_owned(),
            name: Some(name.to_owned()),
            model_name: None,
            events: [Event::REGISTERED_MODEL_CREATED].into(),
            other_events: Default::default(),
            description: None,
            status: Status::Active,
            creation_timestamp: 1,
            last_updated_timestamp: 2,
            target: Target::Http {
                url: "https://ci.example.com/hook".to_owned(),
                enable_ssl_verification: true,
            },
        }
    }

    pub(super) fn job(id: &str, job_id: &str) -> Webhook {
        Webhook {
            name: None,
            model_name: Some("churn".to_owned()),
            target: Target::Job {
                job_id: job_id.to_owned(),
                workspace_url: None,
            },
            ..webhook(id, "")
        }
    }

    #[test]
    fn a_failure_is_told_with_its_title_and_advice() {
        let nowhere = Export {
            out: None,
            force: false,
            with_provider: false,
            model_name: None,
            events: vec![],
            status: None,
            name_regex: None,
        };
        let failed = nowhere
            .run(&Environment::default())
            .unwrap_err()
            .to_string();
        assert!(failed.starts_with("Error: "), "{failed}");
        assert!(failed.contains("MLFLOW_TRACKING_URI"), "{failed}");
    }

    #[test]
    fn what_is_left_out_is_warned_of() {
        assert_eq!(left_out(&webhook("1", "fine")), None);
        let newer = Webhook {
            other_events: ["run.finished".to_owned(), "run.started".to_owned()].into(),
            ..webhook("7", "newer")
        };
        let warning = told(&left_out(&newer).unwrap());
        assert!(
            warning.starts_with("Warning: Webhook Left Out\n"),
            "{warning}"
        );
        let says = "\"newer\" (7) has the events \"run.finished\", \"run.started\".";
        assert!(warning.contains(says), "{warning}");
    }
}
