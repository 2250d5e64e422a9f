//! Objects whose address changes without a `moved` block: one apply destroys the old ones and makes new ones
//! of the same names, all at once.

use std::time::Duration;

use crate::support::{
    Case,
    access::{Access, PASSWORD},
    cases,
    feature::Feature,
    gateway::Gateway,
    http::Response,
    models::Models,
    proxy::{Fault, Loss, Proxy},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        under_new_keys_all_are_made_anew,
        one_more_at_the_front_of_a_count,
        what_is_taken_by_others_is_told,
        an_end_without_a_clear_answer_spares_what_comes_after,
    ]
}

/// So many of each type, and one more.
const COUNT: usize = 3;

/// Longer than a new object waits for its name.
const LATE: Duration = Duration::from_millis(1500);

/// What waits for its name keeps others from being changed where a host changes only a few at a time.
const ALL_AT_ONCE: [&str; 4] = ["apply", "-input=false", "-auto-approve", "-parallelism=100"];

const KEY: &str = "sk-canary-of-a-new-address-0001";

/// A type, the argument that has its objects' unique name, and the others.
struct Named {
    type_name: &'static str,
    argument: &'static str,
    names: Vec<String>,
    more: String,
}

impl Named {
    fn new(type_name: &'static str, argument: &'static str, more: String) -> Self {
        let names = (0..=COUNT).map(|_| unique("address")).collect();
        Self {
            type_name,
            argument,
            names,
            more,
        }
    }

    fn of(self, names: Vec<String>) -> Self {
        Self { names, ..self }
    }

    /// One for each of these, under keys that begin like this.
    fn under(&self, key: &str, names: &[String]) -> String {
        let keyed = names.iter().enumerate();
        let keyed = keyed.map(|(at, name)| format!("    \"{key}{at}\" = {name:?}\n"));
        self.block(&format!(
            "for_each = {{\n{}  }}\n  {} = each.value",
            keyed.collect::<String>(),
            self.argument
        ))
    }

    fn counted(&self, names: &[String]) -> String {
        self.block(&format!(
            "count = {}\n  {} = {names:?}[count.index]",
            names.len(),
            self.argument
        ))
    }

    fn block(&self, body: &str) -> String {
        format!(
            "resource {:?} \"it\" {{\n  {body}\n  {}\n}}\n",
            self.type_name, self.more
        )
    }
}

fn all() -> Vec<Named> {
    let access = Access::shared();
    let password = format!("password = {PASSWORD:?}");
    let mut all = vec![
        Named::new("mlflow_registered_model", "name", String::new()),
        Named::new("mlflow_experiment", "name", String::new()),
        Named::new("mlflow_user", "username", password),
        aliases("mlflow_registered_model_alias", "model_name"),
    ];
    if Feature::PromptSettings.is_there() {
        all.push(Named::new("mlflow_prompt", "name", String::new()));
        all.push(aliases("mlflow_prompt_alias", "prompt_name"));
    }
    if Feature::Workspaces.is_there() {
        all.push(Named::new("mlflow_workspace", "name", String::new()));
    }
    if Feature::Roles.is_there() {
        all.push(Named::new("mlflow_role", "name", String::new()));
        all.extend(permitted(&access));
    }
    if Feature::Gateway.is_there() {
        all.extend(of_the_gateway(&access));
    }
    all
}

/// Of one model or prompt with one version.
fn aliases(type_name: &'static str, argument: &'static str) -> Named {
    let (models, owner) = (Models::of(Access::shared().rest()), unique("owner"));
    match argument {
        "prompt_name" => {
            models.make_prompt(&owner);
            models.add_prompt_version(&owner, "text", "Hi");
        }
        _ => {
            models.make(&owner, "", &[]);
            models.add_versions(&owner, 1);
        }
    }
    let more = format!("{argument} = {owner:?}\n  version = \"1\"");
    Named::new(type_name, "alias", more)
}

/// To one user each.
fn permitted(access: &Access) -> [Named; 2] {
    let team = access.some_workspace("team");
    let users = || (0..=COUNT).map(|_| access.some_user("ada")).collect();
    let (model, role) = (
        access.some_model(&team, "model"),
        access.make_role(&team, "readers"),
    );
    let on = format!(
        "resource_type = \"registered_model\"\n  resource_id = {model:?}\n  permission = \"READ\"\n  \
         workspace = {team:?}"
    );
    let role = format!("role_id = \"{role}\"");
    [
        Named::new("mlflow_permission", "username", on).of(users()),
        Named::new("mlflow_role_assignment", "username", role).of(users()),
    ]
}

