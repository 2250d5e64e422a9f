//! From `terraform apply` to a version on the server, through changes in place and new versions, to an
//! end that leaves them.

use serde_json::{Value, json};

use super::{IT, Subject, TEXT, only, proxy};
use crate::support::{Case, cases, mlflow::Server, terraform::Workspace};

pub fn cases() -> Vec<Case> {
    cases![
        a_text_applies_plans_clean_and_stays_after_a_destroy,
        a_chat_applies_and_plans_clean,
        a_changed_text_is_a_new_version_and_the_alias_follows_in_one_apply,
        what_is_not_the_text_changes_in_place,
        spelling_of_json_is_no_change,
        a_text_and_a_chat_take_each_others_place_as_a_new_version,
        one_is_deleted_when_told,
        values_may_be_unknown_while_planning,
    ]
}

const HI: &str = "template = \"Hi {{ name }}, {{name}} and {{ other.name }}\"";

fn a_text_applies_plans_clean_and_stays_after_a_destroy() {
    let it = Subject::new("text");
    let workspace = it.applied(&format!(
        "{HI}\n  commit_message = \"First\"\n  tags = {{ a = \"1\" }}"
    ));
    workspace.expect_clean_plan();
    let state = workspace.resource(IT);
    for (attribute, value) in [
        ("id", json!(format!("{}/1", it.prompt))),
        ("version", json!("1")),
        ("variables", json!(["name", "other.name"])),
        ("messages", Value::Null),
        ("skip_destroy", json!(true)),
        ("tags", json!({"a": "1"})),
    ] {
        assert_eq!(state[attribute], value, "{attribute}");
    }
    let tags = it.models.version_tags(&it.prompt, "1");
    let expected = [
        ("_mlflow_prompt_type", "text"),
        ("a", "1"),
        ("mlflow.prompt.is_prompt", "true"),
        (TEXT, "Hi {{ name }}, {{name}} and {{ other.name }}"),
    ];
    assert_eq!(
        tags,
        expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    );
    let version = it.models.version(&it.prompt, "1").unwrap();
    assert_eq!(version["description"], "First");
    assert_eq!(version["source"], "dummy-source");
    workspace.destroy().expect_ok();
    assert_eq!(it.models.version(&it.prompt, "1"), Some(version));
}

const CHAT: &str = "messages = [\n    { role = \"system\", content = \"Be {{ style }}.\" },\n    \
    { role = \"user\", content = \"h\u{e9} {{ q }}\" },\n  ]";

fn a_chat_applies_and_plans_clean() {
    let it = Subject::new("chat");
    let workspace = it.applied(CHAT);
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["variables"], json!(["q", "style"]));
    assert_eq!(it.tag("1", "_mlflow_prompt_type").as_deref(), Some("chat"));
    let text: Value = serde_json::from_str(&it.tag("1", TEXT).unwrap()).unwrap();
    let expected = json!([
        {"role": "system", "content": "Be {{ style }}."},
        {"role": "user", "content": "h\u{e9} {{ q }}"},
    ]);
    assert_eq!(text, expected);
}

