//! Servers of every kind start, and differ as their options say.

use serde_json::{Value, json};

use crate::support::{
    Case, cases,
    feature::Feature,
    mlflow::{Options, Server, is_on_postgresql, version},
    unique,
};

const WEBHOOKS: &str = "/api/2.0/mlflow/webhooks";
const PASSWORD: &str = "a-Long-Enough-Passw0rd";

pub fn cases() -> Vec<Case> {
    cases![
        it_is_the_version_that_is_installed,
        postgresql_alone_holds_texts_to_their_lengths,
        a_login_is_asked_for,
        a_workspace_is_chosen_by_header,
        a_file_store_has_no_webhooks,
        routes_move_under_a_prefix,
        private_addresses_can_be_refused,
        a_lost_encryption_key_spoils_signed_webhooks,
    ]
}

fn it_is_the_version_that_is_installed() {
    let answer = Server::shared()
        .rest()
        .call("GET", "/version", &Value::Null);
    assert_eq!(answer.text().trim(), version().to_string());
}

fn postgresql_alone_holds_texts_to_their_lengths() {
    let mut long = webhook("long");
    long["description"] = "x".repeat(1001).into();
    let answer = Server::shared().rest().call("POST", WEBHOOKS, &long);
    let expected = if is_on_postgresql() { 400 } else { 200 };
    assert_eq!(answer.status, expected, "{}", answer.text());
}

fn a_login_is_asked_for() {
    let server = Server::start(Options {
        admin_password: Some(PASSWORD),
        ..Options::default()
    });
    let admin = server.rest();
    assert_eq!(admin.webhooks(), Vec::<Value>::new());
    let stranger = server.anonymous().call("GET", WEBHOOKS, &Value::Null);
    assert_eq!(stranger.status, 401);
}

fn a_workspace_is_chosen_by_header() {
    if !Feature::Workspaces.is_there() {
        let rest = Server::shared().rest();
        assert_eq!(
            rest.in_workspace("nowhere")
                .call("GET", WEBHOOKS, &Value::Null)
                .status,
            200
        );
        return;
    }
    let server = Server::start(Options {
        workspaces: true,
        ..Options::default()
    });
    assert_eq!(server.rest().webhooks(), Vec::<Value>::new());
    let elsewhere = server
        .rest()
        .in_workspace("nowhere")
        .call("GET", WEBHOOKS, &Value::Null);
    assert_eq!(elsewhere.status, 404, "{}", elsewhere.text());
    server.rest().create_workspace("team-a");
    assert_eq!(
        server.rest().in_workspace("team-a").webhooks(),
        Vec::<Value>::new()
    );
}

fn a_file_store_has_no_webhooks() {
    let server = Server::start(Options {
        file_store: true,
        ..Options::default()
    });
    assert_eq!(
        server.rest().call("GET", WEBHOOKS, &Value::Null).status,
        500
    );
}

fn routes_move_under_a_prefix() {
    let server = Server::start(Options {
        prefix: "/models",
        ..Options::default()
    });
    let found = server.rest().call("GET", WEBHOOKS, &Value::Null).status;
    assert_eq!(found == 200, Feature::Prefix.is_there(), "{found}");
}

fn private_addresses_can_be_refused() {
    let server = Server::start(Options {
        private_ips: false,
        ..Options::default()
    });
    let answer = server.rest().call("POST", WEBHOOKS, &webhook("refused"));
    let refused = Feature::PrivateAddressesRefused.is_there();
    assert_eq!(answer.status == 400, refused, "{}", answer.text());
}

fn a_lost_encryption_key_spoils_signed_webhooks() {
    let keyless = Options {
        encryption_key: false,
        ..Options::default()
    };
    let mut server = Server::start(keyless.clone());
    server.rest().create_webhook(&webhook("signed"));
    server.restart(keyless);
    assert_eq!(
        server.rest().call("GET", WEBHOOKS, &Value::Null).status,
        500
    );
}

fn webhook(name: &str) -> Value {
    json!({
        "name": unique(name),
        "url": "http://127.0.0.1:9/",
        "events": [{"entity": "MODEL_VERSION", "action": "CREATED"}],
        "secret": "s3cret",
    })
}
