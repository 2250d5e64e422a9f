//! Guides followed to the letter, in a new folder with a new home: each file that a guide names is
//! written, and each command in an `sh` block is run. Only ports are others. A block that begins with
//! `# Terminal` keeps running; `shell` blocks are for what a test cannot do, such as installing.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use super::pages::{Page, ROOT};
use crate::support::{
    Case, cases, feature::Feature, mlflow::programs, port::Reserved, process::Supervised,
    terraform::terraform, wait_for,
};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-mlflow");
/// A server starts here, beside whatever else is being tested.
const LIMIT: Duration = Duration::from_secs(240);
/// What guides call the server's and the receiver's port.
const PORTS: [&str; 2] = ["5000", "8000"];

pub fn cases() -> Vec<Case> {
    cases![
        a_newcomer_gets_to_a_verified_delivery_and_an_imported_registry,
        a_module_is_tested_as_the_guide_says,
        a_model_is_named_versioned_promoted_and_ended_as_the_guide_says,
        a_folder_of_prompts_is_versioned_as_the_guide_says,
        an_experiment_is_deleted_and_restored_as_the_guide_says,
        teams_are_given_access_as_the_guide_says,
        an_ai_gateway_is_built_rotated_and_thinned_as_the_guide_says,
    ]
}

fn a_newcomer_gets_to_a_verified_delivery_and_an_imported_registry() {
    let mut walk = Walk::start();
    let receiver = Path::new(ROOT).join("examples/receivers/python/receiver.py");
    fs::copy(receiver, walk.path("receiver.py")).expect("it is our own folder");
    walk.follow("docs/guides/getting-started.md");
    walk.follow("docs/guides/import-and-export.md");
    let said = walk.run();
    let plan = "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.";
    assert!(said.contains(plan), "{said}");
    let promised = Page::at("docs/guides/getting-started.md").blocks();
    let promised = promised.iter().find(|it| it.language == "text");
    let promised = &promised.expect("the guide says what is printed").text;
    wait_for("verified delivery", LIMIT, || {
        walk.logs().contains(promised).then_some(())
    });
}

fn teams_are_given_access_as_the_guide_says() {
    if !Feature::Roles.is_there() {
        return;
    }
    let mut walk = Walk::start();
    walk.follow("docs/guides/access.md");
    let said = walk.run();
    for each in ["10 added, 0 changed, 0 destroyed", "10 destroyed"] {
        assert!(said.contains(each), "no {each:?} in {said}");
    }
}

fn a_module_is_tested_as_the_guide_says() {
    let mut walk = Walk::start();
    walk.follow("docs/guides/testing-webhooks.md");
    let said = walk.run();
    assert!(said.contains("2 passed, 0 failed"), "{said}");
}

fn a_model_is_named_versioned_promoted_and_ended_as_the_guide_says() {
    let mut walk = Walk::start();
    walk.follow("docs/guides/models-and-aliases.md");
    let said = walk.run();
    for each in ["0 added, 2 changed, 0 destroyed", "2 destroyed"] {
        assert!(said.contains(each), "no {each:?} in {said}");
    }
}

fn a_folder_of_prompts_is_versioned_as_the_guide_says() {
    let mut walk = Walk::start();
    walk.follow("docs/guides/prompts-as-code.md");
    let said = walk.run();
    for each in [
        "3 added, 0 changed, 0 destroyed",
        "Summarise in 3 sentences",
        "1 added, 1 changed, 1 destroyed",
        "3 destroyed",
    ] {
        assert!(said.contains(each), "no {each:?} in {said}");
    }
}

fn an_experiment_is_deleted_and_restored_as_the_guide_says() {
    let mut walk = Walk::start();
    walk.follow("docs/guides/experiments-and-workspaces.md");
    let said = walk.run();
    for each in [
        "3 added, 0 changed, 0 destroyed",
        "3 destroyed",
        "Warning: Experiment Is Restored",
        "1 added, 2 changed, 0 destroyed",
    ] {
        assert!(said.contains(each), "no {each:?} in {said}");
    }
}

fn an_ai_gateway_is_built_rotated_and_thinned_as_the_guide_says() {
    if !Feature::Gateway.is_there() {
        return;
    }
    let mut walk = Walk::start();
    walk.follow("docs/guides/ai-gateway.md");
    let said = walk.run();
    for each in [
        "5 added, 0 changed, 0 destroyed",
        "0 added, 1 changed, 0 destroyed",
        "0 added, 1 changed, 1 destroyed",
        "4 destroyed",
    ] {
        assert!(said.contains(each), "no {each:?} in {said}");
    }
}

