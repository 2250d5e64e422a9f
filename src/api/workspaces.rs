//! Workspaces of an MLflow server, since 3.10.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::api::{
    area::{Area, always, nothing_special},
    call::{About, Call, parse},
    error::Error,
    http::{Request, Response},
    version::Version,
};

const WORKSPACES: &str = "/api/3.0/mlflow/workspaces";

static AREA: Area = Area {
    noun: "workspace",
    since: Version::new(3, 10, 0),
    needs_database: true,
    shortest_list: || Request::read(WORKSPACES, Vec::new()),
    classify: nothing_special,
    quotable: always,
};

/// A workspace as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Workspace {
    /// What tells it from the others.
    pub name: String,
}

#[derive(Deserialize)]
struct One {
    workspace: Workspace,
}

/// Reads one. The call itself is sent without a workspace: the server would look for that one first.
#[must_use]
pub fn get(name: &str) -> Call<Workspace> {
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let request = Request::read(format!("{WORKSPACES}/{encoded}"), Vec::new());
    Call::new(About::existing(&AREA, "reading", name), request, one).of_all_workspaces()
}

fn one(answer: &Response) -> Result<Workspace, Error> {
    parse::<One>(answer).map(|one| one.workspace)
}
