//! The stand-in of a Databricks workspace is as strict and as contrary as it claims to be.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks, Options, Patch, Principal, WORKSPACE_ID},
    http::{Request, Response},
    wait_for,
};

pub fn cases() -> Vec<Case> {
    cases![
        only_what_is_documented_is_taken,
        an_update_is_as_strict_as_a_creation,
        empty_differs_from_absent_and_secrets_never_show,
        an_update_merges_or_replaces_a_target,
        lists_have_pages_and_filters,
        a_list_lags_behind_writes,
        who_manages_one_model_manages_no_other,
        the_registry_adds_and_hides_values,
        a_client_gets_a_token_for_its_secret,
        a_federated_token_is_worth_one_of_ours,
    ]
}

const API: &str = "/api/2.0/mlflow/registry-webhooks";

fn call(workspace: &Databricks, token: &str, method: &str, call: &str, body: &Value) -> Response {
    let octets = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    Request::new(method, &format!("{API}/{call}"), octets)
        .header("Content-Type", "application/json")
        .header("Authorization", &format!("Bearer {token}"))
        .send(workspace.address())
        .expect("the stand-in answers")
}

fn status(workspace: &Databricks, method: &str, path: &str, body: &Value) -> u16 {
    call(workspace, ADMIN, method, path, body).status
}

