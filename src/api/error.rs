//! What can go wrong with a server: one struct with a kind to decide by, the registry's own words
//! to show, and what was attempted.

use std::{fmt, sync::Arc};

use super::{
    kind::ServerKind,
    redact::{self, Confidential},
};

pub use super::error_kind::ErrorKind;

type Source = Arc<dyn std::error::Error + Send + Sync>;

/// A failed operation on a server.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    server: Option<ServerKind>,
    noun: Option<&'static str>,
    key: Option<String>,
    action: Option<String>,
    request: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    silenced: bool,
    auth_type: Option<&'static str>,
    proxy: Option<String>,
    anonymous: bool,
    outcome_unknown: bool,
    source: Option<Source>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            server: None,
            noun: None,
            key: None,
            action: None,
            request: None,
            status: None,
            code: None,
            message: None,
            silenced: false,
            auth_type: None,
            proxy: None,
            anonymous: false,
            outcome_unknown: false,
            source: None,
        }))
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// What the registry answered.
    pub(crate) fn with_answer(mut self, status: u16, code: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.code = code.and_then(redact::code);
        self
    }

    /// `method` and `url` must be fit to show.
    pub(crate) fn with_request(mut self, method: &str, url: &str) -> Self {
        self.0.request = Some(format!("{method} {url}"));
        self
    }

    /// By which of Databricks' methods the refused request was authenticated.
    pub(crate) fn with_auth_type(mut self, auth_type: Option<&'static str>) -> Self {
        self.0.auth_type = auth_type;
        self
    }

    /// Whether the request had no credentials with it.
    pub(crate) fn with_anonymous(mut self, anonymous: bool) -> Self {
        self.0.anonymous = anonymous;
        self
    }

    /// To or through which no connection could be made, and who names it.
    pub(crate) fn with_proxy(mut self, proxy: Option<String>) -> Self {
        self.0.proxy = proxy;
        self
    }

    pub(crate) fn with_outcome_unknown(mut self, unknown: bool) -> Self {
        self.0.outcome_unknown = unknown;
        self
    }

    /// The same failure, understood better.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure, without the server's words: they may repeat what nobody should see.
    pub(crate) fn without_words(mut self) -> Self {
        self.0.silenced = self.0.message.take().is_some();
        self
    }

    /// What was sent must not come back in the server's words.
    pub(crate) fn hiding(mut self, confidential: &Confidential) -> Self {
        self.0.message = self.0.message.map(|it| confidential.hide(&it));
        self.0.code = self.0.code.map(|it| confidential.hide(&it));
        if let ErrorKind::Redirected { location: Some(to) } = &mut self.0.kind {
            *to = confidential.hide_in_url(to);
        }
        self
    }

    pub(crate) fn on(mut self, server: ServerKind) -> Self {
        self.0.server = Some(server);
        self
    }

    /// What the failed call was about: what such things are called, and which one it was.
    pub(crate) fn about(mut self, noun: &'static str, key: Option<&str>) -> Self {
        self.0.noun = Some(noun);
        self.0.key = key.map(str::to_owned);
        self
    }

    pub(crate) fn while_doing(mut self, action: impl Into<String>) -> Self {
        self.0.action = Some(action.into());
        self
    }

    /// Why, as far as behaviour or advice depends on it.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The kind of server that is configured, on which the advice may depend.
    #[must_use]
    pub fn server(&self) -> Option<ServerKind> {
        self.0.server
    }

    /// What such things are called as the failed call was about, such as `webhook`.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        self.0.noun.unwrap_or("object")
    }

    /// Which one the failed call was about, where one was named.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// What was attempted, such as `creating webhook "deploy"`.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// Method and URL of the failed request, without userinfo and query.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.0.request.as_deref()
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The registry's `error_code`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The registry's own words, cut to what is fit to show, or what we know beyond the kind.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The registry said more, and it is not fit to show.
    #[must_use]
    pub fn is_silenced(&self) -> bool {
        self.0.silenced
    }

    /// The method by which a refused request was authenticated, as `auth_type` names it (Databricks).
    #[must_use]
    pub fn auth_type(&self) -> Option<&'static str> {
        self.0.auth_type
    }

    /// The request that was refused had no credentials with it.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.0.anonymous
    }

    /// The proxy to or through which no connection could be made, and which variable names it.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        self.0.proxy.as_deref()
    }

    /// The server itself says that there is no such thing, and its workspace is known to exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// The caller asked to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.kind == ErrorKind::Stopped
    }

    /// A write was sent and it could not be found out whether it was done: look before repeating.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            action, request, ..
        } = &*self.0;
        match (action, request) {
            (Some(action), Some(request)) => write!(f, "{action} ({request}): ")?,
            (Some(one), None) | (None, Some(one)) => write!(f, "{one}: ")?,
            (None, None) => {}
        }
        f.write_str(self.0.kind.description())?;
        match (self.0.status, &self.0.code) {
            (Some(status), Some(code)) => write!(f, " ({status} {code})")?,
            (Some(status), None) => write!(f, " ({status})")?,
            _ => {}
        }
        self.0
            .message
            .as_ref()
            .map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_tells_attempt_cause_and_words_but_not_the_source() {
        let error = Error::new(ErrorKind::Invalid)
            .with_answer(400, Some("INVALID_PARAMETER_VALUE".to_owned()))
            .with_message("Webhook name is too long")
            .with_request("POST", "http://h/api/2.0/mlflow/webhooks")
            .with_source("inner")
            .while_doing("creating webhook \"x\"");
        assert_eq!(
            error.to_string(),
            "creating webhook \"x\" (POST http://h/api/2.0/mlflow/webhooks): the registry refuses \
             the request (400 INVALID_PARAMETER_VALUE): Webhook name is too long"
        );
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "inner"
        );
    }

    #[test]
    fn display_of_a_bare_kind_is_its_description() {
        assert_eq!(Error::new(ErrorKind::Stopped).to_string(), "stopped");
    }
}
