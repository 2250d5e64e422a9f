//! What belongs to a renamed object follows it, whichever apply renamed it, and even where something else
//! has its old name by now.

use serde_json::Value;

use crate::support::{
    Case, access::Access, cases, feature::Feature, mlflow::Server, models::Models, proxy::Proxy,
    terraform::Workspace, unique,
};

pub fn cases() -> Vec<Case> {
    let permissions = cases![
        what_is_permitted_on_it_follows_an_earlier_rename,
        a_permission_stays_with_the_model_that_it_is_on,
        a_predecessors_permission_is_revoked_under_the_new_name,
    ];
    let all = cases![
        what_belongs_to_it_follows_an_earlier_rename,
        a_name_that_another_takes_over_leads_nobody_astray,
        an_alias_that_was_moved_since_the_plan_follows_all_the_same,
        what_was_deleted_is_no_rename,
        a_predecessor_is_destroyed_under_the_new_name,
        a_destruction_without_a_refresh_spares_what_is_anothers,
    ];
    match Feature::Roles.is_there() {
        true => [all, permissions].concat(),
        false => all,
    }
}

/// Types of which one belongs to the other.
struct Family {
    owner: &'static str,
    argument: &'static str,
    version: &'static str,
    content: &'static str,
    alias: &'static str,
}

const FAMILIES: [Family; 2] = [
    Family {
        owner: "mlflow_registered_model",
        argument: "model_name",
        version: "mlflow_model_version",
        content: "source = \"s3://bucket/model\"",
        alias: "mlflow_registered_model_alias",
    },
    Family {
        owner: "mlflow_prompt",
        argument: "prompt_name",
        version: "mlflow_prompt_version",
        content: "template = \"Hello {{ name }}\"",
        alias: "mlflow_prompt_alias",
    },
];

/// Those that the server has.
fn families() -> impl Iterator<Item = &'static Family> {
    let has_prompts = Feature::PromptSettings.is_there();
    FAMILIES
        .iter()
        .filter(move |it| has_prompts || it.owner != "mlflow_prompt")
}

/// Calls that make a version or set an alias.
const WRITES: [(&str, &str); 3] = [
    ("POST", "/model-versions/create"),
    ("POST", "/registered-models/alias"),
    ("DELETE", "/registered-models/alias"),
];

impl Family {
    /// One of them with a version and an alias.
    fn member(&self, label: &str, name: &str, more: &str) -> String {
        let Self {
            owner,
            argument,
            version,
            content,
            alias,
        } = self;
        format!(
            "resource {owner:?} {label:?} {{\n  name = {name:?}\n  force_destroy = true\n  {more}\n}}\n\
             resource {version:?} {label:?} {{\n  {argument} = {owner}.{label}.name\n  {content}\n}}\n\
             resource {alias:?} {label:?} {{\n  {argument} = {owner}.{label}.name\n  \
             alias = \"champion\"\n  version = {version}.{label}.version\n  \
             lifecycle {{\n    ignore_changes = [version]\n  }}\n}}\n"
        )
    }

    /// Two of them, the second after the first.
    fn both(&self, a: &str, b: &str) -> String {
        let after = format!("depends_on = [{}.a]", self.owner);
        self.member("a", a, "") + &self.member("b", b, &after)
    }
}

/// A configuration behind a proxy that counts.
struct Counted {
    workspace: Workspace,
    proxy: Proxy,
}

impl Counted {
    fn applied(config: &str) -> Self {
        let proxy = Proxy::start(Server::shared().address());
        let it = Self {
            workspace: Workspace::at(&proxy.url(), config),
            proxy,
        };
        it.workspace.apply().expect_ok();
        it.workspace.expect_clean_plan();
        it.proxy.clear();
        it
    }

    fn configure(&self, config: &str) {
        let provider = format!(
            "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
            self.proxy.url()
        );
        self.workspace
            .write("main.tf", &format!("{provider}{config}"));
    }

    /// Renames these, and leaves what belongs to them for later.
    fn rename_only(&self, family: &Family, labels: &[&str]) {
        let targets = labels
            .iter()
            .map(|it| format!("-target={}.{it}", family.owner));
        let targets: Vec<_> = targets.collect();
        let only = ["apply", "-input=false", "-auto-approve"].into_iter();
        let only: Vec<_> = only.chain(targets.iter().map(String::as_str)).collect();
        self.workspace.run(&only).expect_ok();
    }

    fn writes(&self) -> usize {
        let counts = WRITES.map(|(method, path)| self.proxy.count(method, path));
        counts.iter().sum()
    }
}

fn champion(models: &Models, name: &str) -> Option<String> {
    models.aliases(name).remove("champion")
}

