//! From `terraform apply` to a model on the server, through changes in place, and back to nothing.

use serde_json::{Value, json};

use super::{API, IT, Subject, only, proxy};
use crate::support::{
    Case, cases,
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        applies_plans_clean_and_destroys,
        many_are_applied_by_a_request_each_and_refreshed_by_lists,
    ];
    let twice = on_both![
        what_is_left_out_stays_out,
        each_field_is_changed_and_removed_in_place,
        null_and_empty_description_are_the_same_to_the_server,
        texts_of_any_kind_survive,
        names_of_any_kind_are_kept,
        values_may_be_unknown_while_planning,
        a_change_of_what_steers_the_provider_sends_nothing,
        validates_without_a_connection,
    ];
    [once, twice].concat()
}

fn applies_plans_clean_and_destroys() {
    let it = Subject::new("lifecycle");
    let proxy = proxy();
    let config = it.config("description = \"First\"\n  tags = { owner = \"growth\" }");
    let workspace = Workspace::at(&proxy.url(), &config);
    let applied = workspace.apply().expect_ok();
    let counts = "1 added, 0 changed, 0 destroyed";
    assert!(applied.text().contains(counts), "{}", applied.text());
    assert_eq!(proxy.count("POST", "/create"), 1);
    assert_eq!(proxy.count("GET", API), 0, "a create costs one request");
    workspace.expect_clean_plan();

    let model = it.models.get(&it.name);
    assert_eq!(model["description"], "First");
    assert_eq!(it.models.tags(&it.name), [own("owner", "growth")].into());
    let state = workspace.resource(IT);
    assert_eq!(state["id"], it.name.as_str());
    assert_eq!(state["name"], it.name.as_str());
    assert_eq!(state["creation_timestamp"], model["creation_timestamp"]);

    workspace.destroy().expect_ok();
    assert_eq!(it.models.find(&it.name), None);
}

fn what_is_left_out_stays_out<R: Registry>() {
    let it = Subject::<R>::on_its_own("bare");
    let workspace = it.applied("");
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    for argument in ["description", "tags", "workspace"] {
        assert_eq!(state[argument], Value::Null, "{argument}");
    }
    assert_eq!(state["force_destroy"], false);
    workspace.destroy().expect_ok();
}

fn each_field_is_changed_and_removed_in_place<R: Registry>() {
    let it = Subject::<R>::on_its_own("fields");
    let all = |description: &str, tags: &str| {
        format!("description = {description:?}\n  tags = {{ {tags} }}")
    };
    let workspace = it.applied(&all("First", "a = \"1\", b = \"2\""));
    let made = it.models.get(&it.name)["creation_timestamp"].clone();
    let tag = |key: &str, value: &str| own(key, value);
    let steps = [
        (
            all("Second", "a = \"1\", b = \"2\""),
            "Second",
            vec![tag("a", "1"), tag("b", "2")],
        ),
        (
            all("Second", "a = \"3\", b = \"2\""),
            "Second",
            vec![tag("a", "3"), tag("b", "2")],
        ),
        (
            all("Second", "a = \"3\", c = \"\""),
            "Second",
            vec![tag("a", "3"), tag("c", "")],
        ),
        (
            "tags = { a = \"3\", c = \"\" }".to_owned(),
            "",
            vec![tag("a", "3"), tag("c", "")],
        ),
        (
            "description = \"Third\"\n  tags = {}".to_owned(),
            "Third",
            vec![],
        ),
        (String::new(), "", vec![]),
    ];
    for (config, description, tags) in steps {
        it.configure(&workspace, &config);
        assert_eq!(workspace.planned_actions(), only("update"), "{config}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.models.description(&it.name), description, "{config}");
        assert_eq!(
            it.models.tags(&it.name),
            tags.into_iter().collect(),
            "{config}"
        );
    }
    assert_eq!(it.models.get(&it.name)["creation_timestamp"], made);
    workspace.destroy().expect_ok();
}

fn null_and_empty_description_are_the_same_to_the_server<R: Registry>() {
    let it = Subject::<R>::on_its_own("empty");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
    workspace.apply().expect_ok();
    for (more, kept) in [("description = \"\"", json!("")), ("", Value::Null)] {
        workspace.write("main.tf", &R::at(&proxy.url(), &it.config(more)));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["description"], kept);
    }
    assert_eq!(proxy.count("PATCH", API), 0);
    workspace.destroy().expect_ok();
}

