//! The one form of a workspace's address.

use url::{Url, form_urlencoded};

use crate::api::{address::is_loopback, given::is_host};

/// An address and what its query says besides.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Location {
    /// `scheme://host[:port]`, in the user's case.
    pub(super) host: String,
    pub(super) workspace_id: Option<String>,
    pub(super) account_id: Option<String>,
}

const NO_ADDRESS: &str =
    "the host is not a valid address, such as https://dbc-1234.cloud.databricks.com";

/// `https` where no scheme is given; path, fragment and userinfo are dropped.
pub(super) fn normalise(text: &str) -> Result<Location, String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest[..end].rsplit('@').next().unwrap_or_default();
    // A bare word is more likely another argument's value than the name of a machine.
    let is_name = authority.contains(['.', '[']) || authority.starts_with("localhost");
    if !text.contains("://") && !is_name {
        return Err(NO_ADDRESS.to_owned());
    }
    let host = format!("{}://{authority}", scheme.to_ascii_lowercase());
    check(&host)?;
    let query = rest[end..].split('#').next().unwrap_or_default();
    let query = query.split_once('?').map_or("", |(_, query)| query);
    Ok(Location {
        host,
        workspace_id: workspace_id(query),
        account_id: first(query, "a").or_else(|| first(query, "account_id")),
    })
}

/// Whether credentials may go there: over TLS, or to this machine.
pub(super) fn is_confidential(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn check(host: &str) -> Result<(), String> {
    let url = Url::parse(host).map_err(|_| NO_ADDRESS.to_owned())?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err("no host configured".to_owned());
    }
    if !is_host(&url) {
        return Err(NO_ADDRESS.to_owned());
    }
    if is_confidential(&url) {
        Ok(())
    } else {
        Err(format!("the host must be an https address, not {host}"))
    }
}

/// `w` may be any id; the older names stand for other things as well unless they are numbers.
fn workspace_id(query: &str) -> Option<String> {
    let number = |name| first(query, name).filter(|id| id.parse::<i64>().is_ok());
    first(query, "w")
        .or_else(|| number("o"))
        .or_else(|| number("workspace_id"))
}

fn first(query: &str, name: &str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name)?;
    (!value.is_empty()).then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for (text, host) in [
            (
                "abc.cloud.databricks.com",
                "https://abc.cloud.databricks.com",
            ),
            ("https://Abc.com/", "https://Abc.com"),
            ("https://abc.com:8443/a/b?x=1#f", "https://abc.com:8443"),
            (" https://user:pw@abc.com ", "https://abc.com"),
            ("http://127.0.0.1:80/x", "http://127.0.0.1:80"),
            ("127.0.0.1:8080", "https://127.0.0.1:8080"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(normalise(text).unwrap().host, host, "{text}");
        }
    }

    #[test]
    fn ids_are_taken_from_the_query() {
        for (query, workspace_id, account_id) in [
            ("?o=123", Some("123"), None),
            ("?o=abc&workspace_id=7", Some("7"), None),
            ("?o=1&w=conn-id", Some("conn-id"), None),
            ("/x?a=acc#?o=1", None, Some("acc")),
            ("?account_id=acc", None, Some("acc")),
            ("?o=", None, None),
        ] {
            let found = normalise(&format!("https://h{query}")).unwrap();
            assert_eq!(found.workspace_id.as_deref(), workspace_id, "{query}");
            assert_eq!(found.account_id.as_deref(), account_id, "{query}");
        }
    }

    #[test]
    fn what_is_no_place_for_credentials_is_refused() {
        for text in [
            "http://abc.com",
            "ftp://abc.com",
            "https://",
            "https://a b",
            "://x",
            "bare-word",
            "https://dapi0123456789abcdef0123456789abcdef",
        ] {
            let why = normalise(text).unwrap_err();
            assert!(!why.is_empty(), "{text}");
        }
        assert!(!normalise("http://u:pw@abc.com").unwrap_err().contains("pw"));
    }
}
