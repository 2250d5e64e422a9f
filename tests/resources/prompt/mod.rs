//! `mlflow_prompt`: what differs from a registered model, whose life it has. Each rule of that life has its
//! cases there.

use serde_json::json;

use crate::support::{
    Case, cases,
    feature::Feature,
    http::Response,
    mlflow::Server,
    models::{Models, python},
    proxy::{Fault, Loss, Proxy},
    terraform::Workspace,
    unique,
};

const IT: &str = "mlflow_prompt.it";
const MARK: &str = "mlflow.prompt.is_prompt";

/// All of them.
pub fn cases() -> Vec<Case> {
    let always = cases![
        names_and_tags_are_checked_by_validate,
        a_server_that_is_too_old_is_told_by_the_plan,
    ];
    let prompts = cases![
        applies_changes_and_ends,
        is_renamed_with_its_version_and_alias,
        a_model_and_a_prompt_never_take_each_others_place,
        is_not_destroyed_with_its_versions_unasked,
        is_imported_and_plans_nothing,
        what_clients_note_on_it_is_no_difference,
        what_a_list_shows_without_its_tags_is_asked_for,
        clients_do_not_take_it_for_a_model,
    ];
    match Feature::PromptSettings.is_there() {
        true => [always, prompts].concat(),
        false => always,
    }
}

/// The prompt `mlflow_prompt.it` of this name.
fn named(name: &str, more: &str) -> String {
    format!("resource \"mlflow_prompt\" \"it\" {{\n  name = {name:?}\n  {more}\n}}\n")
}

fn on_server(config: &str) -> Workspace {
    Workspace::new(Server::shared(), config)
}

