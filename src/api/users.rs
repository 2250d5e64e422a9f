//! Users of a server that runs with basic-auth: a name, a password that is never shown, and whether they
//! are admins. The server's own words are never repeated: to MLflow 3.17 some hold the hash of the
//! password that was sent.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{
    area::{Area, never, of_logins},
    call::{About, Call, nothing, parse},
    error::Error,
    http::{Request, Response},
    object::Object,
    page::Page,
    settings::Credentials,
    version::Version,
};

pub(super) const USERS: &str = "/api/2.0/mlflow/users";

static AREA: Area = since(Version::new(3, 3, 0), "user");

static LISTING: Area = since(Version::new(3, 10, 0), "list of users");

static CURRENT: Area = since(Version::new(3, 13, 0), "current user");

const fn since(version: Version, noun: &'static str) -> Area {
    Area {
        noun,
        since: version,
        on_databricks: false,
        needs_database: false,
        shortest_list: list,
        classify: of_logins,
        quotable: never,
    }
}

/// A user as its server shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What tells it from the others; case matters.
    pub username: String,
    /// Whether nothing is refused to it.
    pub is_admin: bool,
    /// What it holds of its own, in words. Told by servers before 3.13 only, which delete no user that
    /// holds any.
    pub holds: Vec<String>,
}

/// A user as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedUser {
    /// What tells it from the others.
    pub username: String,
    /// Told since MLflow 3.13.
    pub is_admin: Option<bool>,
}

/// Users, each under its name.
#[derive(Clone, Copy, Debug)]
pub struct Users;

impl Object for Users {
    type Key = String;
    type Remote = User;

    fn area() -> &'static Area {
        &AREA
    }

    fn get(username: &String) -> Call<User> {
        let about = About::existing(&AREA, "reading", username);
        Call::new(about, read(username), one).of_all_workspaces()
    }

    fn page(_: usize, _: Option<&str>) -> Option<Call<Page<User>>> {
        Some(Call::new(About::all(&AREA), list(), page).of_all_workspaces())
    }

    fn key(user: &User) -> String {
        user.username.clone()
    }

    fn created(_: &User) -> Option<i64> {
        None
    }
}

/// Since which MLflow there is a list of users.
#[must_use]
pub fn listing() -> &'static Area {
    &LISTING
}

/// Since which MLflow a server tells who asks.
#[must_use]
pub fn asking() -> &'static Area {
    &CURRENT
}

/// All users, in one list.
#[must_use]
pub fn all() -> Call<Vec<ListedUser>> {
    let read = |answer: &Response| parse::<Many<ListedUser>>(answer).map(|many| many.users);
    Call::new(About::all(&AREA), list(), read).of_all_workspaces()
}

/// The same list, as servers show it from MLflow 3.17 on to all who have a role in the workspace that is
/// named.
#[must_use]
pub fn all_for_members() -> Call<Vec<ListedUser>> {
    let mut all = all();
    all.in_workspace = true;
    all
}

/// Creates a user, who is no admin, whatever is sent.
#[must_use]
pub fn create(username: &str, password: &SecretString) -> Call<User> {
    let body = json!({ "username": username, "password": password.expose_secret() });
    let request = Request::post(format!("{USERS}/create"), body).confiding([password]);
    let about = About::new(&AREA, Some(username.to_owned()));
    Call::new(about, request, one).of_all_workspaces()
}

/// Gives a user another password.
#[must_use]
pub fn set_password(username: &str, password: &SecretString) -> Call<()> {
    let body = json!({ "username": username, "password": password.expose_secret() });
    let request = Request::patch(format!("{USERS}/update-password"), body).confiding([password]);
    let about = About::existing(&AREA, "setting the password of", username);
    Call::new(about, request, nothing).of_all_workspaces()
}

/// Makes a user an admin, or no longer.
#[must_use]
pub fn set_admin(username: &str, is_admin: bool) -> Call<()> {
    let body = json!({ "username": username, "is_admin": is_admin });
    let request = Request::patch(format!("{USERS}/update-admin"), body);
    let about = About::existing(&AREA, "setting is_admin of", username);
    Call::new(about, request, nothing).of_all_workspaces()
}

/// Deletes a user, since MLflow 3.13 with all that it holds.
#[must_use]
pub fn delete(username: &str) -> Call<()> {
    let request = Request::delete(format!("{USERS}/delete"), json!({ "username": username }));
    let about = About::existing(&AREA, "deleting", username);
    Call::new(about, request, nothing).of_all_workspaces()
}

/// Succeeds for whoever knows the user's password, and for nobody else.
#[must_use]
pub fn log_in(username: &str, password: &SecretString) -> Call<()> {
    let request = read(username).asked_by(Credentials::Basic {
        username: username.to_owned(),
        password: password.clone(),
    });
    let about = About::existing(&AREA, "logging in as", username);
    let read = |answer: &Response| one(answer).map(drop);
    Call::new(about, request, read).of_all_workspaces()
}

