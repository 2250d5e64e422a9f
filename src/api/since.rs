//! Which areas a server has, by its version.

use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::api::{
    area::Area,
    call::About,
    error::{Error, ErrorKind},
    server::Server,
    version::Version,
};

/// The oldest MLflow that is supported: what it has needs no look at the version.
const OLDEST: Version = Version::new(3, 3, 0);

/// The server's version as it was asked for once; none where it was not to be had.
#[derive(Debug, Default)]
struct Known(OnceCell<Option<Version>>);

impl Server {
    /// Looks whether the server has an area: whether it is of that kind, and new enough. One whose version
    /// is not to be had passes; that is asked for at most once a process, and not at all for what every
    /// supported MLflow has.
    ///
    /// # Errors
    /// [`ErrorKind::OnlyMlflow`] or [`ErrorKind::TooOld`] when it has not.
    pub async fn has(&self, area: &'static Area, stop: &CancellationToken) -> Result<(), Error> {
        self.is_of(area)
            .map_err(|error| self.failed(error, &About::all(area)))?;
        if area.since <= OLDEST {
            return Ok(());
        }
        match self.known_version(stop).await {
            Some(version) if version < area.since => {
                let error = Error::new(ErrorKind::TooOld {
                    version: version.to_string(),
                    since: area.since.to_string(),
                });
                Err(self.failed(error, &About::all(area)))
            }
            _ => Ok(()),
        }
    }

    /// The server's version, asked for at most once a process; none where it is not to be had.
    pub async fn known_version(&self, stop: &CancellationToken) -> Option<Version> {
        let known = self.in_workspace(None).kept::<Known>();
        let op = self.op(stop);
        let ask = || async { self.probe_version(&op).await.ok() };
        known.0.get_or_init(ask).await.clone()
    }
}
