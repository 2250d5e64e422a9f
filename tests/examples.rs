//! Every example that Terraform can apply applies as it stands, plans clean, and goes away again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use libtest_mimic::Trial;
use serde_json::json;

use crate::support::{
    access::{Access, PASSWORD},
    databricks::{ADMIN, Databricks},
    experiments::Experiments,
    feature::Feature,
    gateway::Gateway,
    mlflow::Server,
    models::Models,
    registry::{Made, Mlflow, Registry},
    terraform::{Workspace, host_version, needed_version},
    unique,
};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// A kind of example that is applied: its folder, and how the names of its files begin.
const KINDS: [(&str, &str); 4] = [
    ("resources", "resource"),
    ("data-sources", "data-source"),
    ("ephemeral-resources", "ephemeral-resource"),
    ("functions", "function"),
];

/// The one example that does not plan clean: hosts read data in a `check` at each plan.
const READ_AT_EACH_PLAN: &str = "data-sources/mlflow_webhook_test/data-source.tf";

/// One for each file: the generated documentation shows each as an example of its own. And one for
/// the module, which is several files.
pub fn trials() -> Vec<Trial> {
    let module = Trial::test("examples::modules/both-registries", || {
        one_module_serves_both_registries();
        Ok(())
    });
    let files = KINDS
        .into_iter()
        .flat_map(|(kind, prefix)| examples(kind, prefix));
    let files = files.map(|example| trial(example, applies_where_it_belongs));
    let actions = examples("actions", "action").into_iter();
    let actions = actions.map(|example| trial(example, delivers_once_per_change_and_by_hand));
    let lists = examples("list-resources", "list-resource").into_iter();
    let lists = lists.map(|example| trial(example, finds_what_there_is));
    let prompts = Trial::test("examples::modules/prompts-from-files", || {
        each_file_is_a_prompt_and_a_changed_one_a_new_version();
        Ok(())
    });
    let promotion = Trial::test("examples::modules/promotion", || {
        a_version_is_promoted_from_one_registry_to_the_other();
        Ok(())
    });
    let modules = [module, prompts, promotion];
    files.chain(actions).chain(lists).chain(modules).collect()
}

fn examples(kind: &str, prefix: &str) -> Vec<PathBuf> {
    let folders = files_in(&Path::new(EXAMPLES).join(kind));
    let files = folders.iter().flat_map(|folder| files_in(folder));
    let mut examples: Vec<PathBuf> = files.filter(|file| is_example(file, prefix)).collect();
    examples.sort();
    examples
}

fn trial(example: PathBuf, test: fn(&Path)) -> Trial {
    let name = name(&example);
    Trial::test(format!("examples::{name}"), move || {
        test(&example);
        Ok(())
    })
}

fn applies_where_it_belongs(example: &Path) {
    let config = fs::read_to_string(example).expect("examples are text");
    match is_for_databricks(example) {
        true => applies_as_it_stands::<Databricks>(example),
        false if needs_logins(example) => applies_with_logins(example),
        false if needs_workspaces(&config) => applies_with_workspaces(&config),
        false => applies_as_it_stands::<Mlflow>(example),
    }
}

/// Those about users and what they may.
fn needs_logins(example: &Path) -> bool {
    let name = name(example);
    ["user", "role", "permission"].iter().any(|it| {
        name.contains(&format!("/mlflow_{it}")) || name.contains(&format!("/mlflow_current_{it}"))
    })
}

