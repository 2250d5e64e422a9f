//! Experiments: the server gives them ids, and their names are unique in a workspace. Deletion is soft:
//! a deleted one keeps its name, can be read, and is restored by a call.

use serde::Deserialize;
use serde_json::json;

use crate::api::{
    area::{Area, always, nothing_special},
    call::{About, Call, nothing, parse, parse_page},
    error::Error,
    http::{Request, Response},
    kind::ServerKind,
    object::{ByName, Named, Object},
    page::Page,
    serial::is_serial,
    tags::{self, TagChange, Tags, WireTag},
    version::Version,
};

const EXPERIMENTS: &str = "/api/2.0/mlflow/experiments";

/// The tag that is the description.
pub const NOTE: &str = "mlflow.note.content";
/// The tag that says for how long traces are kept before they are archived.
pub const RETENTION: &str = "mlflow.trace.archivalRetention";

static AREA: Area = Area {
    noun: "experiment",
    since: Version::new(3, 3, 0),
    on_databricks: true,
    needs_database: false,
    shortest_list: || {
        let (query, _) = search(View::Active, 1, None);
        Request::read(format!("{EXPERIMENTS}/search"), query)
    },
    classify: nothing_special,
    quotable: always,
};

/// Whether it is an id as servers write it. The first experiment of each has none of their numbers, and
/// those of notebooks in a Git folder of a Databricks workspace have 32 hexadecimal digits.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let is_hex = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    text == "0" || is_serial(text) || text.len() == 32 && text.bytes().all(is_hex)
}

/// An experiment as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// What tells it from the others. Over SQLite, that of one removed for good is given again.
    pub id: String,
    /// Its name; case matters.
    pub name: String,
    /// Where artifacts of its runs go.
    pub artifact_location: String,
    /// `active` or `deleted`.
    pub lifecycle_stage: String,
    /// Unix milliseconds. Those of a time before servers noted it have none.
    pub creation_time: Option<i64>,
    /// Unix milliseconds; tags do not move it.
    pub last_update_time: Option<i64>,
    /// All its tags, also those that MLflow keeps for itself.
    pub tags: Tags,
}

/// An experiment to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExperiment {
    /// Its name.
    pub name: String,
    /// Where artifacts go; `None` leaves it to the server.
    pub artifact_location: Option<String>,
    /// Its tags, each key once.
    pub tags: Tags,
}

/// Which experiments a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    /// Those that are not deleted.
    Active,
    /// Deleted ones too.
    All,
}

/// So much of the tags one request tells a Databricks workspace: more is not promised to be taken.
const MOST_TAGS: usize = 20;
/// The longest value of such a tag, in bytes.
const LONGEST_VALUE: usize = 5000;

/// Experiments, each under its id.
#[derive(Clone, Copy, Debug)]
pub struct Experiments;

/// Experiments, each under its id, in a list with those that are deleted.
#[derive(Clone, Copy, Debug)]
pub struct EveryExperiment;

/// Experiments, each under its name; deleted ones too, for they keep it.
pub type ExperimentsByName = ByName<Experiments>;

impl Experiment {
    /// Whether it is deleted, and could be restored.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.lifecycle_stage == "deleted"
    }

    /// Whether it is in somebody's trash, to which Databricks workspaces move what is deleted, under
    /// another name.
    #[must_use]
    pub fn is_in_trash(&self) -> bool {
        self.is_deleted() && self.name.contains("/Trash/")
    }

    /// Whether it belongs to a notebook of a Databricks workspace, which its deletion would take along.
    #[must_use]
    pub fn is_of_notebook(&self) -> bool {
        let is = |key: &str, value: &str| self.tags.get(key).is_some_and(|it| it == value);
        is("mlflow.experimentType", "NOTEBOOK")
            || is("mlflow.experiment.sourceType", "REPO_NOTEBOOK")
    }

    /// What it is for; never an empty text.
    #[must_use]
    pub fn description(&self) -> Option<&String> {
        self.tags.get(NOTE).filter(|text| !text.is_empty())
    }

    /// For how long traces are kept before they are archived, such as `30d`. Of a tag that says it in
    /// another way, all of it.
    #[must_use]
    pub fn trace_archival_retention(&self) -> Option<String> {
        let text = self.tags.get(RETENTION)?;
        let wire = serde_json::from_str::<WireRetention>(text);
        Some(wire.map_or_else(|_| text.clone(), |it| it.value))
    }
}

