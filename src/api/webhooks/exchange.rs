//! One exchange per call, with whichever of the two APIs the server has. An error of a write says
//! whether it may have been taken ([`Error::is_outcome_unknown`]).

use crate::api::{
    budget::Op,
    error::Error,
    kind::ServerKind,
    page::Listing,
    server::Server,
    webhooks::{
        databricks,
        event::Event,
        mlflow,
        model::{ListFilter, NewWebhook, TestResult, Webhook, WebhookChange, WebhookRef},
    },
};

pub(super) async fn create(
    server: &Server,
    new: &NewWebhook,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::create(server, new, op).await,
        ServerKind::Databricks => databricks::create(server, new, op).await,
    }
}

pub(super) async fn get(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::get(server, webhook, op).await,
        ServerKind::Databricks => databricks::get(server, webhook, op).await,
    }
}

/// The same from a list that others wait for too, if that is there or worth it; as old as
/// [`Recency`](crate::api::recency::Recency) allows. Not found is as in [`get`].
pub(super) async fn refresh(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::refresh(server, webhook, op).await,
        ServerKind::Databricks => databricks::refresh(server, webhook, op).await,
    }
}

/// At least all webhooks that match; MLflow, which cannot filter, gives more. `page` is how many to
/// ask for at once, where that is not the server's affair.
pub(super) async fn list(
    server: &Server,
    filter: &ListFilter,
    page: Option<usize>,
    op: &Op<'_>,
) -> Result<Listing<Webhook>, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::list(server, page, op).await,
        ServerKind::Databricks => databricks::list(server, filter, op).await,
    }
}

pub(super) async fn update(
    server: &Server,
    webhook: WebhookRef<'_>,
    change: &WebhookChange,
    op: &mut Op<'_>,
) -> Result<Webhook, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::update(server, webhook, change, op).await,
        ServerKind::Databricks => databricks::update(server, webhook, change, op).await,
    }
}

/// Already gone is fine.
pub(super) async fn delete(
    server: &Server,
    webhook: WebhookRef<'_>,
    op: &mut Op<'_>,
) -> Result<(), Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::delete(server, webhook, op).await,
        ServerKind::Databricks => databricks::delete(server, webhook, op).await,
    }
}

pub(super) async fn test(
    server: &Server,
    id: &str,
    event: Option<Event>,
    op: &mut Op<'_>,
) -> Result<TestResult, Error> {
    match server.kind() {
        ServerKind::Mlflow => mlflow::test(server, id, event, op).await,
        ServerKind::Databricks => databricks::test(server, id, event, op).await,
    }
}
