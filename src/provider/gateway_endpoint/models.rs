//! Models between rows and servers. A server knows no order of them, and fewer bits of their weights.

use super::row::{Fallback, Model, Models, Row};
use crate::{
    api::gateway::endpoints::{self, Endpoint, Mapping, SEQUENTIAL},
    framework::{Attr, Number, SetOf},
};

/// What is to be sent of a row.
pub(super) fn sent(row: &Row) -> endpoints::Models {
    let models = row.model.known().map_or(&[][..], |it| &it.0);
    endpoints::Models {
        models: models.iter().map(sent_model).collect(),
        fallback: row.fallback.known().map(sent_fallback),
    }
}

fn sent_model(model: &Model) -> endpoints::Model {
    endpoints::Model {
        model_definition_id: model.model_definition_id.known_or_default(),
        linkage_type: model.linkage_type.known_or_default(),
        weight: model.weight.known().map_or(1.0, Number::nearest_f64),
        fallback_order: model.fallback_order.known().copied(),
    }
}

fn sent_fallback(fallback: &Fallback) -> endpoints::Fallback {
    endpoints::Fallback {
        strategy: fallback.strategy.known().cloned(),
        max_attempts: fallback.max_attempts.known().copied(),
    }
}

/// The models as the server shows them, each as it is written where that means the same.
pub(super) fn shown(endpoint: &Endpoint, before: &Models) -> Models {
    let written = before.known().map_or(&[][..], |it| &it.0);
    let shown = endpoint.models.iter().map(|mapping| {
        let same = written.iter().find(|it| sent_model(it).is(mapping));
        same.cloned().unwrap_or_else(|| shown_model(mapping))
    });
    SetOf(shown.collect()).into()
}

fn shown_model(mapping: &Mapping) -> Model {
    Model {
        model_definition_id: mapping.model_definition_id.clone().into(),
        linkage_type: mapping.linkage_type.clone().into(),
        weight: weight(mapping).into(),
        fallback_order: mapping.fallback_order.into(),
    }
}

/// The shortest number that a server keeps as this weight.
pub(super) fn weight(mapping: &Mapping) -> Option<Number> {
    mapping.weight.to_string().parse().ok()
}

/// How to fall back, as the server shows it.
pub(super) fn shown_fallback(endpoint: &Endpoint) -> Attr<Fallback> {
    let fallback = endpoint.fallback.as_ref().map(|it| Fallback {
        strategy: it
            .strategy
            .as_deref()
            .unwrap_or(SEQUENTIAL)
            .to_owned()
            .into(),
        max_attempts: it.max_attempts.into(),
    });
    fallback.into()
}
