//! Endpoints: changed in place, whatever the order of their models, and with their experiment left.

use serde_json::{Value, json};

use super::{API, ENDPOINT, Subject, applied, id_of, model, only, proxy, reapply};
use crate::support::{Case, cases, mlflow::Server, rest::text, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        applies_plans_clean_and_destroys,
        every_part_is_changed_in_place,
        a_fallback_survives_a_change_of_models,
        models_have_no_order_and_weights_no_more_bits_than_the_server_keeps,
        what_the_server_adds_by_itself_is_no_drift,
        a_routing_strategy_that_goes_makes_a_new_one,
        an_experiment_stays_when_its_endpoint_goes,
        usage_is_tracked_as_it_says_and_an_experiment_kept,
        every_part_is_mended,
        one_without_models_is_not_gone,
        one_that_is_gone_is_made_anew,
        tags_are_ours_by_key,
        keys_of_tags_have_any_form,
        a_hundred_are_refreshed_in_a_handful_of_requests,
    ]
}

fn applies_plans_clean_and_destroys() {
    let (it, proxy) = (Subject::new("endpoint"), proxy());
    let [first, second] = it.definitions();
    let back = model(
        &second,
        "linkage_type = \"FALLBACK\"\n    fallback_order = 1",
    );
    let more = format!(
        "{}{back}fallback = {{ max_attempts = 1 }}\n  tags = {{ team = \"a\", empty = \"\" }}",
        model(&first, "")
    );
    let workspace = Workspace::at(&proxy.url(), &it.endpoint(&more));
    workspace.apply().expect_ok();
    assert_eq!(proxy.count("POST", "/endpoints/create"), 1);
    workspace.expect_clean_plan();
    let id = id_of(&workspace, ENDPOINT);
    let endpoint = it.gateway.endpoint(&id).unwrap();
    assert_eq!(endpoint["model_mappings"].as_array().unwrap().len(), 2);
    let fallback = json!({"strategy": "SEQUENTIAL", "max_attempts": 1});
    assert_eq!(endpoint["fallback_config"], fallback);
    assert_eq!(endpoint["usage_tracking"], true);
    let state = workspace.resource(ENDPOINT);
    assert_eq!(state["experiment_id"], endpoint["experiment_id"]);
    assert_eq!(state["tags"], json!({"team": "a", "empty": ""}));
    workspace.destroy().expect_ok();
    assert_eq!(it.gateway.endpoint(&id), None);
    it.clear();
}

fn every_part_is_changed_in_place() {
    let it = Subject::new("fields");
    let [first, second] = it.definitions();
    let workspace = applied(&it.endpoint(&model(&first, "")));
    let id = id_of(&workspace, ENDPOINT);
    let other = format!("{}-other", it.name);
    let split = "routing_strategy = \"REQUEST_BASED_TRAFFIC_SPLIT\"\n  ";
    let renamed = it.endpoint(&model(&first, "")).replace(&it.name, &other);
    let of = |more: &str| it.endpoint(more).replace(&it.name, &other);
    let both = format!(
        "{}{}",
        model(&first, "weight = 0.9"),
        model(&second, "weight = 0.1")
    );
    for config in [
        renamed,
        of(&format!("{split}{}", model(&first, ""))),
        of(&format!("{split}{both}")),
        of(&format!("{split}{both}fallback = {{ max_attempts = 3 }}")),
        of(&format!(
            "{split}{both}usage_tracking = false\n  tags = {{ a = \"1\" }}"
        )),
        of(&format!(
            "{split}{}tags = {{ b = \"2\" }}",
            model(&second, "")
        )),
    ] {
        reapply(&workspace, &config, ENDPOINT, "update");
        assert_eq!(id_of(&workspace, ENDPOINT), id);
    }
    let endpoint = it.gateway.endpoint(&id).unwrap();
    assert_eq!(endpoint["name"], json!(other));
    assert_eq!(endpoint["tags"], json!([{"key": "b", "value": "2"}]));
    assert_eq!(
        endpoint["model_mappings"][0]["model_definition_id"],
        json!(second)
    );
    workspace.destroy().expect_ok();
    it.clear();
}

