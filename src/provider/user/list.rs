//! The data source `mlflow_users`: all users, or those whose names a filter lets pass.

use regex_lite::Regex;
use tokio_util::sync::CancellationToken;

use crate::{
    api::{
        Error, ErrorKind, Server,
        users::{self, ListedUser},
    },
    framework::{
        Attr, Context, DataSource, Diagnostics, Type,
        schema::{Attribute, Empty, Nesting, Schema},
    },
    provider::{
        Configured,
        explain::explain,
        plural::{regex_check, regex_in},
        served,
    },
    row,
};

/// `mlflow_users`.
#[derive(Debug)]
pub(in crate::provider) struct All;

row! {
    /// What is wanted, and what is found.
    pub(in crate::provider) struct Users {
        name_prefix: Attr<String>,
        name_regex: Attr<String>,
        users: Attr<Vec<OneUser>>,
        usernames: Attr<Vec<String>>,
    }
}

row! {
    /// One of them.
    pub(in crate::provider) struct OneUser {
        username: Attr<String>,
        is_admin: Attr<bool>,
    }
}

impl DataSource<Configured> for All {
    type Model = Users;

    const TYPE_NAME: &'static str = "mlflow_users";

    fn schema() -> Schema {
        let schema = Schema::new(
            "The users of a server with basic-auth: all of them, or those that satisfy every given \
             argument. Needs MLflow 3.10, and the login of an admin; from 3.17 on that of a user who has \
             a role in the provider's `workspace` suffices.",
        );
        let schema = served::by(users::listing(), schema);
        filter()
            .into_iter()
            .chain(found())
            .fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, wanted: Users) -> Result<Users, Diagnostics> {
        let server = cx.client().known_server()?;
        let has = server.has(users::listing(), cx.stop()).await;
        has.map_err(|error| explain(&error))?;
        let all = all(server, cx.stop()).await;
        let mut all = all.map_err(|error| explain(&error))?;
        let (prefix, regex) = (wanted.name_prefix.known(), regex_in(&wanted.name_regex)?);
        all.retain(|it| passes(it, prefix, regex.as_ref()));
        all.sort_by(|a, b| a.username.cmp(&b.username));
        let names: Vec<_> = all.iter().map(|it| it.username.clone()).collect();
        let users: Vec<_> = all.into_iter().map(OneUser::of).collect();
        Ok(Users {
            users: users.into(),
            usernames: names.into(),
            ..wanted
        })
    }
}

/// All users. An admin is shown them without a workspace, which may yet have to be made; others are where
/// the workspace is named in which they have a role.
async fn all(server: &Server, stop: &CancellationToken) -> Result<Vec<ListedUser>, Error> {
    let shown = server.run(&users::all(), stop).await;
    match shown.as_ref().map_err(Error::kind) {
        Err(ErrorKind::AdminNeeded) if server.workspace().is_some() => {
            server.run(&users::all_for_members(), stop).await
        }
        _ => shown,
    }
}

impl OneUser {
    fn of(user: ListedUser) -> Self {
        Self {
            username: user.username.into(),
            is_admin: user.is_admin.into(),
        }
    }
}

fn passes(user: &ListedUser, prefix: Option<&String>, regex: Option<&Regex>) -> bool {
    prefix.is_none_or(|it| user.username.starts_with(it))
        && regex.is_none_or(|it| it.is_match(&user.username))
}

fn filter() -> [Attribute; 2] {
    [
        Attribute::string("name_prefix", "Only those whose name begins like this.")
            .empty(Empty::LeftOut),
        Attribute::string(
            "name_regex",
            "Only those in whose name this regular expression finds a match; `^` and `$` stand for the \
             name's beginning and end.",
        )
        .empty(Empty::LeftOut)
        .check(regex_check()),
    ]
}

fn found() -> [Attribute; 2] {
    let user = vec![
        Attribute::string("username", "The user's name.").computed(),
        Attribute::bool(
            "is_admin",
            "Whether nothing is refused to the user; null before MLflow 3.13, whose list does not say it.",
        )
        .computed(),
    ];
    [
        Attribute::nested("users", "The users, ordered by name.", Nesting::List, user).computed(),
        Attribute::plain(
            "usernames",
            "The names of the same users, in the same order.",
            Type::list(Type::String),
        )
        .computed(),
    ]
}
