//! Terraform or OpenTofu with our provider, in a folder and a home of its own.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Read,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{host::BINARY, mlflow::Server};

/// As everywhere in this repository; the host knows our binary by it.
const SOURCE: &str = "mlflow-rs/mlflow";
const LIMIT: Duration = Duration::from_secs(300);
/// All that a command gets to see of our own environment.
const INHERITED: [&str; 4] = ["PATH", "TMPDIR", "LANG", "LLVM_PROFILE_FILE"];

/// A folder with a configuration and, after an apply, a state.
#[derive(Debug)]
pub struct Workspace {
    dir: TempDir,
    environment: BTreeMap<String, String>,
}

/// A command that has ended, whatever its result.
#[derive(Debug)]
pub struct Run {
    command: String,
    status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Workspace {
    /// `config`, with a provider block for `server`.
    pub fn new(server: &Server, config: &str) -> Self {
        Self::at(&server.url(), config)
    }

    /// `config`, with a provider block for whatever is at `tracking_uri`.
    pub fn at(tracking_uri: &str, config: &str) -> Self {
        let provider = format!("provider \"mlflow\" {{\n  tracking_uri = {tracking_uri:?}\n}}\n");
        Self::bare(&format!("{provider}\n{config}"))
    }

    /// `config` with nothing but the provider's source address added.
    pub fn bare(config: &str) -> Self {
        let workspace = Self::empty();
        workspace.write("versions.tf", &versions());
        workspace.write("main.tf", config);
        workspace
    }

    /// `config` as it is, without our provider.
    pub fn plain(config: &str) -> Self {
        let workspace = Self::empty();
        workspace.write("main.tf", config);
        workspace
    }

    fn empty() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("terraform-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let workspace = Self {
            dir: dir.expect("the build folder can be written to"),
            environment: BTreeMap::new(),
        };
        workspace.write("home/cli.tfrc", &cli_config());
        workspace.clean_environment()
    }

    fn clean_environment(mut self) -> Self {
        for name in INHERITED {
            if let Ok(value) = env::var(name) {
                self.environment.insert(name.into(), value);
            }
        }
        let home = self.path("home");
        let config = home.join("cli.tfrc");
        self.environment
            .insert("HOME".into(), home.display().to_string());
        self.environment
            .insert("TF_CLI_CONFIG_FILE".into(), config.display().to_string());
        self.environment
            .insert("CHECKPOINT_DISABLE".into(), "1".into());
        self.environment
            .insert("TF_IN_AUTOMATION".into(), "1".into());
        self
    }

    /// Sets an environment name for every later command.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Lets the host find another provider, `NAMESPACE/TYPE`, which is our own binary again: enough
    /// where a state names it and none of its types is used.
    pub fn beside(self, source: &str) -> Self {
        let kind = source.rsplit('/').next().unwrap_or(source);
        let folder = self.path("home/other");
        let binary = folder.join(format!("terraform-provider-{kind}"));
        fs::create_dir_all(&folder)
            .and_then(|()| std::os::unix::fs::symlink(&*BINARY, binary))
            .expect("it is our own folder");
        let other = format!("  dev_overrides {{\n    {source:?} = {folder:?}");
        let config = cli_config().replace("  dev_overrides {", &other);
        self.write("home/cli.tfrc", &config);
        self
    }

    /// Whether the host cannot move a state from one type to another, and says so.
    pub fn is_refused_by_old_hosts(&self) -> bool {
        let old = host_version() < (1, 8);
        if old {
            let says = ["Resource type mismatch"];
            self.plan().expect_error_containing(&says);
        }
        old
    }

    /// Gives an input variable its value.
    pub fn var(self, name: &str, value: &str) -> Self {
        self.env(&format!("TF_VAR_{name}"), value)
    }