fn applies_with_logins(example: &Path) {
    let access = Access::shared();
    let config = fs::read_to_string(example).expect("examples are text");
    let is_old = !Feature::Roles.is_there();
    let team = match is_old {
        true => "default".to_owned(),
        false => access.some_workspace("example"),
    };
    let workspace = access
        .workspace(&config)
        .var("workspace", &team)
        .var("team", &unique("team"))
        .var("username", &access.some_user("example"))
        .var("password", PASSWORD)
        .var("initial_password", PASSWORD);
    if host_version() < needed_version(&config) {
        return assert!(!workspace.validate().is_ok(), "this host reads it");
    }
    let name = name(example);
    let is_there = match name.contains("/mlflow_users") {
        true => Feature::ListOfUsers.is_there(),
        false => name.contains("/mlflow_user/") || Feature::Roles.is_there(),
    };
    if !is_there {
        workspace
            .apply()
            .expect_error_containing(&["MLflow Server Too Old"]);
        return;
    }
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// Those that show what only Databricks has say so in their name.
fn is_for_databricks(example: &Path) -> bool {
    let name = example.file_name().unwrap_or_default();
    name.to_string_lossy().contains("databricks")
}

fn needs_workspaces(config: &str) -> bool {
    config.contains("mlflow_workspace")
}

fn applies_with_workspaces(config: &str) {
    if !Feature::Workspaces.is_there() {
        return;
    }
    let workspace = Workspace::new(Server::with_workspaces(), config)
        .var("team", &unique("team"))
        .var("webhook_url", &Mlflow::start().receiver());
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

/// The variables are all that an example may ask for.
fn applies_as_it_stands<R: Registry>(example: &Path) {
    let (registry, team) = (R::start(), unique("team"));
    let existing = format!("{team}-made-elsewhere");
    let config = fs::read_to_string(example).expect("examples are text");
    let made = registry.make(&Made {
        event: "model_version.created",
        ..Made::named(&existing)
    });
    let model = format!("{team}-trained-elsewhere");
    if config.contains("var.model_name") {
        let rest = Server::shared().rest();
        rest.register_model(&model);
        rest.create_version(&model);
    }
    let gateway = config.contains("mlflow_gateway_");
    if gateway && !Feature::Gateway.is_there() {
        let workspace = Workspace::bare(&registry.with_provider(&config));
        assert!(!workspace.apply().is_ok(), "this server has no gateway");
        return;
    }
    let shared = gateway.then(|| SharedGateway::make(&team));
    let experiment = format!("{team}/trained-elsewhere");
    if config.contains("var.experiment_name") {
        Experiments::shared().make(&experiment, &[]);
    }
    let workspace = Workspace::bare(&registry.with_provider(&config))
        .var("openai_api_key", "sk-of-an-example-0001")
        .var("openai_secret", &team)
        .var("model_definition", &team)
        .var("endpoint", &team)
        .var("model_name", &model)
        .var("experiment_name", &experiment)
        .var("webhook_url", &registry.receiver())
        .var("webhook_secret", "s3cret")
        .var("webhook_authorization", "Bearer s3cret")
        .var("webhook_name", &existing)
        .var("job_id", "1234")
        .var("job_token", "dapi-job")
        .var("team", &team);
    if host_version() < needed_version(&config) {
        assert!(!workspace.validate().is_ok(), "this host reads it");
        registry.delete(&made);
        return;
    }
    if config.contains("prompt.created") && !R::has_prompts() {
        let says = ["Event Unknown to Server", "prompt.created"];
        workspace.apply().expect_error_containing(&says);
        workspace.destroy().expect_ok();
        registry.delete(&made);
        return;
    }
    if config.contains("mlflow_prompt") && !Feature::PromptSettings.is_there() {
        workspace
            .plan()
            .expect_error_containing(&["MLflow Server Too Old"]);
        return;
    }
    workspace.apply().expect_ok();
    if name(example) != READ_AT_EACH_PLAN {
        workspace.expect_clean_plan();
    }
    workspace.destroy().expect_ok();
    registry.delete(&made);
    shared.iter().for_each(SharedGateway::delete);
}

/// What another team looks after, for examples that refer to it.
struct SharedGateway {
    gateway: Gateway,
    secret: String,
    definition: String,
    endpoint: String,
}

impl SharedGateway {
    fn make(name: &str) -> Self {
        let gateway = Gateway::shared();
        let secret = gateway.make_secret(name, "sk-of-another-team-0001");
        let definition = gateway.make_definition(name, &secret);
        let endpoint = gateway.make_endpoint(name, &definition);
        Self {
            gateway,
            secret,
            definition,
            endpoint,
        }
    }

    fn delete(&self) {
        self.gateway.delete_endpoint(&self.endpoint);
        self.gateway.delete_definition(&self.definition);
        self.gateway.delete_secret(&self.secret);
    }
}

/// A host that is too old for the example says so when it reads it.
fn delivers_once_per_change_and_by_hand(example: &Path) {
    let registry = Mlflow::start();
    registry.receiver_answers(200);
    let config = fs::read_to_string(example).expect("examples are text");
    let workspace =
        Workspace::bare(&registry.with_provider(&config)).var("webhook_url", &registry.receiver());
    if host_version() < needed_version(&config) {
        assert!(!workspace.validate().is_ok(), "this host reads it");
        return;
    }
    let applied = workspace.apply().expect_ok().text();
    assert!(applied.contains("Actions: 1 invoked."), "{applied}");
    registry.assert_tested("model_version.created");
    workspace.expect_clean_plan();
    let warned = applied.contains("Reference to triggering resource");
    assert!(!(warned && config.contains("caller.")), "{applied}");
    let (_, by_hand) = config.split_once("terraform apply ").expect("it says how");
    let invoke = by_hand.lines().next().unwrap_or_default();
    let words = ["apply", "-input=false", "-auto-approve", invoke];
    let invoked = workspace.run(&words).expect_ok().text();
    assert!(invoked.contains("Actions: 1 invoked."), "{invoked}");
    workspace.destroy().expect_ok();
}

/// A host without `terraform query` says so.
fn finds_what_there_is(example: &Path) {
    let config = fs::read_to_string(example).expect("examples are text");
    let workspace = match needs_workspaces(&config) {
        _ if needs_logins(example) => Access::shared().workspace(""),
        true if !Feature::Workspaces.is_there() => return,
        true => Workspace::new(Server::with_workspaces(), ""),
        false => Workspace::new(Server::shared(), ""),
    };
    workspace.write("main.tfquery.hcl", &config);
    let query = workspace.run(&["query", "-no-color"]);
    assert_eq!(
        query.is_ok(),
        host_version() >= needed_version(&config),
        "{}",
        query.text()
    );
}

fn one_module_serves_both_registries() {
    let (mlflow, databricks, team) = (Mlflow::start(), Databricks::start(), unique("team"));
    let read = |file: &str| {
        let path = Path::new(EXAMPLES)
            .join("modules/both-registries")
            .join(file);
        fs::read_to_string(path).expect("examples are text")
    };
    let workspace = Workspace::plain(&read("main.tf"))
        .var("tracking_uri", &mlflow.url())
        .var("databricks_host", &Registry::url(&databricks))
        .var("databricks_token", ADMIN)
        .var("team", &team)
        .var("webhook_url", "https://127.0.0.1:9/hook")
        .var("webhook_secret", "s3cret");
    workspace.write("service/main.tf", &read("service/main.tf"));
    workspace.run(&["get"]).expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let name = format!("{team}-new-models");
    let made = [mlflow.webhook(&name), Registry::webhook(&databricks, &name)];
    for webhook in made {
        assert_eq!(webhook.description, "New models and new versions");
        assert_eq!(webhook.everything["events"].as_array().unwrap().len(), 2);
    }
    databricks.assert_signs_with(Some("s3cret"));
    let model = format!("{team}-churn");
    for (rest, experiment) in [
        (mlflow.rest(), format!("{team}/churn")),
        (databricks.rest(), format!("/Shared/{team}-churn")),
    ] {
        let tags = Models::of(rest.clone()).tags(&model);
        assert_eq!(tags["experiment"], experiment);
        let made = Experiments::of(rest).named(&experiment);
        assert_eq!(made["lifecycle_stage"], "active");
    }
    workspace.destroy().expect_ok();
    assert_eq!(mlflow.webhooks(&name), []);
    assert_eq!(Registry::webhooks(&databricks, &name), []);
    for rest in [mlflow.rest(), databricks.rest()] {
        assert_eq!(Models::of(rest).find(&model), None);
    }
}

fn a_version_is_promoted_from_one_registry_to_the_other() {
    let (mlflow, databricks, model) = (Mlflow::start(), Databricks::start(), unique("churn"));
    let staging = Models::of(mlflow.rest());
    staging.make(&model, "", &[]);
    for source in ["s3://models/one", "s3://models/two"] {
        let version = json!({"source": source, "description": source});
        staging.add_version(&model, version);
    }
    let main = Path::new(EXAMPLES).join("modules/promotion/main.tf");
    let workspace = Workspace::plain(&fs::read_to_string(main).expect("examples are text"))
        .var("tracking_uri", &mlflow.url())
        .var("databricks_host", &Registry::url(&databricks))
        .var("databricks_token", ADMIN)
        .var("model", &model)
        .var("approved", "1");
    databricks.set(|options| options.pending = 2);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let workspace = workspace.var("approved", "2");
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let production = Models::of(databricks.rest());
    for (number, source) in [("1", "s3://models/one"), ("2", "s3://models/two")] {
        let promoted = production.version(&model, number).expect("it is there");
        let shown = [
            &promoted["source"],
            &promoted["description"],
            &promoted["status"],
        ];
        assert_eq!(shown, [source, source, "READY"]);
        let tags = production.version_tags(&model, number);
        assert_eq!(tags["staging_version"], number);
    }
    workspace.destroy().expect_ok();
    assert_eq!(production.find(&model), None);
    assert_eq!(staging.numbers(&model), ["1", "2"]);
    staging.delete(&model);
}

fn each_file_is_a_prompt_and_a_changed_one_a_new_version() {
    if !Feature::PromptSettings.is_there() {
        return;
    }
    let (mlflow, team, models) = (Mlflow::start(), unique("team"), Models::shared());
    let folder = Path::new(EXAMPLES).join("modules/prompts-from-files");
    let read = |path: &Path| fs::read_to_string(path).expect("examples are text");
    let workspace = Workspace::plain(&read(&folder.join("main.tf")))
        .var("tracking_uri", &mlflow.url())
        .var("team", &team);
    for file in files_in(&folder.join("prompts")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        workspace.write(&format!("prompts/{name}"), &read(&file));
    }
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let summary = format!("{team}-summary");
    assert_eq!(models.aliases(&summary)["production"], "1");
    workspace.write("prompts/summary.txt", "Summarise: {{ article }}");
    workspace.write("prompts/new.txt", "New");
    let text = workspace.apply().expect_ok().text();
    assert!(text.contains("4 added, 1 changed, 1 destroyed"), "{text}");
    workspace.expect_clean_plan();
    assert_eq!(models.aliases(&summary)["production"], "2");
    assert_eq!(models.numbers(&summary), ["1", "2"]);
    assert_eq!(models.numbers(&format!("{team}-translation")), ["1"]);
    workspace.destroy().expect_ok();
    assert_eq!(models.find(&summary), None);
}

/// Its path below the folder of all examples.
fn name(example: &Path) -> String {
    let name = example.strip_prefix(EXAMPLES).expect("it was found there");
    name.display().to_string()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}

fn is_example(file: &Path, prefix: &str) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(prefix) && [".tf", ".tfquery.hcl"].iter().any(|it| name.ends_with(it))
}
