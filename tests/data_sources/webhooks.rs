//! All webhooks, however many there are and whoever else writes.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use terraform_provider_mlflow::wire::{self, proto::list_resource};

use super::made_elsewhere;
use crate::support::{
    Case, cases,
    databricks::{self, Databricks},
    host::run,
    mlflow::{Options, Server},
    proxy::{Fault, Proxy},
    registry::{Made, Registry, on_both},
    session::{Session, WEBHOOK, all_within, decoded, told},
    terraform::Workspace,
    unique, wait_for,
};

pub fn cases() -> Vec<Case> {
    let once = cases![
        a_filter_that_means_nothing_is_refused,
        more_than_a_page_is_complete_while_others_write,
        a_workspace_is_asked_for_one_model,
    ];
    let twice = on_both![filters_narrow_and_the_order_is_by_name_and_id];
    [once, twice].concat()
}

const URL: &str = "http://127.0.0.1:9/hook";
/// For lists of that many while others write.
const LONG: Duration = Duration::from_secs(120);
/// More than MLflow gives in one page.
const MANY: usize = 1100;

fn filters_narrow_and_the_order_is_by_name_and_id<R: Registry>() {
    let (registry, prefix) = (R::start(), unique("filtered"));
    let name = |letter: &str| format!("{prefix}-{letter}");
    let b = registry.make(&Made {
        event: "model_version.created",
        ..Made::named(&name("b"))
    });
    let c = registry.make(&Made {
        status: "DISABLED",
        ..Made::named(&name("c"))
    });
    let a = registry.make(&Made::named(&name("a")));
    for (filter, expected) in [
        ("", vec![&a, &b, &c]),
        ("status = \"ACTIVE\"", vec![&a, &b]),
        ("events = [\"model_version.created\"]", vec![&b]),
        (
            "events = [\"REGISTERED_MODEL_CREATED\", \"model_version_tag.set\"]",
            vec![&a, &c],
        ),
        ("model_name = \"churn\"", vec![]),
    ] {
        let config = all(&format!("{}\n{filter}", R::among(&prefix)));
        let found = find(&Workspace::bare(&registry.with_provider(&config)));
        let expected: BTreeSet<_> = expected.into_iter().collect();
        assert_eq!(found.ids.iter().collect::<BTreeSet<_>>(), expected);
        let order = found.names.iter().zip(&found.ids);
        assert!(order.is_sorted(), "{filter}: {:?}", found.ids);
    }
    for id in [a, b, c] {
        registry.delete(&id);
    }
}

/// Someone who may see one model's webhooks finds them, over several pages.
fn a_workspace_is_asked_for_one_model() {
    let registry = Databricks::start_with(databricks::Options {
        page_size: 2,
        ..databricks::Options::default()
    });
    let make = |model: &str| {
        registry.create(&json!({
            "model_name": model,
            "events": ["COMMENT_CREATED"],
            "http_url_spec": {"url": "https://ci.example.com"},
        }))
    };
    let ids: BTreeSet<_> = (0..5).map(|_| make("churn")).collect();
    make("other");
    let token = registry.manager_of(&["churn"]);
    let config = |filter: &str| {
        let config = registry.with_provider(&all(filter));
        config.replace(databricks::ADMIN, &token)
    };
    let found = find(&Workspace::bare(&config("model_name = \"churn\"")));
    assert_eq!(found.ids.into_iter().collect::<BTreeSet<_>>(), ids);
    Workspace::bare(&config(""))
        .plan()
        .expect_error_containing(&["Permission Denied"]);
}

fn a_filter_that_means_nothing_is_refused() {
    for (filter, says) in [
        ("events = []", "No Events"),
        (
            "events = [\"model_version.create\"]",
            "model_version.created",
        ),
        ("status = \"active\"", "Did you mean ACTIVE?"),
        ("name_regex = \"(\"", "Invalid Regular Expression"),
    ] {
        Workspace::bare(&all(filter))
            .validate()
            .expect_error_containing(&[says]);
    }
}

fn more_than_a_page_is_complete_while_others_write() {
    let server = Server::start(Options::default());
    let make = |name: String| made_elsewhere(&server, &name, URL, json!({}));
    let stable = made_at_once(&make);
    let newest: Vec<_> = (0..10).map(|_| make(unique("newest"))).collect();
    let proxy = Proxy::start(server.address());
    let workspace = Workspace::at(&proxy.url(), &all(""));
    thread::scope(|scope| {
        scope.spawn(|| delete_between_pages(&server, &proxy, &newest));
        let found = find(&workspace);
        found.expect_each_once_in_order(&stable);
        assert_eq!(found.ids.len(), stable.len(), "deleted ones are there");
    });
    let found = while_others_write(&server, || find(&workspace));
    found.expect_each_once_in_order(&stable);
    let found = while_others_write(&server, || queried(&server));
    found.expect_each_once_in_order(&stable);
}

