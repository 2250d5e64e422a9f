//! The resource: which calls make it so.

use tokio::sync::OwnedMutexGuard;

use super::{
    row::{self, Permission},
    target,
};
use crate::{
    api::{
        Shown,
        held_roles::{self, Grant, HeldRoles, Permissions},
        roles::RolePermission,
    },
    framework::{Attr, Diagnostic, Diagnostics, Path, Plan, schema::Schema},
    provider::{
        managed::{
            Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, or_default, told,
            workspace_name, workspace_of_calls,
        },
        permitted, unseen,
    },
};

/// `mlflow_permission`.
#[derive(Debug)]
pub(in crate::provider) struct UserPermission;

impl Entity for UserPermission {
    type Row = Permission;
    type Object = Permissions;

    const TYPE_NAME: &'static str = "mlflow_permission";
    const NOUN: &'static str = "permission";
    const IDENTITY: &'static [(&'static str, &'static str)] = &[
        ("username", "The user's name."),
        ("resource_type", "The kind of thing."),
        ("resource_id", "Its id or name, or `*`."),
    ];
    const ENCODED: bool = true;
    const LIST: &'static str = "Lists what is permitted to single users in a workspace, for `terraform \
        query`; what the creators of objects have by themselves is among it. Needs the login of an admin, \
        and Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Permission) -> Option<String> {
        row.username.known().cloned()
    }

    fn workspace(row: &mut Permission) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    fn id(row: &mut Permission) -> Option<&mut Attr<String>> {
        Some(&mut row.id)
    }

    fn owner(row: &mut Permission) -> Option<(&'static str, &mut Attr<String>)> {
        let type_name = permitted::named_type(row.resource_type.known()?)?;
        Some((type_name, &mut row.resource_id))
    }

    /// The id that the server gives it.
    fn mark(held: &HeldRoles, row: &Permission) -> Option<i64> {
        let found = row.grant().among(held, workspace_name(&row.workspace));
        found.map(|found| found.id)
    }

    fn seen(held: &HeldRoles, Before { row, .. }: Before<'_, Permission>) -> Seen<Permission> {
        let found = row.grant().among(held, workspace_name(&row.workspace));
        found.map_or(Seen::Gone, |found| {
            Seen::Is(Permission {
                permission: found.permission.clone().into(),
                overwrite: or_default(&row.overwrite, false),
                ..row.clone()
            })
        })
    }

    async fn missed(cx: &Working<'_>, row: &Permission) -> Result<Option<HeldRoles>, Halt> {
        unseen::believed(cx, Self::NOUN, &row.grant().username).await?;
        Ok(None)
    }

    fn listed(held: &HeldRoles) -> Vec<Permission> {
        let hidden = held.roles.iter().filter(|it| it.is_hidden());
        let rows = hidden.flat_map(|role| {
            role.permissions.iter().map(|it| Permission {
                username: held.username.clone().into(),
                resource_type: it.resource_type.clone().into(),
                resource_id: it.resource_pattern.clone().into(),
                workspace: role.workspace.clone().into(),
                ..Permission::default()
            })
        });
        rows.collect()
    }

    async fn list(cx: &Working<'_>) -> Result<Vec<HeldRoles>, Halt> {
        let mut all = cx.server.list::<Permissions>(cx.stop()).await?;
        let here = workspace_of_calls(cx);
        for held in &mut all {
            held.roles.retain(|it| it.workspace == here);
        }
        Ok(all)
    }

    fn validate(config: &Permission) -> Diagnostics {
        config.permitted().validate().into_iter().collect()
    }

    /// Names change, and ids do not.
    fn plan(cx: &Planning<'_, Self>, plan: &mut Plan<Permission>) -> Result<(), Diagnostics> {
        let moves = cx.prior.is_some_and(|prior| {
            prior.resource_id != plan.state.resource_id && !prior.is_on_a_name()
        });
        if moves {
            plan.replace.push(Path::attribute("resource_id"));
        }
        Ok(())
    }

    async fn check(
        cx: &Working<'_>,
        planning: &Planning<'_, Self>,
        planned: &Permission,
    ) -> Result<(), Diagnostics> {
        planned.permitted().check(cx).await?;
        let is_new = planning
            .prior
            .is_none_or(|prior| prior.grant() != planned.grant());
        // What the same apply makes may have its name already, but no id; and nothing is on a server that
        // is not there yet.
        if is_new && planned.is_on_an_id() && cx.server.known_version(cx.stop()).await.is_some() {
            let there = target::there(cx, &planned.grant()).await;
            there.map_err(told::<Self>)?;
        }
        Ok(())
    }

    async fn create(
        cx: &Working<'_>,
        Wanted { planned, .. }: Wanted<'_, Permission>,
    ) -> Result<Steps<Self>, Halt> {
        let grant = planned.grant();
        target::there(cx, &grant).await?;
        let passed = gate(cx, &grant).await;
        let held = held(cx, &grant.username).await?;
        let step = match grant.among(&held, &workspace_of_calls(cx)) {
            None => Some(granted(cx, planned)),
            Some(found) if planned.overwrite.known() == Some(&true) => {
                cx.server.remember_taken_over(found.id);
                changed(cx, planned, found)
            }
            Some(found) => return Err(exists(planned, found)),
        };
        Ok(step.map(|it| it.keeping(passed)).into_iter().collect())
    }

    /// A model that was renamed has taken the permission along. Elsewhere it is given before it is taken
    /// away.
    async fn update(
        cx: &Working<'_>,
        prior: &Permission,
        Wanted { planned, mark, .. }: Wanted<'_, Permission>,
    ) -> Result<Steps<Self>, Halt> {
        let (from, to) = (prior.grant(), planned.grant());
        if from == to && prior.level() == planned.level() {
            return Ok(Vec::new());
        }
        let (held, here) = (held(cx, &to.username).await?, workspace_of_calls(cx));
        let has_moved = to.among(&held, &here).is_some_and(|it| mark == Some(it.id));
        let is_ours = |it: &&RolePermission| mark.is_none_or(|mark| mark == it.id);
        let left = from.among(&held, &here).filter(is_ours);
        let left = left.filter(|_| from != to && !has_moved);
        match to.among(&held, &here) {
            Some(found) if left.is_some() => Err(exists(planned, found)),
            Some(found) => Ok(changed(cx, planned, found).into_iter().collect()),
            None => {
                target::there(cx, &to).await?;
                let revoked = left.map(|_| revoked(cx, &from, planned));
                Ok([granted(cx, planned)].into_iter().chain(revoked).collect())
            }
        }
    }

    async fn delete(
        cx: &Working<'_>,
        prior: &Permission,
        held: &HeldRoles,
    ) -> Result<Steps<Self>, Halt> {
        // Its successor has it by now, where that is made before this is destroyed, or beside it.
        let grant = prior.grant();
        let passed = gate(cx, &grant).await;
        let is_handed_over = Self::mark(held, prior).is_some_and(|id| cx.server.is_taken_over(id));
        Ok(match is_handed_over {
            true => Vec::new(),
            false => vec![revoked(cx, &grant, prior).keeping(passed)],
        })
    }
}

