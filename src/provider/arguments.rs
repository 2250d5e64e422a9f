//! Every argument of every type of the catalogue, with each kind of value that is easily forgotten:
//! null, `""`, unknown and null once it is known, elements that are null or unknown, numbers that are
//! not whole, and secrets.
//!
//! What must come of each is said here by hand, and not taken from the schema: a required argument
//! has a value, `""` is refused, nothing is said of what is unknown, a refusal is one error at the
//! argument, and nothing is sent before it. The tables hold the exceptions, and values where the usual
//! ones do not fit. A new type comes in by itself, and fails until its own exceptions stand here.

use std::{cell::RefCell, net::TcpListener, time::Duration};

use super::{Environment, Mlflow};
use crate::framework::{
    Diagnostics, Name, Number, Path, Provider, Severity, Type, Value,
    schema::{Attribute, Block, BlockNesting, Body, Kind, Mode, Nesting},
    server::trial::{Subject, Trial},
};

/// Values of strings, or of elements, where `x` does not pass; by the argument's own name.
const SAMPLES: &[(&str, &str)] = &[
    ("url", "https://ci.example.com/hooks"),
    ("workspace_url", "https://dbc.example.com"),
    ("status", "ACTIVE"),
    ("event", "model_version.created"),
    ("events", "model_version.created"),
    ("tracking_uri", "https://mlflow.example.com"),
    ("version", "1"),
    ("name", "xx"),
    ("id", "7"),
    ("artifact_location", "s3://bucket/path"),
    ("trace_archival_retention", "30d"),
    ("routing_strategy", "REQUEST_BASED_TRAFFIC_SPLIT"),
    ("strategy", "SEQUENTIAL"),
    ("linkage_type", "PRIMARY"),
    ("budget_unit", "USD"),
    ("unit", "DAYS"),
    ("target_scope", "ENDPOINT"),
    ("budget_action", "ALERT"),
    ("password", "twelve-letters"),
    ("password_wo", "twelve-letters"),
    ("role_id", "7"),
    ("experiment_id", "7"),
    ("resource_type", "experiment"),
    ("resource_pattern", "*"),
    ("resource_id", "7"),
    ("permission", "READ"),
    ("role", "user"),
    ("response_format", "{}"),
    ("model_config", "{}"),
    ("retention", "30d"),
    ("location", "s3://bucket/path"),
    ("default_artifact_root", "s3://bucket/path"),
    ("deletion_mode", "CASCADE"),
    ("workspace", "xx"),
    ("lifecycle_stage", "deleted"),
];

/// What a valid configuration sets beside what is required everywhere in it. An argument is tried in
/// the first one that sets it, else in the first with the block that it stands in.
const BASES: &[(Subject, &[&[&str]])] = &[
    (
        Subject::Resource("mlflow_webhook"),
        &[
            &["name", "http_url_spec"],
            &["job_spec.access_token"],
            &[
                "http_url_spec.secret_wo",
                "http_url_spec.secret_wo_version",
                "http_url_spec.authorization_wo",
                "http_url_spec.authorization_wo_version",
            ],
        ],
    ),
    (
        Subject::DataSource("mlflow_experiment"),
        &[&["id"], &["name"]],
    ),
    (Subject::DataSource("mlflow_webhook"), &[&["id"], &["name"]]),
    (
        Subject::Resource("mlflow_gateway_secret"),
        &[
            &["secret_value"],
            &["secret_value_wo", "secret_value_wo_version"],
        ],
    ),
    (Subject::Resource("mlflow_gateway_endpoint"), &[&["model"]]),
    (
        Subject::Resource("mlflow_gateway_budget_policy"),
        &[&["target_value"]],
    ),
    (
        Subject::DataSource("mlflow_gateway_endpoint"),
        &[&["id"], &["name"]],
    ),
    (
        Subject::Resource("mlflow_user"),
        &[&["password"], &["password_wo", "password_wo_version"]],
    ),
    (Subject::Resource("mlflow_role"), &[&["permission"]]),
    (
        Subject::Resource("mlflow_prompt_version"),
        &[&["template"], &["messages"]],
    ),
];

