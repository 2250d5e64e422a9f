//! The stand-in of a Databricks workspace takes of experiments and versions what is documented, and no more.

use serde_json::{Value, json};

use crate::support::{Case, cases, databricks::Databricks, registry::Registry};

pub fn cases() -> Vec<Case> {
    cases![experiments_and_versions_are_taken_as_documented]
}

fn experiments_and_versions_are_taken_as_documented() {
    let workspace = Databricks::start();
    let rest = workspace.rest();
    let tags: Vec<_> = (0..21)
        .map(|it| json!({"key": format!("k{it}"), "value": ""}))
        .collect();
    workspace.on_models("POST", "create", &json!({"name": "m"}));
    let id = |name: &str| json!({"experiment_id": name});
    for (method, call, body, expected) in [
        (
            "POST",
            "registered-models/create",
            json!({"name": "a.b.c"}),
            400,
        ),
        ("POST", "experiments/create", json!({"name": "e"}), 400),
        (
            "POST",
            "experiments/create",
            json!({"name": "/Shared/no/e"}),
            404,
        ),
        (
            "POST",
            "experiments/create",
            json!({"name": "/Shared/e", "tags": tags}),
            400,
        ),
        (
            "POST",
            "experiments/create",
            json!({"name": "/Shared/e"}),
            200,
        ),
        (
            "POST",
            "experiments/create",
            json!({"name": "/Workspace/Shared/e/"}),
            400,
        ),
        ("GET", "experiments/search?max_results=1", Value::Null, 404),
        (
            "POST",
            "experiments/search",
            json!({"max_results": 3001}),
            400,
        ),
        ("POST", "experiments/delete-experiment-tag", id("7"), 404),
        ("POST", "experiments/restore", id("3141592653589001"), 404),
        ("POST", "experiments/delete", id("3141592653589001"), 200),
        (
            "POST",
            "experiments/create",
            json!({"name": "/Shared/e"}),
            200,
        ),
        ("POST", "experiments/restore", id("3141592653589001"), 400),
        (
            "POST",
            "model-versions/create",
            json!({"name": "n", "source": "s"}),
            404,
        ),
        (
            "POST",
            "model-versions/create",
            json!({"name": "m", "source": "s", "model_id": "x"}),
            400,
        ),
        (
            "POST",
            "model-versions/create",
            json!({"name": "m", "source": "s"}),
            200,
        ),
        (
            "GET",
            "model-versions/search?order_by=name",
            Value::Null,
            400,
        ),
        (
            "GET",
            "model-versions/search?filter=name%3D%22m%22",
            Value::Null,
            400,
        ),
        (
            "GET",
            "model-versions/search?filter=name%3D%27m%27",
            Value::Null,
            200,
        ),
        (
            "DELETE",
            "model-versions/delete?name=m&version=1",
            Value::Null,
            200,
        ),
        (
            "GET",
            "registered-models/alias?name=m&alias=a",
            Value::Null,
            404,
        ),
    ] {
        let answer = rest.call(method, &format!("/api/2.0/mlflow/{call}"), &body);
        assert_eq!(answer.status, expected, "{call} {body}: {}", answer.text());
    }
}
