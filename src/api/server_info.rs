//! What a server says of itself, since MLflow 3.10.

use serde::Deserialize;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::api::{
    area::{Area, always, nothing_special},
    call::{About, Call, parse},
    error::Error,
    http::Request,
    server::Server,
    version::Version,
};

const SERVER_INFO: &str = "/api/3.0/mlflow/server-info";

static AREA: Area = Area {
    noun: "server",
    since: Version::new(3, 10, 0),
    needs_database: false,
    shortest_list: || Request::read(SERVER_INFO, Vec::new()),
    classify: nothing_special,
    quotable: always,
};

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServerInfo {
    /// How it keeps its data, such as `SqlStore` or `FileStore`.
    pub store_type: Option<String>,
    /// Whether it has workspaces.
    #[serde(default)]
    pub workspaces_enabled: bool,
}

/// What was learnt of a server.
#[derive(Debug, Default)]
struct Learnt(OnceCell<ServerInfo>);

impl Server {
    /// What the server says of itself; asked once a process, unless it failed.
    ///
    /// # Errors
    /// [`TooOld`](crate::api::ErrorKind::TooOld) before MLflow 3.10.
    pub async fn info(&self, stop: &CancellationToken) -> Result<ServerInfo, Error> {
        let learnt = self.in_workspace(None).kept::<Learnt>();
        let request = Request::read(SERVER_INFO, Vec::new());
        let about = About::existing(&AREA, "asking", "info");
        let call = Call::new(about, request, parse).of_all_workspaces();
        let info = learnt.0.get_or_try_init(|| self.run(&call, stop)).await;
        info.cloned()
    }
}