/// Who asks, since MLflow 3.13.
#[must_use]
pub fn current() -> Call<User> {
    let request = Request::read(format!("{USERS}/current"), Vec::new());
    let about = About::existing(&CURRENT, "asking for", "self");
    Call::new(about, request, one).of_all_workspaces()
}

fn read(username: &str) -> Request {
    Request::read(
        format!("{USERS}/get"),
        vec![("username", username.to_owned())],
    )
}

/// Since 3.13 MLflow reads the users, and after them their roles: it fails where one of those was deleted
/// in between.
pub(super) fn list() -> Request {
    Request::read(format!("{USERS}/list"), Vec::new()).in_steps()
}

#[derive(Deserialize)]
struct One {
    user: WireUser,
}

#[derive(Deserialize)]
pub(super) struct Many<T> {
    pub(super) users: Vec<T>,
}

#[derive(Deserialize)]
struct WireUser {
    username: String,
    is_admin: bool,
    #[serde(flatten)]
    others: Map<String, Value>,
}

fn one(answer: &Response) -> Result<User, Error> {
    parse::<One>(answer).map(|one| one.user.into())
}

fn page(answer: &Response) -> Result<Page<User>, Error> {
    let many: Many<WireUser> = parse(answer)?;
    Ok(Page {
        items: many.users.into_iter().map(Into::into).collect(),
        next: None,
    })
}

impl From<WireUser> for User {
    fn from(wire: WireUser) -> Self {
        let lists = wire.others.iter();
        let lists = lists.filter_map(|(name, list)| {
            let kind = name.strip_suffix("_permissions")?;
            Some((kind, list.as_array()?))
        });
        let holds = lists.flat_map(|(kind, list)| list.iter().map(move |it| held(kind, it)));
        Self {
            holds: holds.collect(),
            username: wire.username,
            is_admin: wire.is_admin,
        }
    }
}

/// One grant, such as `READ on experiment 7`.
fn held(kind: &str, grant: &Value) -> String {
    let fields = grant.as_object().into_iter().flatten();
    let names = fields.filter(|(name, _)| !matches!(name.as_str(), "user_id" | "permission"));
    let names: Vec<_> = names
        .map(|(_, value)| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    let permission = grant["permission"].as_str().unwrap_or_default();
    format!(
        "{permission} on {} {}",
        kind.replace('_', " "),
        names.join("/")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<T>(call: &Call<T>) -> String {
        call.line(USERS)
    }

    #[test]
    fn each_call_has_its_method_path_and_body_and_names_no_workspace() {
        let password = SecretString::from("twelve-letters");
        for (line, expected) in [
            (
                line(&Users::get(&"a b".to_owned())),
                "GET /get?username=a b ",
            ),
            (line(&all()), "GET /list? "),
            (
                line(&create("a", &password)),
                r#"POST /create? {"password":"twelve-letters","username":"a"}"#,
            ),
            (
                line(&set_password("a", &password)),
                r#"PATCH /update-password? {"password":"twelve-letters","username":"a"}"#,
            ),
            (
                line(&set_admin("a", true)),
                r#"PATCH /update-admin? {"is_admin":true,"username":"a"}"#,
            ),
            (line(&delete("a")), r#"DELETE /delete? {"username":"a"}"#),
            (line(&log_in("a", &password)), "GET /get?username=a "),
            (line(&current()), "GET /current? "),
        ] {
            assert_eq!(line, expected);
        }
        assert!(!create("a", &password).in_workspace);
        assert!(!format!("{:?}", log_in("a", &password)).contains("twelve"));
    }

    #[test]
    fn what_older_servers_tell_of_grants_is_put_in_words() {
        let body = r#"{"user":{"id":2,"username":"a","is_admin":false,
            "experiment_permissions":[{"experiment_id":"7","permission":"READ","user_id":2}],
            "registered_model_permissions":[{"name":"m","permission":"MANAGE","user_id":2}],
            "scorer_permissions":[]}}"#;
        let user = one(&Response::for_test(200, body)).unwrap();
        let holds = ["READ on experiment 7", "MANAGE on registered model m"];
        assert_eq!(user.holds, holds);
        let listed = r#"{"users":[{"id":1,"username":"a","is_admin":true,"roles":[]}]}"#;
        let page = page(&Response::for_test(200, listed)).unwrap();
        assert!(page.items[0].is_admin && page.items[0].holds.is_empty());
    }

    #[test]
    fn a_list_that_does_not_tell_who_is_admin_is_no_list_of_whole_users() {
        let listed = Response::for_test(200, r#"{"users":[{"id":1,"username":"a"}]}"#);
        assert!(page(&listed).is_err());
        assert_eq!((all().read)(&listed).unwrap()[0].is_admin, None);
    }
}
