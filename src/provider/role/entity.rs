//! The resource: which calls make it so.

use super::row::{self, Permission, Role};
use crate::{
    api::{
        Claim, ErrorKind, ServerKind,
        roles::{self, Roles, RolesByName},
    },
    framework::{Attr, Diagnostic, Diagnostics, Path, SetOf, schema::Schema},
    provider::managed::{
        Before, Entity, Halt, Planning, Seen, Step, Steps, Wanted, Working, import_block,
        text_or_none, workspace_name, workspace_of_calls,
    },
};

/// `mlflow_role`.
#[derive(Debug)]
pub(in crate::provider) struct ServerRole;

impl Entity for ServerRole {
    type Row = Role;
    type Object = Roles;

    const TYPE_NAME: &'static str = "mlflow_role";
    const NOUN: &'static str = "role";
    const IDENTITY: &'static [(&'static str, &'static str)] = &[("name", "The role's name.")];
    const ENCODED: bool = true;
    /// What the server keeps for single users is told from other roles once it is read.
    const IMPORTED_OTHERWISE: &'static [&'static str] = &["name"];
    const LIST: &'static str = "Lists the roles of a workspace for `terraform query`. Those that a server \
        keeps for single users are not among them.\n\nNeeds Terraform 1.14.";

    fn schema() -> Schema {
        row::schema()
    }

    fn key(row: &Role) -> Option<i64> {
        row.id.known()?.parse().ok()
    }

    fn workspace(row: &mut Role) -> Option<&mut Attr<String>> {
        Some(&mut row.workspace)
    }

    async fn find(cx: &Working<'_>, row: &Role) -> Result<Option<roles::Role>, Halt> {
        by_name(cx, &row.name()).await
    }

    /// Another of its id is not it: servers on SQLite give the ids of deleted roles again, to hidden ones
    /// too, and let nobody rename a role to one of those.
    fn seen(role: &roles::Role, Before { row, is_new, .. }: Before<'_, Role>) -> Seen<Role> {
        if role.is_hidden() && is_new {
            return Seen::Other(hidden(&role.name));
        }
        if row.name() != role.name || workspace_name(&row.workspace) != role.workspace {
            return Seen::Gone;
        }
        let permissions = role.permissions.iter().map(Permission::of);
        Seen::Is(Role {
            id: role.id.to_string().into(),
            name: role.name.clone().into(),
            description: text_or_none(role.description.as_ref(), &row.description),
            workspace: row.workspace.clone(),
            permission: SetOf(permissions.collect()).into(),
        })
    }

    /// One that was made anew under its name is it. One that has its id under another name may be it,
    /// unless it is where no role can get to.
    async fn missed(cx: &Working<'_>, row: &Role) -> Result<Option<roles::Role>, Halt> {
        if let Some(role) = by_name(cx, &row.name()).await? {
            return Ok(Some(role));
        }
        let Some(id) = Self::key(row) else {
            return Ok(None);
        };
        let here = workspace_of_calls(cx);
        match cx.get::<Roles>(&id).await? {
            Some(other) if !other.is_hidden() && other.workspace == here => {
                Err(Halt::Refused(renamed(row, &other).into()))
            }
            Some(_) | None => Ok(None),
        }
    }

    fn is_same(state: &Role, found: &Role) -> bool {
        state.id == found.id
    }

    fn listed(role: &roles::Role) -> Vec<Role> {
        if role.is_hidden() {
            return Vec::new();
        }
        vec![Role {
            name: role.name.clone().into(),
            workspace: role.workspace.clone().into(),
            ..Role::default()
        }]
    }

    async fn list(cx: &Working<'_>) -> Result<Vec<roles::Role>, Halt> {
        let all = roles::all(&workspace_of_calls(cx));
        Ok(cx.server.run(&all, cx.stop()).await?)
    }

    fn left_out(row: &Role) -> Option<String> {
        let is_made = is_of_the_servers_names(&row.name()) && !row.workspace.is_null();
        is_made.then(|| "The server makes it with each workspace.".to_owned())
    }

    fn validate(config: &Role) -> Diagnostics {
        config.flaws()
    }

    async fn check(
        cx: &Working<'_>,
        _: &Planning<'_, Self>,
        planned: &Role,
    ) -> Result<(), Diagnostics> {
        for permission in planned.permissions() {
            permission.permitted().check(cx).await?;
        }
        Ok(())
    }

    /// It permits nothing at first.
    async fn create(cx: &Working<'_>, wanted: Wanted<'_, Role>) -> Result<Steps<Self>, Halt> {
        let Wanted { planned, .. } = wanted;
        let (workspace, name, text) = (workspace_of_calls(cx), planned.name(), planned.text());
        if by_name(cx, &name).await?.is_some() {
            return Err(exists(planned, &name));
        }
        let call = roles::create(&workspace, &name, text.as_deref());
        let shows = move |role: &roles::Role| role.description == text;
        let truth = Role {
            permission: SetOf(Vec::new()).into(),
            ..planned.clone()
        };
        Ok(vec![Step::create_shown::<RolesByName>(
            call,
            (workspace, name),
            Claim::WasAbsent,
            shows,
            |id: Option<i64>| Role {
                id: id.map(|id| id.to_string()).into(),
                ..truth
            },
        )])
    }

    fn keys_come_again(_: ServerKind) -> bool {
        true
    }

    /// A new role permits nothing yet.
    async fn update(
        _: &Working<'_>,
        prior: &Role,
        Wanted { planned, .. }: Wanted<'_, Role>,
    ) -> Result<Steps<Self>, Halt> {
        Ok(changes(prior, planned, &[]))
    }

    async fn update_seen(
        _: &Working<'_>,
        prior: &Role,
        Wanted { planned, .. }: Wanted<'_, Role>,
        role: &roles::Role,
    ) -> Result<Steps<Self>, Halt> {
        Ok(changes(prior, planned, &role.permissions))
    }

    async fn delete(
        _: &Working<'_>,
        prior: &Role,
        role: &roles::Role,
    ) -> Result<Steps<Self>, Halt> {
        let call = roles::delete(role.id);
        let it = role.clone();
        let is_gone = move |role: Option<&roles::Role>| role.is_none_or(|role| !is_it(role, &it));
        Ok(vec![Step::silent(call, role.id, is_gone, prior.clone())])
    }

    fn argument_of(kind: &ErrorKind) -> Option<Path> {
        matches!(kind, ErrorKind::AlreadyExists).then(|| Path::attribute("name"))
    }
}