fn of_the_gateway(access: &Access) -> [Named; 3] {
    let (gateway, name) = (Gateway::of(access.rest()), unique("address"));
    let secret = gateway.make_secret(&name, KEY);
    let definition = gateway.make_definition(&name, &secret);
    let keyed = format!("provider_name = \"openai\"\n  secret_value = {{ api_key = {KEY:?} }}");
    let refers =
        format!("secret_id = {secret:?}\n  provider_name = \"openai\"\n  model_name = \"gpt-4o\"");
    let model = format!(
        "model {{\n    model_definition_id = {definition:?}\n  }}\n  usage_tracking = false"
    );
    [
        Named::new("mlflow_gateway_secret", "name", keyed),
        Named::new("mlflow_gateway_model_definition", "name", refers),
        Named::new("mlflow_gateway_endpoint", "name", model),
    ]
}

/// One configuration after another, each of all types at once.
fn follows(before: impl Fn(&Named) -> String, after: impl Fn(&Named) -> String) {
    let (all, access) = (all(), Access::shared());
    let config = |of: &dyn Fn(&Named) -> String| all.iter().map(of).collect::<String>();
    let workspace = access.workspace(&config(&before));
    workspace.apply().expect_ok();
    workspace.reconfigure(access.server(), &config(&after));
    workspace.run(&ALL_AT_ONCE).expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn under_new_keys_all_are_made_anew() {
    follows(
        |of| of.under("old", &of.names[..COUNT]),
        |of| of.under("new", &of.names[..COUNT]),
    );
}

fn one_more_at_the_front_of_a_count() {
    follows(|of| of.counted(&of.names[1..]), |of| of.counted(&of.names));
}

fn what_is_taken_by_others_is_told() {
    let (all, access) = (all(), Access::shared());
    let config = |key: &str| {
        let one = all.iter().map(|of| of.under(key, &of.names[..1]));
        one.collect::<String>()
    };
    let theirs = access.workspace(&config("theirs"));
    theirs.apply().expect_ok();
    let ours = access.workspace(&config("ours"));
    let text = ours.apply().expect_error_containing(&[]).text();
    for Named { type_name, .. } in &all {
        let mut told = text.split("Error: ").skip(1);
        let address = format!("with {type_name}.it[\"ours0\"]");
        let told = told.find(|it| it.contains(&address)).unwrap_or_default();
        let right = told.starts_with("Already Exists") && told.contains("import {");
        assert!(right, "{type_name}: {text}");
    }
    theirs.expect_clean_plan();
    theirs.destroy().expect_ok();
}

/// Its look for what became of it comes so late that the name is given away by then.
fn an_end_without_a_clear_answer_spares_what_comes_after() {
    let access = Access::shared();
    for of in all() {
        let proxy = Proxy::start(access.server().address());
        let [before, after] = ["old", "new"].map(|key| of.under(key, &of.names[..1]));
        let workspace = access.workspace_at(&proxy.url(), &before);
        workspace.apply().expect_ok();
        let (mut is_ended, mut is_late) = (false, false);
        proxy.expose(Box::new(move |request| {
            let ends = request.is("DELETE", "") || request.is("POST", "/revoke");
            if ends && !std::mem::replace(&mut is_ended, true) {
                let lost = Response::html(503, "Service Unavailable");
                return Some(Fault::Afterwards(Loss::Answer(lost)));
            }
            let looks = is_ended && request.is("GET", "");
            let is_first = looks && !std::mem::replace(&mut is_late, true);
            is_first.then_some(Fault::Late(LATE))
        }));
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            proxy.url()
        );
        workspace.write("main.tf", &format!("{provider}{after}"));
        let outcome = workspace.apply();
        assert!(outcome.is_ok(), "{}: {}", of.type_name, outcome.text());
        proxy.heal();
        assert!(workspace.plan_is_clean(), "{}", of.type_name);
        workspace.destroy().expect_ok();
    }
}
