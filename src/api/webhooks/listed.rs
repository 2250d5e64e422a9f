//! The webhooks of a registry as a list that may have to be read more than once.

use tokio_util::sync::CancellationToken;

use crate::api::{
    complete::Source,
    error::Error,
    page::Listing,
    webhooks::{
        Webhooks,
        model::{ListFilter, Webhook, WebhookRef},
    },
};

/// All webhooks, or those of one model.
pub(super) struct Listed<'a> {
    webhooks: &'a Webhooks,
    filter: ListFilter,
    stop: &'a CancellationToken,
}

impl<'a> Listed<'a> {
    pub(super) fn new(
        webhooks: &'a Webhooks,
        model_name: Option<&str>,
        stop: &'a CancellationToken,
    ) -> Self {
        Self {
            webhooks,
            filter: ListFilter::of_model(model_name),
            stop,
        }
    }
}

impl Source for Listed<'_> {
    type Item = Webhook;
    type Key = String;
    type Error = Error;

    fn key(webhook: &Webhook) -> String {
        webhook.id.clone()
    }

    async fn pass(&self, page: Option<usize>) -> Result<Listing<Webhook>, Error> {
        let mut listing = self.webhooks.listing(&self.filter, page, self.stop).await?;
        listing.items.retain(|webhook| self.filter.matches(webhook));
        Ok(listing)
    }

    async fn find(&self, id: &String) -> Result<Option<Webhook>, Error> {
        let meant = WebhookRef {
            model_name: self.filter.model_name.as_deref(),
            ..WebhookRef::from(id.as_str())
        };
        match self.webhooks.get(meant, self.stop).await {
            Ok(webhook) => Ok(Some(webhook)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
