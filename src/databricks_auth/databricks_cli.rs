//! `databricks-cli`: the login that the Databricks CLI keeps.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    command::{self, WITHIN},
    context::{Context, Refusal},
    identity::Identity,
    token::{Cache, Source, Token, incomplete, moment, text},
};
use crate::api::{
    error::{Error, ErrorKind},
    given::shown_path,
    version::Version,
};

/// The early CLI, a script of another interface, is smaller than this.
const SMALLEST: u64 = 1 << 20;

/// The first version that knows profiles.
fn knows_profiles() -> Version {
    Version::new(0, 207, 1)
}

/// The first version that can be made to ask for a new token.
fn forces_refresh() -> Version {
    Version::new(0, 296, 0)
}

pub(super) fn identity(context: &Arc<Context>) -> Result<Identity, Refusal> {
    context.host()?;
    let program = find(context)?;
    if context.config().scopes.is_some() && !context.settings.scopes_from_file {
        return Err(refuse(
            "custom scopes are not supported with databricks-cli auth; scopes are determined by \
             what was last used when logging in with `databricks auth login`",
        )
        .into());
    }
    let login = Login {
        program,
        version: OnceCell::new(),
        context: Arc::clone(context),
    };
    Ok(Identity::bearer(Cache::new(login, &context.clock)))
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::Settings).with_message(why)
}

/// A path is taken as it is; a name is looked for, and an early CLI does not hide a later one.
fn find(context: &Context) -> Result<PathBuf, Refusal> {
    let config = context.config();
    let given = config.databricks_cli_path.as_deref();
    let candidates = match given {
        Some(path) if path.contains(['/', std::path::MAIN_SEPARATOR]) => {
            let path = config.environment.expanded(path);
            if path.is_file() {
                vec![path]
            } else {
                Vec::new()
            }
        }
        name => config.environment.programs(name.unwrap_or("databricks")),
    };
    let found = !candidates.is_empty();
    let large = |path: &PathBuf| path.metadata().is_ok_and(|it| it.len() >= SMALLEST);
    match candidates.into_iter().find(large) {
        Some(program) => Ok(program),
        None if found => {
            Err(refuse("legacy databricks CLI detected; upgrade to >= 0.100.0").into())
        }
        None if given.is_some() => Err(refuse("databricks CLI not found").into()),
        None => Err(Refusal::NotConfigured("databricks CLI not found")),
    }
}

#[derive(Debug)]
struct Login {
    program: PathBuf,
    version: OnceCell<Option<Version>>,
    context: Arc<Context>,
}

#[async_trait]
impl Source for Login {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let arguments = self.arguments(stop).await?;
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let output = command::output(&self.program, &arguments, WITHIN, stop).await?;
        let answer: Value =
            serde_json::from_slice(&output).map_err(|_| incomplete("cannot parse CLI response"))?;
        let expiry = answer.get("expiry").and_then(Value::as_str).and_then(date);
        Ok(Token {
            value: text(&answer, "access_token")?,
            expiry: moment(expiry.ok_or_else(|| incomplete("cannot parse token expiry"))?),
        })
    }
}

impl Login {
    async fn arguments(&self, stop: &CancellationToken) -> Result<Vec<String>, Error> {
        let config = self.context.config();
        let version = self.version(stop).await?;
        let is_from = |first: &Version| version.is_some_and(|it| it >= first);
        let mut arguments = vec!["auth", "token"];
        let metadata;
        match (&config.profile, &config.host) {
            (Some(profile), _) if is_from(&knows_profiles()) => {
                arguments.extend(["--profile", profile]);
            }
            (_, host) => {
                arguments.extend(["--host", host.as_deref().unwrap_or_default()]);
                metadata = self.context.metadata(stop).await;
                let account = self.context.account_id(metadata);
                if let Some(id) = account.filter(|_| !self.context.is_workspace(metadata)) {
                    arguments.extend(["--account-id", id]);
                }
            }
        }
        if is_from(&forces_refresh()) {
            arguments.push("--force-refresh");
        }
        Ok(arguments.into_iter().map(str::to_owned).collect())
    }

    /// Unknown, where the program does not tell; then only what every version knows is used.
    async fn version(&self, stop: &CancellationToken) -> Result<Option<&Version>, Error> {
        let ask = || async {
            match command::output(&self.program, &["version"], WITHIN, stop).await {
                Err(error) if error.is_stopped() => Err(error),
                outcome => Ok(outcome.ok().and_then(|text| version(&text))),
            }
        };
        let found = self.version.get_or_try_init(ask).await?.as_ref();
        if found.is_none_or(|version| *version < forces_refresh()) {
            let program = shown_path(&self.program);
            warn!(
                program,
                "the Databricks CLI is older than 0.296.0 and may hand out old tokens"
            );
        }
        Ok(found)
    }
}

/// `Databricks CLI v0.230.0`, or with something behind it, as of a development build.
fn version(output: &[u8]) -> Option<Version> {
    let text = std::str::from_utf8(output).ok()?.trim();
    Version::parse(text.strip_prefix("Databricks CLI ")?.strip_prefix('v')?)
}

/// RFC 3339, or the form of early versions, which means UTC.
fn date(text: &str) -> Option<OffsetDateTime> {
    let spelled = match text.split_once(' ') {
        Some((day, time)) => format!("{day}T{time}Z"),
        None => text.to_owned(),
    };
    OffsetDateTime::parse(&spelled, &Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(
            version(b"Databricks CLI v0.207.1\n"),
            Some(Version::new(0, 207, 1))
        );
        assert_eq!(
            version(b"Databricks CLI v0.0.0-dev+abc"),
            Some(Version::new(0, 0, 0))
        );
        assert_eq!(version(b"Version 0.18.0"), None);
    }

    #[test]
    fn dates_have_two_forms() {
        let whole = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        let fraction = whole + Duration::milliseconds(500);
        assert_eq!(date("2023-11-14T22:13:20Z"), Some(whole));
        assert_eq!(date("2023-11-14T23:13:20.5+01:00"), Some(fraction));
        assert_eq!(date("2023-11-14 22:13:20"), Some(whole));
        assert_eq!(date("2023-11-14 22:13:20.5"), Some(fraction));
        assert_eq!(date("soon"), None);
    }
}