/// What is said where an optional argument is null that its base cannot do without.
const NEEDED: &[(&str, &str)] = &[
    (
        "resource mlflow_prompt_version.template",
        "Need One of Template and Messages",
    ),
    (
        "resource mlflow_prompt_version.messages",
        "Need One of Template and Messages",
    ),
    ("data mlflow_experiment.id", "Need One of ID and Name"),
    ("data mlflow_experiment.name", "Need One of ID and Name"),
    ("data mlflow_webhook.id", "Need One of ID and Name"),
    ("data mlflow_webhook.name", "Need One of ID and Name"),
    ("resource mlflow_webhook.http_url_spec", "Missing Target"),
    ("resource mlflow_webhook.job_spec", "Missing Target"),
    (
        "resource mlflow_webhook.job_spec.access_token",
        "Missing Access Token",
    ),
    ("resource mlflow_user.password_wo", "Missing Value"),
    (
        "resource mlflow_user.password_wo_version",
        "Missing Version",
    ),
    (
        "resource mlflow_webhook.http_url_spec.secret_wo",
        "Missing Value",
    ),
    (
        "resource mlflow_webhook.http_url_spec.secret_wo_version",
        "Missing Version",
    ),
    (
        "resource mlflow_webhook.http_url_spec.authorization_wo",
        "Missing Value",
    ),
    (
        "resource mlflow_webhook.http_url_spec.authorization_wo_version",
        "Missing Version",
    ),
    (
        "resource mlflow_gateway_secret.secret_value_wo",
        "Missing Value",
    ),
    (
        "resource mlflow_gateway_secret.secret_value_wo_version",
        "Missing Version",
    ),
    ("resource mlflow_gateway_endpoint.model", "No Primary Model"),
    (
        "resource mlflow_gateway_budget_policy.target_value",
        "Missing Target Value",
    ),
    ("data mlflow_gateway_endpoint.id", "Need One of ID and Name"),
    (
        "data mlflow_gateway_endpoint.name",
        "Need One of ID and Name",
    ),
];

/// Numbers that need not be whole.
const FRACTIONS: &[&str] = &[
    "resource mlflow_gateway_endpoint.model.weight",
    "resource mlflow_gateway_budget_policy.budget_amount",
];

/// Where `""` is not refused, because it means "none" or the same as null.
const EMPTY: &[&str] = &[
    "provider.password",
    "provider.headers",
    "provider.workspace",
    "provider.ca_cert_file",
    "provider.client_cert_file",
    // As for Databricks' own tools.
    "provider.databricks.*",
    "resource mlflow_webhook.description",
    "resource mlflow_webhook.http_url_spec.secret",
    "resource mlflow_webhook.http_url_spec.secret_wo",
    "resource mlflow_webhook.http_url_spec.authorization",
    "resource mlflow_webhook.http_url_spec.authorization_wo",
    "resource mlflow_registered_model.description",
    "resource mlflow_registered_model.tags",
    "resource mlflow_experiment.description",
    "resource mlflow_experiment.tags",
    "list mlflow_experiment.name_prefix",
    "list mlflow_user.name_prefix",
    "data mlflow_users.name_prefix",
    "data mlflow_users.name_regex",
    "resource mlflow_role.description",
    "list mlflow_role.name_prefix",
    "data mlflow_roles.name_prefix",
    "data mlflow_roles.name_regex",
    "list mlflow_role_assignment.name_prefix",
    "list mlflow_permission.name_prefix",
    "data mlflow_experiments.name_prefix",
    "data mlflow_experiments.name_regex",
    "data mlflow_experiments.tags",
    "resource mlflow_workspace.description",
    "list mlflow_workspace.name_prefix",
    "list mlflow_registered_model.name_prefix",
    "resource mlflow_model_version.run_link",
    "resource mlflow_model_version.description",
    "resource mlflow_model_version.tags",
    "list mlflow_model_version.name_prefix",
    "resource mlflow_prompt.description",
    "resource mlflow_prompt.tags",
    "list mlflow_prompt.name_prefix",
    "data mlflow_registered_models.name_prefix",
    "data mlflow_registered_models.name_regex",
    "data mlflow_registered_models.tags",
    "data mlflow_prompts.name_prefix",
    "data mlflow_prompts.name_regex",
    "data mlflow_prompts.tags",
    "resource mlflow_prompt_version.messages.content",
    "resource mlflow_prompt_version.commit_message",
    "resource mlflow_prompt_version.tags",
    "list mlflow_prompt_version.name_prefix",
    "list mlflow_prompt_alias.name_prefix",
    "list mlflow_registered_model_alias.name_prefix",
    "data mlflow_webhooks.name_regex",
    "data mlflow_registered_models.name_prefix",
    "data mlflow_registered_models.name_regex",
    "data mlflow_registered_models.tags",
    "list mlflow_webhook.name_regex",
    "resource mlflow_gateway_endpoint.tags",
    "data mlflow_gateway_endpoints.name_prefix",
    "data mlflow_gateway_endpoints.tags",
    "list mlflow_gateway_secret.name_prefix",
    "list mlflow_gateway_model_definition.name_prefix",
    "list mlflow_gateway_endpoint.name_prefix",
    "list mlflow_gateway_budget_policy.name_prefix",
];