/// In this order, nothing deleted, and without `create_before_destroy`. The same text again is a new
/// version too.
fn a_changed_text_is_a_new_version_and_the_alias_follows_in_one_apply() {
    let (it, proxy) = (Subject::new("new"), proxy());
    let provider = format!(
        "provider \"mlflow\" {{\n  tracking_uri = {:?}\n}}\n",
        proxy.url()
    );
    let alias = format!(
        "resource \"mlflow_prompt_alias\" \"it\" {{\n  prompt_name = {:?}\n  alias = \"live\"\n  \
         version = mlflow_prompt_version.it.version\n}}\n",
        it.prompt
    );
    let all = |text: &str| {
        format!(
            "{provider}{}{alias}",
            it.config(&format!("template = {text:?}"))
        )
    };
    let workspace = Workspace::bare(&all("One"));
    workspace.apply().expect_ok();
    for (text, number) in [("Two", "2"), ("One", "3")] {
        proxy.clear();
        workspace.write("main.tf", &all(text));
        let mut planned = workspace.planned_actions();
        planned.sort();
        let alias = ("mlflow_prompt_alias.it".to_owned(), "update".to_owned());
        assert_eq!(
            planned,
            [alias, (IT.to_owned(), "delete-create".to_owned())]
        );
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        let writes = proxy.requests();
        let writes: Vec<_> = writes
            .iter()
            .filter(|it| it.method != "GET")
            .map(|it| {
                (
                    it.method.as_str(),
                    it.path.rsplit('/').next().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(writes, [("POST", "create"), ("POST", "alias")]);
        assert_eq!(it.models.aliases(&it.prompt)["live"], number);
        assert_eq!(it.tag(number, TEXT).as_deref(), Some(text));
    }
    assert_eq!(it.numbers(), ["1", "2", "3"]);
}

fn what_is_not_the_text_changes_in_place() {
    let it = Subject::new("in-place");
    let config = |model: &str| format!("model_config = jsonencode({{ model_name = {model:?} }})");
    let workspace = it.applied(&format!(
        "{HI}\n  {}\n  commit_message = \"a\"",
        config("one")
    ));
    workspace.expect_clean_plan();
    let changed = format!(
        "{HI}\n  {}\n  commit_message = \"b\"\n  tags = {{ t = \"1\" }}",
        config("two")
    );
    it.configure(&workspace, &changed);
    assert_eq!(workspace.planned_actions(), only("update"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    let key = "_mlflow_prompt_model_config";
    let kept: Value = serde_json::from_str(&it.tag("1", key).unwrap()).unwrap();
    assert_eq!(kept, json!({"model_name": "two"}));
    let version = it.models.version(&it.prompt, "1").unwrap();
    assert_eq!(version["description"], "b");
    it.configure(&workspace, HI);
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.tag("1", key), None);
    assert_eq!(it.numbers(), ["1"]);
}

fn spelling_of_json_is_no_change() {
    let it = Subject::new("spelling");
    let spelt = |format: &str, config: &str| {
        format!("{HI}\n  response_format = {format:?}\n  model_config = {config:?}")
    };
    let workspace = it.applied(&spelt(
        r#"{"type": "object", "title": "h\u00e9"}"#,
        r#"{"temperature": 1.0, "model_name": "m"}"#,
    ));
    workspace.expect_clean_plan();
    it.configure(
        &workspace,
        &spelt(
            r#"{"title":"hé","type":"object"}"#,
            r#"{"model_name":"m","temperature":1}"#,
        ),
    );
    workspace.expect_clean_plan();
    it.configure(
        &workspace,
        &spelt(r#"{"title":"he","type":"object"}"#, r#"{"model_name":"m"}"#),
    );
    assert_eq!(workspace.planned_actions(), only("delete-create"));
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(it.numbers(), ["1", "2"]);
}

fn a_text_and_a_chat_take_each_others_place_as_a_new_version() {
    let it = Subject::new("both");
    let workspace = it.applied(HI);
    for (body, number) in [(CHAT, "2"), (HI, "3")] {
        it.configure(&workspace, body);
        workspace.apply().expect_ok();
        workspace.expect_clean_plan();
        assert_eq!(workspace.resource(IT)["version"], number);
    }
}

fn one_is_deleted_when_told() {
    let it = Subject::new("deleted");
    let workspace = it.applied(&format!("{HI}\n  skip_destroy = false"));
    it.configure(&workspace, "template = \"Ho\"\n  skip_destroy = false");
    workspace.apply().expect_ok();
    assert_eq!(it.numbers(), ["2"]);
    workspace.destroy().expect_ok();
    assert_eq!(it.numbers(), [""; 0]);
}

fn values_may_be_unknown_while_planning() {
    let it = Subject::new("unknown");
    let config = format!(
        r#"
resource "terraform_data" "later" {{ input = {{ prompt = {:?}, text = "Hi {{{{ a }}}}" }} }}
resource "mlflow_prompt_version" "it" {{
  prompt_name     = terraform_data.later.output.prompt
  messages        = [{{ role = "user", content = terraform_data.later.output.text }}]
  response_format = jsonencode({{ title = terraform_data.later.output.text }})
  commit_message  = terraform_data.later.output.text
}}
resource "mlflow_prompt_version" "text" {{
  prompt_name = terraform_data.later.output.prompt
  template    = terraform_data.later.output.text
}}
"#,
        it.prompt
    );
    let workspace = Workspace::new(Server::shared(), &config);
    workspace.validate().expect_ok();
    workspace.apply().expect_ok();
    workspace.expect_clean_plan();
    assert_eq!(workspace.resource(IT)["variables"], json!(["a"]));
}
