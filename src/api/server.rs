//! A server, and one way for all calls: sent, classified, hidden and marked unclear in one place,
//! whatever they are about.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::api::{
    address::Address,
    area::Area,
    at_work::{AtWork, Busy},
    budget::{Op, Pace},
    call::{About, Call},
    error::{Error, ErrorKind},
    http::{Response, Transport},
    kind::ServerKind,
    lock::lock,
    page::Clock,
    recency::Recency,
    servers::{Host, databricks::Databricks, mlflow::Mlflow},
    settings::{Credentials, DatabricksSettings, Settings},
    version::Version,
};

/// One server, or one workspace of it. Cheap to clone; clones share connections and what has been
/// learnt.
#[derive(Clone, Debug)]
pub struct Server {
    shared: Arc<Shared>,
    workspace: Option<Arc<str>>,
}

#[derive(Debug)]
struct Shared {
    host: Box<dyn Host>,
    pace: Pace,
    recency: Recency,
    at_work: Arc<AtWork>,
    /// The workspaces that answered once, so they exist.
    seen: Mutex<HashSet<Arc<str>>>,
    /// By what the answers so far are dated.
    clock: Mutex<Option<Clock>>,
    kept: Mutex<Kept>,
    /// The user that all requests are made as, where the settings name one.
    login: Option<String>,
}

/// What areas keep for as long as the process lives, one of each type in each workspace.
#[derive(Default)]
struct Kept(HashMap<Place, Arc<dyn Any + Send + Sync>>);

/// A type, and the workspace.
type Place = (TypeId, Option<Arc<str>>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", self.0.len())
    }
}

/// The documented answer to a call, and the server's clock when it was given.
#[derive(Debug)]
pub(in crate::api) struct Answered<T> {
    pub(in crate::api) value: T,
    pub(in crate::api) clock: Option<Clock>,
}

/// Every call gives up waiting within a second once `stop` is cancelled; a write that is already
/// sent gets some more seconds to answer.
impl Server {
    /// An MLflow server. Nothing is opened or read before the first request.
    ///
    /// # Errors
    /// When the settings cannot be used as they are.
    pub fn mlflow(settings: Settings) -> Result<Self, Error> {
        Self::mlflow_at(settings, Pace::default())
    }

    pub(in crate::api) fn mlflow_at(mut settings: Settings, pace: Pace) -> Result<Self, Error> {
        let (address, userinfo) = Address::parse(&settings.base_uri)?;
        if matches!(settings.credentials, Credentials::None) {
            settings.credentials = userinfo;
        }
        let workspace = settings.workspace.as_deref().map(Arc::from);
        let login = match &settings.credentials {
            Credentials::Basic { username, .. } => Some(username.clone()),
            Credentials::None | Credentials::Bearer(_) => None,
        };
        let transport = Transport::mlflow(address, settings)?;
        let mut server = Self::logged_in(Box::new(Mlflow::new(transport)), pace, login);
        server.workspace = workspace;
        Ok(server)
    }

    /// A Databricks workspace. Nothing is opened or sent before the first request.
    #[must_use]
    pub fn databricks(settings: DatabricksSettings) -> Self {
        let host = Databricks::new(settings.authenticator, settings.connection);
        Self::over(Box::new(host), Pace::databricks())
    }

    pub(in crate::api) fn over(host: Box<dyn Host>, pace: Pace) -> Self {
        Self::logged_in(host, pace, None)
    }

    fn logged_in(host: Box<dyn Host>, pace: Pace, login: Option<String>) -> Self {
        Self {
            shared: Arc::new(Shared {
                host,
                pace,
                recency: Recency::default(),
                at_work: Arc::default(),
                seen: Mutex::default(),
                clock: Mutex::default(),
                kept: Mutex::default(),
                login,
            }),
            workspace: None,
        }
    }

