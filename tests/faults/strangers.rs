//! Objects of somebody else under a name that is ours to take: whatever is lost on the way, they are
//! neither taken over nor changed.

use serde_json::json;

use super::{
    cell::says,
    entities::{
        registered_model::{MODELS, REGISTERED_MODEL},
        registered_model_alias::{ALIAS, REGISTERED_MODEL_ALIAS},
    },
    entity::{Entity, Operation},
    registry::{Found, Kind, Patience},
    trial::Trial,
};
use crate::support::{
    Case, cases,
    client::{Client, Held, Outcome},
    host::run,
    mlflow::Server,
    proxy::{Fault, Loss},
};

pub fn cases() -> Vec<Case> {
    cases![
        a_lost_create_does_not_take_over_a_strangers_model,
        a_create_that_cannot_be_settled_destroys_no_strangers_model,
        a_lost_rename_does_not_take_over_a_strangers_model,
        a_rename_that_was_never_answered_is_not_mistaken_for_a_strangers_model,
        a_lost_alias_does_not_take_over_a_strangers_alias,
    ]
}

fn a_lost_create_does_not_take_over_a_strangers_model() {
    let trial = Trial::new(&REGISTERED_MODEL, Kind::Mlflow);
    let theirs = strangers_model(&trial);
    lose_first(&trial, "POST", Fault::Instead(Loss::Close));
    let outcome = acted(&trial, Operation::Create);
    assert_eq!(says(&outcome), "Already Exists", "{outcome:?}");
    assert!(outcome.held.is_none());
    assert_eq!(found(&trial), [theirs]);
    trial.tidy();
}

/// Our request is lost, and so are the looks after it: nothing says whose the model is.
fn a_create_that_cannot_be_settled_destroys_no_strangers_model() {
    let trial = Trial::new(&REGISTERED_MODEL, Kind::Mlflow);
    let theirs = strangers_model(&trial);
    let (mut posts, mut looks) = (0, 0);
    trial.registry.proxy.expose(Box::new(move |request| {
        if request.is("POST", "/create") {
            posts += 1;
            return (posts == 1).then_some(Fault::Instead(Loss::Close));
        }
        // A look, and its repetition.
        looks += usize::from(posts > 0 && request.is("GET", "/get"));
        (1..=2)
            .contains(&looks)
            .then_some(Fault::Instead(Loss::Close))
    }));
    let outcome = acted(&trial, Operation::Create);
    assert!(outcome.held.is_none(), "{outcome:?}");
    assert_eq!(found(&trial), [theirs], "{outcome:?}");
    trial.tidy();
}

fn a_lost_rename_does_not_take_over_a_strangers_model() {
    for fault in [Fault::Instead(Loss::Close), Fault::Afterwards(Loss::Close)] {
        let trial = Trial::new(&REGISTERED_MODEL, Kind::Mlflow);
        let outcome = run(async {
            let client = client(&trial).await;
            let ours = made(&trial, &client).await;
            let theirs = strangers_model(&trial);
            lose_first(&trial, "POST", fault);
            let caller = client.caller(trial.entity.type_name);
            let outcome = trial.act(Operation::Update, caller, Some(&ours)).await;
            let kept = (trial.entity.shown)(&ours.value);
            assert_eq!(found(&trial), [theirs, kept]);
            client.end().await;
            outcome
        });
        assert_eq!(says(&outcome), "Already Exists", "{outcome:?}");
        let held = outcome.held.as_ref().unwrap();
        assert_eq!((trial.entity.shown)(&held.value).description, "old");
        trial.tidy();
    }
}

/// The model is deleted by somebody else, and then another has the name that it was to get.
fn a_rename_that_was_never_answered_is_not_mistaken_for_a_strangers_model() {
    let trial = Trial::new(&REGISTERED_MODEL, Kind::Mlflow);
    run(async {
        let client = client(&trial).await;
        let ours = made(&trial, &client).await;
        trial
            .registry
            .proxy
            .expose(Box::new(|_| Some(Fault::Instead(Loss::Close))));
        let caller = client.caller(trial.entity.type_name);
        let outcome = trial.act(Operation::Update, caller, Some(&ours)).await;
        trial.registry.proxy.heal();
        (trial.entity.delete)(&trial.registry, &trial.mark);
        let theirs = strangers_model(&trial);
        let held = outcome.held.as_ref().unwrap();
        let mut caller = client.caller(trial.entity.type_name);
        let read = caller.read(held).await;
        assert_eq!(says(&read), "done", "{read:?}");
        assert!(read.held.is_none(), "{read:?}");
        assert_eq!(found(&trial), [theirs]);
        client.end().await;
    });
    trial.tidy();
}

/// Somebody sets the alias at the very moment at which our request for it is lost.
fn a_lost_alias_does_not_take_over_a_strangers_alias() {
    let trial = Trial::new(&REGISTERED_MODEL_ALIAS, Kind::Mlflow);
    let (mark, mut is_done) = (trial.mark.clone(), false);
    trial.registry.proxy.expose(Box::new(move |request| {
        if is_done || !request.is("POST", "/alias") {
            return None;
        }
        is_done = true;
        let alias = json!({"name": mark, "alias": ALIAS, "version": "1"});
        let path = format!("{MODELS}/alias");
        Server::shared().rest().expect("POST", &path, &alias);
        Some(Fault::Instead(Loss::Close))
    }));
    let outcome = acted(&trial, Operation::Create);
    assert_eq!(says(&outcome), "Already Exists", "{outcome:?}");
    assert!(outcome.held.is_none());
    assert_eq!(found(&trial)[0].description, "old");
    trial.tidy();
}

/// One of the name that ours is to get, with other content.
fn strangers_model(trial: &Trial) -> Found {
    let name = format!("{}-new", trial.mark);
    let model = json!({"name": name, "description": "theirs"});
    let path = format!("{MODELS}/create");
    Server::shared().rest().expect("POST", &path, &model);
    let found = found(trial);
    found.into_iter().find(|it| it.id == name).unwrap()
}

fn lose_first(trial: &Trial, method: &'static str, fault: Fault) {
    trial.registry.proxy.inject(method, MODELS, 1, fault);
}

fn acted(trial: &Trial, operation: Operation) -> Outcome {
    run(async {
        let client = client(trial).await;
        let caller = client.caller(trial.entity.type_name);
        let outcome = trial.act(operation, caller, None).await;
        client.end().await;
        outcome
    })
}

async fn made(trial: &Trial, client: &Client) -> Held {
    let mut caller = client.caller(trial.entity.type_name);
    trial.made(Operation::Update, &mut caller).await.unwrap()
}

async fn client(trial: &Trial) -> Client {
    let patience = Patience {
        seconds: 30,
        retries: 1,
    };
    let registry = &trial.registry;
    let block = registry.provider(&registry.proxy.url(), patience, false);
    Client::start(registry.command(), &block).await
}

/// In the order of their names.
fn found(trial: &Trial) -> Vec<Found> {
    let Entity { found, .. } = trial.entity;
    let mut all = found(&trial.registry, &trial.mark);
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}