/// The path in a Databricks workspace that a name stands for: some write it from the root of all files on,
/// and with a slash at its end.
#[must_use]
pub fn path(name: &str) -> &str {
    let rest = name.strip_prefix("/Workspace");
    let path = rest.filter(|rest| rest.starts_with('/')).unwrap_or(name);
    path.strip_suffix('/').unwrap_or(path)
}

impl NewExperiment {
    /// What one request tells a server of this kind. Tags that it leaves out are set afterwards.
    #[must_use]
    pub fn told_to(self, kind: ServerKind) -> Self {
        if kind == ServerKind::Mlflow {
            return self;
        }
        let tags = self.tags.into_iter();
        let promised = tags.filter(|(_, value)| value.len() <= LONGEST_VALUE);
        Self {
            name: path(&self.name).to_owned(),
            tags: promised.take(MOST_TAGS).collect(),
            ..self
        }
    }
}

/// The tag's value that keeps traces for so long.
#[must_use]
pub fn retention(duration: &str) -> String {
    json!({ "type": "duration", "value": duration }).to_string()
}

impl Object for Experiments {
    type Key = String;
    type Remote = Experiment;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<Experiment> {
        let query = vec![("experiment_id", id.clone())];
        let request = Request::read(format!("{EXPERIMENTS}/get"), query);
        Call::new(About::existing(&AREA, "reading", id), request, one)
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<Experiment>>> {
        Some(list(View::Active, size, token))
    }

    fn key(experiment: &Experiment) -> String {
        experiment.id.clone()
    }

    fn created(experiment: &Experiment) -> Option<i64> {
        experiment.creation_time
    }
}

impl Object for EveryExperiment {
    type Key = String;
    type Remote = Experiment;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(id: &String) -> Call<Experiment> {
        Experiments::get(id)
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<Experiment>>> {
        Some(list(View::All, size, token))
    }

    fn key(experiment: &Experiment) -> String {
        experiment.id.clone()
    }

    fn created(experiment: &Experiment) -> Option<i64> {
        experiment.creation_time
    }
}

impl Named for Experiments {
    fn get_named(name: &str) -> Call<Experiment> {
        let by = |name: &str| {
            let query = vec![("experiment_name", name.to_owned())];
            Request::read(format!("{EXPERIMENTS}/get-by-name"), query)
        };
        let about = About::existing(&AREA, "reading", name);
        Call::new(about, by(name), one).on_databricks(by(path(name)))
    }

    fn name(experiment: &Experiment) -> &str {
        &experiment.name
    }

