//! The headers that say who asks: fixed ones, or tokens that run out.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use reqwest::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::token::{Cache, Clock};
use crate::api::{error::Error, lock::lock};

/// Who asks, by one method.
#[derive(Debug, Default)]
pub(super) struct Identity {
    fixed: Vec<(HeaderName, SecretString)>,
    bearer: Option<Cache>,
    second: Option<Second>,
    /// The workspace's address, where the method had to find it.
    pub(super) host: Option<String>,
}

/// A second token in a header of its own.
struct Second {
    header: HeaderName,
    cache: Cache,
    /// Whether requests go without it when it cannot be had, and until when they do.
    optional: Option<(Clock, Mutex<Option<SystemTime>>)>,
}

const WITHOUT: Duration = Duration::from_secs(60);

impl Identity {
    pub(super) fn fixed(authorization: SecretString) -> Self {
        Self::default().with(AUTHORIZATION, authorization)
    }

    pub(super) fn bearer(cache: Cache) -> Self {
        Self {
            bearer: Some(cache),
            ..Self::default()
        }
    }

    pub(super) fn with(mut self, name: HeaderName, value: SecretString) -> Self {
        self.fixed.push((name, value));
        self
    }

    pub(super) fn with_second(mut self, header: HeaderName, cache: Cache) -> Self {
        self.second = Some(Second {
            header,
            cache,
            optional: None,
        });
        self
    }

    /// Requests go without the second token where it cannot be had.
    pub(super) fn second_if_to_be_had(mut self, clock: &Clock) -> Self {
        if let Some(second) = &mut self.second {
            second.optional = Some((Clock::clone(clock), Mutex::default()));
        }
        self
    }

    /// The headers of one request.
    pub(super) async fn headers(
        &self,
        stop: &CancellationToken,
    ) -> Result<Vec<(HeaderName, SecretString)>, Error> {
        let mut headers = self.fixed.clone();
        if let Some(cache) = &self.bearer {
            let token = cache.token(stop).await?;
            let value = format!("Bearer {}", token.expose_secret());
            headers.push((AUTHORIZATION, value.into()));
        }
        if let Some(second) = &self.second
            && let Some(token) = second.token(stop).await?
        {
            headers.push((second.header.clone(), token));
        }
        Ok(headers)
    }
}

impl Second {
    async fn token(&self, stop: &CancellationToken) -> Result<Option<SecretString>, Error> {
        let Some((clock, without)) = &self.optional else {
            return self.cache.token(stop).await.map(Some);
        };
        let until = *lock(without);
        if until.is_some_and(|until| clock() < until) {
            return Ok(None);
        }
        match self.cache.token(stop).await {
            Ok(token) => Ok(Some(token)),
            Err(error) if error.is_stopped() => Err(error),
            Err(error) => {
                warn!(header = %self.header, %error, "a token is left out, it cannot be had");
                let until = Some(clock() + WITHOUT);
                *lock(without) = until;
                Ok(None)
            }
        }
    }
}

impl std::fmt::Debug for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Second").field(&self.header).finish()
    }
}