fn listed(workspace: &Databricks, query: &str) -> Value {
    let answer = call(
        workspace,
        ADMIN,
        "GET",
        &format!("list?{query}"),
        &Value::Null,
    );
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

fn hook() -> Value {
    json!({
        "events": ["MODEL_VERSION_CREATED", "COMMENT_CREATED"],
        "http_url_spec": {"url": "https://h/x", "secret": "s", "authorization": "Bearer a"},
    })
}

fn with(mut webhook: Value, change: &Value) -> Value {
    for (key, value) in change.as_object().unwrap() {
        webhook[key] = value.clone();
    }
    webhook
}

fn only_what_is_documented_is_taken() {
    let workspace = Databricks::start();
    let refused = [
        json!({"name": "n"}),
        json!({"id": "1"}),
        json!({"events": []}),
        json!({"events": "MODEL_VERSION_CREATED"}),
        json!({"events": ["model_version.created"]}),
        json!({"status": "active"}),
        json!({"status": null}),
        json!({"model_name": ""}),
        json!({"model_name": "m", "events": ["REGISTERED_MODEL_CREATED"]}),
        json!({"http_url_spec": {"url": "http://h/x"}}),
        json!({"http_url_spec": {"url": "https://"}}),
        json!({"http_url_spec": {"secret": "s"}}),
        json!({"http_url_spec": {"url": "https://h", "enable_ssl_verification": "false"}}),
        json!({"http_url_spec": {"url": "https://h", "authorization": "a\nb"}}),
        json!({"http_url_spec": {"url": "https://h", "secret_wo": "s"}}),
        json!({"job_spec": {"job_id": "1", "access_token": "t"}}),
    ];
    for change in refused {
        let body = with(hook(), &change);
        assert_eq!(status(&workspace, "POST", "create", &body), 400, "{change}");
    }
    for job in [
        json!({"job_id": "1"}),
        json!({"access_token": "t"}),
        json!({"job_id": 1, "access_token": "t"}),
        json!({"job_id": "1", "access_token": "t", "workspace_url": "http://w"}),
    ] {
        let body = json!({"events": ["COMMENT_CREATED"], "job_spec": job});
        assert_eq!(status(&workspace, "POST", "create", &body), 400, "{body}");
    }
    let none = json!({"events": ["COMMENT_CREATED"]});
    assert_eq!(status(&workspace, "POST", "create", &none), 400);
    assert_eq!(workspace.webhooks().len(), 0);
    let fine = with(hook(), &json!({"status": "TEST_MODE", "model_name": "m"}));
    assert_eq!(status(&workspace, "POST", "create", &fine), 200);
    for (method, path, body, expected) in [
        ("GET", "list?x=1", Value::Null, 400),
        ("GET", "list?max_results=1001", Value::Null, 400),
        ("GET", "list?events=NONE", Value::Null, 400),
        ("DELETE", "delete", json!({"id": "124323"}), 400),
        ("DELETE", "delete?id=1", Value::Null, 404),
        ("PATCH", "update?id=124323", json!({"id": "124323"}), 400),
        ("POST", "test", json!({"id": "1"}), 404),
        ("POST", "test", json!({"id": "124323", "event": "x"}), 400),
        ("GET", "get?id=124323", Value::Null, 404),
    ] {
        assert_eq!(status(&workspace, method, path, &body), expected, "{path}");
    }
}

fn an_update_is_as_strict_as_a_creation() {
    let workspace = Databricks::start();
    let model = json!({"model_name": "m"});
    let id = workspace.create(&with(hook(), &model));
    let before = workspace.webhook(&id);
    for change in [
        json!({"model_name": "m"}),
        json!({"events": []}),
        json!({"events": ["REGISTERED_MODEL_CREATED"]}),
        json!({"status": ""}),
        json!({"http_url_spec": {"url": ""}}),
        json!({"http_url_spec": {"url": "http://h"}}),
        json!({"http_url_spec": {}}),
        json!({"job_spec": {"job_id": "1", "access_token": "t"}}),
    ] {
        let body = with(json!({"id": id}), &change);
        assert_eq!(
            status(&workspace, "PATCH", "update", &body),
            400,
            "{change}"
        );
    }
    assert_eq!(workspace.webhook(&id), before);
}

fn empty_differs_from_absent_and_secrets_never_show() {
    let workspace = Databricks::start();
    let described = json!({"description": "d"});
    let answer = call(
        &workspace,
        ADMIN,
        "POST",
        "create",
        &with(hook(), &described),
    );
    let kept = workspace.webhook_described("d");
    let list = listed(&workspace, "");
    for shown in [answer.text(), list.to_string()] {
        assert!(!shown.contains("secret") && !shown.contains("authorization"));
    }
    assert_eq!(kept["http_url_spec"]["secret"], "s");
    let id = kept["id"].as_str().unwrap();
    workspace.patch(&json!({"id": id, "status": "DISABLED"}));
    assert_eq!(workspace.webhook(id).unwrap()["description"], "d");
    workspace.patch(&json!({"id": id, "description": ""}));
    assert_eq!(workspace.webhook(id).unwrap()["description"], "");
    assert_eq!(
        listed(&workspace, "")["webhooks"][0]["description"],
        json!(null)
    );
    workspace.delete(id);
    assert_eq!(listed(&workspace, ""), json!({}));
}

fn an_update_merges_or_replaces_a_target() {
    let workspace = Databricks::start();
    let unverified = json!({"http_url_spec": {
        "url": "https://h", "secret": "s", "enable_ssl_verification": false,
    }});
    for (patch, left) in [
        (
            Patch::Merge,
            json!({"url": "https://i", "secret": "s", "enable_ssl_verification": false}),
        ),
        (
            Patch::Replace,
            json!({"url": "https://i", "enable_ssl_verification": true}),
        ),
    ] {
        workspace.set(|options| options.patch = patch);
        let id = workspace.create(&with(hook(), &unverified));
        workspace.patch(&json!({"id": id, "http_url_spec": {"url": "https://i"}}));
        assert_eq!(workspace.webhook(&id).unwrap()["http_url_spec"], left);
        let part = json!({"id": id, "http_url_spec": {"secret": "t"}});
        let taken = status(&workspace, "PATCH", "update", &part) == 200;
        assert_eq!(taken, patch == Patch::Merge);
    }
}

fn lists_have_pages_and_filters() {
    let workspace = Databricks::start_with(Options {
        page_size: 2,
        ..Options::default()
    });
    for model in ["a", "b", "a", "a"] {
        workspace.create(&with(hook(), &json!({"model_name": model})));
    }
    workspace.create(&with(
        hook(),
        &json!({"events": ["REGISTERED_MODEL_CREATED"]}),
    ));
    let count = |page: &Value| page["webhooks"].as_array().map_or(0, Vec::len);
    let first = listed(&workspace, "model_name=a");
    let token = first["next_page_token"].as_str().unwrap();
    let second = listed(&workspace, &format!("model_name=a&page_token={token}"));
    assert_eq!((count(&first), count(&second)), (2, 1));
    assert_eq!(second["next_page_token"], json!(null));
    let other = format!("list?model_name=b&page_token={token}");
    assert_eq!(status(&workspace, "GET", &other, &Value::Null), 400);
    let events = "events=REGISTERED_MODEL_CREATED&events=MODEL_VERSION_TAG_SET";
    assert_eq!(count(&listed(&workspace, events)), 1);
    assert_eq!(count(&listed(&workspace, "max_results=1")), 1);
}

fn a_list_lags_behind_writes() {
    let workspace = Databricks::start();
    let id = workspace.create(&hook());
    workspace.set(|options| options.lag = Duration::from_millis(300));
    assert_eq!(listed(&workspace, ""), json!({}));
    let now = |is: fn(&Value) -> bool| {
        wait_for("list", Duration::from_secs(10), || {
            Some(listed(&workspace, "")).filter(is)
        })
    };
    let shown = now(|list| list["webhooks"].is_array());
    workspace.delete(&id);
    assert_eq!(listed(&workspace, ""), shown);
    now(|list| list["webhooks"].is_null());
}

fn who_manages_one_model_manages_no_other() {
    let workspace = Databricks::start_with(Options {
        models: Some(vec!["m".to_owned()]),
        ..Options::default()
    });
    let token = workspace.manager_of(&["m"]);
    let registry_wide = workspace.create(&hook());
    let own = workspace.create(&with(hook(), &json!({"model_name": "m"})));
    let unknown = with(hook(), &json!({"model_name": "x"}));
    assert_eq!(status(&workspace, "POST", "create", &unknown), 404);
    for (method, path, body, expected) in [
        ("GET", "list", Value::Null, 403),
        ("GET", "list?model_name=x", Value::Null, 403),
        ("GET", "list?model_name=m", Value::Null, 200),
        ("POST", "create", hook(), 403),
        ("POST", "test", json!({"id": registry_wide}), 403),
        ("POST", "test", json!({"id": own}), 200),
        ("PATCH", "update", json!({"id": registry_wide}), 403),
        ("PATCH", "update", json!({"id": own}), 200),
        (
            "DELETE",
            &format!("delete?id={registry_wide}"),
            Value::Null,
            403,
        ),
        ("DELETE", &format!("delete?id={own}"), Value::Null, 200),
    ] {
        let answer = call(&workspace, &token, method, path, &body);
        assert_eq!(answer.status, expected, "{method} {path}");
    }
    let nobody = call(&workspace, "dapi-nobody", "GET", "list", &Value::Null);
    assert_eq!(nobody.status, 403);
}

fn the_registry_adds_and_hides_values() {
    let workspace = Databricks::start();
    workspace.admit_user("ada", "pw", Principal::Admin);
    let job = json!({
        "events": ["COMMENT_CREATED", "MODEL_VERSION_CREATED"],
        "job_spec": {"job_id": "1", "access_token": "t"},
    });
    workspace.create(&job);
    let shown = listed(&workspace, "")["webhooks"][0].clone();
    assert_eq!(shown["job_spec"]["workspace_url"], workspace.url());
    assert_eq!(shown["events"][0], "MODEL_VERSION_CREATED");
    workspace.create(&hook());
    workspace.set(|options| {
        options.names_workspace = false;
        options.shows_defaults = false;
        options.reorders_events = false;
        options.receiver = (500, "oops".to_owned());
        options.most_results = 500;
    });
    workspace.create(&job);
    let shown = listed(&workspace, "max_results=500")["webhooks"].clone();
    assert_eq!(shown[1]["http_url_spec"], json!({"url": "https://h/x"}));
    assert_eq!(shown[2]["job_spec"], json!({"job_id": "1"}));
    assert_eq!(shown[2]["events"][0], "COMMENT_CREATED");
    let test = call(
        &workspace,
        ADMIN,
        "POST",
        "test",
        &json!({"id": shown[0]["id"]}),
    );
    assert_eq!(test.json(), json!({"status_code": 500, "body": "oops"}));
    let login = BASE64_STANDARD.encode("ada:pw");
    let list = Request::new("GET", &format!("{API}/list"), "")
        .header("Authorization", &format!("Basic {login}"));
    workspace.clear();
    for (id, expected) in [(WORKSPACE_ID, 200), ("1", 400)] {
        let list = list.clone().header("X-Databricks-Workspace-Id", id);
        assert_eq!(list.send(workspace.address()).unwrap().status, expected);
    }
    assert_eq!(workspace.count("GET", "list"), 2);
    assert_eq!(workspace.requests().len(), 2);
}

fn token(workspace: &Databricks, form: &str, login: Option<&str>) -> Response {
    let mut request = Request::new("POST", "/oidc/v1/token", form)
        .header("Content-Type", "application/x-www-form-urlencoded");
    if let Some(login) = login {
        let login = BASE64_STANDARD.encode(login);
        request = request.header("Authorization", &format!("Basic {login}"));
    }
    request.send(workspace.address()).unwrap()
}

fn discovered(workspace: &Databricks, path: &str) -> Option<Value> {
    let request = Request::new("GET", path, "");
    let answer = request.send(workspace.address()).unwrap();
    (answer.status == 200).then(|| answer.json())
}

fn a_client_gets_a_token_for_its_secret() {
    let workspace = Databricks::start();
    workspace.add_client("a b", "s/+=", Principal::Admin);
    let discovery = "/oidc/.well-known/oauth-authorization-server";
    let endpoint = discovered(&workspace, discovery).unwrap()["token_endpoint"].take();
    assert_eq!(endpoint, format!("{}/oidc/v1/token", workspace.url()));
    let host = discovered(&workspace, "/.well-known/databricks-config").unwrap();
    assert_eq!(host["workspace_id"], WORKSPACE_ID);
    let form = "grant_type=client_credentials&scope=all-apis";
    for (login, expected) in [
        (Some("a+b:s%2F%2B%3D"), 200),
        (Some("a b:s/+="), 401),
        (None, 401),
    ] {
        assert_eq!(token(&workspace, form, login).status, expected, "{login:?}");
    }
    let scopeless = "grant_type=client_credentials";
    assert_eq!(
        token(&workspace, scopeless, Some("a+b:s%2F%2B%3D")).status,
        400
    );
    let given = token(&workspace, form, Some("a+b:s%2F%2B%3D")).json();
    let given = given["access_token"].as_str().unwrap();
    let list = || call(&workspace, given, "GET", "list", &Value::Null).status;
    assert_eq!(list(), 200);
    workspace.expire_tokens();
    assert_eq!(list(), 403);
    workspace.set(|options| {
        options.has_oauth = false;
        options.has_metadata = false;
    });
    assert_eq!(discovered(&workspace, discovery), None);
    assert_eq!(
        discovered(&workspace, "/.well-known/databricks-config"),
        None
    );
}

fn a_federated_token_is_worth_one_of_ours() {
    let workspace = Databricks::start_with(Options {
        token_life: Duration::from_secs(1),
        ..Options::default()
    });
    workspace.federate("jwt", Some("sp"), Principal::Admin);
    workspace.federate("account-jwt", None, Principal::Admin);
    let form = |token: &str, rest: &str| {
        format!(
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&scope=all-apis\
             &subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token={token}{rest}"
        )
    };
    for (form, login, expected) in [
        (form("jwt", "&client_id=sp"), None, 200),
        (form("account-jwt", ""), None, 200),
        (form("jwt", ""), None, 401),
        (form("other", "&client_id=sp"), None, 401),
        (form("account-jwt", ""), Some("a:b"), 400),
    ] {
        assert_eq!(token(&workspace, &form, login).status, expected, "{form}");
    }
}
