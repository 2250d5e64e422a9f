//! From `terraform apply` to a signed delivery, and back to nothing.

use super::{Subject, id, only};
use crate::support::{
    Case, cases,
    registry::{Registry, on_both},
    terraform::Workspace,
};

pub fn cases() -> Vec<Case> {
    let once = cases![refuses_a_misspelt_event_without_a_registry];
    let twice = on_both![
        applies_plans_clean_signs_and_destroys,
        updates_in_place,
        a_removed_description_goes,
        what_is_seldom_meant_is_told_once,
        validates_without_a_connection,
    ];
    [once, twice].concat()
}

fn applies_plans_clean_signs_and_destroys<R: Registry>() {
    let it = Subject::<R>::new("lifecycle");
    let workspace = it.workspace(&it.signing(""));
    let applied = workspace.apply().expect_ok();
    assert!(
        applied.text().contains("1 added, 0 changed, 0 destroyed"),
        "{}",
        applied.text()
    );
    workspace.expect_clean_plan();
    it.registry.assert_signs_with(Some("s3cret"));
    assert_eq!(id(&workspace), it.webhook().id);
    workspace.destroy().expect_ok();
    assert_eq!(it.webhooks(), []);
}

fn updates_in_place<R: Registry>() {
    let it = Subject::<R>::new("update");
    let workspace = it.workspace(&it.signing("description = \"First\""));
    workspace.apply().expect_ok();
    let before = id(&workspace);

    // The status stays through the second, though MLflow before 3.16.0 would set it back.
    for description in ["Second", "Third"] {
        let disabled = format!("status = \"DISABLED\"\ndescription = {description:?}");
        it.configure(&workspace, &it.signing(&disabled));
        assert_eq!(workspace.planned_actions(), only("update"));
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();

        let after = it.webhook();
        assert_eq!(after.id, before);
        assert_eq!(after.status, "DISABLED");
        assert_eq!(after.description, description);
    }
    workspace.destroy().expect_ok();
}

fn a_removed_description_goes<R: Registry>() {
    let it = Subject::<R>::new("removed");
    let workspace = it.workspace(&it.signing("description = \"First\""));
    workspace.apply().expect_ok();
    it.configure(&workspace, &it.signing(""));
    assert_eq!(workspace.planned_actions(), only(R::clearing()));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.webhook().description, "");
    workspace.destroy().expect_ok();
}

fn what_is_seldom_meant_is_told_once<R: Registry>() {
    let it = Subject::<R>::new("advice");
    let workspace = it.workspace(&it.signing("status = \"DISABLED\""));
    let told = ["Secret Kept in State", "Webhook Made Disabled"];
    let text = workspace.plan().expect_ok().text();
    for title in told {
        assert!(text.contains(title), "{title} in {text}");
    }
    workspace.apply().expect_ok();
    it.configure(&workspace, &it.signing("description = \"later\""));
    let text = workspace.apply().expect_ok().text();
    for title in told {
        assert!(!text.contains(title), "{title} in {text}");
    }
    workspace.destroy().expect_ok();
}

fn validates_without_a_connection<R: Registry>() {
    let it = Subject::<R>::new("validate");
    let proxy = it.proxy();
    let workspace = it.workspace_behind(&proxy, &it.signing(""));
    workspace.validate().expect_ok();
    assert_eq!(proxy.requests().len(), 0);
}

fn refuses_a_misspelt_event_without_a_registry() {
    let config = r#"
resource "mlflow_webhook" "it" {
  name   = "misspelt"
  events = ["registered_model.craeted"]
  http_url_spec { url = "https://example.com/" }
}
"#;
    let refused = Workspace::bare(config).validate();
    refused.expect_error_containing(&["registered_model.craeted", "registered_model.created"]);
}
