//! From `terraform apply` to an experiment on the server, through changes in place, and back to nothing.

use serde_json::{Value, json};

use super::{API, IT, NOTE, Subject, id, only};
use crate::support::{
    Case, cases,
    mlflow::Server,
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        each_field_is_changed_and_removed_in_place,
        texts_and_names_of_any_kind_survive,
    ];
    let twice = on_both![
        applies_plans_clean_and_destroys,
        what_is_left_out_stays_out,
        null_and_empty_description_are_the_same_to_the_server,
        values_may_be_unknown_while_planning,
        a_change_of_what_steers_the_provider_sends_nothing,
        many_are_refreshed_by_lists,
    ];
    [once, twice].concat()
}

const ALL: &str = "description = \"First\"\n  tags = { owner = \"growth\" }\n  \
                   artifact_location = \"s3://bucket/path/\"";

fn applies_plans_clean_and_destroys<R: Registry>() {
    let it = Subject::<R>::on_its_own("lifecycle");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config(ALL)));
    workspace.validate().expect_ok();
    workspace.plan().expect_ok();
    let asked = proxy.requests().into_iter().filter(|it| it.is("GET", API));
    assert_eq!(asked.count(), 0, "planning a create looks for nothing");
    proxy.clear();
    let applied = workspace.apply().expect_ok();
    let counts = "1 added, 0 changed, 0 destroyed";
    assert!(applied.text().contains(counts), "{}", applied.text());
    assert_eq!(proxy.count("POST", API), 1);
    assert_eq!(
        proxy.count("GET", API),
        1,
        "a create's answer has only the id"
    );
    workspace.expect_clean_plan();

    let state = workspace.resource(IT);
    let experiment = it.experiments.get(&id(&workspace));
    assert_eq!(experiment["name"], it.name.as_str());
    assert_eq!(experiment["artifact_location"], "s3://bucket/path/");
    assert_eq!(state["creation_time"], experiment["creation_time"]);
    let tags = it.experiments.tags(&id(&workspace));
    let expected = [(NOTE, "First"), ("owner", "growth")];
    let tags: Vec<_> = tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(tags, expected);

    workspace.destroy().expect_ok();
    assert_eq!(it.live(), None);
}

fn what_is_left_out_stays_out<R: Registry>() {
    let it = Subject::<R>::on_its_own("bare");
    let (workspace, id) = it.applied("");
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    for argument in [
        "description",
        "tags",
        "workspace",
        "trace_archival_retention",
    ] {
        assert_eq!(state[argument], Value::Null, "{argument}");
    }
    assert_eq!(state["restore_deleted"], false);
    assert_eq!(state["rename_on_destroy"], true);
    let location = &it.experiments.get(&id)["artifact_location"];
    assert_eq!(state["artifact_location"], *location);
    workspace.destroy().expect_ok();
}

fn each_field_is_changed_and_removed_in_place() {
    let it = Subject::new("fields");
    let (workspace, made) = it.applied("tags = { a = \"1\", b = \"2\" }");
    let retention = "{\"type\":\"duration\",\"value\":\"12h\"}";
    let archival = ("mlflow.trace.archivalRetention", retention);
    let steps = [
        (
            "description = \"Second\"\n  tags = { a = \"1\", b = \"2\" }",
            vec![("a", "1"), ("b", "2"), (NOTE, "Second")],
        ),
        (
            "description = \"Third\"\n  tags = { a = \"3\", c = \"\" }",
            vec![("a", "3"), ("c", ""), (NOTE, "Third")],
        ),
        (
            "trace_archival_retention = \"12h\"\n  tags = { c = \"\" }",
            vec![("c", ""), archival],
        ),
        (
            "description = \"Fourth\"\n  tags = {}",
            vec![(NOTE, "Fourth")],
        ),
        ("", vec![]),
    ];
    for (config, tags) in steps {
        it.configure(&workspace, config);
        assert_eq!(workspace.planned_actions(), only("update"), "{config}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let found = it.experiments.tags(&made);
        let found: Vec<_> = found
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(found, tags, "{config}");
    }
    assert_eq!(id(&workspace), made);
    workspace.destroy().expect_ok();
}

/// Its own tag is removed, where the user interface leaves an empty one: that is no drift.
fn null_and_empty_description_are_the_same_to_the_server<R: Registry>() {
    let it = Subject::<R>::on_its_own("empty");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
    workspace.apply().expect_ok();
    it.experiments.set_tag(&id(&workspace), NOTE, "");
    proxy.clear();
    for (more, kept) in [("description = \"\"", json!("")), ("", Value::Null)] {
        workspace.write("main.tf", &R::at(&proxy.url(), &it.config(more)));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["description"], kept);
    }
    assert_eq!(proxy.count("POST", API), 0);
    workspace.destroy().expect_ok();
}

