//! `terraform-provider-mlflow export`, on registries of its own: what it writes is planned as
//! nothing but imports.

mod databricks;
mod whole;

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    feature::Feature,
    host::BINARY,
    http::Response,
    mlflow::{Options, Server, is_on_postgresql},
    models::Models,
    port::Silent,
    proxy::{Fault, Loss, Proxy},
    receiver::{Receiver, is_signed_with},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let mut all = whole::cases();
    all.extend(databricks::cases());
    all.extend(cases![
        two_hundred_hostile_webhooks_are_imported_and_nothing_else,
        hostile_models_and_aliases_are_imported_and_nothing_else,
        a_name_that_only_older_servers_took_is_left_out_and_told,
        workspaces_are_exported_without_the_one_that_all_have,
        prompts_are_exported_and_their_versions_when_asked_for,
        each_workspace_is_exported_with_its_name,
        a_location_that_the_server_chose_is_left_out,
        a_failed_look_for_workspaces_fails_the_export,
        what_a_login_may_not_see_is_told,
        an_empty_registry_exports_nothing,
        filters_narrow_what_is_exported,
        files_are_written_once_and_replaced_by_force_only,
        an_imported_webhook_goes_on_signing,
        without_a_registry_it_says_what_to_do,
        wrong_arguments_are_explained,
        what_a_newer_server_knows_is_left_out_and_told,
        a_reader_that_leaves_is_no_error,
        an_interrupt_ends_it_at_once,
    ]);
    all
}

/// Everything that configuration language, layout or encoding might trip over.
const HOSTILE: [&str; 20] = [
    "",
    "plain",
    "\"quoted\" 'twice'",
    "${var.x} $${var.x} $$${var.x} $",
    "%{ if true } %%{ endif } %",
    "$",
    "${",
    "${~ x ~}",
    "line\nbreak\r\nand\ttab\n",
    "back\\slash \\n \\u0041 \\",
    "Grüße, 世界 👩‍👩‍👧 \u{1F3F4}",
    "e\u{301} combines, \u{212b} is compatible",
    "\u{202e}right to left\u{2066}",
    "\u{0}\u{1}\u{7}\u{1b}[31m\u{7f}\u{85}\u{9f}",
    "\u{2028}\u{2029}\u{feff}\u{fffd}\u{ffff}\u{10ffff}",
    "<<EOT\nheredoc\nEOT\n",
    "} resource \"x\" \"y\" {",
    "# no // comment /* at all */",
    " spaces at both ends ",
    "{\"json\": [1, \"${2}\"]}",
];

/// Each would give the same identifier as another one, a wrong one, or a keyword.
const NAMES: [&str; 20] = [
    "a",
    "A",
    "a.b",
    "a-b",
    "a_b",
    "a--b",
    "a.-_b",
    "A.B",
    "1",
    "1a",
    "01-a",
    "null",
    "true",
    "for",
    "count",
    "each",
    "var",
    "self",
    "a_00000000",
    "webhook-1",
];

fn two_hundred_hostile_webhooks_are_imported_and_nothing_else() {
    let server = Server::start(Options::default());
    for at in 0..200 {
        server.rest().create_webhook(&hostile(at));
    }
    let workspace = exported(&server, &["--with-provider"]);
    let formatted = workspace.run(&["fmt", "-check", "-diff"]);
    assert!(formatted.is_ok(), "{}", formatted.text());
    workspace.validate().expect_ok();
    let plan = workspace.plan().expect_ok().text();
    let says = "200 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(server.rest().webhooks().len(), 200);
}

/// Description, URL, events, status and name, each in its own rhythm.
fn hostile(at: usize) -> Value {
    let prompts = Feature::Prompts.is_there();
    let all = ["CREATED", "SET", "DELETED"];
    let text = HOSTILE[at % HOSTILE.len()];
    // PostgreSQL holds no NUL.
    let text = match is_on_postgresql() {
        true => text.replace('\0', ""),
        false => text.to_owned(),
    };
    let query = text.trim().replace(char::is_control, "");
    let tag = if prompts {
        "PROMPT_TAG"
    } else {
        "MODEL_VERSION_TAG"
    };
    let events = match at % 3 {
        0 => vec![json!({"entity": "REGISTERED_MODEL", "action": "CREATED"})],
        1 => all[1..]
            .iter()
            .map(|it| json!({"entity": tag, "action": it}))
            .collect(),
        _ => [
            "MODEL_VERSION",
            "PROMPT",
            "PROMPT_VERSION",
            "REGISTERED_MODEL",
        ]
        .into_iter()
        .filter(|it| prompts || !it.starts_with("PROMPT"))
        .map(|it| json!({"entity": it, "action": "CREATED"}))
        .collect(),
    };
    let name = match at % 4 {
        0..3 => NAMES[at / 2 % NAMES.len()].to_owned(),
        _ => format!("{}{}", "x-".repeat(29), at),
    };
    let mut webhook = json!({
        "name": name,
        "url": format!("http://user:pw@127.0.0.1:9/{at}?hook={query}#end"),
        "events": events,
        "status": if at.is_multiple_of(5) { "DISABLED" } else { "ACTIVE" },
    });
    if !text.is_empty() {
        webhook["description"] = text.into();
    }
    if at.is_multiple_of(7) {
        webhook["secret"] = "canary-secret".into();
    }
    webhook
}

