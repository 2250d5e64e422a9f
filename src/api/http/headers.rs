//! The headers that go with every request, and those of an answer that matter.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
    LOCATION, RETRY_AFTER, TRANSFER_ENCODING,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::api::{
    error::{Error, ErrorKind},
    given::{is_id, mistaken},
    redact::Confidential,
    settings::{Connection, Credentials, Settings},
};

const WORKSPACE: HeaderName = HeaderName::from_static("x-mlflow-workspace");
const DATABRICKS_WORKSPACE: HeaderName = HeaderName::from_static("x-databricks-workspace-id");

/// Those that every server gets.
pub(super) fn of(connection: &Connection) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in &connection.headers {
        headers.insert(extra_name(name)?, secret(name, value.expose_secret())?);
    }
    Ok(headers)
}

/// Those for an MLflow server. Credentials win over an extra header of the same name.
pub(super) fn of_mlflow(settings: &Settings) -> Result<HeaderMap, Error> {
    let mut headers = of(&settings.connection)?;
    if let Some(workspace) = &settings.workspace {
        workspace_value(workspace)?;
    }
    log_in(&mut headers, &settings.credentials)?;
    Ok(headers)
}

/// Adds credentials, which win over others that are there.
pub(super) fn log_in(headers: &mut HeaderMap, credentials: &Credentials) -> Result<(), Error> {
    if let Some(value) = authorization(credentials)? {
        headers.insert(AUTHORIZATION, value);
    }
    Ok(())
}

/// Adds the workspace that a request is about.
pub(super) fn name_workspace(
    headers: &mut HeaderMap,
    workspace: Option<&str>,
) -> Result<(), Error> {
    if let Some(workspace) = workspace {
        headers.insert(WORKSPACE, workspace_value(workspace)?);
    }
    Ok(())
}

fn workspace_value(workspace: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_bytes(workspace.as_bytes())
        .map_err(|_| unusable("the workspace's name cannot be sent in a header"))
}

/// Those for a Databricks workspace that is known by its id.
pub(super) fn of_databricks(
    connection: &Connection,
    workspace_id: Option<&str>,
) -> Result<HeaderMap, Error> {
    let mut headers = of(connection)?;
    if let Some(id) = workspace_id {
        let mut value = HeaderValue::from_str(id)
            .map_err(|_| unusable("the workspace's id cannot be sent in a header"))?;
        // What is no id may be a secret by mistake, and servers repeat what they were sent.
        value.set_sensitive(!is_id(id));
        headers.insert(DATABRICKS_WORKSPACE, value);
    }
    Ok(headers)
}

/// Adds what an authenticator gives; it wins over an extra header of the same name.
pub(super) fn authenticate(
    headers: &mut HeaderMap,
    added: Vec<(HeaderName, SecretString)>,
) -> Result<(), Error> {
    for (name, value) in added {
        let value = secret(name.as_str(), value.expose_secret())?;
        headers.insert(name, value);
    }
    Ok(())
}

/// Notes the values that must not show.
pub(super) fn confide(headers: &HeaderMap, confidential: &mut Confidential) {
    let secrets = headers.values().filter(|value| value.is_sensitive());
    for text in secrets.filter_map(|value| value.to_str().ok()) {
        confidential.add(text);
    }
}

fn extra_name(name: &str) -> Result<HeaderName, Error> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .ok()
        .filter(|_| mistaken(name).is_none())
        .ok_or_else(|| unusable("a key of headers is not the name of a header"))?;
    if [CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING].contains(&parsed) {
        return Err(unusable(format!(
            "the header {parsed} cannot be set, it describes the request's body"
        )));
    }
    Ok(parsed)
}

fn authorization(credentials: &Credentials) -> Result<Option<HeaderValue>, Error> {
    let text = match credentials {
        Credentials::None => return Ok(None),
        Credentials::Basic { username, .. } if username.contains(':') => {
            return Err(unusable(
                "a username for basic authentication cannot hold a colon",
            ));
        }
        Credentials::Basic { username, password } => {
            format!(
                "Basic {}",
                STANDARD.encode(format!("{username}:{}", password.expose_secret()))
            )
        }
        Credentials::Bearer(token) => format!("Bearer {}", token.expose_secret().trim()),
    };
    secret("authorization", &text).map(Some)
}

/// The value never shows, neither in the error nor in Debug.
fn secret(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        unusable(format!(
            "the value of the header {name} holds a line break or a control character"
        ))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn unusable(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Settings).with_message(why)
}

/// How long the server asks to wait: seconds, or until a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        }
    }
}

pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// Where a redirect leads.
pub(super) fn location(answer: &reqwest::Response) -> Option<Url> {
    let text = answer.headers().get(LOCATION)?.to_str().ok()?;
    answer.url().join(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_win_and_never_show() {
        let settings = Settings {
            credentials: Credentials::Basic {
                username: "u".into(),
                password: "pw".into(),
            },
            connection: Connection {
                headers: vec![
                    ("authorization".into(), "other".into()),
                    ("X-Key".into(), "k3y".into()),
                ],
                ..Connection::default()
            },
            workspace: Some("team".into()),
            ..Settings::new("http://h")
        };
        let mut headers = of_mlflow(&settings).unwrap();
        name_workspace(&mut headers, settings.workspace.as_deref()).unwrap();
        assert_eq!(headers["authorization"], "Basic dTpwdw==");
        assert_eq!(
            (&headers["x-key"], &headers["x-mlflow-workspace"]),
            (&"k3y".parse().unwrap(), &"team".parse().unwrap())
        );
        let shown = format!("{headers:?} {settings:?}");
        assert!(
            !shown.contains("dTpwdw") && !shown.contains("k3y") && !shown.contains("pw"),
            "{shown}"
        );
    }

    #[test]
    fn unusable_headers_are_refused_without_their_values() {
        for (name, value) in [
            ("X-Key", "a\nsecret"),
            ("X Key", "secret"),
            ("Content-Length", "secret"),
        ] {
            let connection = Connection {
                headers: vec![(name.into(), value.into())],
                ..Connection::default()
            };
            let error = of(&connection).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Settings, "{name}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 19:55:34 GMT").unwrap();
        for (text, wait) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sun, 22 Nov 2026 19:55:44 GMT", Some(10)),
            ("Sun, 22 Nov 2026 19:55:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            assert_eq!(
                retry_after(&headers, now),
                wait.map(Duration::from_secs),
                "{text}"
            );
        }
    }
}
