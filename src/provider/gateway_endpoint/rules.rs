//! What can be refused without a server. It takes much that then never works.

use std::collections::BTreeSet;

use super::row::{FALLBACK, Model, Row};
use crate::framework::{Attr, Diagnostic, Diagnostics, Path};

/// Checks how the models go together.
pub(super) fn validate(config: &Row) -> Diagnostics {
    let Some(models) = config.model.known() else {
        return Diagnostics::new();
    };
    let models = &models.0;
    let problems = [
        primaries(models, &config.routing_strategy),
        stands_twice(models),
        same_order(models),
    ];
    let problems = problems.into_iter().flatten();
    problems.map(|it| it.at(Path::attribute("model"))).collect()
}

fn primaries(models: &[Model], strategy: &Attr<String>) -> Option<Diagnostic> {
    if models.iter().any(|it| it.linkage_type.is_unknown()) {
        return None;
    }
    let count = models.iter().filter(|it| !is_fallback(it)).count();
    match (count, strategy) {
        (0, _) => Some(Diagnostic::error(
            "No Primary Model",
            "An endpoint needs a model block whose linkage_type is PRIMARY: one that only falls back \
             answers every request with an error.",
        )),
        (2.., Attr::Null) => Some(Diagnostic::error(
            "Several Primary Models",
            "Without a routing_strategy one primary model gets all the traffic, and which one is up to \
             the server's database. Set routing_strategy = \"REQUEST_BASED_TRAFFIC_SPLIT\", or keep one \
             PRIMARY and make the others FALLBACK.",
        )),
        _ => None,
    }
}

fn is_fallback(model: &Model) -> bool {
    model.linkage_type.known().is_some_and(|it| it == FALLBACK)
}

fn stands_twice(models: &[Model]) -> Option<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut known = models.iter().filter(|it| !it.linkage_type.is_unknown());
    let is_twice = known.any(|it| {
        let id = it.model_definition_id.known();
        id.is_some_and(|id| !seen.insert((id, is_fallback(it))))
    });
    is_twice.then(|| {
        Diagnostic::error(
            "Same Model Twice",
            "A model definition stands once among the primary models of an endpoint, and once among \
             those to fall back to. Add the weights instead.",
        )
    })
}

fn same_order(models: &[Model]) -> Option<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut orders = models.iter().filter(|it| is_fallback(it));
    let is_same = orders.any(|it| {
        let order = it.fallback_order.known();
        order.is_some_and(|order| !seen.insert(*order))
    });
    is_same.then(|| {
        Diagnostic::error(
            "Same Order Twice",
            "Two models to fall back to have the same fallback_order, so which one comes first is up to \
             the server's database. Give each an order of its own.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::SetOf;

    fn model(id: &str, linkage: Option<&str>, order: Option<i64>) -> Model {
        Model {
            model_definition_id: id.to_owned().into(),
            linkage_type: linkage.map(str::to_owned).into(),
            fallback_order: order.into(),
            ..Model::default()
        }
    }

    #[test]
    fn models_that_cannot_go_together_are_refused() {
        let split = || Attr::Known("REQUEST_BASED_TRAFFIC_SPLIT".to_owned());
        let of = |models: &[Model], strategy: Attr<String>| {
            let row = Row {
                model: SetOf(models.to_vec()).into(),
                routing_strategy: strategy,
                ..Row::default()
            };
            let told = validate(&row);
            told.iter().next().map(|it| it.summary.clone())
        };
        let (a, b) = (model("a", None, None), model("b", Some("PRIMARY"), None));
        let back = |id, order| model(id, Some("FALLBACK"), order);
        let later = Model {
            linkage_type: Attr::Unknown,
            ..Model::default()
        };
        for (models, strategy, title) in [
            (vec![a.clone()], Attr::Null, None),
            (vec![], Attr::Null, Some("No Primary Model")),
            (vec![back("a", None)], split(), Some("No Primary Model")),
            (vec![later.clone()], Attr::Null, None),
            (
                vec![a.clone(), b.clone()],
                Attr::Null,
                Some("Several Primary Models"),
            ),
            (vec![a.clone(), b.clone()], split(), None),
            (vec![a.clone(), b], Attr::Unknown, None),
            (
                vec![a.clone(), a.clone()],
                split(),
                Some("Same Model Twice"),
            ),
            (vec![a.clone(), back("a", None)], Attr::Null, None),
            (
                vec![a.clone(), back("b", Some(1)), back("c", Some(2))],
                Attr::Null,
                None,
            ),
            (
                vec![a, back("b", Some(1)), back("c", Some(1))],
                Attr::Null,
                Some("Same Order Twice"),
            ),
        ] {
            assert_eq!(of(&models, strategy).as_deref(), title, "{models:?}");
        }
    }
}