fn texts_and_names_of_any_kind_survive() {
    for text in [
        "Caf\u{e9}, composed",
        "Cafe\u{301}, decomposed",
        "\\u00e9 \\\"quoted\\\" and 'so' $${not} %%{any} \\t tab",
        "two\\nlines",
        "\u{1f680} and  spaces  ",
        "/Users/someone/100 % & # ? + = ; a:b@c",
    ] {
        let it = Subject::new("text");
        let more = format!("description = \"{text}\"\n  tags = {{ text = \"{text}\" }}");
        let config = it
            .config(&more)
            .replace(&it.name, &format!("{text} {}", it.name));
        let workspace = Workspace::new(Server::shared(), &config);
        workspace.apply().expect_ok();
        assert!(workspace.plan_is_clean(), "{text}");
        let name = workspace.resource(IT)["name"].as_str().unwrap().to_owned();
        workspace.run(&["state", "rm", IT]).expect_ok();
        workspace.import(IT, &format!("name:{name}")).expect_ok();
        workspace.destroy().expect_ok();
        assert_eq!(it.experiments.find_named(&name), None, "{text}");
    }
}

fn values_may_be_unknown_while_planning<R: Registry>() {
    let it = Subject::<R>::on_its_own("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {:?} }}
resource "mlflow_experiment" "it" {{
  name              = terraform_data.later.output
  description       = "For ${{terraform_data.later.id}}"
  tags              = {{ id = terraform_data.later.id }}
  artifact_location = "s3://bucket/${{terraform_data.later.id}}"
}}
"#,
        it.name
    );
    let workspace = Workspace::bare(&it.registry.with_provider(&config));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.live(), Some(id(&workspace)));
    workspace.destroy().expect_ok();
}

fn a_change_of_what_steers_the_provider_sends_nothing<R: Registry>() {
    let it = Subject::<R>::on_its_own("steered");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
    workspace.apply().expect_ok();
    proxy.clear();
    let steered = it.config("rename_on_destroy = false\n  restore_deleted = true");
    workspace.write("main.tf", &R::at(&proxy.url(), &steered));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(proxy.count("POST", API), 0);
    workspace.destroy().expect_ok();
}

/// One that a list does not show is asked for by itself.
fn many_are_refreshed_by_lists<R: Registry>() {
    const COUNT: usize = 300;
    let it = Subject::<R>::on_its_own("many");
    let proxy = it.proxy();
    let config = it.config("").replace(
        &format!("name = {:?}", it.name),
        &format!("count = {COUNT}\n  name = \"{}-${{count.index}}\"", it.name),
    );
    let workspace = Workspace::bare(&R::at(&proxy.url(), &config));
    workspace.apply().expect_ok();
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.requests().len();
    assert!(requests <= 12, "{requests} requests to refresh {COUNT}");
    let seventh = it.experiments.named(&format!("{}-7", it.name));
    it.experiments
        .delete(seventh["experiment_id"].as_str().unwrap());
    let created = (format!("{IT}[7]"), "create".to_owned());
    assert_eq!(workspace.planned_actions(), [created]);
    workspace.destroy().expect_ok();
}
