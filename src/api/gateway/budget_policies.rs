//! Budget policies: how much may be spent, by whom, in which span of time. They have no name, and two
//! may be equal.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::api::{
    area::Area,
    call::{About, Call, parse, parse_page},
    error::Error,
    gateway::{self, GATEWAY},
    http::{Request, Response},
    object::Object,
    page::Page,
};

static AREA: Area = gateway::area("gateway budget", || list(1, None));

const PATH: &str = "budgets";
const ID: &str = "budget_policy_id";

/// A budget policy as its server shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetPolicy {
    /// Given by the server.
    pub id: String,
    /// What it says.
    pub terms: Terms,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// What a budget policy says.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Terms {
    /// The currency.
    pub budget_unit: String,
    /// How much. Servers have been seen to keep what is no number at all.
    #[serde(deserialize_with = "double")]
    pub budget_amount: f64,
    /// In which span.
    pub duration: Duration,
    /// Whose spending counts.
    pub target_scope: String,
    /// Which endpoint, or which user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_value: Option<String>,
    /// What happens.
    pub budget_action: String,
}

/// A span of time that repeats itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Duration {
    /// Such as `MONTHS`.
    pub unit: String,
    /// How many.
    pub value: i64,
}

/// Budget policies, each under its id.
#[derive(Clone, Copy, Debug)]
pub struct BudgetPolicies;

impl Object for BudgetPolicies {
    type Key = String;
    type Remote = BudgetPolicy;

    const HAS_EQUALS: bool = true;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<BudgetPolicy> {
        gateway::read(&AREA, PATH, (ID, id), one)
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<BudgetPolicy>>> {
        Some(Call::new(About::all(&AREA), list(size, token), page))
    }

    fn key(policy: &BudgetPolicy) -> String {
        policy.id.clone()
    }

    fn created(policy: &BudgetPolicy) -> Option<i64> {
        Some(policy.created_at)
    }
}

/// Creates a budget policy. What is not found is the endpoint that it is for.
#[must_use]
pub fn create(terms: &Terms) -> Call<BudgetPolicy> {
    let request = Request::post(format!("{GATEWAY}/{PATH}/create"), json!(terms));
    Call::new(About::new(&AREA, None).referring(), request, one)
}

/// Changes a budget policy. All is sent: a span must be whole, and another scope would drop the
/// target. What is not found is it or the endpoint that it is for.
#[must_use]
pub fn update(id: &str, terms: &Terms) -> Call<BudgetPolicy> {
    gateway::change(&AREA, PATH, (ID, id), json!(terms), one)
}

/// Deletes a budget policy.
#[must_use]
pub fn delete(id: &str) -> Call<()> {
    gateway::delete(&AREA, PATH, (ID, id))
}

fn list(size: usize, token: Option<&str>) -> Request {
    let mut query = vec![("max_results", size.to_string())];
    query.extend(token.map(|token| ("page_token", token.to_owned())));
    Request::read(format!("{GATEWAY}/{PATH}/list"), query)
}

/// What is no number in JSON comes as a text.
fn double<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let value = Value::deserialize(from)?;
    let number = value.as_f64();
    let text = || value.as_str().and_then(|text| text.parse().ok());
    number
        .or_else(text)
        .ok_or_else(|| serde::de::Error::custom("not a number"))
}

#[derive(Deserialize)]
struct One {
    budget_policy: WirePolicy,
}

#[derive(Default, Deserialize)]
struct Many {
    budget_policies: Vec<WirePolicy>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WirePolicy {
    budget_policy_id: String,
    created_at: i64,
    #[serde(flatten)]
    terms: Terms,
}

fn one(answer: &Response) -> Result<BudgetPolicy, Error> {
    parse::<One>(answer).map(|one| one.budget_policy.into())
}

fn page(answer: &Response) -> Result<Page<BudgetPolicy>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page::new(
        many.budget_policies.into_iter().map(Into::into).collect(),
        many.next_page_token,
    ))
}

impl From<WirePolicy> for BudgetPolicy {
    fn from(wire: WirePolicy) -> Self {
        let terms = Terms {
            target_value: wire.terms.target_value.filter(|it| !it.is_empty()),
            ..wire.terms
        };
        Self {
            id: wire.budget_policy_id,
            terms,
            created_at: wire.created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::line, *};

    fn terms() -> Terms {
        let text = str::to_owned;
        Terms {
            budget_unit: text("USD"),
            budget_amount: 12.5,
            duration: Duration {
                unit: text("MONTHS"),
                value: 1,
            },
            target_scope: text("GLOBAL"),
            target_value: None,
            budget_action: text("ALERT"),
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let whole = r#""budget_unit":"USD","duration":{"unit":"MONTHS","value":1},"target_scope":"GLOBAL"}"#;
        let id = "bp-1".to_owned();
        for (line, expected) in [
            (
                line(&create(&terms())),
                format!(
                    r#"POST /budgets/create? {{"budget_action":"ALERT","budget_amount":12.5,{whole}"#
                ),
            ),
            (
                line(&update(&id, &terms())),
                format!(
                    r#"POST /budgets/update? {{"budget_action":"ALERT","budget_amount":12.5,"budget_policy_id":"bp-1",{whole}"#
                ),
            ),
            (
                line(&delete(&id)),
                r#"DELETE /budgets/delete? {"budget_policy_id":"bp-1"}"#.to_owned(),
            ),
            (
                line(&BudgetPolicies::get(&id)),
                "GET /budgets/get?budget_policy_id=bp-1 ".to_owned(),
            ),
            (
                line(&BudgetPolicies::page(7, Some("t")).unwrap()),
                "GET /budgets/list?max_results=7&page_token=t ".to_owned(),
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn an_amount_that_is_no_number_spoils_no_list() {
        let of = |amount: &str| {
            format!(
                r#"{{"budget_policies":[{{"budget_policy_id":"bp-1","created_at":1,"budget_unit":"USD",
                "budget_amount":{amount},"duration":{{"unit":"DAYS","value":1}},
                "target_scope":"GLOBAL","budget_action":"ALERT","last_updated_by":""}}]}}"#
            )
        };
        for (amount, is) in [("3", 3.0), ("0.5", 0.5), (r#""Infinity""#, f64::INFINITY)] {
            let found = page(&Response::for_test(200, &of(amount))).unwrap().items;
            assert_eq!(found[0].terms.budget_amount, is);
        }
        let nan = page(&Response::for_test(200, &of(r#""NaN""#))).unwrap();
        assert!(nan.items[0].terms.budget_amount.is_nan());
        assert!(page(&Response::for_test(200, &of("[]"))).is_err());
    }
}