/// Someone who follows guides.
struct Walk {
    dir: TempDir,
    ports: [Reserved; 2],
    terminals: Vec<Supervised>,
    /// What the last terminal is told, in a row: it is one shell.
    script: String,
}

impl Walk {
    /// With the provider installed as `make install` does.
    fn start() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("walk-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let walk = Self {
            dir: dir.expect("the build folder can be written to"),
            ports: [Reserved::new(), Reserved::new()],
            terminals: Vec::new(),
            script: String::new(),
        };
        for folder in ["home", "bin", "work"] {
            fs::create_dir(walk.dir.path().join(folder)).expect("it is our own folder");
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let host = format!("#!/bin/sh\nPATH='{path}' exec {} \"$@\"\n", terraform());
        let wrapper = walk.dir.path().join("bin/terraform");
        fs::write(&wrapper, host).expect("it is our own folder");
        walk.shell(&format!(
            "chmod +x {wrapper:?} && {ROOT}/scripts/install.sh {PROVIDER}"
        ));
        walk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("work").join(name)
    }

    /// Does what a guide says, up to what the last terminal is told.
    fn follow(&mut self, guide: &str) {
        for block in Page::at(guide).blocks() {
            let text = self.with_own_ports(&block.text);
            if let Some(file) = &block.file {
                self.save(file, &text);
            } else if block.language == "sh" && text.starts_with("# Terminal") {
                self.open_terminal(&text);
            } else if block.language == "sh" {
                self.script.push_str(&text);
            }
        }
    }

    /// Saves a file when its turn comes: now, or between what the last terminal is told.
    fn save(&mut self, file: &str, text: &str) {
        let path = self.path(file);
        let folder = path.parent().expect("a file in a folder");
        fs::create_dir_all(folder).expect("it is our own folder");
        if self.script.is_empty() {
            fs::write(path, text).expect("it is our own folder");
            return;
        }
        let kept = self.dir.path().join(file.replace('/', "_"));
        fs::write(&kept, text).expect("it is our own folder");
        let copy = format!("cp {} {}\n", kept.display(), path.display());
        self.script.push_str(&copy);
    }

    fn with_own_ports(&self, text: &str) -> String {
        let ports = PORTS.iter().zip(&self.ports);
        ports.fold(text.to_owned(), |text, (said, own)| {
            text.replace(said, &own.number().to_string())
        })
    }

    fn open_terminal(&mut self, text: &str) {
        let log = self
            .dir
            .path()
            .join(format!("{}.log", self.terminals.len()));
        let words = ["bash", "-euc", text];
        let terminal = Supervised::spawn(
            &programs().join("python"),
            words.map(OsStr::new),
            &self.environment(),
            &self.path(""),
            &log,
        );
        self.terminals.push(terminal.expect("a shell can be run"));
    }

    /// Tells the last terminal what was gathered, once the others listen.
    fn run(&mut self) -> String {
        for at in 0..self.terminals.len() {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.ports[at].number()));
            wait_for("terminal that listens", LIMIT, || {
                let ended = self.terminals[at].has_ended();
                assert!(!ended, "it ended: {}", self.logs());
                TcpStream::connect(address).ok()
            });
        }
        let script = std::mem::take(&mut self.script);
        self.shell(&script)
    }

    /// What a script prints; one that fails fails the test.
    fn shell(&self, script: &str) -> String {
        let run = Command::new("bash")
            .args(["-euxo", "pipefail", "-c", script])
            .current_dir(self.path(""))
            .env_clear()
            .envs(self.environment())
            .stdin(Stdio::null())
            .output();
        let Output {
            status,
            stdout,
            stderr,
        } = run.expect("bash is there");
        let said = String::from_utf8_lossy(&stdout).into_owned();
        let errors = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "{said}\n{errors}\n{}", self.logs());
        said
    }

    fn environment(&self) -> Vec<(String, String)> {
        let inherited = std::env::var("PATH").unwrap_or_default();
        let (own, mlflow) = (self.dir.path().join("bin"), programs());
        let path = format!("{}:{}:{inherited}", own.display(), mlflow.display());
        let home = self.dir.path().join("home").display().to_string();
        [
            ("PATH", path.as_str()),
            ("HOME", home.as_str()),
            ("CHECKPOINT_DISABLE", "1"),
            ("TF_CLI_ARGS", "-no-color"),
            ("TF_INPUT", "0"),
            ("MLFLOW_DISABLE_TELEMETRY", "true"),
            ("MLFLOW_WORKERS", "1"),
            ("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// What the terminals with programs show.
    fn logs(&self) -> String {
        let all = (0..self.terminals.len()).map(|it| self.dir.path().join(format!("{it}.log")));
        all.map(|it| fs::read_to_string(it).unwrap_or_default())
            .collect()
    }
}