/// What one user is permitted is given, taken over and revoked one at a time.
async fn gate(cx: &Working<'_>, grant: &Grant) -> OwnedMutexGuard<()> {
    cx.server
        .pass(&format!("permissions of {}", grant.username))
        .await
}

type OneStep = Step<Permissions, Permission>;

fn granted(cx: &Working<'_>, planned: &Permission) -> OneStep {
    let (grant, level) = (planned.grant(), planned.level().to_owned());
    let (call, key, here) = (
        held_roles::grant(&grant, &level),
        grant.username.clone(),
        workspace_of_calls(cx),
    );
    let shows = move |held: Option<&HeldRoles>| match held.and_then(|it| grant.among(it, &here)) {
        None => Shown::NotDone,
        Some(found) if found.permission == level => Shown::Done,
        Some(_) => Shown::Taken,
    };
    Step::silent(call, key, shows, planned.clone())
}

/// None where it is so already. Once it is gone, its id may be another's, and nothing more is sent.
fn changed(cx: &Working<'_>, planned: &Permission, found: &RolePermission) -> Option<OneStep> {
    let (grant, level) = (planned.grant(), planned.level().to_owned());
    if found.permission == level {
        return None;
    }
    let (call, key, here) = (
        held_roles::change(&grant, found.id, &level),
        grant.username.clone(),
        workspace_of_calls(cx),
    );
    let id = found.id;
    let is_so = move |held: Option<&HeldRoles>| {
        let found = held.and_then(|it| grant.among(it, &here));
        found.is_none_or(|it| it.permission == level || it.id != id)
    };
    Some(Step::silent(call, key, is_so, planned.clone()))
}

fn revoked(cx: &Working<'_>, grant: &Grant, truth: &Permission) -> OneStep {
    let (grant, here) = (grant.clone(), workspace_of_calls(cx));
    let (call, key) = (held_roles::revoke(&grant), grant.username.clone());
    let is_gone =
        move |held: Option<&HeldRoles>| held.is_none_or(|held| grant.among(held, &here).is_none());
    Step::silent(call, key, is_gone, truth.clone())
}

async fn held(cx: &Working<'_>, username: &str) -> Result<HeldRoles, Halt> {
    let held = cx.get::<Permissions>(&username.to_owned()).await?;
    held.ok_or_else(|| Halt::Refused(unseen::no_such_user(username).into()))
}

fn exists(planned: &Permission, found: &RolePermission) -> Halt {
    let Grant {
        username,
        resource_type,
        resource_id,
    } = planned.grant();
    let detail = format!(
        "The user {username:?} has {} on {resource_type} {resource_id:?} already. Whoever makes an object \
         has MANAGE on it by itself. To take it over, set overwrite = true, or import it:",
        found.permission
    );
    Halt::ExistsAs(Diagnostic::error("Already Exists", detail))
}