fn applies_changes_and_ends() {
    let (models, name) = (Models::shared(), unique("prompt"));
    let workspace = on_server(&named(
        &name,
        "description = \"One\"\n  tags = { a = \"1\" }",
    ));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    assert_eq!(state["id"], name.as_str());
    assert_eq!(state["tags"], json!({"a": "1"}));
    let tags = models.tags(&name);
    assert_eq!((tags[MARK].as_str(), tags["a"].as_str()), ("true", "1"));
    workspace.reconfigure(Server::shared(), &named(&name, "tags = { b = \"1\" }"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(models.description(&name), "");
    let tags = models.tags(&name);
    assert!(tags.contains_key(MARK) && tags.contains_key("b") && !tags.contains_key("a"));
    workspace.destroy().expect_ok();
    assert_eq!(models.find(&name), None);
}

fn is_renamed_with_its_version_and_alias() {
    let (models, old, new) = (Models::shared(), unique("old"), unique("new"));
    let all = |name: &str| {
        format!(
            "{}resource \"mlflow_prompt_version\" \"it\" {{\n  prompt_name = mlflow_prompt.it.name\n  \
             template = \"Hi {{{{ name }}}}\"\n}}\n\
             resource \"mlflow_prompt_alias\" \"it\" {{\n  prompt_name = mlflow_prompt.it.name\n  \
             alias = \"live\"\n  version = mlflow_prompt_version.it.version\n}}\n",
            named(name, "force_destroy = true")
        )
    };
    let workspace = on_server(&all(&old));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.reconfigure(Server::shared(), &all(&new));
    let text = workspace.apply().expect_ok().text();
    assert!(text.contains("0 added, 3 changed, 0 destroyed"), "{text}");
    workspace.expect_clean_plan();
    assert_eq!(models.find(&old), None);
    assert_eq!(models.numbers(&new), ["1"]);
    assert_eq!(models.aliases(&new)["live"], "1");
    let version = workspace.resource("mlflow_prompt_version.it");
    assert_eq!(version["id"], format!("{new}/1"));
    workspace.destroy().expect_ok();
}

/// Neither by creation, nor by import, nor once the tag that tells them apart has changed.
fn a_model_and_a_prompt_never_take_each_others_place() {
    let (models, model, prompt) = (Models::shared(), unique("model"), unique("prompt"));
    models.make(&model, "", &[]);
    models.make_prompt(&prompt);
    let as_prompt = on_server(&named(&model, ""));
    let says = ["Already Exists", "registered model", &model];
    as_prompt.apply().expect_error_containing(&says);
    let says = ["Prompt Is a Model", &model];
    as_prompt.import(IT, &model).expect_error_containing(&says);
    let as_model =
        format!("resource \"mlflow_registered_model\" \"it\" {{\n  name = {prompt:?}\n}}\n");
    let as_model = on_server(&as_model);
    let says = ["Already Exists", "prompt", &prompt];
    as_model.apply().expect_error_containing(&says);

    let workspace = on_server(&named(&prompt, ""));
    workspace.import(IT, &prompt).expect_ok();
    models.turn_into_model(&prompt);
    let says = ["Prompt Is a Model", &prompt];
    workspace.plan().expect_error_containing(&says);
    models.turn_into_prompt(&prompt);
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    assert_eq!(models.find(&prompt), None);
    models.delete(&model);
}

fn is_not_destroyed_with_its_versions_unasked() {
    let (models, name) = (Models::shared(), unique("full"));
    let workspace = on_server(&named(&name, ""));
    workspace.apply().expect_ok();
    models.add_prompt_version(&name, "text", "Hi");
    models.add_prompt_version(&name, "text", "Ho");
    let warned = workspace.run(&["plan", "-input=false", "-destroy"]).text();
    assert!(warned.contains("The prompt has 2 versions."), "{warned}");
    let says = ["Prompt Has Versions", "force_destroy = true"];
    workspace.destroy().expect_error_containing(&says);
    assert_eq!(models.numbers(&name).len(), 2);
    workspace.reconfigure(Server::shared(), &named(&name, "force_destroy = true"));
    workspace.apply().expect_ok();
    workspace.destroy().expect_ok();
    assert_eq!(models.find(&name), None);
}

fn is_imported_and_plans_nothing() {
    let (models, name) = (Models::shared(), unique("import"));
    models.make(&name, "Of old", &[(MARK, "true"), ("team", "risk")]);
    let workspace = on_server(&named(
        &name,
        "description = \"Of old\"\n  tags = { team = \"risk\" }",
    ));
    workspace.import(IT, &name).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// Each load by MLflow's client writes a tag on the prompt, in the background.
fn what_clients_note_on_it_is_no_difference() {
    let (models, name) = (Models::shared(), unique("noted"));
    let workspace = on_server(&named(
        &name,
        "tags = { team = \"risk\" }\n  force_destroy = true",
    ));
    workspace.apply().expect_ok();
    python(&format!(
        "import mlflow\n\
         mlflow.genai.register_prompt({name:?}, 'Hi {{{{name}}}}', tags={{'theirs': '1'}})\n\
         mlflow.genai.load_prompt({name:?})"
    ));
    assert!(models.tags(&name).contains_key("theirs"));
    models.set_tag(&name, "_mlflow_experiment_ids", ",0,");
    workspace.expect_clean_plan();
    // Tags of a version that clients register are written on the prompt as well.
    python(&format!(
        "import mlflow\n\
         mlflow.genai.register_prompt({name:?}, 'Ho', tags={{'team': 'theirs'}})"
    ));
    let changed = [(IT.to_owned(), "update".to_owned())];
    assert_eq!(workspace.planned_actions(), changed);
    workspace.apply().expect_ok();
    assert_eq!(models.tags(&name)["team"], "risk");
    workspace.destroy().expect_ok();
}

/// MLflow reads the rows of a list and then their tags, and shows what is deleted or renamed in between
/// without any.
fn what_a_list_shows_without_its_tags_is_asked_for() {
    let (server, name) = (Server::shared(), unique("torn"));
    let config = format!(
        "resource \"mlflow_prompt\" \"it\" {{\n  count = 6\n  name = \"{name}-${{count.index}}\"\n  \
         force_destroy = true\n}}\n\
         resource \"mlflow_prompt_version\" \"it\" {{\n  count = 6\n  \
         prompt_name = mlflow_prompt.it[count.index].name\n  template = \"Hi\"\n}}\n\
         data \"mlflow_prompts\" \"it\" {{\n  name_prefix = \"{name}-\"\n  depends_on = [mlflow_prompt.it]\n}}\n"
    );
    let proxy = Proxy::start(server.address());
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    let torn = |answer: Response| {
        let body = answer.text().replace("\"tags\":", "\"of no moment\":");
        Response::new(answer.status, "application/json", body)
    };
    let always = Fault::Afterwards(Loss::Changed(torn));
    proxy.inject("GET", "/search", usize::MAX, always);
    workspace.expect_clean_plan();
    assert!(proxy.count("GET", "model-versions/search") > 0);
    workspace.apply().expect_ok();
    let found = workspace.resource("data.mlflow_prompts.it");
    assert_eq!(found["names"].as_array().unwrap().len(), 6);
    proxy.heal();
    workspace.destroy().expect_ok();
}

/// R30: the API itself shows it as a model, so that is for each client to refuse.
fn clients_do_not_take_it_for_a_model() {
    let (models, name) = (Models::shared(), unique("prompt"));
    let workspace = on_server(&named(&name, ""));
    workspace.apply().expect_ok();
    assert!(models.find(&name).is_some());
    let told = python(&format!(
        "import mlflow\n\
         try:\n    \
             mlflow.MlflowClient().get_registered_model({name:?})\n\
         except mlflow.MlflowException as error:\n    \
             print(error.error_code)"
    ));
    assert_eq!(told, "RESOURCE_DOES_NOT_EXIST");
    let data = format!("data \"mlflow_registered_model\" \"it\" {{\n  name = {name:?}\n}}\n");
    let says = ["Model Is a Prompt", &name];
    on_server(&data).plan().expect_error_containing(&says);
    workspace.destroy().expect_ok();
}

fn names_and_tags_are_checked_by_validate() {
    for name in ["", "odd name", "\u{e9}", "a/b", "a:b", ".", "..", "..a"] {
        let validated = Workspace::bare(&named(name, "")).validate();
        assert!(validated.is_refused_with("name"), "{name:?}");
    }
    Workspace::bare(&named("qa.summary_v2-x", ""))
        .validate()
        .expect_ok();
    for (tag, says) in [
        (MARK, "Reserved Tag"),
        ("_mlflow_experiment_ids", "Reserved Tag"),
        ("a//b", "Invalid Tag Key"),
    ] {
        let config = named("p", &format!("tags = {{ {tag:?} = \"true\" }}"));
        let validated = Workspace::bare(&config).validate();
        assert!(validated.is_refused_with(says), "{tag}");
    }
}

fn a_server_that_is_too_old_is_told_by_the_plan() {
    let workspace = on_server(&named(&unique("old"), ""));
    let planned = workspace.plan();
    if Feature::PromptSettings.is_there() {
        planned.expect_ok();
    } else {
        planned.expect_error_containing(&["MLflow Server Too Old", "prompt", "3.8.0"]);
    }
}
