//! A webhook made over REST delivers to the receiver, and its signature can be told.

use serde_json::json;

use crate::support::{
    Case, cases,
    http::Request,
    mlflow::Server,
    receiver::{Receiver, is_signed, is_signed_with},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![a_delivery_arrives_signed, a_delivery_can_be_refused]
}

fn a_delivery_arrives_signed() {
    let receiver = Receiver::start();
    let delivery = &deliver(&receiver, "s3cret")[0];
    assert_eq!(
        (delivery.method.as_str(), delivery.path.as_str()),
        ("POST", "/hook")
    );
    assert!(is_signed_with(delivery, "s3cret"));
    assert!(is_signed(delivery) && !is_signed_with(delivery, "another"));
    receiver.clear();
    assert_eq!(receiver.deliveries().len(), 0);
}

fn a_delivery_can_be_refused() {
    let receiver = Receiver::start();
    receiver.answer(503);
    // The server tries each of the two again, once in these tests.
    deliver(&receiver, "");
    receiver.wait_for(4);
}

/// Registers a model under a webhook of its own, and takes the webhook away again.
fn deliver(receiver: &Receiver, secret: &str) -> Vec<Request> {
    let rest = Server::shared().rest();
    let name = unique("delivery");
    let webhook = rest.create_webhook(&json!({
        "name": name,
        "url": receiver.url(),
        "events": [
            {"entity": "REGISTERED_MODEL", "action": "CREATED"},
            {"entity": "MODEL_VERSION", "action": "CREATED"},
        ],
        "secret": secret,
    }));
    rest.register_model(&name);
    rest.create_version(&name);
    let mine = |delivery: &Request| delivery.json()["data"]["name"] == name.as_str();
    let deliveries = receiver.wait_for_matching(2, mine);
    rest.delete_webhook(webhook["webhook_id"].as_str().unwrap());
    deliveries
}
