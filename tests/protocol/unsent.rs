//! A host that skips validation, and plans what no request can carry: nothing is sent, and plan or apply
//! fails, on both registries.

use serde_json::{Value as Json, json};
use terraform_provider_mlflow::wire::Value;

use crate::support::{
    Case, cases,
    databricks::{ADMIN, Databricks},
    host::run,
    mlflow::Server,
    proxy::Proxy,
    session::{Kept, Session, at, databricks, decoded, has_error, told, webhook, written},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_update_that_no_request_can_carry_fails_on_mlflow,
        an_update_that_no_request_can_carry_fails_on_databricks,
    ]
}

fn an_update_that_no_request_can_carry_fails_on_mlflow() {
    let server = Server::shared();
    let proxy = Proxy::start(server.address());
    let http = |more: Json| {
        target(
            "http_url_spec",
            json!({"url": "http://127.0.0.1:9/hook"}),
            more,
        )
    };
    let hook = |target: Json| configuration(json!({"name": unique("unsent")}), target);
    let base = hook(http(json!({"secret_wo": "s3cret", "secret_wo_version": 1})));
    let name = base.get("name").clone();
    let as_named = |target: Json| configuration(json!({"name": name.as_str()}), target);
    expect_refused(
        &proxy,
        &at(&proxy.url()),
        &base,
        &[
            (
                as_named(http(json!({"secret_wo_version": 2}))),
                "http_url_spec[0].secret_wo_version",
            ),
            (
                as_named(http(json!({"url": null, "secret_wo_version": 1}))),
                "http_url_spec[0].url",
            ),
        ],
    );
}

fn an_update_that_no_request_can_carry_fails_on_databricks() {
    let registry = Databricks::start();
    let proxy = Proxy::start(registry.address());
    let provider = databricks(&[
        ("host", Value::string(proxy.url())),
        ("token", Value::string(ADMIN)),
    ]);
    let hook = |target: Json| configuration(json!({}), target);
    let http = |more: Json| {
        target(
            "http_url_spec",
            json!({"url": "https://ci.example.com"}),
            more,
        )
    };
    let header = |version: u32| json!({"authorization_wo_version": version});
    let mut with_header = header(1);
    with_header["authorization_wo"] = "Bearer x".into();
    expect_refused(
        &proxy,
        &provider,
        &hook(http(with_header)),
        &[(
            hook(http(header(2))),
            "http_url_spec[0].authorization_wo_version",
        )],
    );
    let job = |more: Json| target("job_spec", json!({"job_id": "7"}), more);
    let token = |version: u32| json!({"access_token_wo_version": version});
    let mut with_token = token(1);
    with_token["access_token_wo"] = "t".into();
    let mut without_job = with_token.clone();
    without_job["job_id"] = Json::Null;
    expect_refused(
        &proxy,
        &provider,
        &hook(job(with_token)),
        &[
            (hook(job(token(2))), "job_spec[0].access_token_wo_version"),
            (hook(job(without_job)), "job_spec[0].job_id"),
        ],
    );
}

/// Each of these changes, and a creation without a value where there is one to miss.
fn expect_refused(proxy: &Proxy, provider: &Value, base: &Value, changes: &[(Value, &str)]) {
    run(async {
        let mut session = Session::unconfigured().await;
        assert_eq!(told(&session.configure(provider).await), [""; 0]);
        let kept = session.create(base).await;
        proxy.clear();
        for (config, path) in changes {
            expect_refusal(&mut session, &kept, config, path).await;
            if path.ends_with("_version") {
                expect_refusal(&mut session, &Kept::default(), config, path).await;
            }
        }
        assert_eq!(proxy.count("POST", "/") + proxy.count("PATCH", "/"), 0);
        session.destroy(&kept).await;
        session.end().await;
    });
}

/// A required argument is missed by the plan already; whether a version has its value may be known to
/// the apply only.
async fn expect_refusal(session: &mut Session, prior: &Kept, config: &Value, path: &str) {
    let planned = session.plan(prior, config).await;
    if !path.ends_with("_version") {
        assert_eq!(told(&planned.diagnostics), ["Missing Required Argument"]);
        assert_eq!(written(planned.diagnostics[0].attribute.as_ref()), path);
        return;
    }
    assert!(!has_error(&planned.diagnostics), "{planned:?}");
    let made = session.carry_out(prior, planned, config).await;
    assert_eq!(told(&made.diagnostics), ["No Value to Send"], "{path}");
    assert_eq!(written(made.diagnostics[0].attribute.as_ref()), path);
    assert_eq!(decoded(made.new_state.as_ref()), prior.state, "{path}");
}

fn configuration(top: Json, target: Json) -> Value {
    let mut all = json!({"events": ["registered_model.created"]});
    for part in [top, target] {
        all.as_object_mut()
            .unwrap()
            .extend(part.as_object().unwrap().clone());
    }
    webhook(all)
}

fn target(block: &str, base: Json, more: Json) -> Json {
    let mut all = base;
    all.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({block: [all]})
}