    /// Writes a file, such as a new `main.tf`.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        let folder = path.parent().expect("a file in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, content))
            .expect("it is our own");
    }

    /// Replaces the configuration, with the provider block for `server`.
    pub fn reconfigure(&self, server: &Server, config: &str) {
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            server.url()
        );
        self.write("main.tf", &format!("{provider}\n{config}"));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn validate(&self) -> Run {
        self.run(&["validate"])
    }

    pub fn plan(&self) -> Run {
        self.run(&["plan", "-input=false"])
    }

    pub fn apply(&self) -> Run {
        self.run(&["apply", "-input=false", "-auto-approve"])
    }

    pub fn destroy(&self) -> Run {
        self.run(&["destroy", "-input=false", "-auto-approve"])
    }

    pub fn import(&self, address: &str, id: &str) -> Run {
        self.run(&["import", "-input=false", address, id])
    }

    /// Whether a plan finds nothing to do; a plan that fails fails the test.
    pub fn plan_is_clean(&self) -> bool {
        let run = self.run(&["plan", "-input=false", "-detailed-exitcode"]);
        match run.status.code() {
            Some(0) => true,
            Some(2) => false,
            _ => panic!("{}", run.report()),
        }
    }

    pub fn expect_clean_plan(&self) {
        let run = self.run(&["plan", "-input=false", "-detailed-exitcode"]);
        assert_eq!(
            run.status.code(),
            Some(0),
            "the plan is not clean: {}",
            run.report()
        );
    }

    /// A plan as JSON, after `terraform show -json`.
    pub fn plan_json(&self) -> Value {
        self.run(&["plan", "-input=false", "-out=tfplan"])
            .expect_ok();
        self.run(&["show", "-json", "tfplan"]).expect_ok().json()
    }

    /// What a plan would do, without the resources that it leaves alone: `("address", "update")`.
    /// A replacement is `delete-create` or `create-delete`.
    pub fn planned_actions(&self) -> Vec<(String, String)> {
        let plan = self.plan_json();
        let changes = plan["resource_changes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut actions: Vec<_> = changes.iter().map(planned_action).collect();
        actions.retain(|(_, action)| action != "no-op" && action != "read");
        actions
    }

    /// The state as JSON, after `terraform show -json`.
    pub fn state_json(&self) -> Value {
        self.run(&["show", "-json"]).expect_ok().json()
    }

    /// The attributes of a managed resource in the state.
    pub fn resource(&self, address: &str) -> Value {
        let state = self.state_json();
        let found = state["values"]["root_module"]["resources"]
            .as_array()
            .and_then(|all| all.iter().find(|resource| resource["address"] == address));
        let found = found.unwrap_or_else(|| panic!("{address} is not in the state: {state:#}"));
        found["values"].clone()
    }

    /// The state file as it lies on disk, to look for what must not be in it.
    pub fn state_text(&self) -> String {
        fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default()
    }

    /// Alters the state file by hand, as time does to what it says of ids: a server gives them again.
    pub fn restate(&self, from: &str, to: &str) {
        let state = self.state_text();
        assert!(state.contains(from), "{from} is not in {state}");
        self.write("terraform.tfstate", &state.replace(from, to));
    }

    /// An apply of what was planned before anybody looked again.
    pub fn apply_unrefreshed(&self) -> Run {
        self.run(&["apply", "-input=false", "-auto-approve", "-refresh=false"])
    }

    /// Any other command, such as `["state", "rm", "mlflow_webhook.x"]`.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.start(arguments).ended()
    }

    /// Any command, with a Ctrl-C once `begun` returns; and how long it took to end after that.
    pub fn interrupt(&self, arguments: &[&str], begun: impl FnOnce()) -> (Run, Duration) {
        let started = self.start(arguments);
        begun();
        let since = Instant::now();
        // A terminal sends it to the host and to all that the host has started.
        let group = format!("-{}", started.child.id());
        let sent = Command::new("kill").args(["-INT", "--", &group]).status();
        assert!(sent.expect("there is a kill").success());
        (started.ended(), since.elapsed())
    }

    fn start(&self, arguments: &[&str]) -> Started {
        let mut command = Command::new(terraform());
        command.process_group(0);
        command.args(arguments).current_dir(self.dir.path());
        command.env_clear().envs(&self.environment);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!(
                "cannot run {}: {error}. Install Terraform or OpenTofu",
                terraform()
            )
        });
        Started {
            stdout: collect(child.stdout.take().expect("it is piped")),
            stderr: collect(child.stderr.take().expect("it is piped")),
            child,
            command: format!("{} {}", terraform(), arguments.join(" ")),
        }
    }
}

