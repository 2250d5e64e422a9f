//! MLflow's AI gateway: keys of model providers, models behind such a key, endpoints in front of the
//! models, and budgets. Each has an id that the server gives, and all but budgets a name that is
//! unique in its workspace. Writes and removals have their parameters in the body.

pub mod budget_policies;
pub mod endpoints;
pub mod model_definitions;
pub mod secrets;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::{
    area::Area,
    call::{About, Call, nothing},
    error::{Error, ErrorKind},
    http::{Request, Response},
    page::Page,
    version::Version,
};

const GATEWAY: &str = "/api/3.0/mlflow/gateway";

/// Texts by their keys, as secrets and their settings have them.
pub type Texts = BTreeMap<String, String>;

/// The area of one kind of gateway object.
const fn area(noun: &'static str, shortest_list: fn() -> Request) -> Area {
    Area {
        noun,
        since: Version::new(3, 11, 1),
        on_databricks: false,
        needs_database: true,
        shortest_list,
        classify,
        quotable,
    }
}

/// The code for what is switched off, for what is kept because something refers to it, and for what the
/// database refuses: of all references only that to an experiment is left to it.
fn classify(error: &Error) -> Option<ErrorKind> {
    match error.code()? {
        "BAD_REQUEST" if refers_to_nothing(error.message()?) => Some(ErrorKind::UnknownExperiment),
        "NOT_IMPLEMENTED" => Some(ErrorKind::GatewayDisabled),
        "INVALID_STATE" => Some(ErrorKind::InUse),
        _ => None,
    }
}

/// Each database says it in words of its own around these.
fn refers_to_nothing(statement: &str) -> bool {
    statement.to_lowercase().contains("foreign key constraint")
}

/// The gateway's own refusals name ids and settings. What comes from the database has its statement
/// with it, and the ciphertext and the mask of a key in that.
fn quotable(error: &Error) -> bool {
    error.code().is_none_or(|code| {
        matches!(
            code,
            "INVALID_PARAMETER_VALUE"
                | "RESOURCE_DOES_NOT_EXIST"
                | "RESOURCE_ALREADY_EXISTS"
                | "PERMISSION_DENIED"
                | "INVALID_STATE"
                | "NOT_IMPLEMENTED"
        )
    })
}

/// Reads one object of the collection at `path`, by its id or by its name.
fn read<T: 'static>(
    area: &'static Area,
    path: &str,
    (by, value): (&'static str, &str),
    one: fn(&Response) -> Result<T, Error>,
) -> Call<T> {
    let query = vec![(by, value.to_owned())];
    let request = Request::read(format!("{GATEWAY}/{path}/get"), query);
    Call::new(About::existing(area, "reading", value), request, one)
}

/// Changes the object of this id. What is not found is it, or what it refers to.
fn change<T: 'static>(
    area: &'static Area,
    path: &str,
    (by, id): (&'static str, &str),
    mut body: Value,
    one: fn(&Response) -> Result<T, Error>,
) -> Call<T> {
    body[by] = id.into();
    let request = Request::post(format!("{GATEWAY}/{path}/update"), body);
    Call::new(
        About::existing(area, "changing", id).referring(),
        request,
        one,
    )
}

/// Deletes the object of this id.
fn delete(area: &'static Area, path: &str, (by, id): (&'static str, &str)) -> Call<()> {
    let request = Request::delete(format!("{GATEWAY}/{path}/delete"), json!({ by: id }));
    Call::new(About::existing(area, "deleting", id), request, nothing)
}

/// One of a whole list by its name, where the server reads none by that.
fn look_for<T: 'static>(
    area: &'static Area,
    list: Request,
    name: &str,
    page: fn(&Response) -> Result<Page<T>, Error>,
    name_of: fn(&T) -> &str,
) -> Call<T> {
    let wanted = name.to_owned();
    Call::new(
        About::existing(area, "looking for", name),
        list,
        move |answer| {
            let found = page(answer)?
                .items
                .into_iter()
                .find(|it| name_of(it) == wanted);
            found.ok_or_else(|| Error::new(ErrorKind::NotFound))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Method, path, query and body of a call, on one line.
    pub(super) fn line<T>(call: &Call<T>) -> String {
        call.line(GATEWAY)
    }

    #[test]
    fn what_may_hold_a_statement_of_the_database_is_not_repeated() {
        for (code, repeated) in [
            (Some("INVALID_PARAMETER_VALUE"), true),
            (Some("RESOURCE_DOES_NOT_EXIST"), true),
            (Some("BAD_REQUEST"), false),
            (Some("INTERNAL_ERROR"), false),
            (None, true),
        ] {
            let code = code.map(str::to_owned);
            let error = Error::new(ErrorKind::Invalid).with_answer(400, code);
            assert_eq!(quotable(&error), repeated, "{error}");
        }
    }

    #[test]
    fn what_is_switched_off_or_in_use_is_known_by_its_code() {
        for (code, kind) in [
            ("NOT_IMPLEMENTED", Some(ErrorKind::GatewayDisabled)),
            ("INVALID_STATE", Some(ErrorKind::InUse)),
            ("BAD_REQUEST", None),
        ] {
            let error = Error::new(ErrorKind::Server).with_answer(500, Some(code.to_owned()));
            assert_eq!(classify(&error), kind, "{code}");
        }
    }

    #[test]
    fn an_experiment_that_is_not_there_is_known_by_the_words_of_the_database() {
        for (words, is_known) in [
            (
                "(sqlite3.IntegrityError) FOREIGN KEY constraint failed\n[SQL: ",
                true,
            ),
            (
                "(ForeignKeyViolation) insert violates foreign key constraint \"fk",
                true,
            ),
            ("(sqlite3.IntegrityError) UNIQUE constraint failed: ", false),
        ] {
            let error = Error::new(ErrorKind::Invalid).with_message(words);
            let error = error.with_answer(400, Some("BAD_REQUEST".to_owned()));
            let kind = is_known.then_some(ErrorKind::UnknownExperiment);
            assert_eq!(classify(&error), kind, "{words}");
        }
    }
}
