//! The resource: which calls make it so.

use super::row::{self, Duration, Row};
use crate::{
    api::{
        Among, ErrorKind, Version,
        gateway::budget_policies::{self, BudgetPolicies, BudgetPolicy, Terms},
    },
    framework::{Attr, Diagnostic, Diagnostics, Number, Path, schema::Schema},
    provider::{
        explain::TOO_OLD,
        managed::{Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working},
    },
};

/// `mlflow_gateway_budget_policy`.
#[derive(Debug)]
pub(in crate::provider) struct GatewayBudget;

impl Entity for GatewayBudget {
    type Row = Row;
    type Object = BudgetPolicies;

    const TYPE_NAME: &'static str = "mlflow_gateway_budget_policy";
    const NOUN: &'static str = "gateway budget";
    const IDENTITY: &'static [(&'static str, &'static str)] =
        &[("id", "The server's id of the policy.")];
    const LIST: &'static str = "Lists budget policies of the AI gateway for `terraform query`. They \
        have no names.\n\n\
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

    fn seen(policy: &BudgetPolicy, Before { row, .. }: Before<'_, Row>) -> Seen<Row> {
        let terms = &policy.terms;
        let duration = Duration {
            unit: terms.duration.unit.clone().into(),
            value: terms.duration.value.into(),
        };
        Seen::Is(Row {
            id: policy.id.clone().into(),
            budget_amount: amount(terms, &row.budget_amount),
            budget_unit: terms.budget_unit.clone().into(),
            duration: duration.into(),
            target_scope: terms.target_scope.clone().into(),
            target_value: terms.target_value.clone().into(),
            budget_action: terms.budget_action.clone().into(),
            workspace: row.workspace.clone(),
            created_at: policy.created_at.into(),
        })
    }

    fn listed(policy: &BudgetPolicy) -> Vec<Row> {
        vec![Row {
            id: policy.id.clone().into(),
            ..Row::default()
        }]
    }

    fn validate(config: &Row) -> Diagnostics {
        target(config).into_iter().collect()
    }

    async fn check(
        cx: &Working<'_>,
        _: &Planning<'_, Self>,
        planned: &Row,
    ) -> Result<(), Diagnostics> {
        let since = match planned.target_scope.known().map(String::as_str) {
            Some("ENDPOINT") => Version::new(3, 15, 0),
            Some("USER") => Version::new(3, 16, 0),
            _ => return Ok(()),
        };
        match cx.server.known_version(cx.stop()).await {
            Some(version) if version < since => Err(too_old(&version, &since).into()),
            _ => Ok(()),
        }
    }

    async fn create(
        _: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let (terms, made) = (terms(planned), planned.clone());
        let call = budget_policies::create(&terms);
        let shows = move |policy: &BudgetPolicy| policy.terms == terms;
        let truth = move |id: Option<String>| Row {
            id: id.into(),
            ..made
        };
        Ok(vec![Step::create_among_equals(
            call,
            Among::All,
            shows,
            truth,
        )])
    }

    async fn update(
        _: &Working<'_>,
        prior: &Row,
        Wanted { planned, .. }: Wanted<'_, Row>,
    ) -> Result<Steps<Self>, Halt> {
        let terms = terms(planned);
        if self::terms(prior) == terms {
            return Ok(vec![]);
        }
        let id = prior.id.known_or_default();
        let call = budget_policies::update(&id, &terms);
        let is_so =
            move |policy: Option<&BudgetPolicy>| policy.is_some_and(|policy| policy.terms == terms);
        Ok(vec![Step::change(call, id, is_so, planned.clone())])
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Row,
        policy: &BudgetPolicy,
    ) -> Result<Steps<Self>, Halt> {
        let (call, id) = (budget_policies::delete(&policy.id), policy.id.clone());
        let is_gone = |policy: Option<&BudgetPolicy>| policy.is_none();
        Ok(vec![Step::silent(call, id, is_gone, prior.clone())])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::ReferenceNotFound).then(|| Path::attribute("target_value"))
    }
}

/// What the row says.
fn terms(row: &Row) -> Terms {
    let duration = row.duration.known_or_default();
    Terms {
        budget_unit: row.budget_unit.known_or_default(),
        // What was no number in state is sent anew.
        budget_amount: row
            .budget_amount
            .known()
            .map_or(f64::NAN, Number::nearest_f64),
        duration: budget_policies::Duration {
            unit: duration.unit.known_or_default(),
            value: duration.value.known().copied().unwrap_or_default(),
        },
        target_scope: row.target_scope.known_or_default(),
        target_value: row.target_value.known().cloned(),
        budget_action: row.budget_action.known_or_default(),
    }
}

/// The amount as it is written where that means the same; null where it is none that a state can hold.
fn amount(terms: &Terms, before: &Attr<Number>) -> Attr<Number> {
    let written = before.known().map(Number::nearest_f64);
    if written == Some(terms.budget_amount) {
        return before.clone();
    }
    let amount = terms.budget_amount;
    let number = amount.is_finite().then(|| amount.to_string().parse().ok());
    number.flatten().into()
}

/// Whether the scope and its target fit each other.
fn target(config: &Row) -> Option<Diagnostic> {
    let scope = config.target_scope.known()?;
    let wants_one = matches!(scope.as_str(), "ENDPOINT" | "USER");
    let what = if scope == "ENDPOINT" {
        "the endpoint's id"
    } else {
        "the user's name"
    };
    let (title, detail) = match (&config.target_value, wants_one) {
        (Attr::Null, true) => (
            "Missing Target Value",
            format!("A budget of the scope {scope} needs a target_value: {what}."),
        ),
        (Attr::Known(_), false) => (
            "Target Value Without Use",
            "Only budgets of the scopes ENDPOINT and USER have a target_value. Remove it, or change \
             target_scope."
                .to_owned(),
        ),
        _ => return None,
    };
    Some(Diagnostic::error(title, detail).at(Path::attribute("target_value")))
}

fn too_old(version: &Version, since: &Version) -> Diagnostic {
    Diagnostic::error(
        TOO_OLD,
        format!(
            "The server is MLflow {version}, and this target_scope came with MLflow {since}. Upgrade \
             the server, or use another scope."
        ),
    )
    .at(Path::attribute("target_scope"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_the_target_that_it_needs() {
        for (scope, value, title) in [
            ("GLOBAL", None, None),
            ("WORKSPACE", Some("x"), Some("Target Value Without Use")),
            ("ENDPOINT", None, Some("Missing Target Value")),
            ("ENDPOINT", Some("e-1"), None),
            ("USER", None, Some("Missing Target Value")),
        ] {
            let row = Row {
                target_scope: scope.to_owned().into(),
                target_value: value.map(str::to_owned).into(),
                ..Row::default()
            };
            let told = target(&row).map(|it| it.summary);
            assert_eq!(told.as_deref(), title, "{scope}");
        }
    }

    #[test]
    fn amounts_stay_as_they_are_written() {
        let number = |text: &str| Attr::Known(text.parse::<Number>().unwrap());
        let of = |budget_amount| Terms {
            budget_amount,
            ..terms(&Row::default())
        };
        assert_eq!(amount(&of(12.5), &number("12.50")), number("12.5"));
        assert_eq!(amount(&of(0.1), &Attr::Null), number("0.1"));
        assert_eq!(amount(&of(f64::NAN), &number("1")), Attr::Null);
        assert_eq!(amount(&of(f64::INFINITY), &number("1")), Attr::Null);
    }
}