fn hostile_models_and_aliases_are_imported_and_nothing_else() {
    const MODELS: usize = 60;
    let server = Server::start(Options::default());
    let models = Models::of(server.rest());
    for at in 0..MODELS {
        let name = match NAMES.get(at) {
            Some(name) => (*name).to_owned(),
            None => format!("m {at} ${{x}} \"é\" %{{y}}@{at}"),
        };
        let text = HOSTILE[at % HOSTILE.len()].replace('\0', "");
        models.make(&name, &text, &[("team.of/a", &text), ("mlflow.note", "ui")]);
        if at % 3 == 0 {
            models.add_versions(&name, 2);
            models.set_alias(&name, "champion", "2");
            models.set_alias(&name, "challenger-1", "1");
        }
    }
    models.make_prompt("not-a-model");
    let workspace = exported(
        &server,
        &[
            "--with-provider",
            "--only",
            "registered_models,registered_model_aliases",
        ],
    );
    let formatted = workspace.run(&["fmt", "-check", "-diff"]);
    assert!(formatted.is_ok(), "{}", formatted.text());
    let written = fs::read_to_string(workspace.path("registry.tf")).unwrap();
    assert_eq!(
        written
            .matches("model_name = mlflow_registered_model.")
            .count(),
        40
    );
    let plan = workspace.plan().expect_ok().text();
    let says = "100 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
}

/// R9: later servers list a model of such a name, and find it by no call.
fn a_name_that_only_older_servers_took_is_left_out_and_told() {
    let server = Server::start(Options::default());
    let models = Models::of(server.rest());
    models.make("churn", "", &[]);
    models.make("team-churn", "", &[]);
    server.rewrite("UPDATE registered_models SET name = 'team/churn' WHERE name = 'team-churn'");
    let run = export(&server.url(), &["--only", "registered_models"]).expect_ok();
    let says = "Warning: Left Out\n\nmlflow_registered_model \"team/churn\": Invalid Model Name";
    assert!(run.stderr.starts_with(says), "{}", run.stderr);
    let says = "# Left out: mlflow_registered_model \"team/churn\". ";
    assert!(run.stdout.contains(says), "{}", run.stdout);
    assert_eq!(run.stdout.matches("import {").count(), 1, "{}", run.stdout);
    let all = "data \"mlflow_registered_models\" \"it\" {}\n\
               output \"it\" { value = join(\" \", data.mlflow_registered_models.it.names) }\n";
    let workspace = Workspace::new(&server, all);
    workspace.apply().expect_ok();
    let output = &workspace.state_json()["values"]["outputs"]["it"]["value"];
    assert_eq!(output, "churn team/churn");
}

fn workspaces_are_exported_without_the_one_that_all_have() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let (server, team) = (Server::with_workspaces(), unique("exported"));
    server.rest().create_workspace(&team);
    let path = format!("/api/3.0/mlflow/workspaces/{team}");
    let change = json!({"description": "Of ${a}\nteam", "default_artifact_root": "s3://a/team"});
    server.rest().expect("PATCH", &path, &change);
    let only = ["--with-provider", "--only", "workspaces"];
    let workspace = exported(server, &[&only[..], &["--name-prefix", &team]].concat());
    let plan = workspace.plan().expect_ok().text();
    let says = "1 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
    let all = export(
        &server.url(),
        &[&only[1..], &["--name-regex", "^default$"]].concat(),
    );
    let says = "# Left out: mlflow_workspace \"default\". ";
    assert!(all.stdout.contains(says), "{all:?}");
    assert!(!all.stdout.contains("import {"), "{all:?}");
}

