//! Requests to identity providers: bounded in time, repeated where that can help, and with nothing
//! secret in what is told of them.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{
    Client, Method,
    header::{
        ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::debug;
use url::{Url, form_urlencoded};

use super::{
    host,
    refusal::{self, Refused},
};
use crate::api::{
    address::is_loopback,
    budget::{Op, Pace},
    error::{Error, ErrorKind},
    given::is_host,
    http::{client, failure, headers, proxy},
    lock::lock,
    redact::{self, hide_in_url},
    settings::Connection,
};

const WITHIN: Duration = Duration::from_secs(60);
/// The time limit comes first.
const RETRIES: u32 = 20;
const LARGEST: usize = 1 << 20;

/// A request.
pub(super) struct Call {
    method: Method,
    url: Url,
    shown: String,
    headers: Vec<(HeaderName, SecretString)>,
    body: Option<(&'static str, SecretString)>,
    secrets: Vec<SecretString>,
    within: Duration,
    retries: u32,
    open: bool,
}

impl Call {
    pub(super) fn get(url: &str) -> Result<Self, Error> {
        Self::new(Method::GET, url)
    }

    pub(super) fn post(url: &str) -> Result<Self, Error> {
        Self::new(Method::POST, url)
    }

    fn new(method: Method, url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).ok().filter(is_host).ok_or_else(|| {
            Error::new(ErrorKind::Settings).with_message("an identity provider's URL is not valid")
        })?;
        Ok(Self {
            shown: redact::url(&url),
            method,
            url,
            headers: Vec::new(),
            body: None,
            secrets: Vec::new(),
            within: WITHIN,
            retries: RETRIES,
            open: false,
        })
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        let name = HeaderName::from_static(name);
        self.headers.push((name, value.to_owned().into()));
        self
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub(super) fn bearer(mut self, token: &SecretString) -> Self {
        let value = format!("Bearer {}", token.expose_secret().trim());
        self.headers.push((AUTHORIZATION, value.into()));
        self.secrets.push(token.clone());
        self
    }

    /// OAuth encodes both parts as forms do before it joins them (RFC 6749, 2.3.1).
    pub(super) fn basic(mut self, id: &str, secret: &SecretString) -> Self {
        let encode =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = format!("{}:{}", encode(id), encode(secret.expose_secret()));
        let encoded = STANDARD.encode(pair);
        self.secrets.push(encoded.clone().into());
        self.secrets.push(secret.clone());
        let value = format!("Basic {encoded}");
        self.headers.push((AUTHORIZATION, value.into()));
        self
    }

    pub(super) fn form(mut self, fields: &[(&str, Field<'_>)]) -> Self {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, field) in fields {
            body.append_pair(name, field.text());
            if let Field::Secret(secret) = field {
                self.secrets.push((*secret).clone());
            }
        }
        let text = body.finish().into();
        self.body = Some(("application/x-www-form-urlencoded", text));
        self
    }

    pub(super) fn json(mut self, body: &Value) -> Self {
        self.body = Some(("application/json", body.to_string().into()));
        self
    }

    pub(super) fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }

    /// Repeated less than others: something is only asked to know more.
    pub(super) fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// May go over plain http, as to a cloud's metadata service, which has no TLS.
    pub(super) fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Shown without its path, which is a secret.
    pub(super) fn without_path(mut self) -> Self {
        let mut url = self.url.clone();
        url.set_path("/***");
        self.secrets.push(self.url.path().to_owned().into());
        self.shown = redact::url(&url);
        self
    }
}

/// A field of a form.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Plain(&'a str),
    Secret(&'a SecretString),
}

impl Field<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose_secret(),
        }
    }
}

/// A whole answer of any status.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) location: Option<String>,
    retry_after: Option<Duration>,
}

/// The way to identity providers.
pub(super) struct Web {
    connection: Connection,
    pace: Pace,
    /// Neither URLs nor answers are shown with these in them.
    doubtful: Vec<SecretString>,
    clients: Mutex<BTreeMap<Way, Client>>,
}

/// What a client depends on of a URL: whether it is https, and whether it is on this machine.
type Way = (bool, bool);

impl Web {
    pub(super) fn new(connection: &Connection, pace: Pace) -> Self {
        Self {
            connection: connection.clone(),
            pace,
            doubtful: Vec::new(),
            clients: Mutex::default(),
        }
    }

    pub(super) fn hiding(mut self, doubtful: Vec<SecretString>) -> Self {
        self.doubtful = doubtful;
        self
    }

    /// The JSON of a successful answer.
    pub(super) async fn json(&self, call: Call, stop: &CancellationToken) -> Result<Value, Error> {
        let answer = self.send(&call, stop).await?;
        let found = serde_json::from_slice::<Value>(&answer.body).ok();
        match found {
            Some(value) if (200..300).contains(&answer.status) && !is_oauth_error(&value) => {
                Ok(value)
            }
            _ => Err(self.refused(&call, &answer)),
        }
    }

