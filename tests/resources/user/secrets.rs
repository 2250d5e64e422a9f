//! Neither a password nor what the server makes of one gets out.

use std::fs;

use super::{Subject, plain, proxy};
use crate::support::{
    Case, cases,
    http::Response,
    proxy::{Fault, Loss},
    terraform::{Workspace, host_version},
};

pub fn cases() -> Vec<Case> {
    cases![
        a_write_only_password_is_in_no_file_and_no_output,
        the_hash_that_a_server_echoes_is_not_shown,
        a_password_in_state_is_warned_of_once,
    ]
}

const CANARY: &str = "canary-horse-battery";

/// All files of a working folder, and all that a command prints at the loudest.
fn expect_nothing_of(canary: &str, workspace: &Workspace) {
    for name in ["terraform.tfstate", "terraform.tfstate.backup", "tfplan"] {
        let octets = fs::read(workspace.path(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&octets);
        assert!(!text.contains(canary), "{canary} is in {name}");
    }
}

fn a_write_only_password_is_in_no_file_and_no_output() {
    if host_version() < (1, 11) {
        return;
    }
    let variable = "variable \"password\" {\n  type = string\n  ephemeral = true\n}\n";
    for level in ["TRACE", "DEBUG", "ERROR"] {
        let it = Subject::new("silent");
        let config = |version: u8| {
            let form = format!("password_wo = var.password\n  password_wo_version = {version}");
            format!("{variable}{}", it.config(&form))
        };
        let workspace = it.access.workspace(&config(1));
        let workspace = workspace
            .env("TF_LOG_PROVIDER", level)
            .var("password", CANARY);
        let mut told = String::new();
        for command in [
            &["plan", "-input=false", "-out=tfplan"][..],
            &["show", "-json", "tfplan"],
            &["apply", "-input=false", "-auto-approve"],
            &["show", "-json"],
        ] {
            told += &workspace.run(command).expect_ok().text();
        }
        assert!(it.opens(CANARY));
        workspace.reconfigure(it.access.server(), &config(2));
        let workspace = workspace.var("password", &format!("{CANARY}-2"));
        told += &workspace.apply().expect_ok().text();
        assert!(it.opens(&format!("{CANARY}-2")));
        told += &workspace.destroy().expect_ok().text();
        for secret in [CANARY, "scrypt"] {
            assert!(!told.contains(secret), "{level}: {secret}");
        }
        expect_nothing_of(CANARY, &workspace);
    }
}

/// A20: a user that is made between our look and our create. The server's refusal holds its statement
/// with the hash of our password.
fn the_hash_that_a_server_echoes_is_not_shown() {
    let (it, proxy) = (Subject::new("echo"), proxy());
    it.access.make_user(&it.name);
    let absent = Response::json_error(404, "RESOURCE_DOES_NOT_EXIST", "no such user");
    let absent = Fault::Instead(Loss::Answer(absent));
    let config = it.config(&plain(CANARY));
    let workspace = it.access.workspace_at(&proxy.url(), &config);
    proxy.inject("GET", "/users/get", 1, absent);
    let apply = workspace.env("TF_LOG_PROVIDER", "TRACE").apply();
    let told = apply.text();
    apply.expect_error_containing(&["Already Exists", "RESOURCE_ALREADY_EXISTS"]);
    for secret in ["scrypt", "INSERT", "password_hash", CANARY] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert_eq!(proxy.count("POST", "/users/create"), 1);
    it.access.delete_user(&it.name);
}

fn a_password_in_state_is_warned_of_once() {
    let it = Subject::new("warned");
    let workspace = it.workspace(&plain(CANARY));
    let planned = workspace.plan().expect_ok().text();
    let warns = planned.contains("Secret Kept in State") && planned.contains("password_wo");
    assert_eq!(warns, host_version() >= (1, 11), "{planned}");
    assert!(!planned.contains(CANARY), "{planned}");
    workspace.apply().expect_ok();
    let again = workspace.plan().expect_ok().text();
    assert!(!again.contains("Secret Kept in State"), "{again}");
    workspace.destroy().expect_ok();
}
