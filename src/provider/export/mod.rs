//! `terraform-provider-mlflow export`: what a server has, as configuration that takes it over. Start at
//! [`Export::run`].

mod document;
mod files;
mod layout;
mod literal;
mod names;
mod output;
mod texts;
mod words;

use std::{collections::BTreeSet, fmt, path::PathBuf, process::ExitCode, sync::Arc};

use regex_lite::Regex;
use tokio_util::sync::CancellationToken;

use super::{
    Mlflow,
    block::{self, Config, Configured},
    explain,
    webhook::event_named,
};
use crate::{
    api::{Environment, Event, Server, Status, plural},
    framework::{Catalogue, Context, Diagnostics, Exported, Provider, Value},
};
use document::Kinds;
use files::{Setting, files};
use texts::File;
use words::{left_out, no_runtime, not_exported, noun, progress, say, suffix, told};

/// Write what a server has as Terraform configuration
///
/// Writes a resource block and an import block for each object: `terraform plan` then shows what
/// is imported, and `terraform apply` takes it over. What belongs together refers to each other.
///
/// The server is the one that an empty provider block would mean: set MLFLOW_TRACKING_URI, and
/// MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN, MLFLOW_WORKSPACE
/// and so on as for any MLflow client.
///
/// No server tells secrets. They are left out, and stay as they are.
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

    /// Only these types, such as webhooks,registered_models
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = type_named)]
    only: Vec<&'static str>,

    /// Also versions of models and prompts, which are left out unless asked for: they are history
    #[arg(long)]
    versions: bool,

    /// Only what lives in this workspace; may be repeated. Without: in that of MLFLOW_WORKSPACE, or in all
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    workspaces: Vec<String>,

    /// Only what has a name that begins like this
    #[arg(long, value_name = "PREFIX")]
    name_prefix: Option<String>,

    /// Only what has a name in which this regular expression finds a match
    #[arg(long, value_name = "REGEX", value_parser = Regex::new)]
    name_regex: Option<Regex>,

    /// Only webhooks, those that listen to this one registered model (Databricks)
    #[arg(long, value_name = "MODEL")]
    model_name: Option<String>,

    /// Only webhooks, those that this event fires, such as model_version.created; may be repeated
    #[arg(long = "event", value_name = "EVENT", value_parser = event_named)]
    events: Vec<Event>,

    /// Only webhooks, those of this status: ACTIVE, DISABLED or TEST_MODE
    #[arg(long, value_parser = status)]
    status: Option<Status>,
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
    /// Exports what the server has that this environment means. Ctrl-C ends it.
    ///
    /// # Errors
    /// When there is no server, it cannot be read, or the result cannot be written.
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
        let source = self.source(client.known_server()?);
        let cx = Context::new(Arc::new(client), CancellationToken::new());
        let kinds = self.kinds(&cx, &source).await?;
        let count: usize = kinds.iter().map(|it| it.objects.len()).sum();
        if count == 0 {
            say(&format!("Nothing to export from {source}."));
            return Ok(());
        }
        kinds
            .iter()
            .flat_map(left_out)
            .for_each(|it| say(&told(&it)));
        let setting = Setting {
            source: &source,
            with_provider: self.with_provider,
            has_folder: self.out.is_some(),
        };
        self.write(files(&kinds, &setting)).await?;
        progress(&format!("Exported {count} objects"));
        Ok(())
    }

    /// All types that are wanted, with their objects. What the server does not have, or does not show to
    /// this login, is told; where nothing can be had, that is the end.
    async fn kinds(
        &self,
        cx: &Context<Configured>,
        source: &str,
    ) -> Result<Vec<Kinds>, Diagnostics> {
        let (catalogue, mut kinds, mut missing) = (catalogue(), Vec::new(), Vec::new());
        let places = self.places(&catalogue, cx).await?;
        for resource in &catalogue.resources {
            let type_name = resource.type_name;
            if !self.wants(&catalogue, type_name) {
                continue;
            }
            progress(&format!("Listing {} of {source}", plural(&noun(type_name))));
            match self.objects(&catalogue, cx, type_name, &places).await {
                Ok(objects) => kinds.push(Kinds {
                    type_name,
                    schema: resource.schema(),
                    objects,
                }),
                Err(why) if self.only.is_empty() && is_absence(&why) => {
                    missing.push((type_name, why));
                }
                Err(why) => return Err(why),
            }
        }
        for (type_name, why) in missing {
            if kinds.is_empty() {
                return Err(why);
            }
            say(&not_exported(type_name, &why));
        }
        Ok(kinds)
    }

    /// The workspaces to look in: those that are asked for, the one that is configured, or else all that
    /// the server shows. One that has none, or shows none to this login, is looked at as a whole.
    async fn places(
        &self,
        catalogue: &Catalogue<Configured>,
        cx: &Context<Configured>,
    ) -> Result<Vec<Value>, Diagnostics> {
        if !self.workspaces.is_empty() {
            return Ok(self.workspaces.iter().map(Value::string).collect());
        }
        let server = cx.client().known_server();
        if server.is_ok_and(|it| it.workspace().is_some()) {
            return Ok(vec![Value::Null]);
        }
        let config = self.list_of(Value::Null);
        let all = match catalogue.export(cx, WORKSPACE, config).await {
            Err(why) if !is_absence(&why) => return Err(why),
            all => all.unwrap_or_default(),
        };
        let named = all.into_iter().map(|it| it.display_name);
        let named = named.filter(|it| it != DEFAULT).map(Value::string);
        Ok(std::iter::once(Value::Null).chain(named).collect())
    }

    /// The objects of one type, in these workspaces.
    async fn objects(
        &self,
        catalogue: &Catalogue<Configured>,
        cx: &Context<Configured>,
        type_name: &str,
        places: &[Value],
    ) -> Result<Vec<Exported>, Diagnostics> {
        let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
        for workspace in places {
            let config = self.list_of(workspace.clone());
            let mut found = catalogue.export(cx, type_name, config).await?;
            cx.take_warnings().iter().for_each(|it| say(&told(it)));
            found.retain(|it| self.passes(it) && seen.insert(it.import_id.clone()));
            all.extend(found);
        }
        all.sort_by(|a, b| (&a.display_name, &a.import_id).cmp(&(&b.display_name, &b.import_id)));
        Ok(all)
    }

    fn wants(&self, catalogue: &Catalogue<Configured>, type_name: &str) -> bool {
        let mut lists = catalogue.list_resources.iter();
        let Some(list) = lists.find(|it| it.type_name == type_name) else {
            return false;
        };
        let arguments = list.schema().body.attributes;
        let lives_in_one = arguments.iter().any(|it| it.name == "workspace");
        let of_webhooks =
            self.model_name.is_some() || self.status.is_some() || !self.events.is_empty();
        let mut resources = catalogue.resources.iter();
        let resource = resources.find(|it| it.type_name == type_name);
        let is_history = resource.is_some_and(|it| it.schema().is_history) && !self.versions;
        let named = match self.only.is_empty() {
            // What belongs to the whole server belongs to none of the workspaces that are asked for.
            true => !is_history && (lives_in_one || self.workspaces.is_empty()),
            false => self.only.contains(&type_name),
        };
        named && (!of_webhooks || type_name == WEBHOOK)
    }

    fn passes(&self, object: &Exported) -> bool {
        let name = &object.display_name;
        let prefix = self.name_prefix.as_deref().unwrap_or_default();
        let regex = self.name_regex.as_ref();
        name.starts_with(prefix) && regex.is_none_or(|it| it.is_match(name))
    }

    /// What a list resource is configured with; each takes of it what it knows.
    fn list_of(&self, workspace: Value) -> Value {
        let events = self.events.iter().map(|it| Value::string(it.to_string()));
        let events = match self.events.is_empty() {
            true => Value::Null,
            false => Value::set(events.collect()),
        };
        let text = |text: Option<&str>| text.map_or(Value::Null, Value::string);
        Value::object([
            ("workspace", workspace),
            ("model_name", text(self.model_name.as_deref())),
            ("status", text(self.status.as_ref().map(Status::as_str))),
            ("events", events),
        ])
    }

    fn source(&self, server: &Server) -> String {
        let own = server.workspace().map(str::to_owned);
        let workspaces: Vec<_> = match self.workspaces.is_empty() {
            true => own.into_iter().collect(),
            false => self.workspaces.clone(),
        };
        let address = server.address();
        match workspaces.as_slice() {
            [] => address.to_owned(),
            [one] => format!("{address}, workspace {one:?}"),
            several => format!("{address}, workspaces {}", several.join(", ")),
        }
    }

    /// Files come quickly. A pipe may be full for long, which must not keep anyone from Ctrl-C.
    async fn write(&self, files: Vec<File>) -> Result<(), Diagnostics> {
        match &self.out {
            Some(folder) => {
                let areas = catalogue().resources.into_iter();
                let areas = areas.map(|it| files::named(it.schema().area));
                let imports = files::named(files::IMPORTS_FILE);
                output::expect_none_without_imports(&files, folder, &imports, areas)?;
                output::to_folder(&files, folder, self.force)
            }
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
fn configured(environment: &Environment) -> Configured {
    let mut warnings = Diagnostics::new();
    let client = block::connect(&Config::default(), environment, &mut warnings);
    warnings.iter().for_each(|it| say(&told(it)));
    client
}

const WEBHOOK: &str = "mlflow_webhook";
const WORKSPACE: &str = "mlflow_workspace";

/// The workspace that is asked without being named.
const DEFAULT: &str = "default";

fn catalogue() -> Catalogue<Configured> {
    Mlflow::new(Environment::default()).catalogue()
}

/// The type that people call so: by its name, or by the plural of what follows `mlflow_`.
fn type_named(text: &str) -> Result<&'static str, String> {
    let all: Vec<_> = catalogue().exportable().collect();
    let found = all
        .iter()
        .find(|it| **it == text || plural(suffix(it)) == text);
    let expected = || {
        let known: Vec<_> = all.iter().map(|it| plural(suffix(it))).collect();
        format!("expected one of {}", known.join(", "))
    };
    found.copied().ok_or_else(expected)
}

/// Whether the server does not have such objects, or does not show them to this login.
fn is_absence(why: &Diagnostics) -> bool {
    why.iter().any(|it| explain::tells_of_absence(&it.summary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_title_and_advice() {
        let nowhere = Export {
            out: None,
            force: false,
            with_provider: false,
            versions: false,
            only: vec![],
            workspaces: vec![],
            name_prefix: None,
            name_regex: None,
            model_name: None,
            events: vec![],
            status: None,
        };
        let failed = nowhere
            .run(&Environment::default())
            .unwrap_err()
            .to_string();
        assert!(failed.starts_with("Error: "), "{failed}");
        assert!(failed.contains("MLFLOW_TRACKING_URI"), "{failed}");
    }

    #[test]
    fn types_go_by_their_names_and_plurals() {
        for (text, type_name) in [
            ("webhooks", "mlflow_webhook"),
            ("registered_model_aliases", "mlflow_registered_model_alias"),
            ("mlflow_registered_model", "mlflow_registered_model"),
        ] {
            assert_eq!(type_named(text), Ok(type_name));
        }
        let told = type_named("webhoks").unwrap_err();
        assert!(told.contains("registered_models, "), "{told}");
    }
}
