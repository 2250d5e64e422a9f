//! The resource: which calls make it so.

use std::collections::BTreeMap;

use super::{
    plan,
    row::{self, Row},
};
use crate::{
    api::{
        Claim, ErrorKind,
        gateway::secrets::{self, NewSecret, Secret, SecretChange, Secrets, SecretsByName, Values},
    },
    framework::{Attr, Diagnostic, Diagnostics, Path, Plan, Private, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Texts, Wanted, Working, known_texts,
        secret::begun_in_state, texts,
    },
};

/// `mlflow_gateway_secret`.
#[derive(Debug)]
pub(in crate::provider) struct GatewaySecret;

impl Entity for GatewaySecret {
    type Row = Row;
    type Object = Secrets;

    const TYPE_NAME: &'static str = "mlflow_gateway_secret";
    const NOUN: &'static str = "gateway secret";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("id", "The server's id of the secret.")];
    const NAMED: Option<&'static str> = Some("name");
    const LIST: &'static str = "Lists secrets of the AI gateway for `terraform query`, without their \
        keys, which no server shows.\n\n\
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

    async fn find(cx: &Working<'_>, row: &Row) -> Result<Option<Secret>, Halt> {
        cx.get::<SecretsByName>(&row.name.known_or_default()).await
    }

    fn seen(secret: &Secret, Before { row, .. }: Before<'_, Row>) -> Seen<Row> {
        Seen::Is(Row {
            id: secret.id.clone().into(),
            name: secret.name.clone().into(),
            provider_name: secret.provider.clone().into(),
            secret_value: row.secret_value.clone(),
            secret_value_wo: Attr::Null,
            secret_value_wo_version: row.secret_value_wo_version,
            auth_config: shown(&secret.auth_config, &row.auth_config),
            workspace: row.workspace.clone(),
            masked_values: texts(&secret.masked_values),
            created_at: secret.created_at.into(),
        })
    }

    fn listed(secret: &Secret) -> Vec<Row> {
        vec![Row {
            id: secret.id.clone().into(),
            ..Row::default()
        }]
    }

    fn validate(config: &Row) -> Diagnostics {
        plan::validate(config)
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Row>) -> Result<(), Diagnostics> {
        let before: Vec<_> = cx.prior.map(Row::argument).into_iter().collect();
        for warning in begun_in_state(&[plan.state.argument()], &before, cx.host) {
            cx.cx.warn(warning);
        }
        match cx.prior {
            Some(prior) if plan.replace.is_empty() => plan::update(cx.config, prior, plan),
            _ => plan::create(cx.config),
        }
    }

    async fn check(
        cx: &Working<'_>,
        planning: &Planning<'_, Self>,
        planned: &Row,
    ) -> Result<(), Diagnostics> {
        match planning.prior {
            Some(prior) => plan::check(cx, prior, planned).await,
            None => Ok(()),
        }
    }

    async fn create(_: &Working<'_>, wanted: Wanted<'_, Row>) -> Result<Steps<Self>, Halt> {
        let Wanted {
            planned, config, ..
        } = wanted;
        let new = NewSecret {
            name: planned.name.known_or_default(),
            provider: planned.provider_name.known_or_default(),
            values: planned.values(config),
            auth_config: known_texts(&planned.auth_config),
        };
        let (call, name, sent) = (secrets::create(&new), new.name.clone(), new.values.clone());
        let made = Row {
            masked_values: texts(&secrets::masks(&new.values)),
            ..planned.clone()
        };
        let truth = move |id: Option<String>| Row {
            id: id.into(),
            ..made
        };
        let shows = move |secret: &Secret| {
            secret.provider.as_ref() == Some(&new.provider)
                && secret.auth_config == new.auth_config
                && secret.has_masks_of(&new.values)
        };
        let step =
            Step::create_shown::<SecretsByName>(call, name, Claim::CreatedSince, shows, truth);
        Ok(vec![step.checked(move |secret| took(secret, &sent))])
    }

    async fn update(
        cx: &Working<'_>,
        prior: &Row,
        wanted: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let Wanted {
            planned, config, ..
        } = wanted;
        let id = prior.id.known_or_default();
        // So the plan says that it is to be sent.
        let values = match planned.masked_values.is_unknown() {
            true => planned.values(config),
            false => Values::new(),
        };
        let moves = plan::moves(prior, planned);
        if values.is_empty() && !moves {
            return Ok(vec![]);
        }
        // A key goes to the address that was planned, whoever has changed that since.
        let auth_config = known_texts(&planned.auth_config);
        let is_sent = moves || !auth_config.is_empty() || plan::can_be_emptied(cx).await;
        let change = SecretChange {
            values,
            auth_config: is_sent.then_some(auth_config),
        };
        let (call, truth) = (
            secrets::update(&id, &change),
            after(prior, planned, &change),
        );
        let (sent, before) = (change.values.clone(), known_texts(&prior.masked_values));
        let done = move |secret: Option<&Secret>| {
            secret.is_some_and(|secret| has_arrived(&change, secret, &before))
        };
        let step = Step::change(call, id, done, truth);
        Ok(vec![step.checked(move |secret| took(secret, &sent))])
    }

    async fn delete(_: &Working<'_>, prior: &Row, secret: &Secret) -> Result<Steps<Self>, Halt> {
        let (call, id) = (secrets::delete(&secret.id), secret.id.clone());
        let is_gone = |secret: Option<&Secret>| secret.is_none();
        Ok(vec![Step::silent(call, id, is_gone, prior.clone())])
    }

    fn applied(state: &Row, private: &mut Private) {
        plan::note(state, private);
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("name"))
    }
}

fn after(prior: &Row, planned: &Row, change: &SecretChange) -> Row {
    Row {
        id: prior.id.clone(),
        masked_values: match change.values.is_empty() {
            true => prior.masked_values.clone(),
            false => texts(&secrets::masks(&change.values)),
        },
        created_at: prior.created_at,
        ..planned.clone()
    }
}

/// Of a key with the mask of the one before it cannot be told.
fn has_arrived(change: &SecretChange, secret: &Secret, before: &BTreeMap<String, String>) -> bool {
    let has_key = secret.has_masks_of(&change.values) && secret.masked_values != *before;
    let config = change.auth_config.as_ref();
    (change.values.is_empty() || has_key) && config.is_none_or(|it| *it == secret.auth_config)
}

/// None on a server is null or empty, whichever it was.
fn shown(config: &BTreeMap<String, String>, before: &Texts) -> Texts {
    let was_empty = before.known().is_some_and(BTreeMap::is_empty);
    match config.is_empty() {
        false => texts(config),
        true if was_empty => before.clone(),
        true => Attr::Null,
    }
}

/// Servers have been seen to answer "done" and keep nothing of a key.
fn took(secret: &Secret, sent: &Values) -> Result<(), Diagnostics> {
    if sent.is_empty() || secret.has_masks_of(sent) {
        return Ok(());
    }
    Err(Diagnostic::error(
        "Key Not Taken Over",
        "The registry reported success, but the masks that its answer shows are not those of the key \
         that was sent. A proxy may have changed the request, or another client changed the secret at \
         the same moment. Apply again.",
    )
    .into())
}
