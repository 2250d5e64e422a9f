//! Workspaces of an MLflow server, since 3.10. No call on them names one: the server would look for
//! that one first.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{
    area::{Area, always},
    call::{About, Call, foreign, parse, parse_page},
    error::{Error, ErrorKind},
    http::{Request, Response},
    object::Object,
    page::Page,
    version::Version,
};

const WORKSPACES: &str = "/api/3.0/mlflow/workspaces";

static AREA: Area = Area {
    noun: "workspace",
    since: Version::new(3, 10, 0),
    on_databricks: false,
    needs_database: true,
    shortest_list: || Request::read(WORKSPACES, Vec::new()),
    classify,
    quotable: always,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 63;

/// Whether a workspace can have this name, by the rule of all servers.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let ends = name.starts_with('-') || name.ends_with('-');
    (2..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits) && !ends
}

/// A workspace as its server shows it. No text is empty: servers show some as empty that others leave
/// out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// What tells it from the others.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Below which artifacts of its new experiments go.
    pub default_artifact_root: Option<String>,
    /// What becomes of its old traces.
    pub trace_archival: TraceArchival,
}

/// What becomes of old traces. Servers before 3.13 ignore it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceArchival {
    /// Where they go.
    pub location: Option<String>,
    /// After how long.
    pub retention: Option<String>,
}

/// Fields of a workspace to write. An absent one is left alone, and an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceChange {
    /// What it is for.
    pub description: Option<String>,
    /// Below which artifacts of its new experiments go.
    pub default_artifact_root: Option<String>,
    /// What becomes of its old traces.
    pub trace_archival: Option<TraceArchival>,
}

/// What becomes of what a workspace holds when it is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The workspace stays while it holds anything, deleted experiments too.
    Restrict,
    /// All of it is deleted for good, except artifacts.
    Cascade,
    /// All of it moves to the workspace `default`.
    SetDefault,
}

/// Workspaces, each under its name.
#[derive(Clone, Copy, Debug)]
pub struct Workspaces;

impl Object for Workspaces {
    type Key = String;
    type Remote = Workspace;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(name: &String) -> Call<Workspace> {
        let about = About::existing(&AREA, "reading", name);
        Call::new(about, Request::read(path(name), Vec::new()), one).of_all_workspaces()
    }

    /// The one list there is has all of them.
    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<Workspace>>> {
        let request = Request::read(WORKSPACES, Vec::new());
        Some(Call::new(About::all(&AREA), request, page).of_all_workspaces())
    }

    fn key(workspace: &Workspace) -> String {
        workspace.name.clone()
    }

    fn created(_: &Workspace) -> Option<i64> {
        None
    }
}

/// Creates a workspace.
#[must_use]
pub fn create(name: &str, fields: &WorkspaceChange) -> Call<Workspace> {
    let mut body = body(fields);
    body["name"] = name.into();
    let about = About::new(&AREA, Some(name.to_owned()));
    Call::new(about, Request::post(WORKSPACES, body), one).of_all_workspaces()
}

/// Changes at least one field of a workspace.
#[must_use]
pub fn change(name: &str, fields: &WorkspaceChange) -> Call<Workspace> {
    let about = About::existing(&AREA, "changing", name);
    Call::new(about, Request::patch(path(name), body(fields)), one).of_all_workspaces()
}

/// Deletes a workspace.
#[must_use]
pub fn delete(name: &str, deletion: Deletion) -> Call<()> {
    let mode = match deletion {
        Deletion::Restrict => "RESTRICT",
        Deletion::Cascade => "CASCADE",
        Deletion::SetDefault => "SET_DEFAULT",
    };
    let mut request = Request::delete(path(name), Value::Null);
    (request.body, request.query) = (None, vec![("mode", mode.to_owned())]);
    let about = About::existing(&AREA, "deleting", name);
    Call::new(about, request, no_content).of_all_workspaces()
}

