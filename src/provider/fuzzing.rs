//! The doors of this room for [`crate::fuzzing`].

use super::{credentials, location};
use crate::api::{Registry, Settings};

pub(crate) fn credentials_file(text: &str) {
    let _ = credentials::parse(text);
}

/// What may be a tracking URI must be one for the registry as well.
pub(crate) fn tracking_uri(text: &str) {
    let origin = location::Origin::Argument("tracking_uri");
    if let Ok(location::Location::Mlflow { uri, .. }) = location::Location::parse(text, origin) {
        let _ = Registry::mlflow(Settings::new(uri));
    }
}
