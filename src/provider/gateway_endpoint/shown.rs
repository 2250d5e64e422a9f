//! The read-only row of an endpoint, as data sources give it.

use super::{models, row::Fallback};
use crate::{
    api::gateway::endpoints::{Endpoint, Mapping},
    framework::{
        Attr, Number,
        schema::{Attribute, Nesting},
    },
    provider::managed::{Texts, texts},
    row,
};

row! {
    /// An endpoint as a server shows it.
    pub(in crate::provider) struct Shown {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) models: Attr<Vec<ShownModel>>,
        pub(super) routing_strategy: Attr<String>,
        pub(super) fallback: Attr<Fallback>,
        pub(super) usage_tracking: Attr<bool>,
        pub(super) experiment_id: Attr<String>,
        pub(super) tags: Texts,
        pub(super) created_at: Attr<i64>,
        pub(super) last_updated_at: Attr<i64>,
    }
}

row! {
    /// A model of an endpoint, with what its definition says.
    pub(in crate::provider) struct ShownModel {
        pub(super) model_definition_id: Attr<String>,
        pub(super) model_definition_name: Attr<String>,
        pub(super) provider_name: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) linkage_type: Attr<String>,
        pub(super) weight: Attr<Number>,
        pub(super) fallback_order: Attr<i64>,
    }
}

impl Shown {
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        let mut mappings: Vec<_> = endpoint.models.iter().collect();
        // Primary models first, then the others as they are fallen back to; no order of a database's.
        mappings.sort_by_key(|it| {
            let is_fallback = it.linkage_type != "PRIMARY";
            (is_fallback, it.fallback_order, &it.model_definition_id)
        });
        let models: Vec<_> = mappings.into_iter().map(ShownModel::of).collect();
        Self {
            id: endpoint.id.clone().into(),
            name: endpoint.name.clone().into(),
            models: models.into(),
            routing_strategy: endpoint.routing_strategy.clone().into(),
            fallback: models::shown_fallback(endpoint),
            usage_tracking: endpoint.usage_tracking.into(),
            experiment_id: endpoint.experiment_id.clone().into(),
            tags: texts(&endpoint.tags),
            created_at: endpoint.created_at.into(),
            last_updated_at: endpoint.last_updated_at.into(),
        }
    }
}

impl ShownModel {
    fn of(mapping: &Mapping) -> Self {
        let definition = mapping.model_definition.as_ref();
        Self {
            model_definition_id: mapping.model_definition_id.clone().into(),
            model_definition_name: definition.map(|it| it.name.clone()).into(),
            provider_name: definition.map(|it| it.provider.clone()).into(),
            model_name: definition.map(|it| it.model_name.clone()).into(),
            linkage_type: mapping.linkage_type.clone().into(),
            weight: models::weight(mapping).into(),
            fallback_order: mapping.fallback_order.into(),
        }
    }
}

/// By what one endpoint is told from another; whoever looks one up may make them arguments.
pub(super) fn names() -> [Attribute; 2] {
    [
        Attribute::string("id", "The server's id of the endpoint.").computed(),
        Attribute::string("name", "Name of the endpoint, by which clients call it.").computed(),
    ]
}

/// All the rest.
pub(super) fn content() -> [Attribute; 8] {
    [
        Attribute::nested(
            "models",
            "The models that answer: primary ones first, then the others in their order.",
            Nesting::List,
            model(),
        )
        .computed(),
        Attribute::string(
            "routing_strategy",
            "How the traffic is spread over the primary models; null where it is not.",
        )
        .computed(),
        Attribute::object(
            "fallback",
            "How to fall back; null where the server has its defaults.",
            vec![
                Attribute::string("strategy", "In which way.").computed(),
                Attribute::number(
                    "max_attempts",
                    "How many models to fall back to at the most; null for all.",
                )
                .computed(),
            ],
        )
        .computed(),
        Attribute::bool("usage_tracking", "Whether usage is tracked.").computed(),
        Attribute::string(
            "experiment_id",
            "The experiment that usage is tracked in; null without any.",
        )
        .computed(),
        Attribute::string_map("tags", "All its tags.").computed(),
        Attribute::number(
            "created_at",
            "When the endpoint was created, in Unix milliseconds.",
        )
        .computed(),
        Attribute::number(
            "last_updated_at",
            "When the endpoint was last written, in Unix milliseconds.",
        )
        .computed(),
    ]
}

fn model() -> Vec<Attribute> {
    vec![
        Attribute::string("model_definition_id", "Id of the model definition.").computed(),
        Attribute::string("model_definition_name", "Name of the model definition.").computed(),
        Attribute::string("provider_name", "The provider that has the model.").computed(),
        Attribute::string("model_name", "What the provider calls the model.").computed(),
        Attribute::string("linkage_type", "`PRIMARY` or `FALLBACK`.").computed(),
        Attribute::number("weight", "Its share of the traffic.").computed(),
        Attribute::number(
            "fallback_order",
            "Its place among the models to fall back to.",
        )
        .computed(),
    ]
}
