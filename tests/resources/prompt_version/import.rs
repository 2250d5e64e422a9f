//! Versions that were made without Terraform come under its care, and an import plans nothing.

use std::fs;

use super::{IT, Subject};
use crate::support::{
    Case, cases,
    mlflow::Server,
    terraform::{Workspace, host_version},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_id_block_and_identity_change_nothing,
        generated_configuration_plans_only_the_import,
        one_that_cannot_be_told_is_refused,
        ids_of_another_form_and_unknown_ones_are_refused,
    ]
}

fn by_id_block_and_identity_change_nothing() {
    let it = Subject::new("import");
    it.models
        .add_prompt_version(&it.prompt, "text", "Hi {{ a }}");
    it.models.set_version_tag(&it.prompt, "1", "team", "risk");
    let body = "template = \"Hi {{ a }}\"\n  tags = { team = \"risk\" }";
    let workspace = it.workspace(body);
    let id = format!("{}/1", it.prompt);
    workspace.import(IT, &id).expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["skip_destroy"], true);
    let identity = format!(
        "identity = {{\n    prompt_name = {:?}\n    version = \"1\"\n  }}",
        it.prompt
    );
    let ways = if host_version() >= (1, 12) {
        vec![format!("id = {id:?}"), identity]
    } else {
        vec![format!("id = {id:?}")]
    };
    for way in ways {
        let import = format!("import {{\n  to = {IT}\n  {way}\n}}\n");
        let config = format!("{import}{}", it.config(body));
        let workspace = Workspace::new(Server::shared(), &config);
        let text = workspace.apply().expect_ok().text();
        let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
        assert!(text.contains(counts), "{way}: {text}");
        workspace.expect_clean_plan();
    }
}

fn generated_configuration_plans_only_the_import() {
    let it = Subject::new("generated");
    let chat = r#"[{"content": "h\u00e9 {{ q }}", "role": "user"}]"#;
    it.models.add_prompt_version(&it.prompt, "chat", chat);
    let (format, config) = (r#"{"type": "object"}"#, r#"{"temperature": 1.0}"#);
    for (key, value) in [
        ("_mlflow_prompt_response_format", format),
        ("_mlflow_prompt_model_config", config),
    ] {
        it.models.set_version_tag(&it.prompt, "1", key, value);
    }
    let import = format!("import {{\n  to = {IT}\n  id = \"{}/1\"\n}}\n", it.prompt);
    let generating = import.replace("  id =", "  provider = mlflow\n  id =");
    let workspace = Workspace::new(Server::shared(), &generating);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let written = fs::read_to_string(workspace.path("generated.tf")).unwrap();
    assert!(written.contains("h\u{e9} {{ q }}"), "{written}");
    workspace.reconfigure(Server::shared(), &import);
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
}

fn one_that_cannot_be_told_is_refused() {
    let it = Subject::new("unreadable");
    it.models.add_prompt_version(&it.prompt, "chat", "no list");
    it.models.add_versions(&it.prompt, 1);
    let workspace = it.workspace("template = \"x\"");
    for (number, says) in [
        ("1", "Prompt Version Not Readable"),
        ("2", "Version Is a Model"),
    ] {
        let id = format!("{}/{number}", it.prompt);
        workspace
            .import(IT, &id)
            .expect_error_containing(&[says, &id]);
    }
}

fn ids_of_another_form_and_unknown_ones_are_refused() {
    let it = Subject::new("unknown");
    it.models.add_prompt_version(&it.prompt, "text", "Hi");
    let workspace = it.workspace("template = \"Hi\"");
    for id in ["", "/", "/01", "/@live"].map(|end| format!("{}{end}", it.prompt)) {
        let says = ["Invalid Import ID", "PROMPT_NAME/VERSION"];
        workspace.import(IT, &id).expect_error_containing(&says);
    }
    let says = ["Cannot import non-existent remote object"];
    for id in [
        format!("{}/7", it.prompt),
        format!("{}/1", unique("nobody")),
    ] {
        workspace.import(IT, &id).expect_error_containing(&says);
    }
}
