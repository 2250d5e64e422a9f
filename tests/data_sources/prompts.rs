//! Prompts: one with a version, and all of them by filter.

use serde_json::{Value, json};

use super::registered_models::{found, shown};
use crate::support::{
    Case, cases, feature::Feature, mlflow::Server, models::Models, terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    if !Feature::PromptSettings.is_there() {
        return vec![];
    }
    cases![
        a_text_is_shown_whole_however_it_is_asked_for,
        a_chat_is_shown_in_messages,
        a_bad_version_is_told_and_a_stray_one_passed_over,
        what_is_not_there_is_told,
        all_are_shown_and_no_model,
    ]
}

fn one(name: &str, more: &str) -> Workspace {
    let arguments = format!("name = {name:?}\n{more}");
    Workspace::new(Server::shared(), &shown("mlflow_prompt", &arguments))
}

fn a_text_is_shown_whole_however_it_is_asked_for() {
    let (models, name) = (Models::shared(), unique("text"));
    models.make(&name, "What for", &[("mlflow.prompt.is_prompt", "true")]);
    models.add_prompt_version(&name, "text", "Old");
    models.add_prompt_version(&name, "text", "Hi {{ a }}");
    models.describe_version(&name, "2", "Why");
    models.set_version_tag(&name, "2", "team", "risk");
    let config = "{\"model_name\": \"m\"}";
    models.set_version_tag(&name, "2", "_mlflow_prompt_model_config", config);
    models.set_alias(&name, "live", "2");
    for asked in ["", "version = \"2\"", "alias = \"live\""] {
        let found = found(&one(&name, asked));
        for (attribute, value) in [
            ("version", json!("2")),
            ("template", json!("Hi {{ a }}")),
            ("messages", Value::Null),
            ("variables", json!(["a"])),
            ("model_config", json!(config)),
            ("response_format", Value::Null),
            ("commit_message", json!("Why")),
            ("description", json!("What for")),
            ("tags", json!({"team": "risk"})),
            ("aliases", json!({"live": "2"})),
        ] {
            assert_eq!(found[attribute], value, "{asked}: {attribute}");
        }
    }
    assert_eq!(found(&one(&name, "version = \"1\""))["template"], "Old");
    models.delete(&name);
}

fn a_chat_is_shown_in_messages() {
    let (models, name) = (Models::shared(), unique("chat"));
    models.make_prompt(&name);
    let chat = r#"[{"content": "h\u00e9 {{ q }}", "role": "user"}]"#;
    models.add_prompt_version(&name, "chat", chat);
    let found = found(&one(&name, ""));
    let messages = json!([{"role": "user", "content": "h\u{e9} {{ q }}"}]);
    assert_eq!(found["messages"], messages);
    assert_eq!(found["template"], Value::Null);
    assert_eq!(found["variables"], json!(["q"]));
    models.delete(&name);
}

fn a_bad_version_is_told_and_a_stray_one_passed_over() {
    let (models, name) = (Models::shared(), unique("bad"));
    models.make_prompt(&name);
    models.add_prompt_version(&name, "text", "Good");
    models.add_versions(&name, 1);
    assert_eq!(found(&one(&name, ""))["version"], "1");
    models.add_prompt_version(&name, "chat", "no list");
    one(&name, "")
        .plan()
        .expect_error_containing(&["Prompt Version Not Readable", &name]);
    one(&name, "version = \"2\"")
        .plan()
        .expect_error_containing(&["Version Is a Model", &name]);
    assert_eq!(found(&one(&name, "version = \"1\""))["template"], "Good");
    models.delete(&name);
}

fn what_is_not_there_is_told() {
    let (models, name) = (Models::shared(), unique("absent"));
    one(&name, "")
        .plan()
        .expect_error_containing(&["Prompt Not Found", &name]);
    models.make(&name, "", &[]);
    one(&name, "")
        .plan()
        .expect_error_containing(&["Prompt Is a Model", &name]);
    models.turn_into_prompt(&name);
    for (asked, says) in [
        ("", "No Version Yet"),
        ("version = \"7\"", "Prompt Version Not Found"),
        ("alias = \"live\"", "It has none."),
    ] {
        one(&name, asked)
            .plan()
            .expect_error_containing(&[says, &name]);
    }
    models.delete(&name);
}

fn all_are_shown_and_no_model() {
    let (models, team) = (Models::shared(), unique("team"));
    let names = ["b", "a", "c"].map(|it| format!("{team}-{it}"));
    models.make(
        &names[0],
        "",
        &[("mlflow.prompt.is_prompt", "true"), ("k", "v")],
    );
    models.make_prompt(&names[1]);
    models.make(&names[2], "", &[("k", "v")]);
    let all = |more: &str| {
        let arguments = format!("name_prefix = {team:?}\n{more}");
        let config = shown("mlflow_prompts", &arguments);
        found(&Workspace::new(Server::shared(), &config))["names"].take()
    };
    assert_eq!(all(""), json!([names[1], names[0]]));
    assert_eq!(all("tags = { k = \"v\" }"), json!([names[0]]));
    for name in names {
        models.delete(&name);
    }
}
