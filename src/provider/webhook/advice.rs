//! What is allowed and seldom meant: told once, when it is planned, and not by every plan.

use super::model::{Webhook, in_http};
use crate::{framework::Diagnostic, provider::client::is_loopback};

/// A warning when a webhook begins to call another machine over plain http.
pub(super) fn plain_http(planned: &Webhook, prior: Option<&Webhook>) -> Option<Diagnostic> {
    let url = &planned.http()?.url;
    if prior
        .and_then(Webhook::http)
        .is_some_and(|it| it.url == *url)
    {
        return None;
    }
    let url = url::Url::parse(url.known()?).ok()?;
    (url.scheme() == "http" && !is_loopback(&url)).then(|| {
        Diagnostic::warning(
            "Deliveries Over Plain HTTP",
            "Whoever listens on the way can read deliveries to this receiver. A secret does not \
             hide them; it only shows that they are genuine. Use an https URL if the receiver has \
             one.",
        )
        .at(in_http("url"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{framework::Attr, provider::webhook::model::HttpUrlSpec};

    fn calling(url: Attr<String>) -> Webhook {
        let http = HttpUrlSpec {
            url,
            ..HttpUrlSpec::default()
        };
        Webhook {
            http_url_spec: vec![http].into(),
            ..Webhook::default()
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_told_when_it_begins() {
        let at = |url: &str| calling(url.to_owned().into());
        let plain = at("http://ci.example.com/hook");
        for (planned, prior, warned) in [
            (&plain, None, true),
            (&plain, Some(&at("https://ci.example.com/hook")), true),
            (&plain, Some(&plain), false),
            (&at("https://ci.example.com"), None, false),
            (&at("http://127.0.0.1:8000"), None, false),
            (&at("http://localhost/"), Some(&plain), false),
            (&calling(Attr::Unknown), None, false),
            (&Webhook::default(), None, false),
        ] {
            let told = plain_http(planned, prior);
            assert_eq!(told.is_some(), warned, "{planned:?} after {prior:?}");
        }
    }
}