fn texts_of_any_kind_survive<R: Registry>() {
    for text in [
        "Caf\u{e9}, composed",
        "Cafe\u{301}, decomposed",
        "\\u00e9 \\\"quoted\\\" $${not} %%{any} \\t tab",
        "two\\nlines",
        "\u{1f680} and  spaces  ",
    ] {
        let it = Subject::<R>::on_its_own("text");
        let more = format!("description = \"{text}\"\n  tags = {{ text = \"{text}\" }}");
        let workspace = it.applied(&more);
        assert!(workspace.plan_is_clean(), "{text}");
        workspace.destroy().expect_ok();
    }
}

/// Whatever is a name to the server: no filter of its searches can quote all of them.
fn names_of_any_kind_are_kept<R: Registry>() {
    for name in [
        "it's",
        "a \\\"b\\\" and 'c'",
        "100 % & # ? + = ;",
        "\u{1f680}",
        " outer ",
        "a@b",
        "a_b%c",
    ] {
        let it = Subject::<R>::on_its_own("odd");
        let config = it
            .config("")
            .replace(&it.name, &format!("{} {name}", it.name));
        let workspace = Workspace::bare(&it.registry.with_provider(&config));
        workspace.apply().expect_ok();
        assert!(workspace.plan_is_clean(), "{name}");
        let id = workspace.resource(IT)["id"].as_str().unwrap().to_owned();
        assert!(it.models.find(&id).is_some(), "{name}");
        workspace.run(&["state", "rm", IT]).expect_ok();
        workspace.import(IT, &id).expect_ok();
        workspace.destroy().expect_ok();
        assert_eq!(it.models.find(&id), None, "{name}");
    }
}

fn values_may_be_unknown_while_planning<R: Registry>() {
    let it = Subject::<R>::on_its_own("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {:?} }}
resource "mlflow_registered_model" "it" {{
  name        = terraform_data.later.output
  description = "For ${{terraform_data.later.id}}"
  tags        = {{ id = terraform_data.later.id }}
}}
"#,
        it.name
    );
    let workspace = Workspace::bare(&it.registry.with_provider(&config));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["id"], it.name.as_str());
    workspace.destroy().expect_ok();
}

fn a_change_of_what_steers_the_provider_sends_nothing<R: Registry>() {
    let it = Subject::<R>::on_its_own("steered");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
    workspace.apply().expect_ok();
    proxy.clear();
    let forced = it.config("force_destroy = true");
    workspace.write("main.tf", &R::at(&proxy.url(), &forced));
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let writes = proxy.requests().into_iter().filter(|it| it.method != "GET");
    assert_eq!(writes.count(), 0);
    workspace.destroy().expect_ok();
}

fn validates_without_a_connection<R: Registry>() {
    let it = Subject::<R>::on_its_own("validate");
    let proxy = it.proxy();
    let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("tags = { a = \"b\" }")));
    workspace.validate().expect_ok();
    workspace.plan().expect_ok();
    assert_eq!(proxy.requests().len(), 0, "planning a create sends nothing");
}

fn many_are_applied_by_a_request_each_and_refreshed_by_lists() {
    const COUNT: usize = 30;
    let it = Subject::new("many");
    let proxy = proxy();
    let config = it.config("").replace(
        &format!("name = {:?}", it.name),
        &format!("count = {COUNT}\n  name = \"{}-${{count.index}}\"", it.name),
    );
    let workspace = Workspace::at(&proxy.url(), &config);
    workspace.apply().expect_ok();
    assert_eq!(proxy.requests().len(), COUNT);
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.requests().len();
    assert!(requests <= 12, "{requests} requests to refresh {COUNT}");
    it.models.delete(&format!("{}-7", it.name));
    let created = (format!("{IT}[7]"), "create".to_owned());
    assert_eq!(workspace.planned_actions(), [created]);
    workspace.destroy().expect_ok();
}

fn own(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