/// Texts of prompts are full of what means something to Terraform, and stand in files of their own.
fn prompts_are_exported_and_their_versions_when_asked_for() {
    if !Feature::PromptSettings.is_there() {
        return;
    }
    let (server, models, mark) = (Server::shared(), Models::shared(), unique("exported"));
    models.make_prompt(&mark);
    let hostile = "\u{feff}Hi {{ name }}, ${x} $${x} %{if y}\r\n\t\"quoted\" \\ \u{e9} <<EOT\nEOT";
    models.add_prompt_version(&mark, "text", hostile);
    let chat = json!([
        {"role": "system", "content": "Short ${x}."},
        {"role": "user", "content": hostile},
        {"role": "user", "content": "Line\nand line\n"},
    ]);
    models.add_prompt_version(&mark, "chat", &chat.to_string());
    // A name that differs from the other in a way that some systems do not see.
    let odd = format!("{mark}-B");
    models.make_prompt(&odd);
    models.add_prompt_version(&odd, "text", "a\nb");
    models.set_alias(&mark, "live", "2");
    for (more, count) in [(None, 3), (Some("--versions"), 6)] {
        let mut arguments = vec!["--with-provider", "--name-prefix", &mark];
        arguments.extend(more);
        let workspace = exported(server, &arguments);
        let plan = workspace.plan().expect_ok().text();
        let says = format!("{count} to import, 0 to add, 0 to change, 0 to destroy");
        assert!(plan.contains(&says), "{plan}");
        let written = fs::read_to_string(workspace.path("prompts.tf")).unwrap();
        let references = written.matches("= mlflow_prompt.").count();
        assert_eq!(references, count - 2, "{written}");
        let files = files_below(&workspace.path("prompts"));
        let inner = |name: &str| (format!("{mark}/{name}"), hostile.to_owned());
        let (text, chat) = (inner("1.txt"), inner("2.txt"));
        let last = (format!("{mark}/2-2.txt"), "Line\nand line\n".to_owned());
        match more {
            None => assert_eq!(files, []),
            Some(_) => assert_eq!(files[..3], [text, last, chat]),
        }
    }
    let streamed = export(&server.url(), &["--versions", "--name-prefix", &mark]).expect_ok();
    assert!(!streamed.stdout.contains("file("), "{}", streamed.stdout);
    models.delete(&mark);
    models.delete(&odd);
}

fn each_workspace_is_exported_with_its_name() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let server = Server::with_workspaces();
    let teams = ["a", "b"].map(unique);
    let mut arguments = vec!["--with-provider"];
    for team in &teams {
        server.rest().create_workspace(team);
        Models::of(server.rest().in_workspace(team)).make("churn", team, &[]);
        arguments.extend(["--workspace", team]);
    }
    let workspace = exported(server, &arguments);
    let plan = workspace.plan().expect_ok().text();
    let says = "2 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
}

/// It is for one experiment alone: another would write into what that has stored.
fn a_location_that_the_server_chose_is_left_out() {
    let (server, prefix) = (Server::shared(), unique("located"));
    let config = format!(
        "resource \"mlflow_experiment\" \"a\" {{\n  name = \"{prefix}-a\"\n}}\n\
         resource \"mlflow_experiment\" \"b\" {{\n  name = \"{prefix}-b\"\n  \
         artifact_location = \"s3://bucket/b\"\n}}\n"
    );
    let made = Workspace::new(server, &config);
    made.apply().expect_ok();
    let arguments = ["--with-provider", "--name-regex", &prefix];
    let text = export(&server.url(), &arguments).expect_ok().stdout;
    assert_eq!(text.matches("artifact_location").count(), 1, "{text}");
    assert!(text.contains("\"s3://bucket/b\""), "{text}");
    let plan = exported(server, &arguments).plan().expect_ok().text();
    let says = "2 to import, 0 to add, 0 to change, 0 to destroy";
    assert!(plan.contains(says), "{plan}");
    made.destroy().expect_ok();
}

/// What is in the workspace that all have would be passed off as everything.
fn a_failed_look_for_workspaces_fails_the_export() {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let proxy = Proxy::start(Server::with_workspaces().address());
    let failed = Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "no luck"));
    let path = "/api/3.0/mlflow/workspaces";
    proxy.inject("GET", path, 1, Fault::Instead(failed));
    let only = ["--only", "registered_models"];
    let output = command(&proxy.url(), &only)
        .env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        .output();
    let run = Run::of(output.unwrap());
    run.expect_error(1, &["Error: Registry Error", "Listing workspaces"]);
}

