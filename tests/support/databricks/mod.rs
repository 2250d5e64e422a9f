//! The one stand-in for a Databricks workspace: its webhook registry, strict where the real one is
//! or may be, and its OAuth endpoints. It speaks plain http on loopback; faults come from a
//! [`Proxy`](super::proxy::Proxy) in front of it.

mod asked;
mod experiments;
mod models;
mod oauth;
mod registry;
mod versions;

use std::{
    collections::HashMap,
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{
    http::{Request, Response},
    listener::Listener,
};
use experiments::Experiments;
use models::Models;
use registry::Store;

/// The personal access token of a workspace admin.
pub const ADMIN: &str = "dapi-admin-0123456789";

/// The workspace's own id.
pub const WORKSPACE_ID: &str = "1234567890123456";

/// A workspace of its own. It stops when dropped.
#[derive(Debug)]
pub struct Databricks {
    shared: Arc<Shared>,
    listener: Listener,
}

/// How the workspace behaves where the real one's behaviour is not known, or may differ.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most webhooks on a page.
    pub page_size: usize,
    /// The largest `max_results` that is taken.
    pub most_results: usize,
    /// What an update does to the parts of a target that it leaves out.
    pub patch: Patch,
    /// How far lists lag behind writes.
    pub lag: Duration,
    /// Whether a job's webhook shows the workspace that the user did not name.
    pub names_workspace: bool,
    /// Whether `enable_ssl_verification` is shown when it is true.
    pub shows_defaults: bool,
    /// Events come back in another order than they were sent.
    pub reorders_events: bool,
    /// The models that exist; `None`: all of them.
    pub models: Option<Vec<String>>,
    /// By which code a name is refused that is taken.
    pub exists: &'static str,
    /// Whether names of experiments are shown from the root of all files on.
    pub shows_root: bool,
    /// Whether a deleted experiment goes to its owner's trash, under another name, as is seen of real
    /// workspaces; else it keeps its name, as is documented.
    pub has_trash: bool,
    /// Whether ids of experiments are hexadecimal, as those of notebooks in Git folders.
    pub has_hex_ids: bool,
    /// How many looks at a new version find it on its way into the registry.
    pub pending: usize,
    /// Why it never gets there, if it does not.
    pub fails: Option<&'static str>,
    /// What every receiver answers to a test.
    pub receiver: (u16, String),
    /// Whether there is a host metadata document.
    pub has_metadata: bool,
    /// Whether there is an OAuth discovery document.
    pub has_oauth: bool,
    /// How long OAuth tokens last.
    pub token_life: Duration,
}

/// Which of two readings of the documentation is true of updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    /// What is left out of a target stays.
    Merge,
    /// What is left out of a target is gone; what is required must be there.
    Replace,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            page_size: 1000,
            most_results: 1000,
            patch: Patch::Replace,
            lag: Duration::ZERO,
            names_workspace: true,
            shows_defaults: true,
            reorders_events: true,
            models: None,
            exists: "RESOURCE_ALREADY_EXISTS",
            shows_root: false,
            has_trash: false,
            has_hex_ids: false,
            pending: 0,
            fails: None,
            receiver: (200, "ok".to_owned()),
            has_metadata: true,
            has_oauth: true,
            token_life: Duration::from_secs(3600),
        }
    }
}

/// What a caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Everything.
    Admin,
    /// Manage the webhooks of these models.
    Manager(Vec<String>),
}

#[derive(Debug)]
struct Shared(Mutex<State>);

#[derive(Debug)]
struct State {
    options: Options,
    store: Store,
    models: Models,
    experiments: Experiments,
    /// By the exact `Authorization` header.
    callers: HashMap<String, Caller>,
    clients: Vec<oauth::Client>,
    federated: Vec<oauth::Federated>,
    tokens: usize,
    requests: Vec<Request>,
}

#[derive(Clone, Debug)]
struct Caller {
    principal: Principal,
    until: Option<Instant>,
}