fn what_belongs_to_it_follows_an_earlier_rename() {
    let models = Models::shared();
    for family in families() {
        let [first, second, third] = ["first", "second", "third"].map(unique);
        let it = Counted::applied(&family.member("it", &first, ""));
        for name in [&second, &third] {
            it.configure(&family.member("it", name, ""));
            it.rename_only(family, &["it"]);
        }
        it.workspace.expect_clean_plan();
        it.workspace.apply().expect_ok();
        for dependent in [family.version, family.alias] {
            let state = it.workspace.resource(&format!("{dependent}.it"));
            assert_eq!(state[family.argument], third.as_str(), "{dependent}");
        }
        assert_eq!(it.writes(), 0);
        assert_eq!(models.numbers(&third), ["1"]);
        it.workspace.destroy().expect_ok();
        assert_eq!(models.find(&third), None);
    }
}

fn a_name_that_another_takes_over_leads_nobody_astray() {
    let models = Models::shared();
    for family in families() {
        let [live, old, next] = ["live", "old", "next"].map(unique);
        let it = Counted::applied(&family.both(&live, &next));
        it.configure(&family.both(&old, &live));
        it.workspace.apply().expect_ok();
        it.workspace.expect_clean_plan();
        assert_eq!(it.writes(), 0);
        let names = ["a", "b"].map(|label| {
            let state = it.workspace.resource(&format!("{}.{label}", family.alias));
            state[family.argument].clone()
        });
        assert_eq!(names, [&old, &live].map(|it| Value::from(it.as_str())));
        // The same in two applies: first the names, then what belongs to them.
        it.configure(&family.both(&next, &old));
        it.rename_only(family, &["a", "b"]);
        it.workspace.expect_clean_plan();
        assert_eq!(it.writes(), 0);
        let target = format!("-target={}.b", family.alias);
        let gone = ["destroy", "-input=false", "-auto-approve", &target];
        it.workspace.run(&gone).expect_ok();
        assert_eq!(champion(&models, &old), None);
        assert_eq!(champion(&models, &next).as_deref(), Some("1"));
        it.workspace.destroy().expect_ok();
    }
}

fn an_alias_that_was_moved_since_the_plan_follows_all_the_same() {
    let models = Models::shared();
    for family in families() {
        let [old, new] = ["old", "new"].map(unique);
        let it = Counted::applied(&family.member("it", &old, ""));
        let newer = match family.owner {
            "mlflow_prompt" => models.add_prompt_version(&old, "text", "Hi"),
            _ => models.add_versions(&old, 1),
        };
        it.configure(&family.member("it", &new, ""));
        let plan = ["plan", "-input=false", "-out=tfplan"];
        it.workspace.run(&plan).expect_ok();
        models.set_alias(&old, "champion", &newer);
        it.proxy.clear();
        let apply = ["apply", "-input=false", "tfplan"];
        it.workspace
            .run(&apply)
            .expect_error_containing(&["Values Not Taken Over", "version"]);
        assert_eq!(it.writes(), 0);
        it.workspace.expect_clean_plan();
        assert_eq!(champion(&models, &new), Some(newer));
        it.workspace.destroy().expect_ok();
    }
}

fn what_was_deleted_is_no_rename() {
    let models = Models::shared();
    for family in families() {
        let [old, new] = ["old", "new"].map(unique);
        let it = Counted::applied(&family.member("it", &old, ""));
        it.configure(&family.member("it", &new, ""));
        it.workspace.apply().expect_ok();
        // The old name is another's by now, and what was in that is not what is under the new name.
        let both = family.member("it", &new, "") + &family.member("other", &old, "");
        it.configure(&both);
        it.workspace.apply().expect_ok();
        models.delete(&old);
        let actions = it.workspace.planned_actions();
        let dependents = [family.owner, family.alias, family.version];
        let mut made = dependents.map(|it| (format!("{it}.other"), "create".to_owned()));
        made.sort();
        assert_eq!(actions, made);
        it.workspace.destroy().expect_ok();
    }
}

/// Models in a workspace, and what a user may do with each.
struct Permitted {
    access: Access,
    team: String,
    user: String,
}

impl Permitted {
    fn new() -> Self {
        let access = Access::shared();
        let (team, user) = (access.some_workspace("team"), access.some_user("ada"));
        Self { access, team, user }
    }

    fn config(&self, models: [(&str, &str, &str); 2]) -> String {
        let one = |(label, name, level): (&str, &str, &str)| {
            let after = match label {
                "b" => "depends_on = [mlflow_registered_model.a]",
                _ => "",
            };
            format!(
                "resource \"mlflow_registered_model\" {label:?} {{\n  name = {name:?}\n  \
                 workspace = {team:?}\n  {after}\n}}\n\
                 resource \"mlflow_permission\" {label:?} {{\n  username = {user:?}\n  \
                 resource_type = \"registered_model\"\n  \
                 resource_id = mlflow_registered_model.{label}.name\n  permission = {level:?}\n  \
                 workspace = {team:?}\n}}\n",
                team = self.team,
                user = self.user,
            )
        };
        models.map(one).concat()
    }

