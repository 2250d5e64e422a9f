//! Which proxy a request goes through, as the HTTP client decides it; to be named where one fails.

use std::ffi::{OsStr, OsString};

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::api::{
    address::is_loopback,
    error::{Error, ErrorKind},
    given::is_host,
};

/// Where the environment names a proxy for requests to `url` that is none, the client would send them, and
/// the credentials with them, without one.
pub(crate) fn check(url: &Url) -> Result<(), Error> {
    let Some(variable) = unusable(url, |name| std::env::var_os(name)) else {
        return Ok(());
    };
    let why = format!(
        "the environment variable {variable} must be the address of a proxy, such as \
         http://proxy.example.com:3128; mend or unset it"
    );
    let proxy = format!("the proxy of {variable}");
    let error = Error::new(ErrorKind::Settings).with_message(why);
    Err(error.with_proxy(Some(proxy)))
}

/// The variable that decides about requests to `url` and holds no proxy. One that is set to nothing names
/// none.
fn unusable(url: &Url, get: impl Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    let target: Uri = url.as_str().parse().ok()?;
    if is_loopback(url) || is_exempt(&target, &get) {
        return None;
    }
    let [upper, lower, all, all_lower] = variables(url.scheme());
    let set = [[upper, lower], [all, all_lower]].into_iter();
    let mut set = set.filter_map(|names| names.into_iter().find_map(|it| Some((it, get(it)?))));
    let (name, value) = set.find(|(_, value)| !value.is_empty())?;
    (!is_proxy(&value, &target)).then_some(name)
}

fn is_exempt(target: &Uri, get: impl Fn(&str) -> Option<OsString>) -> bool {
    let listed = get("NO_PROXY").or_else(|| get("no_proxy"));
    let listed = listed.and_then(|it| it.into_string().ok());
    let any = Matcher::builder().all("http://proxy.invalid");
    let matcher = any.no(listed.unwrap_or_default()).build();
    matcher.intercept(target).is_none()
}

fn is_proxy(value: &OsStr, target: &Uri) -> bool {
    let matcher = value.to_str().map(|it| Matcher::builder().all(it).build());
    matcher.is_some_and(|it| it.intercept(target).is_some())
}

/// The proxy for requests to `url` and who names it, if there is one.
pub(super) fn of(url: &Url) -> Option<String> {
    if is_loopback(url) {
        return None;
    }
    let intercept = Matcher::from_system().intercept(&url.as_str().parse::<Uri>().ok()?)?;
    let origin = origin(url.scheme(), |name| std::env::var_os(name).is_some());
    let url = Url::parse(&intercept.uri().to_string()).ok();
    // A bare word may be anything, and a password.
    let is_sure = |it: &Url| is_host(it) && it.host_str().is_some_and(|it| it.contains(['.', ':']));
    Some(match url.filter(is_sure) {
        Some(url) => format!(
            "the proxy {} of {origin}",
            url.as_str().trim_end_matches('/')
        ),
        None => format!("the proxy of {origin}"),
    })
}

fn origin(scheme: &str, is_set: impl Fn(&str) -> bool) -> &'static str {
    let found = variables(scheme).into_iter().find(|name| is_set(name));
    found.unwrap_or("the system's settings")
}

/// In the order in which they are read.
fn variables(scheme: &str) -> [&'static str; 4] {
    match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_holds_no_proxy_is_named_where_it_decides() {
        for (url, set, expected) in [
            (
                "http://h.example",
                &[("HTTP_PROXY", "::::")][..],
                Some("HTTP_PROXY"),
            ),
            (
                "http://h.example",
                &[("http_proxy", "not a url")],
                Some("http_proxy"),
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "http://")],
                Some("HTTPS_PROXY"),
            ),
            (
                "https://h.example",
                &[("https_proxy", "ftp://p:1")],
                Some("https_proxy"),
            ),
            (
                "https://h.example",
                &[("ALL_PROXY", " ")],
                Some("ALL_PROXY"),
            ),
            (
                "http://h.example",
                &[("HTTP_PROXY", ""), ("all_proxy", "::::")],
                Some("all_proxy"),
            ),
            ("http://h.example", &[("HTTP_PROXY", "")], None),
            ("http://h.example", &[("HTTPS_PROXY", "::::")], None),
            (
                "http://h.example",
                &[("HTTP_PROXY", "p:1"), ("ALL_PROXY", "::::")],
                None,
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "http://u:pw@p:1")],
                None,
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "socks5://p:1")],
                None,
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "::::"), ("NO_PROXY", ".example")],
                None,
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "::::"), ("no_proxy", "*")],
                None,
            ),
            (
                "https://h.example",
                &[("HTTPS_PROXY", "::::"), ("NO_PROXY", "a.b")],
                Some("HTTPS_PROXY"),
            ),
            ("http://127.0.0.1:5000", &[("HTTP_PROXY", "::::")], None),
            ("http://localhost:5000", &[("ALL_PROXY", "::::")], None),
        ] {
            let get = |name: &str| {
                let found = set.iter().find(|(it, _)| *it == name);
                found.map(|(_, value)| OsString::from(*value))
            };
            let found = unusable(&Url::parse(url).unwrap(), get);
            assert_eq!(found, expected, "{url} {set:?}");
        }
    }

    #[test]
    fn a_proxy_is_that_of_its_scheme_or_of_all() {
        for (scheme, set, expected) in [
            ("https", &["HTTPS_PROXY", "ALL_PROXY"][..], "HTTPS_PROXY"),
            ("https", &["HTTP_PROXY", "all_proxy"], "all_proxy"),
            ("http", &["http_proxy", "HTTPS_PROXY"], "http_proxy"),
            ("http", &[], "the system's settings"),
        ] {
            assert_eq!(origin(scheme, |it| set.contains(&it)), expected);
        }
    }
}
