//! Aliases of registered models: names that stand for a version. They are read from their model,
//! which alone tells a missing alias, a dangling one and a missing model apart. Every call here makes
//! webhooks fire, also one that changes nothing.

use serde_json::json;

use crate::api::{
    call::{About, Call, nothing},
    http::Request,
    model_kind::ModelKind,
};

const ALIAS: &str = "/api/2.0/mlflow/registered-models/alias";

/// Makes an alias stand for a version. One that stands for another is moved without a word. What is
/// not found is the version.
#[must_use]
pub fn set<K: ModelKind>(model: &str, alias: &str, version: &str) -> Call<()> {
    let body = json!({ "name": model, "alias": alias, "version": version });
    let version = format!("{model}/{version}");
    let about = About::existing(K::versions(), "giving an alias to", version);
    Call::new(about, Request::post(ALIAS, body), nothing)
}

/// Removes an alias.
#[must_use]
pub fn delete<K: ModelKind>(model: &str, alias: &str) -> Call<()> {
    let body = json!({ "name": model, "alias": alias });
    let about = About::existing(K::area(), "removing an alias of", model);
    Call::new(about, Request::delete(ALIAS, body), nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model_kind::Models;

    #[test]
    fn parameters_of_both_calls_stand_in_the_body() {
        for (call, method, body) in [
            (
                set::<Models>("m", "prod", "7"),
                "POST",
                json!({ "name": "m", "alias": "prod", "version": "7" }),
            ),
            (
                delete::<Models>("m", "prod"),
                "DELETE",
                json!({ "name": "m", "alias": "prod" }),
            ),
        ] {
            assert_eq!(call.request.method.as_str(), method);
            assert_eq!(call.request.body, Some(body));
            assert!(call.request.query.is_empty());
        }
    }
}
