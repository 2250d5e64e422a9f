//! Which proxy a request goes through, as the HTTP client decides it; to be named where one fails.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::api::given::is_host;

/// The proxy for requests to `url` and who names it, if there is one.
pub(super) fn of(url: &Url) -> Option<String> {
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

/// In the order in which they are read.
fn origin(scheme: &str, is_set: impl Fn(&str) -> bool) -> &'static str {
    let names = match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    let found = names.into_iter().find(|name| is_set(name));
    found.unwrap_or("the system's settings")
}

#[cfg(test)]
mod tests {
    use super::*;

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