/// A file store has models, and neither webhooks nor what came later.
fn what_a_login_may_not_see_is_told() {
    let server = Server::start(Options {
        file_store: true,
        ..Options::default()
    });
    Models::of(server.rest()).make("churn", "", &[]);
    let run = export(&server.url(), &[]).expect_ok();
    let says =
        "Warning: Not Exported\n\nNo webhook is among what follows. Server Without Database.";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(run.stdout.contains("\"churn\""), "{}", run.stdout);
    let only = export(&server.url(), &["--only", "webhooks"]);
    only.expect_error(1, &["Error: Server Without Database"]);
}

fn an_empty_registry_exports_nothing() {
    let server = Server::start(Options::default());
    let workspace = Workspace::plain("");
    let folder = workspace.path("exported");
    let out = ["--only", "webhooks", "--out", folder.to_str().unwrap()];
    let run = export(&server.url(), &out).expect_ok();
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr
            .starts_with("Nothing to export from http://127.0.0.1:"),
        "{}",
        run.stderr
    );
    assert!(!folder.exists());
}

fn filters_narrow_what_is_exported() {
    let server = Server::shared();
    let (one, other) = (unique("filter"), unique("filter"));
    webhook(server, &one, json!({"status": "DISABLED"}));
    webhook(server, &other, json!({}));
    let both = format!("^({one}|{other})$");
    let regex = ["--name-regex", both.as_str()];
    for (arguments, expected) in [
        (&[][..], &[&one, &other][..]),
        (&["--status", "DISABLED"], &[&one]),
        (&["--event", "REGISTERED_MODEL_CREATED"], &[&one, &other]),
        (&["--event", "prompt.created"], &[]),
        (&["--model-name", "churn"], &[]),
    ] {
        let run = export(&server.url(), &[&regex, arguments].concat()).expect_ok();
        for name in [&one, &other] {
            let there = run.stdout.contains(&format!("{name:?}\n"));
            assert_eq!(
                there,
                expected.contains(&name),
                "{arguments:?}: {}",
                run.stdout
            );
        }
        assert_eq!(run.stdout.matches("import {").count(), expected.len());
    }
}

fn files_are_written_once_and_replaced_by_force_only() {
    let server = Server::shared();
    let name = unique("files");
    webhook(server, &name, json!({}));
    let workspace = Workspace::plain("");
    let folder = workspace.path("new/exported");
    let out = [
        "--only",
        "webhooks",
        "--name-regex",
        &name,
        "--out",
        folder.to_str().unwrap(),
    ];
    let run = export(&server.url(), &out).expect_ok();
    // Neither is a terminal, so there is no progress to be told.
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert_eq!(names_in(&folder), ["imports.tf", "webhooks.tf"]);
    let streamed = export(&server.url(), &out[..4]).expect_ok().stdout;
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(
        streamed,
        format!("{}\n{}", text("webhooks.tf"), text("imports.tf"))
    );

    fs::write(folder.join("webhooks.tf"), "# mine\n").unwrap();
    let says = ["Error: File Already There\n", "webhooks.tf", "--force"];
    export(&server.url(), &out).expect_error(1, &says);
    assert_eq!(text("webhooks.tf"), "# mine\n");
    export(&server.url(), &[&out[..], &["--force"]].concat()).expect_ok();
    assert!(text("webhooks.tf").contains(&name));
    assert_eq!(names_in(&folder), ["imports.tf", "webhooks.tf"]);
}

fn an_imported_webhook_goes_on_signing() {
    let (server, receiver, name) = (Server::shared(), Receiver::start(), unique("signing"));
    let made = json!({"url": receiver.url(), "secret": "s3cret"});
    let id = webhook(server, &name, made);
    let written = export(&server.url(), &["--name-regex", &name])
        .expect_ok()
        .stdout;
    assert!(
        written.contains("# secret, authorization: not told by the server\n"),
        "{written}"
    );
    let workspace = Workspace::new(server, &written);
    workspace.apply().expect_ok();
    let config = written.replace("events = [", "description = \"new\"\nevents = [");
    workspace.reconfigure(server, &config);
    workspace.apply().expect_ok();
    server.rest().expect(
        "POST",
        &format!("/api/2.0/mlflow/webhooks/{id}/test"),
        &json!({}),
    );
    assert!(is_signed_with(&receiver.wait_for(1)[0], "s3cret"));
    workspace.destroy().expect_ok();
}