fn path(name: &str) -> String {
    format!(
        "{WORKSPACES}/{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    )
}

fn body(fields: &WorkspaceChange) -> Value {
    let mut body = Map::new();
    let texts = [
        ("description", &fields.description),
        ("default_artifact_root", &fields.default_artifact_root),
    ];
    for (name, text) in texts {
        body.extend(text.as_ref().map(|text| (name.to_owned(), json!(text))));
    }
    if let Some(archival) = &fields.trace_archival {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let wire =
            json!({ "location": text(&archival.location), "retention": text(&archival.retention) });
        body.insert("trace_archival_config".to_owned(), wire);
    }
    Value::Object(body)
}

/// A deletion is refused with a status that elsewhere means a crash.
fn classify(error: &Error) -> Option<ErrorKind> {
    (error.code() == Some("INVALID_STATE")).then_some(ErrorKind::NotEmpty)
}

#[derive(Deserialize)]
struct One {
    workspace: WireWorkspace,
}

#[derive(Default, Deserialize)]
struct Many {
    workspaces: Vec<WireWorkspace>,
}

#[derive(Deserialize)]
struct WireWorkspace {
    name: String,
    description: Option<String>,
    default_artifact_root: Option<String>,
    #[serde(default)]
    trace_archival_config: WireArchival,
}

#[derive(Default, Deserialize)]
struct WireArchival {
    location: Option<String>,
    retention: Option<String>,
}

fn one(answer: &Response) -> Result<Workspace, Error> {
    parse::<One>(answer).map(|one| one.workspace.into())
}

fn page(answer: &Response) -> Result<Page<Workspace>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page {
        items: many.workspaces.into_iter().map(Into::into).collect(),
        next: None,
    })
}

fn no_content(answer: &Response) -> Result<(), Error> {
    match answer.status == 204 && answer.body.is_empty() {
        true => Ok(()),
        false => Err(foreign(
            answer,
            "the answer is not as documented (204, and empty)",
        )),
    }
}

impl From<WireWorkspace> for Workspace {
    fn from(wire: WireWorkspace) -> Self {
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        let archival = wire.trace_archival_config;
        Self {
            name: wire.name,
            description: text(wire.description),
            default_artifact_root: text(wire.default_artifact_root),
            trace_archival: TraceArchival {
                location: text(archival.location),
                retention: text(archival.retention),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(call: &Call<T>) -> String {
        assert!(
            !call.in_workspace,
            "the server would look for that one first"
        );
        let body = call.request.body.as_ref();
        let body = body.map(ToString::to_string).unwrap_or_default();
        let query = call.request.query.iter();
        let query: Vec<_> = query.map(|(key, value)| format!("{key}={value}")).collect();
        let path = call.request.path.replace(WORKSPACES, "");
        format!("{} {path}?{} {body}", call.request.method, query.join("&"))
    }

    #[test]
    fn a_name_is_short_lower_case_and_has_hyphens_within() {
        for name in ["ab", "team-a", "0a", "a--b", &"x".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "a",
            "Team",
            "-ab",
            "ab-",
            "a_b",
            "ab\n",
            &"x".repeat(64),
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let archival = |location: Option<&str>| TraceArchival {
            location: location.map(str::to_owned),
            retention: None,
        };
        let all = WorkspaceChange {
            description: Some("d".to_owned()),
            default_artifact_root: Some("s3://b".to_owned()),
            trace_archival: Some(archival(Some("s3://a"))),
        };
        let cleared = WorkspaceChange {
            trace_archival: Some(archival(None)),
            ..WorkspaceChange::default()
        };
        for (line, expected) in [
            (line(&Workspaces::get(&"a".to_owned())), "GET /a? "),
            (line(&Workspaces::page(7, None).unwrap()), "GET ? "),
            (
                line(&create("a", &WorkspaceChange::default())),
                r#"POST ? {"name":"a"}"#,
            ),
            (
                line(&change("a-b", &all)),
                r#"PATCH /a%2Db? {"default_artifact_root":"s3://b","description":"d","trace_archival_config":{"location":"s3://a","retention":""}}"#,
            ),
            (
                line(&change("a", &cleared)),
                r#"PATCH /a? {"trace_archival_config":{"location":"","retention":""}}"#,
            ),
            (
                line(&delete("a", Deletion::Restrict)),
                "DELETE /a?mode=RESTRICT ",
            ),
            (
                line(&delete("a", Deletion::Cascade)),
                "DELETE /a?mode=CASCADE ",
            ),
            (
                line(&delete("a", Deletion::SetDefault)),
                "DELETE /a?mode=SET_DEFAULT ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn what_an_answer_leaves_out_is_none_and_so_is_what_is_empty() {
        let body = r#"{"workspaces":[{"name":"a","description":""},
            {"name":"b","trace_archival_config":{"retention":"3d"}}]}"#;
        let found = page(&Response::for_test(200, body)).unwrap().items;
        assert_eq!(found[0].description, None);
        assert_eq!(found[0].trace_archival, TraceArchival::default());
        assert_eq!(found[1].trace_archival.retention.as_deref(), Some("3d"));
        let none = page(&Response::for_test(200, "{}")).unwrap();
        assert!(none.items.is_empty());
    }

    #[test]
    fn a_deletion_is_answered_by_nothing() {
        assert!(no_content(&Response::for_test(204, "")).is_ok());
        assert!(no_content(&Response::for_test(200, "")).is_err());
        assert!(no_content(&Response::for_test(200, "<p>login</p>")).is_err());
    }
}
