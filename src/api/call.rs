//! One exchange with a server: its request, how its answer is read, and what it is about. Every
//! endpoint is a pure function from typed parameters to a [`Call`]; [`Server`](super::Server) sends it.

use std::{fmt, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::api::{
    area::{Area, plural, with_article},
    error::{Error, ErrorKind},
    http::{Request, Response},
    kind::ServerKind,
};

/// A call that gives a `T`.
#[derive(Clone)]
pub struct Call<T> {
    pub(in crate::api) request: Box<Request>,
    pub(in crate::api) read: Arc<Read<T>>,
    pub(in crate::api) about: About,
    /// Whether it is about things of one workspace. Calls on workspaces themselves are not.
    pub(in crate::api) in_workspace: bool,
    /// The request where a Databricks workspace wants another.
    on_databricks: Option<Box<Request>>,
}

/// How an answer is read.
type Read<T> = dyn Fn(&Response) -> Result<T, Error> + Send + Sync;

/// What a call does, and to what.
#[derive(Clone, Debug)]
pub struct About {
    pub(in crate::api) area: &'static Area,
    /// Such as `reading`.
    pub(in crate::api) doing: &'static str,
    /// What tells the thing from others of its kind, as people write it.
    pub(in crate::api) key: Option<String>,
    /// Whether it names something that must exist. Where it does not, only the workspace can be
    /// what is not found.
    pub(in crate::api) of_existing: bool,
    /// Whether it names others, too, which may be what is not found.
    pub(in crate::api) refers: bool,
}

impl<T> Call<T> {
    /// A call on things of a workspace.
    pub(in crate::api) fn new(
        about: About,
        request: Request,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            request: Box::new(request),
            read: Arc::new(read),
            about,
            in_workspace: true,
            on_databricks: None,
        }
    }

    /// The same call, by another request on a Databricks workspace.
    #[must_use]
    pub(in crate::api) fn on_databricks(mut self, request: Request) -> Self {
        self.on_databricks = Some(Box::new(request));
        self
    }

    /// The request to a server of this kind.
    pub(in crate::api) fn request_to(&self, kind: ServerKind) -> &Request {
        let own = self.on_databricks.as_deref();
        own.filter(|_| kind == ServerKind::Databricks)
            .unwrap_or(&self.request)
    }

    /// The same call, sent without a workspace.
    #[must_use]
    pub(in crate::api) fn of_all_workspaces(mut self) -> Self {
        self.in_workspace = false;
        self
    }
}

impl Call<()> {
    /// A removal of what these texts name: MLflow takes them from the body, and Databricks from the query.
    pub(in crate::api) fn removal(
        about: About,
        path: String,
        named: &[(&'static str, &str)],
    ) -> Self {
        let body = named
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Value::from(*text)));
        let body: Map<_, _> = body.collect();
        let query = named.iter().map(|(key, text)| (*key, (*text).to_owned()));
        let by_query = Request::delete_by_query(path.as_str(), query.collect());
        Self::new(about, Request::delete(path, body.into()), nothing).on_databricks(by_query)
    }
}

#[cfg(test)]
impl<T> Call<T> {
    /// Method, path, query and body, on one line. Of the path what stands behind `base`.
    pub(in crate::api) fn line(&self, base: &str) -> String {
        let body = self.request.body.as_ref();
        let body = body.map(ToString::to_string).unwrap_or_default();
        let query = self.request.query.iter();
        let query: Vec<_> = query.map(|(key, value)| format!("{key}={value}")).collect();
        let path = self.request.path.replace(base, "");
        format!("{} {path}?{} {body}", self.request.method, query.join("&"))
    }
}

impl About {
    /// A thing that must exist.
    pub(in crate::api) fn existing(
        area: &'static Area,
        doing: &'static str,
        key: impl Into<String>,
    ) -> Self {
        Self {
            area,
            doing,
            key: Some(key.into()),
            of_existing: true,
            refers: false,
        }
    }

    /// A thing that is yet to be made.
    pub(in crate::api) fn new(area: &'static Area, key: Option<String>) -> Self {
        Self {
            area,
            doing: "creating",
            key,
            of_existing: false,
            refers: false,
        }
    }

    /// All things of the area.
    pub(in crate::api) fn all(area: &'static Area) -> Self {
        Self {
            area,
            doing: "listing",
            key: None,
            of_existing: false,
            refers: false,
        }
    }

    /// The same, about a thing that names others: one of them may be what is not found.
    #[must_use]
    pub(in crate::api) fn referring(mut self) -> Self {
        self.refers = true;
        self
    }

    /// What is attempted, such as `reading webhook "7"`.
    pub(in crate::api) fn action(&self) -> String {
        let Self {
            area, doing, key, ..
        } = self;
        match (key, *doing) {
            (Some(key), _) => format!("{doing} {} {key:?}", area.noun),
            (None, "listing") => format!("listing {}", plural(area.noun)),
            (None, _) => format!("{doing} {}", with_article(area.noun)),
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.about.action(), self.request)
    }
}

/// Reads an answer of the documented shape.
pub(in crate::api) fn parse<T: DeserializeOwned>(answer: &Response) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|cause| unusable(answer, &cause))
}

/// Reads an object that is empty.
pub(in crate::api) fn nothing(answer: &Response) -> Result<(), Error> {
    match parse::<Map<String, Value>>(answer)? {
        fields if fields.is_empty() => Ok(()),
        _ => Err(foreign(
            answer,
            "the JSON is not as documented (an empty object is)",
        )),
    }
}

/// Reads a page of a list. MLflow leaves out what is empty: none at all make an empty object, while
/// other objects without the list are not its own.
pub(in crate::api) fn parse_page<T: Default + DeserializeOwned>(
    answer: &Response,
) -> Result<T, Error> {
    if nothing(answer).is_ok() {
        return Ok(T::default());
    }
    parse(answer)
}

/// An answer that is not what such a server says.
pub(in crate::api) fn foreign(answer: &Response, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::ForeignAnswer)
        .with_answer(answer.status, None)
        .with_message(message)
}

/// What serde says may quote the answer, so only its place is told.
fn unusable(answer: &Response, cause: &serde_json::Error) -> Error {
    let message = match serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body) {
        Ok(_) => format!(
            "the JSON is not as documented (line {}, column {})",
            cause.line(),
            cause.column()
        ),
        Err(_) => answer
            .words()
            .unwrap_or_else(|| "the answer is empty".to_owned()),
    };
    foreign(answer, message)
}
