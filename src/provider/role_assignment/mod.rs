//! Assignments of roles to users: read from the roles that a user has, so that a role that is gone, a user
//! that is gone and an assignment that is gone are the same.

mod row;

use crate::{
    api::{
        held_roles::{Assignments, HeldRoles},
        roles::{self, Role},
    },
    framework::{Attr, Catalogue, Diagnostic, Path, schema::Schema},
    provider::{
        Configured,
        managed::{self, Before, Entity, Halt, Seen, Step, Steps, Wanted, Working},
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
        `terraform query`. Needs the login of an admin, and Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Assignment) -> Option<String> {
        row.username.known().cloned()
    }

    fn id(row: &mut Assignment) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    /// An import may name the role instead of giving its id.
    fn seen(
        held: &HeldRoles,
        Before { row, is_new, .. }: Before<'_, Assignment>,
    ) -> Seen<Assignment> {
        let role = row.role_id.known().map_or("", String::as_str);
        if let Some(found) = role.parse().ok().and_then(|id| held.role(id)) {
            return Seen::Is(Assignment::new(found.id, &held.username));
        }
        let mut named = assigned(held).filter(|it| is_new && it.name == role);
        match (named.next(), named.next()) {
            (Some(one), None) => Seen::Is(Assignment::new(one.id, &held.username)),
            (Some(_), Some(_)) => Seen::Other(ambiguous(held, role)),
            (None, _) => Seen::Gone,
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
            Some(held) if held.role(id).is_some() => return Err(Halt::Exists),
            Some(_) => {}
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
