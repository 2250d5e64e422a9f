//! A new name is given in place: what hangs on the model comes along.

use serde_json::{Value, json};

use super::{IT, Subject, named, only};
use crate::support::{
    Case, cases,
    http::Response,
    mlflow::Server,
    proxy::{Fault, Loss},
    registry::{Registry, on_both},
    terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    let once = cases![keeps_versions_tags_and_aliases,];
    let twice = on_both![
        comes_with_every_other_change,
        to_a_taken_name_is_refused,
        that_is_cut_after_its_first_call_is_finished_by_the_next_apply,
        whose_answer_is_lost_is_settled,
    ];
    [once, twice].concat()
}

fn keeps_versions_tags_and_aliases() {
    let it = Subject::new("old");
    let workspace = it.applied("force_destroy = true\n  tags = { ours = \"1\" }");
    it.models.set_tag(&it.name, "theirs", "2");
    let last = it.models.add_versions(&it.name, 3);
    it.models.set_version_tag(&it.name, "2", "stage", "shadow");
    it.models.set_alias(&it.name, "champion", &last);
    let before = it.models.get(&it.name);

    let new = unique("new");
    workspace.reconfigure(
        Server::shared(),
        &named(&new, "force_destroy = true\n  tags = { ours = \"1\" }"),
    );
    assert_eq!(workspace.planned_actions(), only("update"));
    let change = &workspace.plan_json()["resource_changes"][0]["change"];
    assert_eq!(
        change["after"]["id"],
        new.as_str(),
        "never unknown for one that exists"
    );
    assert!(
        change["after_unknown"].get("registered_model_id").is_none(),
        "a server of MLflow's never has it"
    );
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();

    assert_eq!(it.models.find(&it.name), None);
    assert_eq!(unnamed(it.models.get(&new)), unnamed(before));
    let second = it.models.version(&new, "2").expect("it came along");
    assert_eq!(second["tags"], json!([{"key": "stage", "value": "shadow"}]));
    assert_eq!(workspace.resource(IT)["id"], new.as_str());
    workspace.destroy().expect_ok();
}

fn comes_with_every_other_change<R: Registry>() {
    let it = Subject::<R>::on_its_own("old");
    let workspace = it.applied("description = \"First\"\n  tags = { a = \"1\", b = \"2\" }");
    let new = unique("new");
    let config = named(
        &new,
        "description = \"Second\"\n  tags = { a = \"3\", c = \"4\" }",
    );
    workspace.write("main.tf", &it.registry.with_provider(&config));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.models.description(&new), "Second");
    let tags = it.models.tags(&new);
    let tags: Vec<_> = tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(tags, ["a=3", "c=4"]);
    workspace.destroy().expect_ok();
}

fn to_a_taken_name_is_refused<R: Registry>() {
    let it = Subject::<R>::on_its_own("old");
    let taken = unique("taken");
    it.models.make(&taken, "Theirs", &[]);
    let workspace = it.applied("");
    workspace.write("main.tf", &it.registry.with_provider(&named(&taken, "")));
    let says = ["Already Exists", &taken];
    workspace.apply().expect_error_containing(&says);
    assert_eq!(workspace.resource(IT)["name"], it.name.as_str());
    assert_eq!(it.models.description(&taken), "Theirs");
    it.configure(&workspace, "");
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.models.delete(&taken);
}

/// Rename, description, tags set, tags removed: each of them is refused once, after what comes
/// before it was done.
fn that_is_cut_after_its_first_call_is_finished_by_the_next_apply<R: Registry>() {
    for (method, path) in [
        ("PATCH", "/registered-models/update"),
        ("POST", "/registered-models/set-tag"),
        ("DELETE", "/registered-models/delete-tag"),
    ] {
        let it = Subject::<R>::on_its_own("cut");
        let proxy = it.proxy();
        let config = it.config("description = \"First\"\n  tags = { a = \"1\", b = \"2\" }");
        let workspace = Workspace::bare(&R::at(&proxy.url(), &config));
        workspace.apply().expect_ok();

        let new = unique("new");
        let config = named(&new, "description = \"Second\"\n  tags = { a = \"3\" }");
        workspace.write("main.tf", &R::at(&proxy.url(), &config));
        let refusal = Response::json_error(400, "INVALID_PARAMETER_VALUE", "cut here");
        proxy.inject(method, path, 1, Fault::Instead(Loss::Answer(refusal)));
        workspace.apply().expect_error_containing(&["cut here"]);
        assert_eq!(
            workspace.resource(IT)["name"],
            new.as_str(),
            "{path}: what the server has"
        );
        assert_eq!(it.models.find(&it.name), None, "{path}");

        assert_eq!(workspace.planned_actions(), only("update"), "{path}");
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.models.description(&new), "Second", "{path}");
        assert_eq!(it.models.tags(&new).len(), 1, "{path}");
        workspace.destroy().expect_ok();
    }
}

fn whose_answer_is_lost_is_settled<R: Registry>() {
    for loss in [
        Loss::Close,
        Loss::Answer(Response::html(503, "Service Unavailable")),
    ] {
        let label = format!("{loss:?}");
        let it = Subject::<R>::on_its_own("lost");
        let proxy = it.proxy();
        let workspace = Workspace::bare(&R::at(&proxy.url(), &it.config("")));
        workspace.apply().expect_ok();
        let new = unique("new");
        workspace.write("main.tf", &R::at(&proxy.url(), &named(&new, "")));
        proxy.inject(
            "POST",
            "/registered-models/rename",
            1,
            Fault::Afterwards(loss),
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(it.models.find(&it.name), None, "{label}");
        assert_eq!(workspace.resource(IT)["name"], new.as_str(), "{label}");
        workspace.destroy().expect_ok();
    }
}

/// A model without what a rename changes.
fn unnamed(mut model: Value) -> Value {
    let fields = model.as_object_mut().expect("a model is an object");
    fields.remove("name");
    fields.remove("last_updated_timestamp");
    for list in ["latest_versions", "tags", "aliases"] {
        let all = fields.get_mut(list).and_then(Value::as_array_mut);
        for each in all.into_iter().flatten() {
            let each = each.as_object_mut().expect("it is an object");
            each.remove("name");
            each.remove("last_updated_timestamp");
        }
        if let Some(all) = fields.get_mut(list).and_then(Value::as_array_mut) {
            all.sort_by_key(Value::to_string);
        }
    }
    model
}
