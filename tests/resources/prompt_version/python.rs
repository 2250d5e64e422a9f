//! MLflow's own client loads what Terraform wrote, and Terraform imports what that client wrote with an
//! empty plan.

use serde_json::{Value, json};

use super::{IT, Subject};
use crate::support::{Case, cases, models::python, unique};

pub fn cases() -> Vec<Case> {
    cases![
        loads_a_text_as_it_was_written,
        loads_a_chat_as_it_was_written,
        what_it_wrote_imports_with_an_empty_plan,
    ]
}

/// What `load_prompt` gives of this prompt.
fn loaded(which: &str) -> Value {
    let printed = python(&format!(
        "import json, mlflow\n\
         it = mlflow.genai.load_prompt({which:?})\n\
         print(json.dumps(dict(template=it.template, version=it.version, variables=sorted(it.variables),\n\
         tags=it.tags, message=it.commit_message, format=it.response_format, config=it.model_config)))"
    ));
    serde_json::from_str(printed.lines().last().unwrap_or_default()).expect("it is JSON")
}

fn loads_a_text_as_it_was_written() {
    let it = Subject::new("text");
    let body = "template = \"Hi {{ name }},\\n\\u00e9 \\\"quoted\\\" {% if a %}A{% endif %}\\t\\\\ end \"\n  \
                commit_message = \"Why\"\n  tags = { team = \"risk\" }\n  \
                model_config = jsonencode({ model_name = \"gpt-4\", temperature = 0.5, extra = [1] })";
    // HCL has a template syntax of its own, which is written twice to stand for itself.
    let workspace = it.applied(&body.replace("{% if a %}", "%%{ if a }"));
    workspace.expect_clean_plan();
    it.models.set_alias(&it.prompt, "live", "1");
    for which in ["/1", "@live", "@latest"] {
        let loaded = loaded(&format!("prompts:/{}{which}", it.prompt));
        assert_eq!(loaded["version"], 1, "{which}");
        assert_eq!(loaded["template"], workspace.resource(IT)["template"]);
        assert_eq!(loaded["variables"], json!(["name"]));
        assert_eq!(loaded["message"], "Why");
        assert_eq!(loaded["tags"]["team"], "risk");
        assert_eq!(loaded["format"], Value::Null);
        let config = json!({"model_name": "gpt-4", "temperature": 0.5, "extra": [1]});
        assert_eq!(loaded["config"], config);
    }
}

fn loads_a_chat_as_it_was_written() {
    let it = Subject::new("chat");
    let workspace = it.applied(
        "messages = [\n    { role = \"system\", content = \"Be {{ style }}.\" },\n    \
         { role = \"user\", content = \"\\u00e9 {{ q }}\" },\n  ]\n  \
         response_format = jsonencode({ type = \"object\" })",
    );
    workspace.expect_clean_plan();
    let loaded = loaded(&it.prompt);
    let messages = json!([
        {"role": "system", "content": "Be {{ style }}."},
        {"role": "user", "content": "\u{e9} {{ q }}"},
    ]);
    assert_eq!(loaded["template"], messages);
    assert_eq!(loaded["variables"], json!(["q", "style"]));
    assert_eq!(loaded["format"], json!({"type": "object"}));
    assert_eq!(loaded["config"], Value::Null);
}

fn what_it_wrote_imports_with_an_empty_plan() {
    let name = unique("theirs");
    let it = Subject {
        prompt: name.clone(),
        models: crate::support::models::Models::shared(),
    };
    python(&format!(
        "import mlflow\n\
         mlflow.genai.register_prompt({name:?}, 'Hi {{{{name}}}} \\u00e9', commit_message='First',\n\
         tags={{'team': 'risk'}}, model_config={{'temperature': 1.0, 'max_tokens': 5}},\n\
         response_format={{'type': 'object', 'title': '\\u00e9'}})\n\
         mlflow.genai.register_prompt({name:?}, [dict(role='user', content='\\u00e9 {{{{q}}}}')])\n\
         mlflow.genai.set_prompt_alias({name:?}, 'live', 2)"
    ));
    let text = "template = \"Hi {{name}} \\u00e9\"\n  commit_message = \"First\"\n  \
                tags = { team = \"risk\" }\n  \
                model_config = jsonencode({ max_tokens = 5, temperature = 1 })\n  \
                response_format = jsonencode({ type = \"object\", title = \"\\u00e9\" })";
    let chat = "messages = [{ role = \"user\", content = \"\\u00e9 {{q}}\" }]";
    for (number, body) in [("1", text), ("2", chat)] {
        let workspace = it.workspace(body);
        let id = format!("{name}/{number}");
        workspace.import(IT, &id).expect_ok();
        workspace.expect_clean_plan();
    }
}