/// A command that runs, in a process group of its own.
struct Started {
    child: Child,
    command: String,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

impl Started {
    fn ended(mut self) -> Run {
        let status = await_end(&mut self.child, &self.command);
        let text = |thread: JoinHandle<String>| thread.join().expect("reading does not panic");
        Run {
            command: self.command,
            status,
            stdout: plain(&text(self.stdout)),
            stderr: plain(&text(self.stderr)),
        }
    }
}

impl Run {
    pub fn is_ok(&self) -> bool {
        self.status.success()
    }

    pub fn expect_ok(self) -> Self {
        assert!(self.is_ok(), "{}", self.report());
        self
    }

    /// The command failed, and its errors say each of `parts`. Line wrapping does not matter.
    pub fn expect_error_containing(self, parts: &[&str]) -> Self {
        assert!(!self.is_ok(), "it should have failed: {}", self.report());
        let errors = unwrapped(&self.stderr);
        for part in parts {
            assert!(
                errors.contains(&unwrapped(part)),
                "no {part:?} in: {}",
                self.report()
            );
        }
        self
    }

    /// Whether the command failed, and its errors say this. For tables that report all that is wrong.
    pub fn is_refused_with(&self, part: &str) -> bool {
        !self.is_ok() && unwrapped(&self.stderr).contains(&unwrapped(part))
    }

    /// Everything that was printed, unwrapped, to look for a phrase.
    pub fn text(&self) -> String {
        unwrapped(&format!("{}\n{}", self.stdout, self.stderr))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {}", self.report()))
    }

    fn report(&self) -> String {
        let Self {
            command,
            status,
            stdout,
            stderr,
        } = self;
        format!("`{command}` ended with {status}\n{stdout}\n{stderr}")
    }
}

/// The command that tests use: `terraform`, unless `MLFLOW_TEST_TERRAFORM` names another.
pub fn terraform() -> String {
    env::var("MLFLOW_TEST_TERRAFORM").unwrap_or_else(|_| "terraform".into())
}

/// The first two numbers of the host's version.
pub fn host_version() -> (u64, u64) {
    let told = Workspace::plain("").run(&["version", "-json"]).expect_ok();
    let version = told.json()["terraform_version"].clone();
    let mut parts = version.as_str().unwrap_or_default().split('.');
    let mut part = || parts.next().and_then(|it| it.parse().ok()).unwrap_or(0);
    (part(), part())
}

/// The first version of Terraform that can read this.
pub fn needed_version(config: &str) -> (u64, u64) {
    let says = |what: &str| config.contains(what);
    let features = [
        ("= caller.", (1, 16)),
        ("action \"", (1, 14)),
        ("  identity = {", (1, 12)),
        ("_wo_version", (1, 11)),
        ("ephemeral", (1, 10)),
        ("provider::mlflow::", (1, 8)),
    ];
    let query = is_query(config).then_some((1, 14));
    let needed = features.into_iter().filter(|(what, _)| says(what));
    let needed = needed.map(|(_, version)| version).chain(query);
    needed.max().unwrap_or((1, 5))
}

/// For `terraform query`, which has files of its own.
pub fn is_query(config: &str) -> bool {
    config.contains("\nlist \"") || config.starts_with("list \"")
}

/// Where our provider comes from; a module below the root needs it, too.
pub fn versions() -> String {
    format!(
        "terraform {{\n  required_providers {{\n    mlflow = {{ source = {SOURCE:?} }}\n  }}\n}}\n"
    )
}

fn cli_config() -> String {
    let folder = Path::new(&*BINARY)
        .parent()
        .expect("a binary is in a folder");
    format!(
        "provider_installation {{\n  dev_overrides {{\n    {SOURCE:?} = {folder:?}\n  }}\n  direct {{}}\n}}\n"
    )
}

fn planned_action(change: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let actions = change["change"]["actions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let actions: Vec<String> = actions.iter().map(text).collect();
    (text(&change["address"]), actions.join("-"))
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut octets = Vec::new();
        // What was read before an error is still worth showing.
        let _ = pipe.read_to_end(&mut octets);
        String::from_utf8_lossy(&octets).into_owned()
    })
}

fn await_end(child: &mut Child, command: &str) -> ExitStatus {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().expect("it is our own child") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("{command} did not end within {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The text without colours.
fn plain(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| {
        plain + piece.split_once('m').map_or(piece, |(_, rest)| rest)
    })
}

/// The text on one line, without the frame that Terraform draws around messages.
fn unwrapped(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || "│╷╵".contains(letter));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
