//! A machine that is short of something: the provider works all the same, or ends by itself.

use std::{fs, path::Path, process::Command};

use super::{
    registry::{Kind, Patience, Registry},
    trial::expect_no_secret,
};
use crate::support::{
    Case, cases,
    client::Client,
    host::{BINARY, COOKIE, run},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        a_poor_environment_is_no_obstacle,
        no_line_of_the_log_is_longer_than_hosts_read,
        memory_is_not_dumped,
    ]
}

fn a_poor_environment_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let gone = folder.path().join("gone");
    let temporary = |path: &Path| {
        let path = path.to_owned();
        move |command: &mut Command| {
            command.env("TMPDIR", &path);
        }
    };
    applies("no HOME", |command| {
        command.env_remove("HOME").env_remove("USER");
    });
    applies("a TMPDIR that is a file", temporary(&file));
    applies("a TMPDIR that is gone", temporary(&gone));
    // Not even root can make anything in there, as on a full or read-only file system.
    applies("a TMPDIR that takes nothing", temporary(Path::new("/proc")));
    applies(
        "a TMPDIR of 4 KiB",
        temporary(&folder.path().join("x".repeat(4000))),
    );
    applies("a working directory that takes nothing", |command| {
        command.current_dir("/proc");
    });
    applies("no stderr", |command| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" 2>&-", &BINARY]);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        *command = shell;
    });
}

/// Creates and deletes a webhook in that environment.
fn applies(name: &str, change: impl FnOnce(&mut Command)) {
    let (registry, mark) = (Registry::new(Kind::Mlflow), unique("poor"));
    let mut command = registry.command();
    change(&mut command);
    run(async {
        let client = Client::start(command, &provider(&registry)).await;
        let mut caller = client.twin();
        let config = registry.webhook(&mark, "new");
        let made = caller.apply(None, Some(&config)).await;
        assert!(made.diagnostics.is_empty(), "{name}: {made:?}");
        let gone = caller.apply(made.held.as_ref(), None).await;
        assert!(gone.diagnostics.is_empty(), "{name}: {gone:?}");
        assert_eq!(client.end().await.status.code(), Some(0), "{name}");
    });
}

fn no_line_of_the_log_is_longer_than_hosts_read() {
    let registry = Registry::new(Kind::Databricks);
    run(async {
        let client = Client::start(registry.command(), &provider(&registry)).await;
        let id = "i".repeat(200_000);
        let told = client.twin().test(&id).await;
        assert_eq!(told.len(), 1);
        let printed = client.end().await.stderr;
        let longest = printed.lines().map(str::len).max();
        assert!(longest < Some(64 << 10), "{longest:?}");
        expect_no_secret(&printed);
    });
}

fn memory_is_not_dumped() {
    let registry = Registry::new(Kind::Mlflow);
    run(async {
        let mut command = registry.command();
        command.env(COOKIE.0, COOKIE.1);
        let client = Client::start(command, &provider(&registry)).await;
        let limits = fs::read_to_string(format!("/proc/{}/limits", client.pid())).unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words: Vec<_> = core.unwrap().split_whitespace().collect();
        assert_eq!(words[4..6], ["0", "0"], "{limits}");
        client.end().await;
    });
}

fn provider(registry: &Registry) -> terraform_provider_mlflow::wire::Value {
    let patience = Patience {
        seconds: 30,
        retries: 1,
    };
    registry.provider(&registry.proxy.url(), patience, false)
}