    fn keeps_its_name(experiment: &Experiment, on: ServerKind) -> bool {
        on == ServerKind::Mlflow || !experiment.is_deleted()
    }
}

fn list(view: View, size: usize, token: Option<&str>) -> Call<Page<Experiment>> {
    let (query, body) = search(view, size, token);
    let path = format!("{EXPERIMENTS}/search");
    let request = Request::read(path.as_str(), query);
    Call::new(About::all(&AREA), request, page).on_databricks(Request::ask(path, body))
}

/// Creates an experiment with its tags, in one transaction. The answer is its id. What is not found is the
/// folder of a Databricks workspace that it is to be in.
#[must_use]
pub fn create(new: &NewExperiment) -> Call<String> {
    let mut body = json!({ "name": new.name, "tags": tags::to_wire(&new.tags) });
    if let Some(location) = &new.artifact_location {
        body["artifact_location"] = location.as_str().into();
    }
    let about = About::new(&AREA, Some(new.name.clone())).referring();
    let request = Request::post(format!("{EXPERIMENTS}/create"), body);
    Call::new(about, request, |answer| {
        parse::<Created>(answer).map(|made| made.experiment_id)
    })
}

/// Gives an experiment another name, which is all that an update can change. Only one that is not
/// deleted can be renamed. What is not found may be the folder of a Databricks workspace that it is to be in.
#[must_use]
pub fn rename(on: ServerKind, id: &str, new_name: &str) -> Call<()> {
    let to = |name: &str| {
        let body = json!({ "experiment_id": id, "new_name": name });
        Request::post(format!("{EXPERIMENTS}/update"), body)
    };
    let about = About::existing(&AREA, "renaming", id);
    let about = match on {
        ServerKind::Databricks => about.referring(),
        ServerKind::Mlflow => about,
    };
    Call::new(about, to(new_name), nothing).on_databricks(to(path(new_name)))
}

/// Sets or removes one tag. "Not found" is also said where there is no such tag to remove.
#[must_use]
pub fn tag(id: &str, change: &TagChange) -> Call<()> {
    match change {
        TagChange::Set { key, value } => {
            let body = json!({ "experiment_id": id, "key": key, "value": value });
            on_existing("setting a tag of", "set-experiment-tag", id, body)
        }
        TagChange::Remove { key } => {
            let body = json!({ "experiment_id": id, "key": key });
            on_existing("removing a tag of", "delete-experiment-tag", id, body)
        }
    }
}

/// Deletes an experiment, and its runs; it keeps its name, and can be restored.
#[must_use]
pub fn delete(id: &str) -> Call<()> {
    let body = json!({ "experiment_id": id });
    on_existing("deleting", "delete", id, body)
}

/// Restores a deleted experiment with all its runs, also those that were deleted before it.
#[must_use]
pub fn restore(id: &str) -> Call<()> {
    let body = json!({ "experiment_id": id });
    on_existing("restoring", "restore", id, body)
}

fn on_existing(doing: &'static str, endpoint: &str, id: &str, body: serde_json::Value) -> Call<()> {
    let request = Request::post(format!("{EXPERIMENTS}/{endpoint}"), body);
    Call::new(About::existing(&AREA, doing, id), request, nothing)
}

/// What is asked for as the query of MLflow's search, and as the body of Databricks'. A view that servers
/// do not know is taken for that of active ones, in silence.
fn search(
    view: View,
    size: usize,
    token: Option<&str>,
) -> (Vec<(&'static str, String)>, serde_json::Value) {
    let view = match view {
        View::Active => "ACTIVE_ONLY",
        View::All => "ALL",
    };
    let mut query = vec![
        ("max_results", size.to_string()),
        ("view_type", view.to_owned()),
    ];
    let mut body = json!({ "max_results": size, "view_type": view });
    if let Some(token) = token {
        query.push(("page_token", token.to_owned()));
        body["page_token"] = token.into();
    }
    (query, body)
}

#[derive(Deserialize)]
struct WireRetention {
    value: String,
}

#[derive(Deserialize)]
struct Created {
    experiment_id: String,
}

#[derive(Deserialize)]
struct One {
    experiment: WireExperiment,
}

#[derive(Default, Deserialize)]
struct Many {
    experiments: Vec<WireExperiment>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireExperiment {
    experiment_id: String,
    name: String,
    #[serde(default)]
    artifact_location: String,
    lifecycle_stage: String,
    creation_time: Option<i64>,
    last_update_time: Option<i64>,
    #[serde(default)]
    tags: Vec<WireTag>,
}

fn one(answer: &Response) -> Result<Experiment, Error> {
    parse::<One>(answer).map(|one| one.experiment.into())
}

fn page(answer: &Response) -> Result<Page<Experiment>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page::new(
        many.experiments.into_iter().map(Into::into).collect(),
        many.next_page_token,
    ))
}

impl From<WireExperiment> for Experiment {
    fn from(wire: WireExperiment) -> Self {
        Self {
            id: wire.experiment_id,
            name: wire.name,
            artifact_location: wire.artifact_location,
            lifecycle_stage: wire.lifecycle_stage,
            creation_time: wire.creation_time,
            last_update_time: wire.last_update_time,
            tags: tags::of_wire(wire.tags),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(call: &Call<T>) -> String {
        call.line(EXPERIMENTS)
    }

    #[test]
    fn ids_are_numbers_as_servers_write_them() {
        for (text, fits) in [
            ("0", true),
            ("17", true),
            ("01", false),
            ("", false),
            ("-1", false),
            ("1a", false),
            ("bf024d57582f4c8cbf816151cc6e1bac", true),
            ("BF024D57582F4C8CBF816151CC6E1BAC", false),
            ("g6efd004206b4ce995a9ddcf11e27bc6", false),
        ] {
            assert_eq!(is_id(text), fits, "{text:?}");
        }
    }

    #[test]
    fn each_call_has_its_method_path_and_body() {
        let new = NewExperiment {
            name: "e".to_owned(),
            artifact_location: None,
            tags: [("k".to_owned(), "v".to_owned())].into(),
        };
        let placed = NewExperiment {
            artifact_location: Some("s3://b".to_owned()),
            tags: Tags::new(),
            ..new.clone()
        };
        let [set, gone] = TagChange::of_each_kind();
        for (line, expected) in [
            (
                line(&Experiments::get(&"7".to_owned())),
                "GET /get?experiment_id=7 ",
            ),
            (
                line(&ExperimentsByName::get(&"it's".to_owned())),
                "GET /get-by-name?experiment_name=it's ",
            ),
            (
                line(&create(&new)),
                r#"POST /create? {"name":"e","tags":[{"key":"k","value":"v"}]}"#,
            ),
            (
                line(&create(&placed)),
                r#"POST /create? {"artifact_location":"s3://b","name":"e","tags":[]}"#,
            ),
            (
                line(&rename(ServerKind::Mlflow, "7", "f")),
                r#"POST /update? {"experiment_id":"7","new_name":"f"}"#,
            ),
            (
                line(&tag("7", &set)),
                r#"POST /set-experiment-tag? {"experiment_id":"7","key":"k","value":""}"#,
            ),
            (
                line(&tag("7", &gone)),
                r#"POST /delete-experiment-tag? {"experiment_id":"7","key":"k"}"#,
            ),
            (line(&delete("7")), r#"POST /delete? {"experiment_id":"7"}"#),
            (
                line(&restore("7")),
                r#"POST /restore? {"experiment_id":"7"}"#,
            ),
            (
                line(&list(View::All, 7, Some("t"))),
                "GET /search?max_results=7&view_type=ALL&page_token=t ",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn a_databricks_workspace_is_asked_by_paths() {
        for (name, expected) in [
            ("/Users/ada/churn", "/Users/ada/churn"),
            ("/Workspace/Users/ada/churn/", "/Users/ada/churn"),
            ("/Workspaces/churn", "/Workspaces/churn"),
            ("churn", "churn"),
        ] {
            assert_eq!(path(name), expected);
        }
        let name = "/Workspace/Shared/e/".to_owned();
        let asked = ExperimentsByName::get(&name);
        let query = &asked.request_to(ServerKind::Databricks).query;
        assert_eq!(query[0].1, "/Shared/e");
        let listed = list(View::All, 7, Some("t"));
        let listed = listed.request_to(ServerKind::Databricks);
        let body = json!({ "max_results": 7, "view_type": "ALL", "page_token": "t" });
        assert_eq!(
            (listed.method.as_str(), &listed.body),
            ("POST", &Some(body))
        );
    }

    #[test]
    fn a_databricks_workspace_is_told_no_more_tags_at_once_than_it_promises_to_take() {
        let long = ("long".to_owned(), "x".repeat(5001));
        let tags = (0..30).map(|it| (format!("k{it:02}"), String::new()));
        let new = NewExperiment {
            name: "/Workspace/Shared/e".to_owned(),
            artifact_location: None,
            tags: tags.chain([long]).collect(),
        };
        let told = new.clone().told_to(ServerKind::Databricks);
        assert_eq!((told.name.as_str(), told.tags.len()), ("/Shared/e", 20));
        assert!(!told.tags.contains_key("long"));
        assert_eq!(new.clone().told_to(ServerKind::Mlflow), new);
    }

    #[test]
    fn what_an_answer_leaves_out_is_empty() {
        let body = r#"{"experiment":{"experiment_id":"7","name":"e","lifecycle_stage":"deleted",
            "artifact_location":"s3://b","workspace":"default",
            "tags":[{"key":"mlflow.note.content"},{"key":"k"}]}}"#;
        let experiment = one(&Response::for_test(200, body)).unwrap();
        assert!(experiment.is_deleted());
        assert_eq!(experiment.description(), None);
        assert_eq!(experiment.creation_time, None);
        assert_eq!(experiment.tags["k"], "");
        let empty = page(&Response::for_test(200, "{}")).unwrap();
        assert!(empty.items.is_empty());
        assert!(one(&Response::for_test(200, "<p>login</p>")).is_err());
    }

    #[test]
    fn a_retention_is_read_as_it_is_written_and_others_as_they_are() {
        let mut experiment = Experiment {
            id: "7".to_owned(),
            name: "e".to_owned(),
            artifact_location: String::new(),
            lifecycle_stage: "active".to_owned(),
            creation_time: None,
            last_update_time: None,
            tags: Tags::new(),
        };
        assert_eq!(experiment.trace_archival_retention(), None);
        for (tag, shown) in [(retention("30d"), "30d"), ("later".to_owned(), "later")] {
            experiment.tags.insert(RETENTION.to_owned(), tag);
            let read = experiment.trace_archival_retention();
            assert_eq!(read.as_deref(), Some(shown));
        }
    }
}
