//! The doors of this room for [`crate::fuzzing`].

use super::block::{Location, Origin, parse_credentials};
use crate::api::{Server, Settings};

pub(crate) fn credentials_file(text: &str) {
    let _ = parse_credentials(text);
}

/// What may be a tracking URI must be one for the server as well.
pub(crate) fn tracking_uri(text: &str) {
    let origin = Origin::Argument("tracking_uri");
    if let Ok(Location::Mlflow { uri, .. }) = Location::parse(text, origin) {
        let _ = Server::mlflow(Settings::new(uri));
    }
}