/// What is found while webhooks come and go.
fn while_others_write(server: &Server, find: impl FnOnce() -> Found) -> Found {
    let (ended, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| others_write(server, &ended, &written));
        // Whatever comes of it, or a failure would wait for the others for ever.
        let found = catch_unwind(AssertUnwindSafe(find));
        ended.store(true, Ordering::Relaxed);
        assert!(written.load(Ordering::Relaxed) > 0, "nobody else wrote");
        found.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Makes many webhooks, several at the same time.
fn made_at_once(make: &(impl Fn(String) -> String + Sync)) -> Vec<String> {
    const HANDS: usize = 8;
    thread::scope(|scope| {
        let hands = (0..HANDS).map(|hand| {
            let mine = (hand..MANY).step_by(HANDS);
            scope.spawn(move || mine.map(|it| make(format!("stable-{it:04}"))).collect())
        });
        let hands: Vec<thread::ScopedJoinHandle<'_, Vec<String>>> = hands.collect();
        let made = hands.into_iter().map(|it| it.join().unwrap());
        made.collect::<Vec<_>>().concat()
    })
}

/// What `terraform query` would show.
fn queried(server: &Server) -> Found {
    run(async {
        let mut session = Session::at(&server.url()).await;
        let request = list_resource::Request {
            type_name: WEBHOOK.to_owned(),
            config: None,
            include_resource_object: true,
            limit: 5000,
        };
        let stream = session.provider.list_resource(request).await.unwrap();
        let events = all_within(LONG, stream.into_inner()).await;
        session.end().await;
        let objects = events.iter().map(|it| {
            assert_eq!(told(&it.diagnostic), [""; 0]);
            decoded(it.resource_object.as_ref())
        });
        let id = |it: wire::Value| it.get("id").as_str().unwrap().to_owned();
        Found {
            ids: objects.map(id).collect(),
            names: events.iter().map(|it| it.display_name.clone()).collect(),
        }
    })
}

/// Deletes what the first page has shown before the second is asked for. The second then begins
/// further on, and a single pass misses as many as were deleted.
fn delete_between_pages(server: &Server, proxy: &Proxy, shown: &[String]) {
    const SECOND_PAGE: &str = "page_token";
    proxy.inject("GET", SECOND_PAGE, 1, Fault::Late(Duration::from_secs(3)));
    wait_for("second page", Duration::from_secs(60), || {
        (proxy.count("GET", SECOND_PAGE) > 0).then_some(())
    });
    for id in shown {
        server.rest().delete_webhook(id);
    }
    assert_eq!(
        proxy.count("GET", SECOND_PAGE),
        1,
        "the page was not late enough"
    );
}

/// Creates webhooks, and deletes the older ones of them, which moves all pages.
fn others_write(server: &Server, ended: &AtomicBool, written: &AtomicUsize) {
    let mut alive = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        alive.push(made_elsewhere(server, &unique("passing"), URL, json!({})));
        if alive.len() > 5 {
            server.rest().delete_webhook(&alive.remove(0));
        }
        written.fetch_add(1, Ordering::Relaxed);
    }
    for id in alive {
        server.rest().delete_webhook(&id);
    }
}

fn all(arguments: &str) -> String {
    format!(
        r#"
data "mlflow_webhooks" "it" {{
{arguments}
}}
output "ids" {{ value = data.mlflow_webhooks.it.ids }}
output "names" {{
  value = [for it in data.mlflow_webhooks.it.webhooks : it.name == null ? "" : it.name]
}}
output "same" {{ value = data.mlflow_webhooks.it.webhooks[*].id == data.mlflow_webhooks.it.ids }}
"#
    )
}

struct Found {
    ids: Vec<String>,
    names: Vec<String>,
}

fn find(workspace: &Workspace) -> Found {
    workspace.apply().expect_ok();
    let outputs = workspace.run(&["output", "-json"]).expect_ok().json();
    assert_eq!(outputs["same"]["value"], true);
    Found {
        ids: texts(&outputs["ids"]["value"]),
        names: texts(&outputs["names"]["value"]),
    }
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("it is a list").iter();
    list.map(|it| it.as_str().expect("it is text").to_owned())
        .collect()
}

impl Found {
    fn expect_each_once_in_order(&self, stable: &[String]) {
        let unique: BTreeSet<_> = self.ids.iter().collect();
        assert_eq!(unique.len(), self.ids.len(), "one stands twice");
        let missing: Vec<_> = stable.iter().filter(|it| !unique.contains(it)).collect();
        assert!(missing.is_empty(), "missing: {missing:?}");
        assert!(self.names.is_sorted(), "not in order");
    }
}
