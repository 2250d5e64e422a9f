//! What cannot work is refused as early as it can be known, and nobody's alias is taken over.

use super::{ALIAS, IT, Subject, alias, proxy};
use crate::support::{
    Case, cases, databricks::Databricks, mlflow::Server, registry::Registry, terraform::Workspace,
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        by_validate_without_a_server,
        by_plan_on_databricks,
        one_that_exists_is_never_taken_over,
        a_version_or_model_that_does_not_exist_is_told,
    ]
}

fn by_validate_without_a_server() {
    let refused = [
        ("latest", "1", "latest"),
        ("Latest", "1", "latest"),
        ("v1", "1", "v1"),
        ("V12", "1", "V12"),
        ("", "1", "alias"),
        ("a b", "1", "a b"),
        ("a.b", "1", "a.b"),
        ("a@b", "1", "a@b"),
        ("ok", "01", "version"),
        ("ok", "0", "version"),
        ("ok", "1.5", "version"),
        ("ok", "-1", "version"),
        ("ok", "latest", "version"),
        ("ok", "", "version"),
    ];
    let taken = refused.into_iter().filter(|(name, version, says)| {
        let validated = Workspace::bare(&alias("m", name, version, "")).validate();
        !validated.is_refused_with(says)
    });
    assert_eq!(taken.collect::<Vec<_>>(), []);
    for name in ["12", "v", "v1a", "-", "\u{e9}"] {
        Workspace::bare(&alias("m", name, "1", ""))
            .validate()
            .expect_ok();
    }
    for model in ["", "a/b", "a:b"] {
        let workspace = Workspace::bare(&alias(model, "ok", "1", ""));
        workspace
            .validate()
            .expect_error_containing(&["model_name"]);
    }
}

fn by_plan_on_databricks() {
    let config = Databricks::at("http://127.0.0.1:9", &alias("m", "champion", "1", ""));
    let workspace = Workspace::bare(&config);
    workspace.validate().expect_ok();
    let says = ["Not Supported by Databricks", "alias"];
    workspace.plan().expect_error_containing(&says);
}

fn one_that_exists_is_never_taken_over() {
    for theirs in ["1", "3"] {
        let it = Subject::new("taken");
        it.models.set_alias(&it.model, "champion", theirs);
        let proxy = proxy();
        let workspace = Workspace::at(&proxy.url(), &it.config("1"));
        let id = format!("{}@champion", it.model);
        let says = ["Already Exists", "import {", IT, &id];
        workspace.apply().expect_error_containing(&says);
        assert_eq!(it.champion().as_deref(), Some(theirs));
        assert_eq!(proxy.count("POST", ALIAS), 0);
        assert!(!workspace.state_text().contains("champion"));
    }
}

fn a_version_or_model_that_does_not_exist_is_told() {
    let it = Subject::new("missing");
    let workspace = Workspace::new(Server::shared(), &it.config("7"));
    let says = ["7", &it.model];
    workspace.apply().expect_error_containing(&says);
    let nobody = unique("nobody");
    let config = alias(&nobody, "champion", "1", "");
    workspace.reconfigure(Server::shared(), &config);
    workspace.apply().expect_error_containing(&[&nobody]);
    assert_eq!(it.champion(), None);
}