fn without_a_registry_it_says_what_to_do() {
    let silent = Silent::new();
    let nowhere = silent.url();
    let output = command(&nowhere, &[])
        .env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        .env("MLFLOW_TRACKING_USERNAME", "ada")
        .env("MLFLOW_TRACKING_PASSWORD", "canary-password")
        .output();
    let says = [
        "Error: Registry Unreachable\n\nListing workspaces failed at GET http",
        "Check that the server runs",
    ];
    let run = Run::of(output.unwrap()).expect_error(1, &says);
    assert!(!run.stderr.contains("canary"), "{}", run.stderr);
    export("", &[]).expect_error(1, &["Error: ", "MLFLOW_TRACKING_URI"]);
}

fn wrong_arguments_are_explained() {
    for (arguments, says) in [
        (
            &["--event", "model_version.create"][..],
            "Did you mean \"model_version.created\"?",
        ),
        (&["--status", "active"], "ACTIVE, DISABLED or TEST_MODE"),
        (&["--name-regex", "("], "--name-regex"),
        (&["--force"], "--out"),
    ] {
        export("", arguments).expect_error(2, &[says]);
    }
}

fn what_a_newer_server_knows_is_left_out_and_told() {
    let webhook = |id: &str, entity: &str| {
        json!({
            "webhook_id": id, "name": format!("of-{id}"), "url": "https://ci.example.com/",
            "events": [{"entity": entity, "action": "CREATED"}],
            "creation_timestamp": 1, "last_updated_timestamp": 1,
        })
    };
    let page = json!({"webhooks": [webhook("old", "PROMPT"), webhook("new", "GALAXY")]});
    let page = Response::new(200, "application/json", page.to_string());
    let proxy = Proxy::start(Server::shared().address());
    proxy.inject("GET", "/webhooks", 9, Fault::Instead(Loss::Answer(page)));
    let run = export(&proxy.url(), &["--only", "webhooks"]).expect_ok();
    let says = "Warning: Left Out\n\nmlflow_webhook \"of-new\": ";
    assert!(run.stderr.starts_with(says), "{}", run.stderr);
    assert!(run.stderr.contains("galaxy.created"), "{}", run.stderr);
    let says = "# Left out: mlflow_webhook \"of-new\". ";
    assert!(run.stdout.contains(says), "{}", run.stdout);
    assert_eq!(run.stdout.matches("import {").count(), 1, "{}", run.stdout);
}

fn a_reader_that_leaves_is_no_error() {
    let server = Server::shared();
    webhook(server, &unique("reader"), json!({}));
    let mut child = command(&server.url(), &["--only", "webhooks"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

fn an_interrupt_ends_it_at_once() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let child = command(&url, &[]).spawn().unwrap();
    let _connection = silent.accept().unwrap();
    let interrupted = Instant::now();
    let signal = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(signal.unwrap().success());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(130), "", "")
    );
    assert!(interrupted.elapsed() < Duration::from_secs(5));
}

/// A workspace that holds what is exported from a server, and nothing else.
fn exported(server: &Server, arguments: &[&str]) -> Workspace {
    let workspace = Workspace::plain("").env("MLFLOW_TRACKING_URI", &server.url());
    let folder = workspace.path("");
    let out = ["--out", folder.to_str().unwrap()];
    export(&server.url(), &[arguments, &out].concat()).expect_ok();
    workspace
}

/// Makes a webhook and gives its id.
fn webhook(server: &Server, name: &str, more: Value) -> String {
    let mut webhook = json!({
        "name": name,
        "url": "http://127.0.0.1:9/hook",
        "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
    });
    for (key, value) in more.as_object().unwrap() {
        webhook[key] = value.clone();
    }
    let made = server.rest().create_webhook(&webhook);
    made["webhook_id"].as_str().unwrap().to_owned()
}

/// The files of all folders in this one, by their paths, and what is in them.
fn files_below(folder: &Path) -> Vec<(String, String)> {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| {
        let name = folder.file_name().into_string().unwrap();
        let text = move |file: fs::DirEntry| {
            let path = format!("{name}/{}", file.file_name().into_string().unwrap());
            (path, fs::read_to_string(file.path()).unwrap())
        };
        fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .map(text)
            .collect::<Vec<_>>()
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// What an export that has ended leaves behind.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn expect_ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    fn expect_error(self, code: i32, says: &[&str]) -> Self {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(code), ""),
            "{self:?}"
        );
        for part in says {
            assert!(self.stderr.contains(part), "no {part:?} in {self:?}");
        }
        self
    }
}

fn export(tracking_uri: &str, arguments: &[&str]) -> Run {
    Run::of(command(tracking_uri, arguments).output().unwrap())
}

fn command(tracking_uri: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(&*BINARY);
    command.arg("export").args(arguments);
    command.env_clear().env("MLFLOW_TRACKING_URI", tracking_uri);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