    /// The answer of whatever status, after the repetitions that can help.
    pub(super) async fn send(
        &self,
        call: &Call,
        stop: &CancellationToken,
    ) -> Result<Answer, Error> {
        let mut op = Op::new(stop, &self.pace, call.retries);
        loop {
            let outcome = self.attempt(call, &op).await;
            let again = match &outcome {
                Ok(answer) if matches!(answer.status, 429 | 500..=599) => {
                    let asked = answer
                        .retry_after
                        .map(|wait| wait.min(self.pace.retry_after));
                    op.retry(asked).await?
                }
                Err(error) if *error.kind() == ErrorKind::Refused => op.retry_refused().await?,
                Err(error) if is_passing(error) => op.retry(None).await?,
                _ => false,
            };
            if !again {
                return outcome.map_err(|error| self.name(call, error));
            }
        }
    }

    /// An answer that brings nothing, in the provider's words as far as they are fit to show.
    pub(super) fn refused(&self, call: &Call, answer: &Answer) -> Error {
        let refused = Refused {
            status: answer.status,
            location: answer.location.as_deref(),
            body: &answer.body,
        };
        let secrets = [&call.secrets[..], &self.doubtful].concat();
        self.name(call, refusal::explain(refused, &secrets))
    }

    fn name(&self, call: &Call, error: Error) -> Error {
        error.with_request(call.method.as_str(), &self.shown(call))
    }

    fn shown(&self, call: &Call) -> String {
        hide_in_url(&call.shown, &self.doubtful)
    }

    async fn attempt(&self, call: &Call, op: &Op<'_>) -> Result<Answer, Error> {
        if !call.open && !host::is_confidential(&call.url) {
            let why = "credentials are only sent over https or to this machine";
            return Err(Error::new(ErrorKind::Settings).with_message(why));
        }
        let limit = call.within.min(self.connection.request_timeout);
        let exchange = tokio::time::timeout(limit, self.exchange(call));
        let outcome = op.wait_for(exchange).await?;
        let outcome = outcome.unwrap_or_else(|_| {
            let waited = format!("waited {:.0} s", limit.as_secs_f32());
            Err(Error::new(ErrorKind::TimedOut).with_message(waited))
        });
        let (method, url) = (call.method.as_str(), self.shown(call));
        match &outcome {
            Ok(answer) => debug!(
                method,
                url,
                status = answer.status,
                "identity provider answered"
            ),
            Err(error) => {
                debug!(method, url, kind = ?error.kind(), "no answer from identity provider")
            }
        }
        outcome
    }

    async fn exchange(&self, call: &Call) -> Result<Answer, Error> {
        let client = self.client(&call.url)?;
        let mut request = client
            .request(call.method.clone(), call.url.clone())
            .header(ACCEPT, "application/json");
        for (name, value) in &call.headers {
            request = request.header(name, sensitive(value)?);
        }
        if let Some((kind, text)) = &call.body {
            let text = text.expose_secret().to_owned();
            request = request.header(CONTENT_TYPE, *kind).body(text);
        } else if call.method == Method::POST {
            // Left out otherwise, and some servers insist on it.
            request = request.header(CONTENT_LENGTH, 0);
        }
        read(request.send().await.map_err(failure::explain)?).await
    }

    fn client(&self, url: &Url) -> Result<Client, Error> {
        // Whether there is one depends on the host, too.
        proxy::check(url)?;
        let way = (url.scheme() == "https", is_loopback(url));
        let mut clients = lock(&self.clients);
        if let Some(client) = clients.get(&way) {
            return Ok(client.clone());
        }
        let client = client::build(&self.connection, url)?;
        clients.insert(way, client.clone());
        Ok(client)
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Web")
    }
}

/// Some providers tell failures with status 200.
fn is_oauth_error(value: &Value) -> bool {
    value.get("error").is_some_and(|error| !error.is_null())
}

fn is_passing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::TimedOut)
}

fn sensitive(value: &SecretString) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_bytes(value.expose_secret().as_bytes()).map_err(|_| {
        Error::new(ErrorKind::Settings).with_message(
            "a credential holds a line break or a control character and cannot be sent",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(answer: reqwest::Response) -> Result<Answer, Error> {
    let mut answer = failure::unless_of_proxy(answer)?;
    let location = answer.headers().get(LOCATION);
    let location = location
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let retry_after = headers::retry_after(answer.headers(), SystemTime::now());
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure::explain)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::new(ErrorKind::Server).with_message("the answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: answer.status().as_u16(),
        body,
        location,
        retry_after,
    })
}

/// The spans of time for requests to identity providers: a minute with all repetitions.
pub(super) fn pace() -> Pace {
    Pace {
        operation: Duration::from_secs(60),
        first_wait: Duration::from_secs(1),
        ..Pace::default()
    }
}
