//! A whole answer, of whatever status.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use tokio::time::Instant;
use url::Url;

use super::{failure, headers};
use crate::api::{
    error::{Error, ErrorKind},
    redact::{self, Confidential, words},
};

/// The largest answer that is read.
const LARGEST: usize = 32 << 20;

/// A whole answer of any status.
#[derive(Debug)]
pub(in crate::api) struct Response {
    pub(in crate::api) status: u16,
    pub(in crate::api) body: Vec<u8>,
    /// Where a redirect leads; not fit to show as it is.
    pub(in crate::api) location: Option<Url>,
    /// The server's clock when it answered, in whole seconds.
    pub(in crate::api) date: Option<SystemTime>,
    pub(in crate::api) received: Instant,
    /// What the server was told in confidence.
    pub(in crate::api) confidential: Confidential,
    /// Whether it was asked without credentials.
    pub(in crate::api) anonymous: bool,
    pub(super) retry_after: Option<Duration>,
}

impl Response {
    pub(in crate::api) fn is_success(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|status| status.is_success())
    }

    /// The whole answer as words, when it is none of a registry's.
    pub(in crate::api) fn words(&self) -> Option<String> {
        words(&self.body, &self.confidential)
    }

    /// Words of the answer as they may be repeated.
    pub(in crate::api) fn quote(&self, text: &str) -> Option<String> {
        redact::text(&self.confidential.hide(text))
    }

    /// Not even looked at, for there were too many requests: the status says so, or the code, which
    /// Databricks gives with other statuses too.
    pub(super) fn is_throttled(&self) -> bool {
        let throttled = ["RESOURCE_EXHAUSTED", "REQUEST_LIMIT_EXCEEDED"];
        let says_so = |code: String| throttled.contains(&code.as_str());
        self.status == 429 || self.status >= 400 && self.error_code().is_some_and(says_so)
    }

    /// A failure that nobody foresaw. A refusal comes with a code, some with this status too.
    pub(super) fn is_crash(&self) -> bool {
        let code = self.error_code();
        self.status == 500 && code.is_none_or(|code| code == "INTERNAL_ERROR")
    }

    fn error_code(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Refusal {
            error_code: String,
        }
        let refusal = serde_json::from_slice::<Refusal>(&self.body).ok();
        refusal.map(|it| it.error_code)
    }

    /// A part of the API that this server runs without. It says so with the status of a gateway that
    /// could not pass the request on, and in its own words.
    pub(in crate::api) fn is_switched_off(&self) -> bool {
        let says = |words: &[u8]| self.body.windows(words.len()).any(|it| it == words);
        self.status == 503 && self.body.starts_with(b"Endpoint: ") && says(b" disabled ")
    }

    #[cfg(any(test, fuzzing))]
    pub(in crate::api) fn for_test(status: u16, body: &str) -> Self {
        Self {
            status,
            body: body.into(),
            location: None,
            date: None,
            received: Instant::now(),
            confidential: Confidential::default(),
            anonymous: false,
            retry_after: None,
        }
    }
}

pub(super) async fn read(
    answer: reqwest::Response,
    confidential: Confidential,
    anonymous: bool,
) -> Result<Response, Error> {
    let mut answer = failure::unless_of_proxy(answer)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure::explain)? {
        if body.len() + chunk.len() > LARGEST {
            let message = format!("the answer is larger than {} MiB", LARGEST >> 20);
            return Err(Error::new(ErrorKind::ForeignAnswer).with_message(message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response {
        status: answer.status().as_u16(),
        body,
        location: headers::location(&answer),
        date: headers::date(answer.headers()),
        received: Instant::now(),
        confidential,
        anonymous,
        retry_after: headers::retry_after(answer.headers(), SystemTime::now()),
    })
}
