//! The resource: which calls make it so.

use super::{
    itself::{self, Deed},
    row::{self, User},
};
use crate::{
    api::{
        Claim, ErrorKind,
        users::{self, Users},
    },
    framework::{Attr, Diagnostic, Diagnostics, Path, Plan, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working,
        secret::{self, begun_in_state},
    },
};

/// `mlflow_user`.
#[derive(Debug)]
pub(in crate::provider) struct ServerUser;

impl Entity for ServerUser {
    type Row = User;
    type Object = Users;

    const TYPE_NAME: &'static str = "mlflow_user";
    const NOUN: &'static str = "user";
    const IDENTITY: &'static [(&'static str, &'static str)] = &[("username", "The user's name.")];
    const LIST: &'static str = "Lists the users of a server for `terraform query`. Needs MLflow 3.10 and \
        Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &User) -> Option<String> {
        row.username.known().cloned()
    }

    fn id(row: &mut User) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    fn seen(user: &users::User, Before { row, .. }: Before<'_, User>) -> Seen<User> {
        Seen::Is(User {
            id: Attr::Null,
            username: user.username.clone().into(),
            password: row.password.clone(),
            password_wo: Attr::Null,
            password_wo_version: row.password_wo_version,
            is_admin: user.is_admin.into(),
        })
    }

    fn listed(user: &users::User) -> Vec<User> {
        vec![User::named(&user.username)]
    }

    /// Before MLflow 3.13 the list does not say who is an admin.
    async fn list(cx: &Working<'_>) -> Result<Vec<users::User>, Halt> {
        let (server, stop) = (&cx.server, cx.stop());
        server.has(users::listing(), stop).await?;
        let mut all = Vec::new();
        for listed in server.run(&users::all(), stop).await? {
            all.push(match listed.is_admin {
                Some(is_admin) => users::User {
                    username: listed.username,
                    is_admin,
                    holds: Vec::new(),
                },
                None => server.get::<Users>(&listed.username, stop).await?,
            });
        }
        Ok(all)
    }

    fn validate(config: &User) -> Diagnostics {
        config.secret().validate().into_iter().collect()
    }

    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<User>) -> Result<(), Diagnostics> {
        let given = !(cx.config.password.is_null() && cx.config.password_wo.is_null());
        if cx.prior.is_none() && !given {
            return Err(missing_password().into());
        }
        let before: Vec<_> = cx.prior.map(User::secret).into_iter().collect();
        for warning in begun_in_state(&[plan.state.secret()], &before, cx.host) {
            cx.cx.warn(warning);
        }
        Ok(())
    }

    async fn check(
        cx: &Working<'_>,
        planning: &Planning<'_, Self>,
        planned: &User,
    ) -> Result<(), Diagnostics> {
        let Some(prior) = planning.prior.filter(|it| it.username == planned.username) else {
            return Ok(());
        };
        let (name, was_admin) = (prior.name(), prior.is_admin());
        if was_admin && planned.is_admin.known() == Some(&false) {
            itself::spared(cx, &name, was_admin, Deed::Demote).await?;
        }
        let configured = planned.forms(planning.config);
        if secret::change(prior.forms(prior), configured).is_some() {
            itself::spared(cx, &name, was_admin, Deed::SetPassword).await?;
        }
        Ok(())
    }

    async fn plan_destroy(cx: &Working<'_>, prior: &User) -> Result<(), Diagnostics> {
        let spared = itself::spared(cx, &prior.name(), prior.is_admin(), Deed::Delete).await;
        spared.map_err(Into::into)
    }

    /// It is no admin at first. Ours, after a lost answer, is the one that the password opens.
    async fn create(cx: &Working<'_>, wanted: Wanted<'_, User>) -> Result<Steps<Self>, Halt> {
        let Wanted {
            planned, config, ..
        } = wanted;
        let name = planned.name();
        let Some(password) = planned.forms(config).text() else {
            return Err(Halt::Refused(missing_password().into()));
        };
        if cx.get::<Users>(&name).await?.is_some() {
            return Err(Halt::Exists);
        }
        let claim = Claim::Answers(users::log_in(&name, &password));
        let truth = User {
            is_admin: false.into(),
            ..planned.clone()
        };
        let call = users::create(&name, &password);
        Ok(vec![Step::create(call, name, claim, |_| true, truth)])
    }

    /// The password, then whether it is an admin. To set the same password twice does no harm.
    async fn update(
        _: &Working<'_>,
        prior: &User,
        wanted: Wanted<'_, User>,
    ) -> Result<Steps<Self>, Halt> {
        let Wanted {
            planned, config, ..
        } = wanted;
        let (name, mut truth, mut steps) = (planned.name(), prior.clone(), Vec::new());
        let password = secret::change(prior.forms(prior), planned.forms(config));
        truth.password = planned.password.clone();
        truth.password_wo_version = planned.password_wo_version;
        if let Some(password) = password {
            let call = users::set_password(&name, &password.into_inner());
            let key = name.clone();
            steps.push(Step::silent(call, key, |_| false, truth.clone()));
        }
        let is_admin = planned.is_admin();
        if prior.is_admin() != is_admin {
            truth.is_admin = is_admin.into();
            let is_so =
                move |user: Option<&users::User>| user.is_some_and(|it| it.is_admin == is_admin);
            let call = users::set_admin(&name, is_admin);
            steps.push(Step::silent(call, name, is_so, truth));
        }
        Ok(steps)
    }

    async fn delete(
        cx: &Working<'_>,
        prior: &User,
        user: &users::User,
    ) -> Result<Steps<Self>, Halt> {
        if !user.holds.is_empty() {
            return Err(Halt::Refused(holds(user).into()));
        }
        if cx.server.login() == Some(&user.username) {
            return Err(Halt::Refused(itself::never().into()));
        }
        let call = users::delete(&user.username);
        let key = user.username.clone();
        Ok(vec![Step::silent(
            call,
            key,
            |user| user.is_none(),
            prior.clone(),
        )])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("username"))
    }
}

fn missing_password() -> Diagnostic {
    Diagnostic::error(
        "Missing Password",
        "A new user needs a password: set password_wo with password_wo_version, or password. To manage a \
         user that is there already, import it; then none is needed.",
    )
    .at(Path::attribute("password"))
}

fn holds(user: &users::User) -> Diagnostic {
    Diagnostic::error(
        "User Holds Permissions",
        format!(
            "A server before MLflow 3.13 deletes no user that holds permissions, not even those on what \
             it made itself. Delete them first, in MLflow or by its REST API, or upgrade the server. The \
             user {:?} holds:\n{}",
            user.username,
            user.holds
                .iter()
                .map(|it| format!("  - {it}"))
                .collect::<Vec<_>>()
                .join("\n")
        ),
    )
}
