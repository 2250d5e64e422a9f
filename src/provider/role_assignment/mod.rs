//! Assignments of roles to users: read from the roles that a user has, so that a role that is gone, a user
//! that is gone and an assignment that is gone are the same.

mod row;

use crate::{
    api::{
        held_roles::{Assignments, HeldRoles},
        is_serial,
        roles::{self, Role, Roles},
    },
    framework::{Attr, Catalogue, Diagnostic, Path, schema::Schema},
    provider::{
        Configured,
        managed::{self, Before, Entity, Halt, Seen, Step, Steps, Wanted, Working},
        role::hidden,
        unseen,
    },
};
use row::Assignment;

/// The resource and its list.
pub(super) fn offers() -> Catalogue<Configured> {
    managed::offers::<RoleAssignment>()
}

/// `mlflow_role_assignment`.
#[derive(Debug)]
struct RoleAssignment;

impl Entity for RoleAssignment {
    type Row = Assignment;
    type Object = Assignments;

    const TYPE_NAME: &'static str = "mlflow_role_assignment";
    const NOUN: &'static str = "role assignment";
    const IDENTITY: &'static [(&'static str, &'static str)] = &[
        ("role_id", "The role's id."),
        ("username", "The user's name."),
    ];
    const ENCODED: bool = true;
    const IMPORTED_OTHERWISE: &'static [&'static str] = &["role_id"];
    const LIST: &'static str = "Lists the assignments of roles to users, of all workspaces, for \
        `terraform query`. Needs the login of an admin; from MLflow 3.17 on an admin of the provider's \
        `workspace` is shown those of the workspaces that it is an admin of. Needs Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Assignment) -> Option<String> {
        row.username.known().cloned()
    }

    fn id(row: &mut Assignment) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    /// An import may name the role instead of giving its id; a number is always an id.
    fn seen(
        held: &HeldRoles,
        Before { row, is_new, .. }: Before<'_, Assignment>,
    ) -> Seen<Assignment> {
        let role = row.role_id.known().map_or("", String::as_str);
        match is_serial(role) {
            true => of_id(held, row.role(), is_new),
            false if is_new => named(held, role),
            false => Seen::Gone,
        }
    }

    async fn missed(cx: &Working<'_>, row: &Assignment) -> Result<Option<HeldRoles>, Halt> {
        unseen::believed(cx, Self::NOUN, &row.user()).await?;
        Ok(None)
    }

    fn listed(held: &HeldRoles) -> Vec<Assignment> {
        assigned(held)
            .map(|role| Assignment::new(role.id, &held.username))
            .collect()
    }

    async fn create(
        cx: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Assignment>,
    ) -> Result<Steps<Self>, Halt> {
        let (id, username) = (planned.role(), planned.user());
        match cx.get::<Assignments>(&username).await? {
            Some(held) => assignable(cx, &held, planned).await?,
            None => return Err(Halt::Refused(unseen::no_such_user(&username).into())),
        }
        let call = roles::assign(id, &username);
        let is_so = move |held: Option<&HeldRoles>| held.is_some_and(|it| it.role(id).is_some());
        Ok(vec![Step::silent(call, username, is_so, planned.clone())])
    }

    /// Nothing of it can be changed.
    async fn update(
        _: &Working<'_>,
        _: &Assignment,
        _: Wanted<'_, Assignment>,
    ) -> Result<Steps<Self>, Halt> {
        Ok(Vec::new())
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Assignment,
        held: &HeldRoles,
    ) -> Result<Steps<Self>, Halt> {
        let (id, username) = (prior.role(), held.username.clone());
        let call = roles::unassign(id, &username);
        let is_gone = move |held: Option<&HeldRoles>| held.is_none_or(|it| it.role(id).is_none());
        Ok(vec![Step::silent(call, username, is_gone, prior.clone())])
    }
}

/// Servers on SQLite give the ids of deleted roles again, to hidden ones too: what was assigned under such
/// an id is gone.
fn of_id(held: &HeldRoles, id: i64, is_new: bool) -> Seen<Assignment> {
    match held.role(id) {
        Some(role) if !role.is_hidden() => Seen::Is(Assignment::new(id, &held.username)),
        Some(role) if is_new => Seen::Other(not_assigned(role)),
        Some(_) | None => Seen::Gone,
    }
}

fn named(held: &HeldRoles, role: &str) -> Seen<Assignment> {
    let mut named = assigned(held).filter(|it| it.name == role);
    match (named.next(), named.next()) {
        (Some(one), None) => Seen::Is(Assignment::new(one.id, &held.username)),
        (Some(_), Some(_)) => Seen::Other(ambiguous(held, role)),
        (None, _) => Seen::Gone,
    }
}

/// A server assigns hidden roles too, and then refuses every new permission of the user that they are for.
async fn assignable(cx: &Working<'_>, held: &HeldRoles, planned: &Assignment) -> Result<(), Halt> {
    let id = planned.role();
    let role = match held.role(id) {
        Some(role) if !role.is_hidden() => return Err(exists(planned)),
        Some(hidden) => Some(hidden.clone()),
        None => cx.get::<Roles>(&id).await?,
    };
    match role.filter(Role::is_hidden) {
        Some(hidden) => Err(Halt::Refused(not_assigned(&hidden).into())),
        None => Ok(()),
    }
}

fn exists(planned: &Assignment) -> Halt {
    let detail = format!(
        "The user {:?} has this role already, and this provider takes over nothing that it did not make. \
         To manage the assignment that is there, import it:",
        planned.user()
    );
    Halt::ExistsAs(Diagnostic::error("Already Exists", detail))
}

fn not_assigned(role: &Role) -> Diagnostic {
    hidden(&role.name).at(Path::attribute("role_id"))
}

/// The hidden roles are no assignments: they are what is permitted to one user.
fn assigned(held: &HeldRoles) -> impl Iterator<Item = &Role> {
    held.roles.iter().filter(|it| !it.is_hidden())
}

fn ambiguous(held: &HeldRoles, role: &str) -> Diagnostic {
    let all = assigned(held).filter(|it| it.name == role);
    let all = all.map(|it| {
        format!(
            "  - {}/{} in workspace {}",
            it.id, held.username, it.workspace
        )
    });
    Diagnostic::error(
        "Role Name Not Unique",
        format!(
            "The user has roles named {role:?} in several workspaces. Import the assignment by the \
             role's id:\n{}",
            all.collect::<Vec<_>>().join("\n")
        ),
    )
    .at(Path::attribute("role_id"))
}