type OneStep = Step<Roles, Role>;

/// Name and description, then what it permits: more, otherwise, less.
fn changes(prior: &Role, planned: &Role, held: &[roles::RolePermission]) -> Vec<OneStep> {
    let id = ServerRole::key(prior).unwrap_or_default();
    let mut steps: Vec<_> = described(id, prior, planned).into_iter().collect();
    if planned.permission != prior.permission {
        let truth = Role {
            permission: prior.permission.clone(),
            ..planned.clone()
        };
        steps.extend(permitting(id, held, planned.permissions(), truth));
    }
    steps
}

fn described(id: i64, prior: &Role, planned: &Role) -> Option<OneStep> {
    let (name, text) = (planned.name(), planned.text());
    let new_name = (prior.name() != name).then_some(name.as_str());
    let new_text = (prior.text() != text).then(|| text.as_deref().unwrap_or_default());
    if new_name.is_none() && new_text.is_none() {
        return None;
    }
    let call = roles::change(id, new_name, new_text);
    let truth = Role {
        permission: prior.permission.clone(),
        ..planned.clone()
    };
    let is_so = move |role: Option<&roles::Role>| {
        role.is_some_and(|role| role.name == name && role.description == text)
    };
    Some(Step::change(call, id, is_so, truth))
}

/// The steps from what it permits to what it is to permit. `truth`: the state before them.
fn permitting(
    id: i64,
    before: &[roles::RolePermission],
    planned: &[Permission],
    mut truth: Role,
) -> Vec<OneStep> {
    let mut steps = Vec::new();
    let (more, other): (Vec<_>, Vec<_>) = planned.iter().partition(|it| held(before, it).is_none());
    for permission in more {
        truth.permission = with(&truth, permission);
        steps.push(added(id, permission, truth.clone()));
    }
    for permission in other {
        let held = held(before, permission).filter(|it| it.permission != permission.level());
        if let Some(held) = held {
            truth.permission = with(&truth, permission);
            steps.push(changed(id, held, permission, truth.clone()));
        }
    }
    for held in before {
        let place = (held.resource_type.as_str(), held.resource_pattern.as_str());
        if !planned.iter().any(|it| it.place() == Some(place)) {
            truth.permission = without(&truth, place);
            steps.push(removed(id, held, truth.clone()));
        }
    }
    steps
}