impl Databricks {
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    pub fn start_with(options: Options) -> Self {
        let shared = Arc::new(Shared(Mutex::new(State::new(options))));
        let serving = Arc::clone(&shared);
        let listener = Listener::start(move |stream| {
            let shared = Arc::clone(&serving);
            thread::spawn(move || shared.serve(stream));
        });
        let workspace = Self { shared, listener };
        workspace.admit(&format!("Bearer {ADMIN}"), Principal::Admin);
        workspace
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Changes how it behaves from now on.
    pub fn set(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.state().options);
    }

    /// A personal access token of someone who may manage these models.
    pub fn manager_of(&self, models: &[&str]) -> String {
        let token = format!("dapi-manager-of-{}", models.join("-"));
        let models = models.iter().map(|it| (*it).to_owned());
        let principal = Principal::Manager(models.collect());
        self.admit(&format!("Bearer {token}"), principal);
        token
    }

    /// Lets a user in by name and password.
    pub fn admit_user(&self, user: &str, password: &str, principal: Principal) {
        let login = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.admit(&format!("Basic {login}"), principal);
    }

    /// Lets in whoever shows this `Authorization` header.
    pub fn admit(&self, authorization: &str, principal: Principal) {
        let caller = Caller {
            principal,
            until: None,
        };
        let callers = &mut self.state().callers;
        callers.insert(authorization.to_owned(), caller);
    }

    /// Makes a service principal that may ask for OAuth tokens.
    pub fn add_client(&self, id: &str, secret: &str, principal: Principal) {
        self.state()
            .clients
            .push(oauth::Client::new(id, secret, principal));
    }

    /// Makes an identity provider's token worth one of this workspace, for a service principal or,
    /// without one, for the whole account.
    pub fn federate(&self, token: &str, client: Option<&str>, principal: Principal) {
        self.state()
            .federated
            .push(oauth::Federated::new(token, client, principal));
    }

    /// Ends the life of every OAuth token given out so far.
    pub fn expire_tokens(&self) {
        let ended = Instant::now();
        for caller in self.state().callers.values_mut() {
            caller.until = caller.until.map(|_| ended);
        }
    }

    /// All webhooks as they are kept, with their secrets.
    pub fn webhooks(&self) -> Vec<Value> {
        self.state().store.all().to_vec()
    }

    /// The webhook of that id, with its secrets, if there is one.
    pub fn webhook(&self, id: &str) -> Option<Value> {
        let all = self.webhooks();
        all.into_iter().find(|webhook| webhook["id"] == id)
    }

    /// The only webhook of that description.
    pub fn webhook_described(&self, description: &str) -> Value {
        let mut found = self.webhooks();
        found.retain(|webhook| webhook["description"] == description);
        assert_eq!(
            found.len(),
            1,
            "webhooks described {description}: {found:#?}"
        );
        found.remove(0)
    }

    /// Makes a webhook as an admin elsewhere would; gives its id.
    pub fn create(&self, webhook: &Value) -> String {
        let made = self.expect("POST", "create", webhook);
        let id = made["webhook"]["id"].as_str();
        id.expect("a webhook has an id").to_owned()
    }

    /// Changes a webhook as an admin elsewhere would.
    pub fn patch(&self, change: &Value) {
        self.expect("PATCH", "update", change);
    }

    /// Deletes a webhook as an admin elsewhere would.
    pub fn delete(&self, id: &str) {
        self.expect("DELETE", &format!("delete?id={id}"), &Value::Null);
    }

    /// All registered models as they are kept.
    pub fn models(&self) -> Vec<Value> {
        self.state().models.all().to_vec()
    }

    /// The registered model of that name, as it is kept, if there is one.
    pub fn model(&self, name: &str) -> Option<Value> {
        let state = self.state();
        state
            .models
            .all()
            .iter()
            .find(|it| it["name"] == name)
            .cloned()
    }

    /// All experiments as they are kept, deleted ones too.
    pub fn experiments(&self) -> Vec<Value> {
        self.state().experiments.all().to_vec()
    }

