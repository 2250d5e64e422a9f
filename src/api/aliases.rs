//! Aliases of registered models: names that stand for a version. They are read from their model,
//! which alone tells a missing alias, a dangling one and a missing model apart. Every call here makes
//! webhooks fire, also one that changes nothing.

use serde_json::json;

use crate::api::{
    call::{About, Call, nothing},
    http::Request,
    model_versions,
    object::Object,
    registered_models::RegisteredModels,
};

const ALIAS: &str = "/api/2.0/mlflow/registered-models/alias";

/// Makes an alias stand for a version. One that stands for another is moved without a word. What is
/// not found is the version.
#[must_use]
pub fn set(model: &str, alias: &str, version: &str) -> Call<()> {
    let body = json!({ "name": model, "alias": alias, "version": version });
    let version = format!("{model}/{version}");
    let about = About::existing(&model_versions::AREA, "giving an alias to", version);
    Call::new(about, Request::post(ALIAS, body), nothing)
}

/// Removes an alias.
#[must_use]
pub fn delete(model: &str, alias: &str) -> Call<()> {
    let body = json!({ "name": model, "alias": alias });
    let about = About::existing(RegisteredModels::area(), "removing an alias of", model);
    Call::new(about, Request::delete(ALIAS, body), nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_both_calls_stand_in_the_body() {
        for (call, method, body) in [
            (
                set("m", "prod", "7"),
                "POST",
                json!({ "name": "m", "alias": "prod", "version": "7" }),
            ),
            (
                delete("m", "prod"),
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
