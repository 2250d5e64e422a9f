//! The resource: which calls make it so.

use super::{
    models,
    row::{self, Row},
    rules,
};
use crate::{
    api::{
        Claim, ErrorKind,
        gateway::endpoints::{self, Endpoint, Endpoints, EndpointsByName},
        tags::changes,
    },
    framework::{Attr, Diagnostics, Path, Plan, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, must_be_free, tags,
    },
};

/// `mlflow_gateway_endpoint`.
#[derive(Debug)]
pub(in crate::provider) struct GatewayEndpoint;

impl Entity for GatewayEndpoint {
    type Row = Row;
    type Object = Endpoints;

    const TYPE_NAME: &'static str = "mlflow_gateway_endpoint";
    const NOUN: &'static str = "gateway endpoint";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("id", "The server's id of the endpoint.")];
    const NAMED: Option<&'static str> = Some("name");
    const LIST: &'static str = "Lists endpoints of the AI gateway for `terraform query`. The server \
        leaves out those without a model.\n\n\
        Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Row) -> Option<String> {
        row.id.known().cloned()
    }

    fn workspace(row: &mut Row) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    async fn find(cx: &Working<'_>, row: &Row) -> Result<Option<Endpoint>, Halt> {
        cx.get::<EndpointsByName>(&row.name.known_or_default())
            .await
    }

    fn seen(endpoint: &Endpoint, before: Before<'_, Row>) -> Seen<Row> {
        let Before { row, is_new, .. } = before;
        Seen::Is(Row {
            id: endpoint.id.clone().into(),
            name: endpoint.name.clone().into(),
            model: models::shown(endpoint, &row.model),
            routing_strategy: endpoint.routing_strategy.clone().into(),
            fallback: models::shown_fallback(endpoint),
            usage_tracking: endpoint.usage_tracking.into(),
            experiment_id: endpoint.experiment_id.clone().into(),
            tags: tags::shown(&endpoint.tags, &row.tags, is_new),
            workspace: row.workspace.clone(),
            created_at: endpoint.created_at.into(),
        })
    }

    fn listed(endpoint: &Endpoint) -> Vec<Row> {
        vec![Row {
            id: endpoint.id.clone().into(),
            ..Row::default()
        }]
    }

    fn validate(config: &Row) -> Diagnostics {
        let mut told = rules::validate(config);
        told.extend(tags::validate_of_any_form(&config.tags));
        told
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Row>) -> Result<(), Diagnostics> {
        let before = cx.prior.map(|prior| &prior.tags);
        plan.state.tags = tags::plan(cx.cx, &cx.config.tags, before, &plan.private);
        let had_strategy = cx
            .prior
            .is_some_and(|prior| !prior.routing_strategy.is_null());
        // What is unknown may turn out to be none.
        if had_strategy && plan.state.routing_strategy.known().is_none() {
            plan.replace.push(Path::attribute("routing_strategy"));
        }
        Ok(())
    }

    async fn create(
        _: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let new = endpoints::Wanted {
            name: planned.name.known().cloned(),
            models: Some(models::sent(planned)),
            routing_strategy: planned.routing_strategy.known().cloned(),
            experiment_id: planned.experiment_id.known().cloned(),
            usage_tracking: is_tracked(planned),
        };
        let (call, name) = (endpoints::create(&new), planned.name.known_or_default());
        let made = planned.clone();
        let shows = move |endpoint: &Endpoint| new.is_in(endpoint);
        // Tags are set once it is there.
        let truth = move |id: Option<String>| Row {
            id: id.into(),
            tags: tags::none_yet(&made.tags),
            ..made
        };
        Ok(vec![Step::create_shown::<EndpointsByName>(
            call,
            name,
            Claim::CreatedSince,
            shows,
            truth,
        )])
    }

    /// All that one call changes, tags that are set, tags that go.
    async fn update(
        cx: &Working<'_>,
        prior: &Row,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let (id, mut steps) = (prior.id.known_or_default(), Vec::new());
        let mut truth = Row {
            tags: prior.tags.clone(),
            ..planned.clone()
        };
        if let Some(change) = change(prior, planned) {
            if change.name.is_some() {
                must_be_free::<Self>(cx, prior, planned).await?;
            }
            let call = endpoints::update(&id, &change);
            let is_so = move |endpoint: Option<&Endpoint>| {
                endpoint.is_some_and(|endpoint| change.is_in(endpoint))
            };
            steps.push(Step::change(call, id.clone(), is_so, truth.clone()));
        }
        for change in changes(&tags::known(&prior.tags), &tags::known(&planned.tags)) {
            let call = endpoints::tag(&id, &change);
            truth.tags = tags::after(&truth.tags, &change);
            let is_so = move |endpoint: Option<&Endpoint>| {
                endpoint.is_some_and(|endpoint| change.is_in(&endpoint.tags))
            };
            steps.push(Step::silent(call, id.clone(), is_so, truth.clone()));
        }
        Ok(steps)
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Row,
        endpoint: &Endpoint,
    ) -> Result<Steps<Self>, Halt> {
        let (call, id) = (endpoints::delete(&endpoint.id), endpoint.id.clone());
        let is_gone = |endpoint: Option<&Endpoint>| endpoint.is_none();
        Ok(vec![Step::silent(call, id, is_gone, prior.clone())])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        match kind {
            ErrorKind::AlreadyExists => Some(Path::attribute("name")),
            ErrorKind::ReferenceNotFound => Some(Path::attribute("model")),
            ErrorKind::UnknownExperiment => Some(Path::attribute("experiment_id")),
            _ => None,
        }
    }
}

/// What one call is to change; none where nothing of that differs.
fn change(prior: &Row, planned: &Row) -> Option<endpoints::Wanted> {
    let text = |before: &Attr<String>, after: &Attr<String>| {
        after.known().filter(|_| before != after).cloned()
    };
    let models = prior.model != planned.model || prior.fallback != planned.fallback;
    let change = endpoints::Wanted {
        name: text(&prior.name, &planned.name),
        models: models.then(|| models::sent(planned)),
        routing_strategy: text(&prior.routing_strategy, &planned.routing_strategy),
        experiment_id: text(&prior.experiment_id, &planned.experiment_id),
        usage_tracking: is_tracked(planned),
    };
    let differs = change.name.is_some()
        || models
        || change.routing_strategy.is_some()
        || change.experiment_id.is_some()
        || is_tracked(prior) != is_tracked(planned);
    differs.then_some(change)
}

fn is_tracked(row: &Row) -> bool {
    row.usage_tracking.known().copied().unwrap_or(true)
}