    /// A call about models, as an admin elsewhere would make it.
    pub fn on_models(&self, method: &str, call: &str, body: &Value) -> Value {
        self.send(
            method,
            &format!("/api/2.0/mlflow/registered-models/{call}"),
            body,
        )
    }

    fn expect(&self, method: &str, call: &str, body: &Value) -> Value {
        self.send(method, &format!("{}/{call}", registry::API), body)
    }

    /// Not among [`requests`](Self::requests): it does not come from who is tested.
    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let octets = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let request = Request::new(method, path, octets)
            .header("Content-Type", "application/json")
            .header("Authorization", &format!("Bearer {ADMIN}"));
        let answer = self.state().answer(&request, self.address());
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        serde_json::from_slice(&answer.body).expect("the stand-in answers JSON")
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    pub fn count(&self, method: &str, path: &str) -> usize {
        let requests = self.requests();
        requests.iter().filter(|it| it.is(method, path)).count()
    }

    /// Forgets the requests so far, so that a later "sends nothing" means what it says.
    pub fn clear(&self) {
        self.state().requests.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        let (Ok(request), Ok(address)) = (Request::read(&stream), stream.local_addr()) else {
            return;
        };
        let answer = {
            let mut state = self.state();
            state.requests.push(request.clone());
            state.answer(&request, address)
        };
        let date = httpdate::fmt_http_date(SystemTime::now());
        // A client that has gone is its own affair.
        let _ = answer.with_header("Date", &date).write(&mut stream);
    }

    /// A test that failed while it held the lock has said enough.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(options: Options) -> Self {
        Self {
            options,
            store: Store::default(),
            models: Models::default(),
            experiments: Experiments::default(),
            callers: HashMap::new(),
            clients: Vec::new(),
            federated: Vec::new(),
            tokens: 0,
            requests: Vec::new(),
        }
    }

    fn answer(&mut self, request: &Request, address: SocketAddr) -> Response {
        // As it was called, so that who comes through a proxy stays with it.
        let host = request.headers.get("Host").map(str::to_owned);
        let url = format!("http://{}", host.unwrap_or_else(|| address.to_string()));
        if let Some(answer) = oauth::answer(self, request, &url) {
            return answer;
        }
        let path = request.path.split('?').next().unwrap_or_default();
        let call = path.strip_prefix(registry::API);
        if call.is_none() && !models::knows(path) && !experiments::knows(path) {
            let known = "No API found for this path.";
            return Response::json_error(404, "ENDPOINT_NOT_FOUND", known);
        }
        match self.caller(request) {
            Ok(principal) => {
                if experiments::knows(path) {
                    return self.experiments.answer(request, path, &self.options);
                }
                let Some(call) = call else {
                    return self.models.answer(request, path, &self.options);
                };
                let call = call.trim_start_matches('/').to_owned();
                self.store
                    .answer(request, &call, &principal, &self.options, &url)
            }
            Err(refusal) => refusal,
        }
    }

    fn caller(&self, request: &Request) -> Result<Principal, Response> {
        let workspace = request.headers.get("X-Databricks-Workspace-Id");
        if workspace.is_some_and(|id| id != WORKSPACE_ID) {
            let other = "Request is for another workspace.";
            return Err(Response::json_error(400, "INVALID_PARAMETER_VALUE", other));
        }
        let Some(authorization) = request.headers.get("Authorization") else {
            let none = "Credential was not sent.";
            return Err(Response::json_error(401, "UNAUTHENTICATED", none));
        };
        let now = Instant::now();
        let caller = self.callers.get(authorization);
        let caller = caller.filter(|it| it.until.is_none_or(|until| now < until));
        caller.map(|it| it.principal.clone()).ok_or_else(|| {
            let wrong = "Invalid access token.";
            Response::json_error(403, "PERMISSION_DENIED", wrong)
        })
    }
}

fn json(status: u16, body: &Value) -> Response {
    Response::new(status, "application/json", body.to_string())
}
