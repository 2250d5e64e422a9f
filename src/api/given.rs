//! What a user gives as a path, an address or a name, and may have put a secret in by mistake: shown
//! only where it surely is what was asked for.

use std::{
    fmt,
    path::{Component, Path, PathBuf},
};

use http::HeaderValue;
use url::{Host, Url};

use crate::api::{
    error::{Error, ErrorKind},
    redact,
};

/// What a text holds that can be no path, address or name; said instead of the text.
pub(crate) fn mistaken(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN CERTIFICATE") {
        Some("a certificate's text")
    } else if text.contains("-----BEGIN ") {
        Some("a key's text")
    } else if text.trim_start().starts_with('{') {
        Some("JSON")
    } else if text.contains(['\n', '\r']) {
        Some("several lines")
    } else if text.contains(char::is_control) {
        Some("control characters")
    } else if redact::is_token(text) {
        Some("a token")
    } else {
        None
    }
}

/// The path of a file, and where it was given.
#[derive(Clone)]
pub struct FilePath {
    path: PathBuf,
    origin: String,
}

impl FilePath {
    /// `origin` says where the path was given, such as `the environment variable X`.
    pub fn new(path: impl Into<PathBuf>, origin: impl fmt::Display) -> Self {
        Self {
            path: path.into(),
            origin: origin.to_string(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Settings that cannot be used because of this file.
    pub(crate) fn refuse(&self, why: &str) -> Error {
        let text = self.path.to_string_lossy();
        let message = mistaken(&text).map_or_else(
            || self.names(why),
            |what| format!("{} holds {what} and not the path of a file", self.origin),
        );
        Error::new(ErrorKind::Settings).with_message(message)
    }

    /// A sentence about the file, which says where its path was given.
    pub(crate) fn names(&self, why: &str) -> String {
        match shown_path(&self.path) {
            Some(text) => format!("{} names {text}, which {why}", self.origin),
            None => format!("{self} {why}"),
        }
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match shown_path(&self.path) {
            Some(text) => f.write_str(&text),
            None => write!(f, "the file that {} names", self.origin),
        }
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The path, if it surely is one: something is there, or it lies in a folder that is there.
pub(crate) fn shown_path(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|it| mistaken(it).is_none())?;
    let is_folder = |it: &Path| {
        let mut parts = it.components();
        parts.any(|part| matches!(part, Component::Normal(_))) && it.is_dir()
    };
    let is_there = path.exists() || path.parent().is_some_and(is_folder);
    is_there.then(|| text.to_owned())
}

/// Whether a header can hold this credential. Around it white space is no part of it, as in a file that ends
/// with a line break.
pub(crate) fn fits_a_header(credential: &str) -> bool {
    HeaderValue::try_from(credential.trim()).is_ok()
}

/// Whether the host of an address is one, or something else that the parser let through.
pub(crate) fn is_host(url: &Url) -> bool {
    let is_label = |label: &str| {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        (1..=63).contains(&label.len()) && label.chars().all(fits) && !redact::is_token(label)
    };
    match url.host() {
        None => false,
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Some(Host::Domain(name)) => {
            name.len() <= 253 && name.trim_end_matches('.').split('.').all(is_label)
        }
    }
}

/// Whether a text surely is an id or the like and no secret: too short for one, a number, a UUID, or
/// the name of a domain, an account of Google's, a resource of Azure's.
pub(crate) fn is_id(text: &str) -> bool {
    let is_number = text.len() <= 20 && text.chars().all(|it| it.is_ascii_digit());
    let is_resource = text.starts_with("/subscriptions/") && mistaken(text).is_none();
    redact::is_short(text) || is_number || is_uuid(text) || is_domain(text) || is_resource
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(|group| {
        let is_hex = group.chars().all(|it| it.is_ascii_hexdigit());
        if is_hex { group.len() } else { 0 }
    });
    groups.eq([8, 4, 4, 4, 12])
}

/// `a.b`, or somebody at one.
fn is_domain(text: &str) -> bool {
    let name = text.rsplit('@').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_zone = (2..=24).contains(&last.len()) && last.chars().all(char::is_alphabetic);
    let is_short = text.len() <= 100 && name.contains('.') && is_zone;
    is_short
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || "-._@".contains(it))
        && !text.split(['@', '.']).any(redact::is_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_path_address_or_name_is_told_by_its_kind() {
        for (text, what) in [
            ("-----BEGIN CERTIFICATE-----\nMIIB", "a certificate's text"),
            ("-----BEGIN CERTIFICATE-----MIIB", "a certificate's text"),
            ("-----BEGIN EC PRIVATE KEY-----\nMHcC", "a key's text"),
            (" {\"type\": \"service_account\"}", "JSON"),
            ("first\nsecond", "several lines"),
            ("a\u{1b}b", "control characters"),
            ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "a token"),
            ("dapi0123456789abcdef0123456789abcdef", "a token"),
        ] {
            assert_eq!(mistaken(text), Some(what));
        }
        for text in [
            "",
            "/etc/ssl/ca.pem",
            "C:\\certs\\ca.pem",
            "dev",
            "dapi",
            "eyJ",
        ] {
            assert_eq!(mistaken(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_shows_where_it_surely_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there.pem");
        std::fs::write(&there, "").unwrap();
        for path in [there, folder.path().join("missing.pem")] {
            let shown = FilePath::new(&path, "x").to_string();
            assert_eq!(shown, path.display().to_string());
        }
        for text in ["s3cret", "/s3cret", "s3/cret", "/s3/cret", "s3\ncret", ""] {
            let path = FilePath::new(text, "the argument x");
            assert_eq!(
                format!("{path} {path:?}").matches("s3").count(),
                0,
                "{text}"
            );
            let told = path.refuse("cannot be read").to_string();
            assert!(told.contains("the argument x"), "{told}");
            assert!(!told.contains("s3"), "{told}");
        }
    }

    #[test]
    fn ids_are_known_by_their_form() {
        for text in [
            "ada",
            "1234567890123456",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
            "contoso.onmicrosoft.com",
            "sa@p.iam.gserviceaccount.com",
            "/subscriptions/s/resourceGroups/g",
        ] {
            assert!(is_id(text), "{text}");
        }
        for text in [
            "s3cret",
            "abc~Q.secret-of-azure_0123456789abcdefghi",
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.signature",
            "123456789012345678901",
            "a.b\nc.de",
        ] {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn a_host_is_made_of_labels() {
        let is_host = |text: &str| is_host(&Url::parse(text).unwrap());
        for text in [
            "http://h",
            "https://a-b.c_d.e:1/p",
            "http://[::1]:1",
            "http://10.0.0.1",
            "https://bücher.de",
        ] {
            assert!(is_host(text), "{text}");
        }
        let long = format!("https://{}", "x".repeat(64));
        for text in [
            "https://a~b",
            "https://a..b",
            &long,
            "https://dapi0123456789abcdef0123456789abcdef/x",
        ] {
            assert!(!is_host(text), "{text}");
        }
    }
}