/// What no server takes for an argument of this name, whichever type has it.
const NEVER: &[(&str, &[&str])] = &[
    ("workspace", &[" ", "x", "Team", "-a", "a/b", "xx\n"]),
    ("username", &["a:b"]),
    ("version", &["0", "01", "v1", "1.0", "99999999999"]),
    ("prompt_name", &["a b", "a/b"]),
    ("experiment_id", &["gateway/chat", "1.5", "-1"]),
    ("role_id", &["scientist", "0", "99999999999999999999"]),
];

/// Where it is refused all the same, in spite of a `*`.
const NOT_EMPTY: &[&str] = &["provider.databricks.scopes"];

/// The first use of a provider block is a plan of one.
const WEBHOOK: Subject = Subject::Resource("mlflow_webhook");

/// A plan of one asks what the server is and has, for it came after the oldest that is supported.
const WITH_FLOOR: Subject = Subject::Resource("mlflow_workspace");

/// A refusal is there at once. What sends a request waits, because nobody answers here.
const SOON: Duration = Duration::from_millis(10);

const CANARY: &str = "canary-5f3a";

#[tokio::test]
async fn every_argument_takes_what_it_should_and_refuses_the_rest_in_time() {
    let table = Table::new().await;
    let mut seen = 0;
    for subject in table.trial.subjects() {
        table.ask_version().await;
        for argument in arguments(&table.trial, subject) {
            seen += 1;
            table.nothing(&argument).await;
            table.unknown(&argument).await;
            table.empty(&argument).await;
            table.elements(&argument).await;
            table.numbers(&argument).await;
            table.forms(&argument).await;
            table.canary(&argument).await;
        }
    }
    assert!(seen > 70, "only {seen} arguments were seen");
    let problems = table.problems.into_inner();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_exception_is_of_an_argument_that_there_is() {
    let trial = Trial::new(provider());
    let subjects = trial.subjects().into_iter();
    let all: Vec<_> = subjects.flat_map(|it| arguments(&trial, it)).collect();
    let named = NEEDED.iter().map(|it| it.0).chain(EMPTY.iter().copied());
    let named = named.chain(FRACTIONS.iter().copied());
    for name in named.chain(NOT_EMPTY.iter().copied()) {
        let mut all = all.iter();
        assert!(all.any(|it| matches(name, &it.name())), "{name}");
    }
}

/// An argument or a block, and a valid configuration around it.
struct Argument {
    subject: Subject,
    /// From the top; elements are stepped into in between.
    steps: Vec<Step>,
    required: bool,
    sensitive: bool,
    what: What,
    base: Value,
    /// What says that it is not there.
    nothing: Value,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Name(&'static str),
    Element,
}

/// What values an argument takes.
enum What {
    Plain(Type),
    Objects,
}

impl Argument {
    fn name(&self) -> String {
        let names = self.steps.iter().filter_map(|it| match it {
            Step::Name(name) => Some(*name),
            Step::Element => None,
        });
        let path = names.collect::<Vec<_>>().join(".");
        match self.subject {
            Subject::Provider => format!("provider.{path}"),
            Subject::Resource(name) => format!("resource {name}.{path}"),
            Subject::DataSource(name) => format!("data {name}.{path}"),
            Subject::Ephemeral(name) => format!("ephemeral {name}.{path}"),
            Subject::List(name) => format!("list {name}.{path}"),
            Subject::Action(name) => format!("action {name}.{path}"),
        }
    }

    fn path(&self) -> Path {
        let mut path = Path::root();
        for (at, step) in self.steps.iter().enumerate() {
            path = match (step, get(&self.base, &self.steps[..at])) {
                (Step::Name(name), _) => path.then(*name),
                // The elements of a set have no places of their own.
                (Step::Element, Value::Set(_)) => path,
                (Step::Element, _) => path.index(0),
            };
        }
        path
    }

    /// The base with this value in its place.
    fn with(&self, value: Value) -> Value {
        put(self.base.clone(), &self.steps, value)
    }

    /// Whether a type, and not the provider block, has it under this name of its own.
    fn is_called(&self, name: &'static str) -> bool {
        self.subject != Subject::Provider && self.steps.last() == Some(&Step::Name(name))
    }

    fn is_listed(&self, list: &[&str]) -> bool {
        list.iter().any(|it| matches(it, &self.name()))
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => pattern == name,
    }
}

/// A provider that is configured for a server at which nobody may knock.
struct Table {
    trial: Trial<Mlflow>,
    server: TcpListener,
    problems: RefCell<Vec<String>>,
}

impl Table {
    async fn new() -> Self {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let trial = Trial::new(provider());
        let problems = RefCell::default();
        let table = Self {
            trial,
            server,
            problems,
        };
        table.configure().await;
        table
    }

    async fn configure(&self) {
        let uri = format!("http://{}", self.server.local_addr().unwrap());
        let unset = provider().schema().body.unset();
        let config = put(unset, &[Step::Name("tracking_uri")], Value::string(uri));
        let config = put(config, &[Step::Name("max_retries")], number(0));
        let config = put(config, &[Step::Name("request_timeout")], number(1));
        assert_eq!(self.trial.configure(&config).await, Diagnostics::new());
    }

    /// The server is asked what it is at most once: nobody answers, and that is remembered.
    async fn ask_version(&self) {
        let first = arguments(&self.trial, WITH_FLOOR).remove(0);
        self.trial.plan(WITH_FLOOR, &first.base).await;
    }

    /// Null, from the beginning and in the end.
    async fn nothing(&self, argument: &Argument) {
        let needed = NEEDED.iter().find(|it| it.0 == argument.name());
        let nothing = argument.nothing.clone();
        match needed {
            Some((_, summary)) => {
                let nothing = argument.with(nothing);
                let told = self.trial.validate(argument.subject, &nothing).await;
                self.expect(argument, "null", &told, errors(&told) == [*summary]);
            }
            None if argument.required => {
                let summary = Some("Missing Required Argument");
                self.refused(argument, "null", nothing, argument.path(), summary)
                    .await;
            }
            None => self.fine(argument, "null", nothing).await,
        }
    }

    async fn unknown(&self, argument: &Argument) {
        self.fine(argument, "unknown", Value::UNKNOWN).await;
    }

    async fn empty(&self, argument: &Argument) {
        let What::Plain(ty) = &argument.what else {
            return;
        };
        let Some((value, path)) = around(ty, Value::string(""), argument.path()) else {
            return;
        };
        if argument.is_listed(EMPTY) && !argument.is_listed(NOT_EMPTY) {
            self.fine(argument, "empty", value).await;
        } else {
            self.refused(argument, "empty", value, path, None).await;
        }
    }

    /// Elements that are null are refused; those that are unknown are waited for.
    async fn elements(&self, argument: &Argument) {
        let of = |element| match &argument.what {
            What::Plain(ty) => collection(ty, element, argument.path()),
            What::Objects => match get(&argument.base, &argument.steps) {
                Value::List(_) => Some((Value::List(vec![element]), argument.path().index(0))),
                _ => None,
            },
        };
        if let Some((value, path)) = of(Value::Null) {
            let summary = Some("Null Element");
            self.refused(argument, "null element", value, path, summary)
                .await;
        }
        if let Some((value, _)) = of(Value::UNKNOWN) {
            self.fine(argument, "unknown element", value).await;
        }
    }

    async fn numbers(&self, argument: &Argument) {
        if !matches!(argument.what, What::Plain(Type::Number)) {
            return;
        }
        let wrong: &[_] = match argument.is_listed(FRACTIONS) {
            true => &["-1"],
            false => &["1.5", "1e30", "-1"],
        };
        for text in wrong {
            let value = Value::Number(text.parse::<Number>().unwrap());
            self.refused(argument, text, value, argument.path(), None)
                .await;
        }
    }

    async fn forms(&self, argument: &Argument) {
        let told = NEVER.iter().find(|it| argument.is_called(it.0));
        for text in told.map_or(&[][..], |it| it.1) {
            self.refused(argument, text, Value::string(*text), argument.path(), None)
                .await;
        }
    }

    /// A secret is repeated nowhere, be it where it belongs or in another place.
    async fn canary(&self, argument: &Argument) {
        let What::Plain(ty) = &argument.what else {
            return;
        };
        let key = format!("-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n");
        let texts = match argument.sensitive {
            true => vec![key, CANARY.to_owned()],
            false => vec![key],
        };
        for text in texts {
            let Some((value, _)) = around(ty, Value::string(text), Path::root()) else {
                return;
            };
            let config = argument.with(value);
            let mut told = self.trial.validate(argument.subject, &config).await;
            told.extend(self.trial.plan(argument.subject, &config).await);
            if argument.subject == Subject::Provider {
                told.extend(self.trial.configure(&config).await);
                let webhook = arguments(&self.trial, WEBHOOK).remove(0);
                told.extend(self.trial.plan(WEBHOOK, &webhook.base).await);
                self.configure().await;
            }
            let silent = !format!("{told:?}").contains(CANARY);
            self.expect(argument, "a secret", &told, silent);
        }
    }

    /// Validation has no objection, and no plan calls it a bug of ours.
    async fn fine(&self, argument: &Argument, what: &str, value: Value) {
        let (subject, config) = (argument.subject, argument.with(value));
        let told = self.trial.validate(subject, &config).await;
        self.expect(argument, what, &told, errors(&told).is_empty());
        let told = self.trial.plan(subject, &config).await;
        self.expect(argument, what, &told, !names_a_bug(&told));
    }

    /// One error at this path, from validation; and from plan and apply, if it was unknown before,
    /// without a request.
    async fn refused(
        &self,
        argument: &Argument,
        what: &str,
        value: Value,
        path: Path,
        summary: Option<&str>,
    ) {
        let (subject, config) = (argument.subject, argument.with(value));
        let before = argument.with(Value::UNKNOWN);
        if matches!(subject, Subject::Resource(_)) {
            // The version of a server may be asked for, once a process.
            self.trial.plan(subject, &before).await;
        }
        let acted = self.trial.act(subject, &before, &config);
        let acted = tokio::time::timeout(SOON, acted).await;
        self.expect(
            argument,
            "not refused before a request",
            &Diagnostics::new(),
            acted.is_ok(),
        );
        let mut stages = vec![self.trial.validate(subject, &config).await];
        stages.extend(acted);
        if matches!(subject, Subject::Resource(_) | Subject::Action(_)) {
            stages.push(self.trial.plan(subject, &config).await);
        }
        for told in stages {
            let all: Vec<_> = told.iter().collect();
            let right = matches!(all[..], [it] if it.severity == Severity::Error
                && it.path.as_ref() == Some(&path)
                && summary.is_none_or(|summary| summary == it.summary));
            self.expect(argument, what, &told, right && !names_a_bug(&told));
        }
    }

    fn expect(&self, argument: &Argument, what: &str, told: &Diagnostics, right: bool) {
        if !right {
            let problem = format!("{} is {what}: {told:?}", argument.name());
            self.problems.borrow_mut().push(problem);
        }
    }
}

fn names_a_bug(told: &Diagnostics) -> bool {
    told.iter().any(|it| it.detail.contains("please report"))
}

fn errors(told: &Diagnostics) -> Vec<&str> {
    let errors = told.iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| it.summary.as_str()).collect()
}

fn provider() -> Mlflow {
    Mlflow::new(Environment::default())
}

fn number(number: i64) -> Value {
    Value::number(number)
}

/// Every argument and block of a type, at every depth.
fn arguments(trial: &Trial<Mlflow>, subject: Subject) -> Vec<Argument> {
    let body = trial.schema(subject).body;
    let bases = bases(subject, &body);
    let mut found = Vec::new();
    walk(&body, &[], &mut |steps, part| {
        let (required, sensitive, what, nothing) = match part {
            Part::Attribute(it) => {
                let what = match &it.kind {
                    Kind::Plain(ty) => What::Plain(ty.clone()),
                    Kind::Nested(..) => What::Objects,
                };
                (it.mode == Mode::Required, it.sensitive, what, Value::Null)
            }
            Part::Block(it) => (false, false, What::Objects, it.absent()),
        };
        found.push(Argument {
            subject,
            steps: steps.to_vec(),
            required,
            sensitive,
            what,
            base: base_for(&body, &bases, steps),
            nothing,
        });
    });
    found
}

enum Part<'a> {
    Attribute(&'a Attribute),
    Block(&'a Block),
}

fn walk(body: &Body, above: &[Step], see: &mut impl FnMut(&[Step], Part<'_>)) {
    for it in body.attributes.iter().filter(|it| it.is_argument()) {
        let mut steps = [above, &[Step::Name(it.name)]].concat();
        see(&steps, Part::Attribute(it));
        if let Kind::Nested(nesting, body) = &it.kind {
            steps.extend((*nesting != Nesting::Single).then_some(Step::Element));
            walk(body, &steps, see);
        }
    }
    for it in &body.blocks {
        let mut steps = [above, &[Step::Name(it.name)]].concat();
        see(&steps, Part::Block(it));
        steps.push(Step::Element);
        walk(&it.body, &steps, see);
    }
}

fn bases(subject: Subject, body: &Body) -> Vec<Value> {
    let told = BASES.iter().find(|it| it.0 == subject);
    let told = told.map_or(&[&[] as &[&str]] as &[&[&str]], |it| it.1);
    let base = |names: &&[&str]| {
        names.iter().fold(required_only(body), |base, it| {
            add(body, base, &it.split('.').collect::<Vec<_>>())
        })
    };
    told.iter().map(base).collect()
}

fn base_for(body: &Body, bases: &[Value], steps: &[Step]) -> Value {
    let is_set = |it: &&Value, steps: &[Step]| {
        let value = get(it, steps);
        !value.is_null() && value.elements().is_none_or(|it| !it.is_empty())
    };
    let parent = match steps {
        [above @ .., Step::Element, Step::Name(_)] | [above @ .., Step::Name(_)] => above,
        _ => &[],
    };
    let holding = bases.iter().find(|it| is_set(it, steps));
    let beside = || bases.iter().find(|it| is_set(it, parent));
    let base = holding.or_else(beside);
    base.cloned().unwrap_or_else(|| {
        let names = parent.iter().filter_map(|it| match it {
            Step::Name(name) => Some(*name),
            Step::Element => None,
        });
        add(body, bases[0].clone(), &names.collect::<Vec<_>>())
    })
}

/// Nothing but what is required.
fn required_only(body: &Body) -> Value {
    let attributes = body.attributes.iter().map(|it| {
        let required = it.mode == Mode::Required;
        (it.name, if required { sample(it) } else { Value::Null })
    });
    let blocks = body.blocks.iter().map(|it| (it.name, it.absent()));
    Value::object(attributes.chain(blocks))
}

/// The object with one more argument or block, and with the blocks that it stands in.
fn add(body: &Body, object: Value, names: &[&str]) -> Value {
    let [name, below @ ..] = names else {
        return object;
    };
    let (Some(inner), whole) = inside(body, name) else {
        let it = body.attributes.iter().find(|it| it.name == *name);
        let it = it.unwrap_or_else(|| panic!("there is no {name}"));
        return replaced(object, it.name, sample(it));
    };
    let present = object.get(name).clone();
    let present = match (present.is_null(), present.elements()) {
        (true, _) | (_, Some([])) => whole,
        _ => present,
    };
    let within = match present {
        Value::List(all) => Value::List(all.into_iter().map(|it| add(inner, it, below)).collect()),
        Value::Set(all) => Value::set(all.into_iter().map(|it| add(inner, it, below)).collect()),
        Value::Map(all) => Value::map(
            all.into_iter()
                .map(|(key, it)| (key, add(inner, it, below))),
        ),
        one => add(inner, one, below),
    };
    replaced(object, name, within)
}

/// The body below that name, and one that stands in it with what is required.
fn inside<'a>(body: &'a Body, name: &str) -> (Option<&'a Body>, Value) {
    if let Some(block) = body.blocks.iter().find(|it| it.name == name) {
        let one = required_only(&block.body);
        let whole = match block.nesting {
            BlockNesting::List { .. } => Value::List(vec![one]),
            BlockNesting::Set { .. } => Value::set(vec![one]),
        };
        return (Some(&block.body), whole);
    }
    let attribute = body.attributes.iter().find(|it| it.name == name);
    match attribute {
        Some(it) if matches!(it.kind, Kind::Nested(..)) => match &it.kind {
            Kind::Nested(_, body) => (Some(body), sample(it)),
            Kind::Plain(_) => (None, Value::Null),
        },
        _ => (None, Value::Null),
    }
}

/// A value that passes.
fn sample(attribute: &Attribute) -> Value {
    let (nesting, body) = match &attribute.kind {
        Kind::Plain(ty) => return sample_of(ty, attribute.name),
        Kind::Nested(nesting, body) => (nesting, body),
    };
    let one = required_only(body);
    match nesting {
        Nesting::Single => one,
        Nesting::List => Value::List(vec![one]),
        Nesting::Set => Value::set(vec![one]),
        Nesting::Map => Value::map([("k", one)]),
    }
}

fn sample_of(ty: &Type, name: &str) -> Value {
    let told = SAMPLES.iter().find(|it| it.0 == name);
    match ty {
        Type::Bool => Value::Bool(true),
        Type::Number => number(1),
        Type::List(element) => Value::List(vec![sample_of(element, name)]),
        Type::Set(element) => Value::set(vec![sample_of(element, name)]),
        Type::Map(element) => Value::map([("k", sample_of(element, name))]),
        _ => Value::string(told.map_or("x", |it| it.1)),
    }
}

/// A text as a value of this type, with the path of the text in it.
fn around(ty: &Type, text: Value, path: Path) -> Option<(Value, Path)> {
    match ty {
        Type::String => Some((text, path)),
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            let (value, _) = around(element, text, Path::root())?;
            collection(ty, value, path)
        }
        _ => None,
    }
}

/// A collection of this one element, with the element's path.
fn collection(ty: &Type, element: Value, path: Path) -> Option<(Value, Path)> {
    match ty {
        Type::List(_) => Some((Value::List(vec![element]), path.index(0))),
        Type::Set(_) => Some((Value::set(vec![element]), path)),
        Type::Map(_) => Some((Value::map([("k", element)]), path.key("k"))),
        _ => None,
    }
}

/// The value at the end of these steps, through the first of all elements; null where there is none.
fn get<'a>(value: &'a Value, steps: &[Step]) -> &'a Value {
    steps.iter().fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Element => first(value).unwrap_or(&Value::Null),
    })
}

fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::Map(entries) => entries.values().next(),
        _ => value.elements()?.first(),
    }
}

fn put(value: Value, steps: &[Step], new: Value) -> Value {
    match (steps, value) {
        ([], _) => new,
        ([Step::Name(name), below @ ..], value) => {
            let inner = put(value.get(name).clone(), below, new);
            replaced(value, name, inner)
        }
        ([Step::Element, below @ ..], Value::List(all)) => Value::List(
            all.into_iter()
                .map(|it| put(it, below, new.clone()))
                .collect(),
        ),
        ([Step::Element, below @ ..], Value::Set(all)) => Value::set(
            all.into_iter()
                .map(|it| put(it, below, new.clone()))
                .collect(),
        ),
        ([Step::Element, below @ ..], Value::Map(all)) => Value::map(
            all.into_iter()
                .map(|(key, it)| (key, put(it, below, new.clone()))),
        ),
        (_, other) => panic!("{other:?} has no elements"),
    }
}

fn replaced(object: Value, name: &str, value: Value) -> Value {
    let Value::Object(mut attributes) = object else {
        panic!("{name} stands in {object:?}");
    };
    attributes.insert(Name::from(name.to_owned()), value);
    Value::Object(attributes)
}