fn added(id: i64, permission: &Permission, truth: Role) -> OneStep {
    let (kind, pattern) = permission.place().unwrap_or_default();
    let call = roles::add(id, kind, pattern, permission.level());
    Step::silent(call, id, shows(permission), truth)
}

/// Once it is gone, its id may be another's, and nothing more is sent.
fn changed(id: i64, held: &roles::RolePermission, permission: &Permission, truth: Role) -> OneStep {
    let permission_id = held.id;
    let call = roles::set_permission(id, permission_id, permission.level());
    let shows = shows(permission);
    let is_so = move |role: Option<&roles::Role>| shows(role) || !holds(role, permission_id);
    Step::silent(call, id, is_so, truth)
}

fn removed(id: i64, held: &roles::RolePermission, truth: Role) -> OneStep {
    let permission_id = held.id;
    let call = roles::remove(id, permission_id);
    let is_gone = move |role: Option<&roles::Role>| !holds(role, permission_id);
    Step::silent(call, id, is_gone, truth)
}

fn holds(role: Option<&roles::Role>, permission_id: i64) -> bool {
    role.is_some_and(|role| role.permissions.iter().any(|it| it.id == permission_id))
}

/// Whether it is the same, and not another that was given its id.
fn is_it(role: &roles::Role, it: &roles::Role) -> bool {
    role.name == it.name && role.workspace == it.workspace
}

fn shows(permission: &Permission) -> impl Fn(Option<&roles::Role>) -> bool + Send + Sync + use<> {
    let permission = permission.clone();
    move |role| {
        let held = role.and_then(|role| held(&role.permissions, &permission));
        held.is_some_and(|it| it.permission == permission.level())
    }
}

/// What is permitted on the same, whatever it is.
fn held<'a>(
    all: &'a [roles::RolePermission],
    permission: &Permission,
) -> Option<&'a roles::RolePermission> {
    let place = permission.place();
    all.iter()
        .find(|it| Some((it.resource_type.as_str(), it.resource_pattern.as_str())) == place)
}

fn with(role: &Role, permission: &Permission) -> Attr<SetOf<Permission>> {
    let others = role.permissions().iter();
    let others = others.filter(|it| it.place() != permission.place());
    SetOf(others.chain([permission]).cloned().collect()).into()
}

fn without(role: &Role, place: (&str, &str)) -> Attr<SetOf<Permission>> {
    let others = role.permissions().iter();
    let others = others.filter(|it| it.place() != Some(place));
    SetOf(others.cloned().collect()).into()
}

async fn by_name(cx: &Working<'_>, name: &str) -> Result<Option<roles::Role>, Halt> {
    let key = (workspace_of_calls(cx), name.to_owned());
    cx.get::<RolesByName>(&key).await
}

fn exists(planned: &Role, name: &str) -> Halt {
    if !is_of_the_servers_names(name) {
        return Halt::Exists;
    }
    let detail = format!(
        "The server itself makes the roles admin and user with each workspace. To manage the one that is \
         there, import it.\n\n{}",
        import_block::<ServerRole>(planned)
    );
    let told = Diagnostic::error("Already Exists", detail).at(Path::attribute("name"));
    Halt::Refused(told.into())
}

/// Whether a server gives this name to a role that it makes with each workspace.
fn is_of_the_servers_names(name: &str) -> bool {
    ["admin", "user"].contains(&name)
}

pub(in crate::provider) fn hidden(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Role of a Single User",
        format!(
            "The server keeps {name:?} for what is permitted to one user alone. That is managed by \
             mlflow_permission."
        ),
    )
}

fn renamed(row: &Role, other: &roles::Role) -> Diagnostic {
    let (name, id, new) = (row.name(), other.id, &other.name);
    Diagnostic::error(
        "Role Renamed or Replaced",
        format!(
            "The server has no role {name:?} here, and {new:?} in workspace {:?} has its id {id}. Either \
             the role was renamed, or it was deleted and the server has given its id to another one, as \
             servers on SQLite do.\n\n\
             If it was renamed: drop it with \"terraform state rm\", and import it under its new name. If \
             it was deleted: drop it likewise, and apply to have a new one.",
            other.workspace
        ),
    )
}
