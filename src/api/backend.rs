//! What a kind of registry has to offer: one exchange per call, and the truth about its outcome. An
//! error of a write says whether it may have been taken ([`Error::is_outcome_unknown`]).

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::time::Instant;

use super::budget::Op;
use super::error::Error;
use super::event::Event;
use super::model::{
    ListFilter, NewWebhook, RegistryKind, TestResult, Webhook, WebhookChange, WebhookRef,
};
use super::version::Version;

/// All webhooks that were asked for, and the server's clock when it began to list them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) webhooks: Vec<Webhook>,
    pub(super) clock: Option<Clock>,
    pub(super) pages: usize,
    /// A webhook was on two pages: the pages shifted on the way, or their order is not one.
    pub(super) overlaps: bool,
}

/// The server's clock (whole seconds) at a moment of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) server: SystemTime,
    pub(super) ours: Instant,
}

impl Clock {
    /// The server's time, in Unix milliseconds, no later than it was at a moment of ours. Both
    /// clocks only have to run at the same speed.
    pub(super) fn at(&self, moment: Instant) -> i64 {
        let elapsed = self.ours.saturating_duration_since(moment);
        let then = self
            .server
            .checked_sub(elapsed)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let since = then
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// One kind of registry.
#[async_trait]
pub(super) trait Backend: fmt::Debug + Send + Sync {
    async fn create(&self, new: &NewWebhook, op: &mut Op<'_>) -> Result<Webhook, Error>;
    async fn get(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error>;
    /// The same from a list that others wait for too, if that is there or worth it; as old as
    /// [`Recency`](super::recency::Recency) allows. Not found is as in `get`.
    async fn refresh(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<Webhook, Error>;
    /// At least all webhooks that match; a registry that cannot filter gives more.
    /// `page` is how many to ask for at once, where that is not the registry's affair.
    async fn list(
        &self,
        filter: &ListFilter,
        page: Option<usize>,
        op: &mut Op<'_>,
    ) -> Result<Listing, Error>;
    async fn update(
        &self,
        webhook: WebhookRef<'_>,
        change: &WebhookChange,
        op: &mut Op<'_>,
    ) -> Result<Webhook, Error>;
    /// Already gone is fine.
    async fn delete(&self, webhook: WebhookRef<'_>, op: &mut Op<'_>) -> Result<(), Error>;
    async fn test(
        &self,
        id: &str,
        event: Option<Event>,
        op: &mut Op<'_>,
    ) -> Result<TestResult, Error>;
    async fn version(&self, op: &mut Op<'_>) -> Result<Version, Error>;
    fn kind(&self) -> RegistryKind;
    /// Where it is, without userinfo; where that is yet to be found, what it is known by.
    fn address(&self) -> &str;
    /// The attempts after the first that the settings allow.
    fn max_retries(&self) -> u32;
}