    /// The same server, with all calls about things of this workspace; of none: those that no
    /// workspace is named for.
    #[must_use]
    pub fn in_workspace(&self, workspace: Option<&str>) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            workspace: workspace.map(Arc::from),
        }
    }

    /// Which kind of server it is.
    #[must_use]
    pub fn kind(&self) -> ServerKind {
        self.shared.host.kind()
    }

    /// Where the server is, in one canonical form without userinfo. A workspace of Databricks whose
    /// address is yet to be found goes by another name until the first request.
    #[must_use]
    pub fn address(&self) -> &str {
        self.shared.host.address()
    }

    /// The workspace that calls are about, if one is named.
    #[must_use]
    pub fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    /// The user that requests are made as, where basic authentication names one.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        self.shared.login.as_deref()
    }

    /// Sends a call that needs no looking after: one that reads, or one that is nothing lost with if
    /// its outcome stays unknown.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] is only what the server itself says.
    pub async fn run<T>(&self, call: &Call<T>, stop: &CancellationToken) -> Result<T, Error> {
        let sent = self.send(call, &mut self.op(stop)).await;
        sent.map(|answered| answered.value)
            .map_err(|error| self.failed(error, &call.about))
    }

    /// The server's version.
    ///
    /// # Errors
    /// When it is not to be had.
    pub async fn version(&self, stop: &CancellationToken) -> Result<Version, Error> {
        let version = self.shared.host.version(&mut self.op(stop)).await;
        version.map_err(|error| {
            error
                .on(self.kind())
                .while_doing("asking for the server's version")
        })
    }

    /// The same, asked only to explain a failure.
    pub(in crate::api) async fn probe_version(&self, op: &Op<'_>) -> Result<Version, Error> {
        self.shared.host.version(&mut op.probe()).await
    }

    /// One exchange, within an operation. What is neither a refusal nor the documented answer of a
    /// write leaves its outcome unknown ([`Error::is_outcome_unknown`]).
    pub(in crate::api) async fn send<T>(
        &self,
        call: &Call<T>,
        op: &mut Op<'_>,
    ) -> Result<Answered<T>, Error> {
        self.is_of(call.about.area)?;
        let transport = self.shared.host.transport(op).await?;
        let workspace = self.workspace().filter(|_| call.in_workspace);
        let request = call.request_to(self.kind());
        let answer = transport.send(request, workspace, op).await;
        if request.effect.changes() {
            self.shared.recency.changed();
        }
        let answer = answer?;
        match self.read(call, &answer) {
            Ok(value) => {
                self.remember(workspace);
                let clock = self.clock(&answer);
                Ok(Answered { value, clock })
            }
            Err(error) => {
                let error = transport.name(request, error);
                Err(self.understand(error, call, op).await)
            }
        }
    }

    /// The server's clock when it gave the answer, as far as this and earlier answers tell.
    fn clock(&self, answer: &Response) -> Option<Clock> {
        let read = Clock::of(answer)?;
        let mut latest = lock(&self.shared.clock);
        let clock = latest.map_or(read, |before| read.or_later(before));
        *latest = Some(clock);
        Some(clock)
    }

    /// Refuses an area that a server of this kind never has.
    pub(in crate::api) fn is_of(&self, area: &Area) -> Result<(), Error> {
        match self.kind() {
            ServerKind::Databricks if !area.on_databricks => Err(Error::new(ErrorKind::OnlyMlflow)),
            ServerKind::Databricks | ServerKind::Mlflow => Ok(()),
        }
    }

    /// Reads an answer; an error has its kind, hides what was sent in confidence, and says whether a
    /// write may have been carried out.
    fn read<T>(&self, call: &Call<T>, answer: &Response) -> Result<T, Error> {
        let host = &self.shared.host;
        let (error, unclear) = if answer.is_success() {
            match (call.read)(answer) {
                Ok(value) => return Ok(value),
                Err(error) => (error, true),
            }
        } else {
            let refusal = host.refusal(answer);
            let unclear = host.is_unclear(answer, &refusal);
            (refusal, unclear)
        };
        let special = (call.about.area.classify)(&error);
        let error = match special {
            Some(kind) => error.with_kind(kind),
            None => error,
        };
        let error = match answer.is_success() || (call.about.area.quotable)(&error) {
            true => error,
            false => error.without_words(),
        };
        let unclear = unclear && call.request.effect.changes();
        Err(error
            .hiding(&answer.confidential)
            .with_outcome_unknown(unclear))
    }

    async fn understand<T>(&self, error: Error, call: &Call<T>, op: &Op<'_>) -> Error {
        let about = &call.about;
        if error.is_not_found() && call.in_workspace {
            return self.believe(error, about, op).await;
        }
        self.shared.host.diagnose(error, about.area, op).await
    }

    /// "Not found" is also what an unknown workspace says, even of a thing that lives.
    async fn believe(&self, error: Error, about: &About, op: &Op<'_>) -> Error {
        let error = match about.refers {
            true => error.with_kind(ErrorKind::ReferenceNotFound),
            false => error,
        };
        if !about.of_existing && !about.refers && self.kind() == ServerKind::Mlflow {
            return error.with_kind(ErrorKind::UnknownWorkspace);
        }
        let Some(workspace) = &self.workspace else {
            return error;
        };
        if lock(&self.shared.seen).contains(workspace) {
            return error;
        }
        match self.shortest_list(about, op).await {
            Ok(()) => error,
            Err(refused) if refused.is_not_found() => error.with_kind(ErrorKind::UnknownWorkspace),
            Err(other) => other,
        }
    }

    /// Whether the workspace answers at all.
    async fn shortest_list(&self, about: &About, op: &Op<'_>) -> Result<(), Error> {
        let (host, op) = (&self.shared.host, &mut op.call());
        let request = (about.area.shortest_list)();
        let transport = host.transport(op).await?;
        let answer = transport.send(&request, self.workspace(), op).await?;
        if answer.is_success() {
            self.remember(self.workspace());
            return Ok(());
        }
        Err(transport.name(&request, host.refusal(&answer).hiding(&answer.confidential)))
    }

    fn remember(&self, workspace: Option<&str>) {
        if let Some(workspace) = workspace {
            lock(&self.shared.seen).insert(Arc::from(workspace));
        }
    }

    /// What an area keeps about this workspace while the process lives.
    pub(in crate::api) fn kept<S: Default + Send + Sync + 'static>(&self) -> Arc<S> {
        let key = (TypeId::of::<S>(), self.workspace.clone());
        let mut kept = lock(&self.shared.kept);
        let any = kept.0.entry(key).or_insert_with(|| Arc::new(S::default()));
        // What is kept under the id of a type is of that type.
        Arc::clone(any).downcast().unwrap_or_default()
    }

    /// A change begins, and is under way for as long as what is returned is kept.
    #[must_use]
    pub fn begin(&self) -> Busy {
        self.shared.at_work.begin()
    }

    /// How long this process has not been changing anything.
    #[must_use]
    pub fn is_idle_for(&self) -> Duration {
        self.shared.at_work.is_idle_for()
    }

    pub(in crate::api) fn recency(&self) -> &Recency {
        &self.shared.recency
    }

    pub(in crate::api) fn op<'a>(&'a self, stop: &'a CancellationToken) -> Op<'a> {
        Op::new(stop, &self.shared.pace, self.shared.host.max_retries())
    }

    pub(in crate::api) fn failed(&self, error: Error, about: &About) -> Error {
        error
            .on(self.kind())
            .about(about.area.noun, about.key.as_deref())
            .while_doing(about.action())
    }
}