    fn own(&self) -> Vec<String> {
        self.access.own(&self.team, &self.user)
    }
}

fn what_is_permitted_on_it_follows_an_earlier_rename() {
    let it = Permitted::new();
    let [first, second, other] = ["first", "second", "other"].map(unique);
    let names = |a: &str| it.config([("a", a, "READ"), ("b", &other, "EDIT")]);
    let workspace = it.access.workspace(&names(&first));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.reconfigure(it.access.server(), &names(&second));
    let target = "-target=mlflow_registered_model.a";
    let only = ["apply", "-input=false", "-auto-approve", target];
    workspace.run(&only).expect_ok();
    let own = it.own();
    workspace.expect_clean_plan();
    workspace.apply().expect_ok();
    assert_eq!(it.own(), own);
    workspace.destroy().expect_ok();
    assert_eq!(it.own(), [""; 0]);
    it.access.delete_user(&it.user);
}

fn a_permission_stays_with_the_model_that_it_is_on() {
    let it = Permitted::new();
    let [live, old, next] = ["live", "old", "next"].map(unique);
    let names = |a: &str, b: &str| it.config([("a", a, "READ"), ("b", b, "EDIT")]);
    let workspace = it.access.workspace(&names(&live, &next));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.reconfigure(it.access.server(), &names(&old, &live));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let may = |model: &str| {
        let (reads, edits) = (
            it.access.reads_model(&it.team, &it.user, model),
            it.access.edits_model(&it.team, &it.user, model),
        );
        (reads, edits)
    };
    assert_eq!((may(&old), may(&live)), ((200, 403), (200, 200)));
    workspace.destroy().expect_ok();
    it.access.delete_user(&it.user);
}

fn a_predecessor_is_destroyed_under_the_new_name() {
    let models = Models::shared();
    for family in families() {
        let [old, new] = ["old", "new"].map(unique);
        let before_destroy = |name: &str, alias: &str| {
            let config = family.member("it", name, "");
            let config = config.replace("\"champion\"", &format!("{alias:?}"));
            config.replace("ignore_changes = [version]", "create_before_destroy = true")
        };
        let it = Counted::applied(&before_destroy(&old, "champion"));
        it.configure(&before_destroy(&new, "challenger"));
        it.workspace.apply().expect_ok();
        it.workspace.expect_clean_plan();
        let aliases: Vec<_> = models.aliases(&new).into_keys().collect();
        assert_eq!(aliases, ["challenger"]);
        it.workspace.destroy().expect_ok();
    }
}

fn a_destruction_without_a_refresh_spares_what_is_anothers() {
    let models = Models::shared();
    for family in families() {
        let [live, old, next] = ["live", "old", "next"].map(unique);
        let it = Counted::applied(&family.both(&live, &next));
        it.configure(&family.both(&old, &live));
        it.rename_only(family, &["a", "b"]);
        let target = format!("-target={}.a", family.alias);
        let blind = [
            "destroy",
            "-input=false",
            "-auto-approve",
            "-refresh=false",
            &target,
        ];
        it.workspace
            .run(&blind)
            .expect_error_containing(&["Another Since the Last Refresh"]);
        for name in [&old, &live] {
            assert_eq!(champion(&models, name).as_deref(), Some("1"), "{name}");
        }
        it.workspace.destroy().expect_ok();
    }
}

fn a_predecessors_permission_is_revoked_under_the_new_name() {
    let (it, other) = (Permitted::new(), Access::shared().some_user("bob"));
    let [old, new, aside] = ["old", "new", "aside"].map(unique);
    let config = |name: &str, user: &str| {
        let config = it.config([("a", name, "READ"), ("b", &aside, "EDIT")]);
        let lifecycle = "  lifecycle {\n    create_before_destroy = true\n  }\n  permission";
        let config = config.replacen("  permission", lifecycle, 1);
        config.replacen(&format!("{:?}", it.user), &format!("{user:?}"), 1)
    };
    let workspace = it.access.workspace(&config(&old, &it.user));
    workspace.apply().expect_ok();
    assert_eq!(it.own().len(), 2);
    workspace.reconfigure(it.access.server(), &config(&new, &other));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.own().len(), 1);
    assert_eq!(it.access.reads_model(&it.team, &it.user, &new), 403);
    assert_eq!(it.access.reads_model(&it.team, &other, &new), 200);
    workspace.destroy().expect_ok();
    for user in [&it.user, &other] {
        it.access.delete_user(user);
    }
}
