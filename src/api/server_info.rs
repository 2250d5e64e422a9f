//! What a server says of itself.

use serde::Deserialize;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::api::{
    area::{Area, always, nothing_special},
    call::{About, Call, parse},
    error::{Error, ErrorKind},
    http::Request,
    server::Server,
    version::Version,
};

const SERVER_INFO: &str = "/api/3.0/mlflow/server-info";
const USER: &str = "/api/2.0/mlflow/users/get";

static AREA: Area = Area {
    noun: "server",
    since: Version::new(3, 10, 0),
    on_databricks: false,
    needs_database: false,
    shortest_list: || Request::read(SERVER_INFO, Vec::new()),
    classify: nothing_special,
    quotable: always,
};

/// What a server says of itself, since MLflow 3.10.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServerInfo {
    /// How it keeps its data, such as `SqlStore` or `FileStore`.
    pub store_type: Option<String>,
    /// Whether it has workspaces.
    #[serde(default)]
    pub workspaces_enabled: bool,
    /// What else it has; earlier servers do not say.
    #[serde(default)]
    pub features_enabled: Features,
}

/// Parts of a server that it may run without.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Features {
    /// The AI gateway.
    pub gateway: Option<bool>,
}

/// What was learnt of a server.
#[derive(Debug, Default)]
struct Learnt(OnceCell<ServerInfo>);

/// The same as it was asked for once; none where it was not to be had.
#[derive(Debug, Default)]
struct Known(OnceCell<Option<ServerInfo>>);

impl Server {
    /// What the server says of itself; asked once a process, unless it failed.
    ///
    /// # Errors
    /// [`TooOld`](crate::api::ErrorKind::TooOld) before MLflow 3.10.
    pub async fn info(&self, stop: &CancellationToken) -> Result<ServerInfo, Error> {
        let learnt = self.in_workspace(None).kept::<Learnt>();
        let call = info();
        let info = learnt.0.get_or_try_init(|| self.run(&call, stop)).await;
        info.cloned()
    }

    /// The same, asked for at most once a process, without insisting; none where it is not to be had.
    pub async fn known_info(&self, stop: &CancellationToken) -> Option<ServerInfo> {
        let known = self.in_workspace(None).kept::<Known>();
        let op = self.op(stop);
        let ask = || async { Some(self.send(&info(), &mut op.probe()).await.ok()?.value) };
        known.0.get_or_init(ask).await.clone()
    }

    /// Whether the server keeps users of its own: MLflow's basic-auth app is what answers, by asking
    /// which user is meant. `None` where it cannot be told.
    pub async fn keeps_users(&self, stop: &CancellationToken) -> Option<bool> {
        let request = Request::read(USER, Vec::new());
        let about = About::existing(&AREA, "asking", "whether it keeps users");
        let call = Call::new(about, request, |_| Ok(())).of_all_workspaces();
        let asked = self.run(&call, stop).await;
        match asked.err()?.kind() {
            ErrorKind::Invalid => Some(true),
            ErrorKind::NoSuchApi | ErrorKind::TooOld { .. } => Some(false),
            _ => None,
        }
    }
}

fn info() -> Call<ServerInfo> {
    let request = Request::read(SERVER_INFO, Vec::new());
    let about = About::existing(&AREA, "asking", "info");
    Call::new(about, request, parse).of_all_workspaces()
}
