//! A request: where below a server it goes, what it holds, and what it does there.

use std::fmt;

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};

use super::Response;
use crate::api::{redact::Confidential, settings::Credentials};

/// What a request does to the server, which decides what may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Effect {
    /// Nothing: safe to repeat.
    Read,
    /// Nothing either, by a server that reads in several steps: a change between two of them makes it
    /// fail with 500, and another try need not.
    ReadInSteps,
    /// A change: repeated only when it surely was not taken.
    Write,
    /// A test delivery: as a write, but harmless to repeat when a gateway says that no one was there.
    Deliver,
}

impl Effect {
    /// Whether something may be another after it.
    pub(in crate::api) fn changes(self) -> bool {
        matches!(self, Self::Write | Self::Deliver)
    }

    /// Whether a repetition is harmless and has a chance, after this answer.
    pub(super) fn may_fare_better(self, answer: &Response) -> bool {
        match self {
            Self::Read => matches!(answer.status, 502..=504),
            Self::ReadInSteps => matches!(answer.status, 502..=504) || answer.is_crash(),
            Self::Deliver => matches!(answer.status, 502 | 503),
            Self::Write => false,
        }
    }
}

/// A request, built without knowing where it goes.
#[derive(Clone)]
pub(in crate::api) struct Request {
    pub(in crate::api) effect: Effect,
    pub(in crate::api) method: Method,
    /// Below the base address, with a leading slash, encoded.
    pub(in crate::api) path: String,
    pub(in crate::api) query: Vec<(&'static str, String)>,
    pub(in crate::api) body: Option<serde_json::Value>,
    /// The secrets in the body.
    pub(in crate::api) confidential: Confidential,
    /// Who asks, where that is somebody else than whoever asks for all other things.
    pub(in crate::api) credentials: Option<Credentials>,
}

impl Request {
    pub(in crate::api) fn read(
        path: impl Into<String>,
        query: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            effect: Effect::Read,
            method: Method::GET,
            path: path.into(),
            query,
            body: None,
            confidential: Confidential::default(),
            credentials: None,
        }
    }

    pub(in crate::api) fn write(
        effect: Effect,
        method: Method,
        path: impl Into<String>,
        body: Option<serde_json::Value>,
    ) -> Self {
        Self {
            effect,
            method,
            path: path.into(),
            query: Vec::new(),
            body,
            confidential: Confidential::default(),
            credentials: None,
        }
    }

    /// A question that is posted: it changes nothing.
    pub(in crate::api) fn ask(path: impl Into<String>, body: serde_json::Value) -> Self {
        Self::write(Effect::Read, Method::POST, path, Some(body))
    }

    /// The same question to a server that reads the answer in several steps.
    pub(in crate::api) fn in_steps(mut self) -> Self {
        self.effect = Effect::ReadInSteps;
        self
    }

    /// A change that is posted.
    pub(in crate::api) fn post(path: impl Into<String>, body: serde_json::Value) -> Self {
        Self::write(Effect::Write, Method::POST, path, Some(body))
    }

    /// A change of what is there.
    pub(in crate::api) fn patch(path: impl Into<String>, body: serde_json::Value) -> Self {
        Self::write(Effect::Write, Method::PATCH, path, Some(body))
    }

    /// A removal whose parameters stand in the body, as MLflow wants them.
    pub(in crate::api) fn delete(path: impl Into<String>, body: serde_json::Value) -> Self {
        Self::write(Effect::Write, Method::DELETE, path, Some(body))
    }

    /// A removal whose parameters stand in the query, as Databricks wants them.
    pub(in crate::api) fn delete_by_query(
        path: impl Into<String>,
        query: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            query,
            ..Self::write(Effect::Write, Method::DELETE, path, None)
        }
    }

    /// The same request, asked by somebody else.
    pub(in crate::api) fn asked_by(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Notes secrets of the body, so that no error repeats them.
    pub(in crate::api) fn confiding<'a>(
        mut self,
        secrets: impl IntoIterator<Item = &'a SecretString>,
    ) -> Self {
        for secret in secrets {
            self.confidential.add(secret.expose_secret());
        }
        self
    }
}

/// Leaves out query and body, where secrets may be.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_final_whatever_its_status() {
        let refused = r#"{"error_code":"FEATURE_DISABLED","message":"x"}"#;
        let crashed = r#"{"error_code":"INTERNAL_ERROR","message":""}"#;
        for (effect, status, body, again) in [
            (Effect::ReadInSteps, 500, "<title>500</title>", true),
            (Effect::ReadInSteps, 500, crashed, true),
            (Effect::ReadInSteps, 500, refused, false),
            (Effect::ReadInSteps, 503, "", true),
            (Effect::ReadInSteps, 404, "", false),
            (Effect::Read, 500, "<title>500</title>", false),
            (Effect::Read, 504, "", true),
            (Effect::Deliver, 504, "", false),
            (Effect::Deliver, 503, "", true),
            (Effect::Write, 503, "", false),
        ] {
            let answer = Response::for_test(status, body);
            let seen = effect.may_fare_better(&answer);
            assert_eq!(seen, again, "{effect:?} {status} {body}");
        }
    }
}