/// A change of the models alone resets it on the server.
fn a_fallback_survives_a_change_of_models() {
    let it = Subject::new("survives");
    let [first, second] = it.definitions();
    let fallback = "fallback = { max_attempts = 2 }";
    let workspace = applied(&it.endpoint(&format!("{}{fallback}", model(&first, ""))));
    let id = id_of(&workspace, ENDPOINT);
    let back = model(&second, "linkage_type = \"FALLBACK\"");
    let more = format!("{}{back}{fallback}", model(&first, ""));
    reapply(&workspace, &it.endpoint(&more), ENDPOINT, "update");
    let kept = json!({"strategy": "SEQUENTIAL", "max_attempts": 2});
    assert_eq!(it.gateway.endpoint(&id).unwrap()["fallback_config"], kept);
    // Taken out, it is none, though the server keeps an empty one.
    let more = format!("{}{back}", model(&first, ""));
    reapply(&workspace, &it.endpoint(&more), ENDPOINT, "update");
    assert_eq!(workspace.resource(ENDPOINT)["fallback"], Value::Null);
    workspace.destroy().expect_ok();
    it.clear();
}

fn models_have_no_order_and_weights_no_more_bits_than_the_server_keeps() {
    let it = Subject::new("order");
    let [first, second, third] = it.definitions();
    let split = "routing_strategy = \"REQUEST_BASED_TRAFFIC_SPLIT\"\n  ";
    let models = [
        model(&first, "weight = 0.123456789"),
        model(&second, "weight = 0.7"),
        model(
            &third,
            "linkage_type = \"FALLBACK\"\n    fallback_order = 1",
        ),
    ];
    let workspace = applied(&it.endpoint(&format!("{split}{}", models.concat())));
    workspace.expect_clean_plan();
    for order in [[2, 0, 1], [1, 2, 0]] {
        let models = order.map(|at| models[at].clone()).concat();
        workspace.reconfigure(Server::shared(), &it.endpoint(&format!("{split}{models}")));
        workspace.expect_clean_plan();
    }
    // Written as the server shows it, it is the same.
    let shown = models.concat().replace("0.123456789", "0.12345679");
    workspace.reconfigure(Server::shared(), &it.endpoint(&format!("{split}{shown}")));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

/// With a model to fall back to comes an empty rule for it, and with every endpoint an experiment.
fn what_the_server_adds_by_itself_is_no_drift() {
    let it = Subject::new("added");
    let [first, second] = it.definitions();
    let back = model(&second, "linkage_type = \"FALLBACK\"");
    let workspace = applied(&it.endpoint(&format!("{}{back}", model(&first, ""))));
    workspace.expect_clean_plan();
    let id = id_of(&workspace, ENDPOINT);
    let endpoint = it.gateway.endpoint(&id).unwrap();
    assert_eq!(endpoint["fallback_config"], json!({}));
    // A write that changes nothing moves a time.
    it.gateway
        .post("endpoints/update", &json!({"endpoint_id": id}));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

fn a_routing_strategy_that_goes_makes_a_new_one() {
    let it = Subject::new("strategy");
    let [first] = it.definitions();
    let split = "routing_strategy = \"REQUEST_BASED_TRAFFIC_SPLIT\"\n  ";
    let workspace = applied(&it.endpoint(&format!("{split}{}", model(&first, ""))));
    let id = id_of(&workspace, ENDPOINT);
    reapply(
        &workspace,
        &it.endpoint(&model(&first, "")),
        ENDPOINT,
        "delete-create",
    );
    assert_ne!(id_of(&workspace, ENDPOINT), id);
    workspace.destroy().expect_ok();
    it.clear();
}

fn an_experiment_stays_when_its_endpoint_goes() {
    let it = Subject::new("experiment");
    let [first] = it.definitions();
    let workspace = applied(&it.endpoint(&model(&first, "")));
    let experiment = text(&workspace.resource(ENDPOINT)["experiment_id"]);
    let other = format!("{}-other", it.name);
    let renamed = it.endpoint(&model(&first, "")).replace(&it.name, &other);
    reapply(&workspace, &renamed, ENDPOINT, "update");
    assert_eq!(
        text(&workspace.resource(ENDPOINT)["experiment_id"]),
        experiment
    );
    workspace.destroy().expect_ok();
    let path = format!("/api/2.0/mlflow/experiments/get?experiment_id={experiment}");
    let found = Server::shared().rest().expect("GET", &path, &Value::Null);
    let found = &found["experiment"];
    assert_eq!(found["name"], json!(format!("gateway/{}", it.name)));
    assert_eq!(found["lifecycle_stage"], "active");
    it.clear();
}

fn usage_is_tracked_as_it_says_and_an_experiment_kept() {
    let it = Subject::new("usage");
    let [first] = it.definitions();
    let of = |more: &str| it.endpoint(&format!("{}{more}", model(&first, "")));
    let workspace = applied(&of("usage_tracking = false"));
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(ENDPOINT)["experiment_id"], Value::Null);
    reapply(&workspace, &of(""), ENDPOINT, "update");
    let experiment = workspace.resource(ENDPOINT)["experiment_id"].clone();
    assert!(experiment.is_string(), "{experiment}");
    reapply(
        &workspace,
        &of("usage_tracking = false"),
        ENDPOINT,
        "update",
    );
    assert_eq!(workspace.resource(ENDPOINT)["experiment_id"], experiment);
    let named = json!({"name": format!("{}-own", it.name)});
    let own = Server::shared()
        .rest()
        .expect("POST", "/api/2.0/mlflow/experiments/create", &named);
    let own = text(&own["experiment_id"]);
    reapply(
        &workspace,
        &of(&format!("experiment_id = {own:?}")),
        ENDPOINT,
        "update",
    );
    assert_eq!(workspace.resource(ENDPOINT)["experiment_id"], json!(own));
    // Left out again, it stays, for no server lets go of it.
    workspace.reconfigure(Server::shared(), &of(""));
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

fn every_part_is_mended() {
    let it = Subject::new("mended");
    let [first, second] = it.definitions();
    let more = format!("{}fallback = {{ max_attempts = 2 }}", model(&first, ""));
    let workspace = applied(&it.endpoint(&more));
    let id = id_of(&workspace, ENDPOINT);
    let theirs = |definition: &str, weight: f64| json!([{"model_definition_id": definition, "linkage_type": "PRIMARY", "weight": weight}]);
    let kept = json!({"strategy": "SEQUENTIAL", "max_attempts": 2});
    for change in [
        json!({"name": format!("{}-theirs", it.name)}),
        json!({"model_configs": theirs(&second, 1.0), "fallback_config": kept}),
        json!({"model_configs": theirs(&first, 0.5), "fallback_config": kept}),
        json!({"model_configs": theirs(&first, 1.0)}),
        json!({"fallback_config": {"strategy": "SEQUENTIAL", "max_attempts": 5}}),
        json!({"usage_tracking": false}),
    ] {
        let mut body = change.clone();
        body["endpoint_id"] = json!(id);
        it.gateway.post("endpoints/update", &body);
        assert_eq!(
            workspace.planned_actions(),
            only(ENDPOINT, "update"),
            "{change}"
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
    }
    let endpoint = it.gateway.endpoint(&id).unwrap();
    assert_eq!(endpoint["name"], json!(it.name));
    assert_eq!(endpoint["fallback_config"], kept);
    workspace.destroy().expect_ok();
    it.clear();
}

/// The list leaves it out, and a read shows it.
fn one_without_models_is_not_gone() {
    let it = Subject::new("empty");
    let [first] = it.definitions();
    let workspace = applied(&it.endpoint(&model(&first, "")));
    let id = id_of(&workspace, ENDPOINT);
    let detached = json!({"endpoint_id": id, "model_definition_id": first});
    it.gateway.post("endpoints/models/detach", &detached);
    assert_eq!(it.gateway.endpoints(&it.name), Vec::<Value>::new());
    assert_eq!(workspace.planned_actions(), only(ENDPOINT, "update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id_of(&workspace, ENDPOINT), id);
    workspace.destroy().expect_ok();
    it.clear();
}

fn one_that_is_gone_is_made_anew() {
    let it = Subject::new("gone");
    let [first] = it.definitions();
    let workspace = applied(&it.endpoint(&model(&first, "")));
    it.gateway.delete_endpoint(&id_of(&workspace, ENDPOINT));
    assert_eq!(workspace.planned_actions(), only(ENDPOINT, "create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
    it.clear();
}

fn tags_are_ours_by_key() {
    let it = Subject::new("tags");
    let [first] = it.definitions();
    let of = |tags: &str| it.endpoint(&format!("{}{tags}", model(&first, "")));
    let workspace = applied(&of("tags = { a = \"1\", b = \"2\" }"));
    let id = id_of(&workspace, ENDPOINT);
    let tag = |key: &str, value: &str| json!({"endpoint_id": id, "key": key, "value": value});
    it.gateway.post("endpoints/set-tag", &tag("theirs", "x"));
    workspace.expect_clean_plan();
    it.gateway.post("endpoints/set-tag", &tag("a", "changed"));
    let gone = json!({"endpoint_id": id, "key": "b"});
    it.gateway.delete("endpoints/delete-tag", &gone);
    assert_eq!(workspace.planned_actions(), only(ENDPOINT, "update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    reapply(&workspace, &of("tags = {}"), ENDPOINT, "update");
    let endpoint = it.gateway.endpoint(&id).unwrap();
    assert_eq!(endpoint["tags"], json!([{"key": "theirs", "value": "x"}]));
    workspace.destroy().expect_ok();
    it.clear();
}

/// The server takes them, so others may have set them.
fn keys_of_tags_have_any_form() {
    let it = Subject::new("keys");
    let [first] = it.definitions();
    let id = it.gateway.make_endpoint(&it.name, &first);
    let long = "k".repeat(300);
    let keys = [
        "team@x",
        "a\nb",
        "${x}",
        "a//b",
        "%{if}",
        "\u{1f600}",
        long.as_str(),
    ];
    for key in keys {
        let tag = json!({"endpoint_id": id, "key": key, "value": "v"});
        it.gateway.post("endpoints/set-tag", &tag);
    }
    let import = format!("import {{\n  to = {ENDPOINT}\n  id = {id:?}\n}}\n");
    let workspace = Workspace::new(Server::shared(), &import);
    let out = ["plan", "-input=false", "-generate-config-out=generated.tf"];
    workspace.run(&out).expect_ok();
    let text = workspace.apply().expect_ok().text();
    let counts = "1 imported, 0 added, 0 changed, 0 destroyed";
    assert!(text.contains(counts), "{text}");
    workspace.expect_clean_plan();
    assert_eq!(
        workspace.resource(ENDPOINT)["tags"]
            .as_object()
            .unwrap()
            .len(),
        keys.len()
    );
    workspace.destroy().expect_ok();
    it.clear();
}

fn a_hundred_are_refreshed_in_a_handful_of_requests() {
    let (it, proxy) = (Subject::new("many"), proxy());
    let [first] = it.definitions();
    let config = it.endpoint(&format!("{}usage_tracking = false", model(&first, "")));
    let name = format!("name = {:?}", it.name);
    let counted = format!("count = 100\n  name = \"{}-${{count.index}}\"", it.name);
    let workspace = Workspace::at(&proxy.url(), &config.replace(&name, &counted));
    workspace.apply().expect_ok();
    proxy.clear();
    workspace.expect_clean_plan();
    let requests = proxy.count("GET", API);
    assert!(requests <= 12, "{requests} requests to refresh 100");
    workspace.destroy().expect_ok();
    it.clear();
}
