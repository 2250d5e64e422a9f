//! What is allowed and seldom meant: told once, when it is planned, and not by every plan.

use crate::{
    api::{Status, address::is_loopback},
    framework::{Diagnostic, Host, Path},
    provider::{
        managed::secret::begun_in_state,
        webhook::model::{Webhook, in_http},
    },
};

/// What to tell whoever plans this.
pub(in crate::provider::webhook) fn all(
    planned: &Webhook,
    prior: Option<&Webhook>,
    host: Host,
) -> Vec<Diagnostic> {
    let before = prior.map(Webhook::secrets).unwrap_or_default();
    let mut all = begun_in_state(&planned.secrets(), &before, host);
    all.extend(plain_http(planned, prior));
    all.extend(silent(planned, prior));
    all
}

/// A warning when a webhook is made that fires nothing.
fn silent(planned: &Webhook, prior: Option<&Webhook>) -> Option<Diagnostic> {
    let is_silent = prior.is_none() && planned.status.known()? == Status::Disabled.as_str();
    is_silent.then(|| {
        Diagnostic::warning(
            "Webhook Made Disabled",
            "It delivers nothing until status is \"ACTIVE\".",
        )
        .at(Path::attribute("status"))
    })
}

/// A warning when a webhook begins to call another machine over plain http.
fn plain_http(planned: &Webhook, prior: Option<&Webhook>) -> Option<Diagnostic> {
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
    use crate::{
        framework::{Attr, Secret},
        provider::webhook::model::{HttpUrlSpec, JobSpec},
    };

    const NEW: Host = Host { write_only: true };

    fn calling(http: HttpUrlSpec) -> Webhook {
        Webhook {
            http_url_spec: vec![http].into(),
            ..Webhook::default()
        }
    }

    fn titles(planned: &Webhook, prior: Option<&Webhook>, host: Host) -> Vec<String> {
        let told = all(planned, prior, host);
        told.into_iter().map(|it| it.summary).collect()
    }

    #[test]
    fn plain_http_to_another_machine_is_told_when_it_begins() {
        let to = |url: Attr<String>| {
            calling(HttpUrlSpec {
                url,
                ..HttpUrlSpec::default()
            })
        };
        let at = |url: &str| to(url.to_owned().into());
        let plain = at("http://ci.example.com/hook");
        for (planned, prior, warned) in [
            (&plain, None, true),
            (&plain, Some(&at("https://ci.example.com/hook")), true),
            (&plain, Some(&plain), false),
            (&at("https://ci.example.com"), None, false),
            (&at("http://127.0.0.1:8000"), None, false),
            (&at("http://localhost/"), Some(&plain), false),
            (&to(Attr::Unknown), None, false),
            (&Webhook::default(), None, false),
        ] {
            let told = plain_http(planned, prior);
            assert_eq!(told.is_some(), warned, "{planned:?} after {prior:?}");
        }
    }

    #[test]
    fn a_secret_in_state_is_told_when_it_begins_to_be_there() {
        let with = |secret: Attr<Secret>| {
            calling(HttpUrlSpec {
                secret,
                ..HttpUrlSpec::default()
            })
        };
        let (one, other, none) = (with(secret("s")), with(secret("t")), with(Attr::Null));
        let kept = ["Secret Kept in State"].as_slice();
        for (planned, prior, host, told) in [
            (&one, None, NEW, kept),
            (&with(Attr::Unknown), None, NEW, kept),
            (&one, Some(&none), NEW, kept),
            (&other, Some(&one), NEW, &[]),
            (&none, Some(&one), NEW, &[]),
            (&with(secret("")), None, NEW, &[]),
            (&one, None, Host::default(), &[]),
        ] {
            assert_eq!(
                titles(planned, prior, host),
                told,
                "{planned:?} after {prior:?}"
            );
        }
    }

    #[test]
    fn each_secret_is_told_with_its_block() {
        let both = calling(HttpUrlSpec {
            secret: secret("s"),
            authorization: secret("a"),
            ..HttpUrlSpec::default()
        });
        let job = JobSpec {
            access_token: secret("t"),
            ..JobSpec::default()
        };
        let job = Webhook {
            job_spec: vec![job].into(),
            ..Webhook::default()
        };
        let paths = |it: &Webhook| -> Vec<String> {
            let told = all(it, None, NEW);
            told.into_iter()
                .filter_map(|it| it.path)
                .map(|it| it.to_string())
                .collect()
        };
        let http = ["http_url_spec[0]", "http_url_spec[0]"];
        assert_eq!(paths(&both), http);
        assert_eq!(paths(&job), ["job_spec[0]"]);
    }

    #[test]
    fn a_webhook_made_disabled_is_told() {
        let with = |status: &str| Webhook {
            status: status.to_owned().into(),
            ..Webhook::default()
        };
        let disabled = with("DISABLED");
        assert_eq!(titles(&disabled, None, NEW), ["Webhook Made Disabled"]);
        assert!(all(&disabled, Some(&with("ACTIVE")), NEW).is_empty());
        assert!(all(&with("ACTIVE"), None, NEW).is_empty());
    }

    fn secret(text: &str) -> Attr<Secret> {
        Secret::from(text.to_owned()).into()
    }
}
