//! In which order things are destroyed that refer to each other.

use std::time::{Duration, Instant};

use super::{API, DEFINITION, ENDPOINT, KEY, Subject, id_of, proxy};
use crate::support::{Case, cases, proxy::Proxy, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        a_definition_that_goes_with_its_reference_says_what_to_write,
        a_definition_created_before_it_is_destroyed_goes_with_its_reference,
        a_whole_gateway_goes,
    ]
}

/// A secret, a definition that stays, one that goes, and an endpoint of which of them.
fn config(it: &Subject, proxy: &Proxy, lifecycle: &str, goes: bool) -> String {
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let stays = it.definition("model_name = \"gpt-4o\"");
    let going = it.definition(&format!("model_name = \"gpt-5\"\n  {lifecycle}"));
    let going = going
        .replace("\"it\"", "\"going\"")
        .replace(&it.name, &format!("{}-going", it.name));
    let model = |name: &str| {
        format!(
            "model {{\n    model_definition_id = mlflow_gateway_model_definition.{name}.id\n  }}"
        )
    };
    let endpoint = |name: &str| it.endpoint(&format!("{}\n  usage_tracking = false", model(name)));
    let rest = if goes {
        endpoint("it")
    } else {
        format!("{going}{}", endpoint("going"))
    };
    let secret = it.secret(&format!("secret_value = {{ api_key = {KEY:?} }}"));
    format!("{provider}{secret}{stays}{rest}")
}

const BEFORE: &str = "lifecycle {\n    create_before_destroy = true\n  }";

fn a_definition_that_goes_with_its_reference_says_what_to_write() {
    let (it, proxy) = (Subject::new("late"), proxy());
    let workspace = Workspace::bare(&config(&it, &proxy, "", false));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &config(&it, &proxy, "", true));
    let begun = Instant::now();
    let says = [
        "Still in Use",
        "create_before_destroy = true",
        "model definition",
    ];
    let text = workspace.apply().expect_error_containing(&says).text();
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(text.matches("Error:").count(), 1, "{text}");
    let deletions = proxy
        .requests()
        .into_iter()
        .filter(|it| it.method == "DELETE");
    assert_eq!(deletions.count(), 1, "it was sent again");

    // As the error says: put back with it, applied, removed.
    workspace.write("main.tf", &config(&it, &proxy, BEFORE, false));
    workspace.apply().expect_ok();
    workspace.write("main.tf", &config(&it, &proxy, BEFORE, true));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    workspace.destroy().expect_ok();
}

fn a_definition_created_before_it_is_destroyed_goes_with_its_reference() {
    let (it, proxy) = (Subject::new("before"), proxy());
    let workspace = Workspace::bare(&config(&it, &proxy, BEFORE, false));
    workspace.apply().expect_ok();
    let id = id_of(&workspace, ENDPOINT);
    workspace.write("main.tf", &config(&it, &proxy, BEFORE, true));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(id_of(&workspace, ENDPOINT), id);
    assert_eq!(it.gateway.definitions(&it.name).len(), 1);
    workspace.destroy().expect_ok();
}

fn a_whole_gateway_goes() {
    let (it, proxy) = (Subject::new("whole"), proxy());
    let workspace = Workspace::bare(&config(&it, &proxy, BEFORE, true));
    workspace.apply().expect_ok();
    assert_ne!(id_of(&workspace, DEFINITION), "");
    proxy.clear();
    workspace.destroy().expect_ok();
    assert!(proxy.count("DELETE", API) >= 3);
    assert_eq!(it.gateway.secrets(&it.name).len(), 0);
}
