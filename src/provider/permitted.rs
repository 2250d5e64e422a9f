//! What may be permitted on what: kinds of resources, their ids and levels, the same for what a role
//! permits and for what is permitted to one user.

use crate::{
    api::{Version, experiments},
    framework::{
        Attr, Diagnostic, Diagnostics, Path,
        schema::{Attribute, Empty, Referred, Validator, one_of},
    },
    provider::{explain::TOO_OLD, managed::Working},
};

/// A kind of resource.
struct Kind {
    name: &'static str,
    /// Whether one of its resources can be named, or only all of them.
    has_ids: bool,
    since: Version,
}

const FIRST: Version = Version::new(3, 13, 0);
const DENIAL: Version = Version::new(3, 17, 0);
static DENY_SINCE: Version = DENIAL;
const SKILLS: Version = Version::new(3, 18, 0);

static KINDS: [Kind; 19] = [
    kind("experiment", true, FIRST),
    kind("registered_model", true, FIRST),
    kind("prompt", true, FIRST),
    kind("scorer", true, FIRST),
    kind("gateway_secret", true, FIRST),
    kind("gateway_endpoint", true, FIRST),
    kind("gateway_model_definition", true, FIRST),
    kind("mcp_server", true, DENIAL),
    kind("skill", true, SKILLS),
    kind("run", false, DENIAL),
    kind("trace", false, DENIAL),
    kind("assessment", false, DENIAL),
    kind("logged_model", false, DENIAL),
    kind("review_queue", false, DENIAL),
    kind("registered_model_version", false, DENIAL),
    kind("prompt_version", false, DENIAL),
    kind("scorer_version", false, DENIAL),
    kind("mcp_server_version", false, DENIAL),
    kind(WORKSPACE, false, FIRST),
];

/// What an id is the id or name of, by its `resource_type`.
pub(super) const REFERRED: &[Referred] = &[
    referred("experiment", "mlflow_experiment", "id"),
    referred("registered_model", "mlflow_registered_model", "name"),
    referred("prompt", "mlflow_prompt", "name"),
    referred("gateway_secret", "mlflow_gateway_secret", "id"),
    referred("gateway_endpoint", "mlflow_gateway_endpoint", "id"),
    referred(
        "gateway_model_definition",
        "mlflow_gateway_model_definition",
        "id",
    ),
];

/// The type of what a permission on such a resource is on, where names identify that.
pub(super) fn named_type(resource_type: &str) -> Option<&'static str> {
    let referred = REFERRED.iter().find(|it| it.when == resource_type)?;
    let (type_name, attribute) = referred.to;
    (attribute == "name").then_some(type_name)
}

const fn referred(
    when: &'static str,
    type_name: &'static str,
    attribute: &'static str,
) -> Referred {
    Referred {
        when,
        to: (type_name, attribute),
    }
}

/// Only roles have it.
pub(super) const WORKSPACE: &str = "workspace";

/// All resources of a kind.
const ALL: &str = "*";

const fn kind(name: &'static str, has_ids: bool, since: Version) -> Kind {
    Kind {
        name,
        has_ids,
        since,
    }
}

/// One thing that is permitted, as configurations write it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permitted<'a> {
    pub(super) resource_type: &'a Attr<String>,
    pub(super) id: &'a Attr<String>,
    pub(super) permission: &'a Attr<String>,
}

/// The argument `permission`.
pub(super) fn level(description: &'static str) -> Attribute {
    Attribute::string("permission", description)
        .required()
        .empty(Empty::Refused)
        .check(Validator::string("Invalid Permission", |text| {
            if text == "NO_PERMISSIONS" {
                return Err(
                    "MLflow has had no NO_PERMISSIONS since 3.13: what is not permitted is left out. \
                     DENY, from 3.17 on, takes away what others permit."
                        .to_owned(),
                );
            }
            let levels = one_of("Invalid Permission", LEVELS);
            levels.check(&crate::framework::Value::string(text))
        }))
}

const LEVELS: &[&str] = &["READ", "USE", "EDIT", "MANAGE", "DENY"];

/// The argument `resource_type`. `of_role`: whether it may be the workspace itself.
pub(super) fn resource_type(description: &'static str, of_role: bool) -> Attribute {
    Attribute::string("resource_type", description)
        .required()
        .empty(Empty::Refused)
        .check(Validator::string("Invalid Resource Type", move |text| {
            let mut known = KINDS.iter().filter(|it| of_role || it.name != WORKSPACE);
            if known.any(|it| it.name == text) {
                return Ok(());
            }
            let names = KINDS.iter().filter(|it| of_role || it.name != WORKSPACE);
            let names: Vec<_> = names.map(|it| it.name).collect();
            let hint = match text == WORKSPACE {
                true => " A workspace as a whole is permitted through a mlflow_role only.",
                false => "",
            };
            Err(format!("Expected one of {}.{hint}", names.join(", ")))
        }))
}

impl Permitted<'_> {
    /// What is wrong with it, whichever server it is for.
    pub(super) fn validate(&self) -> Option<Diagnostic> {
        let kind = self.kind()?;
        if kind.name == WORKSPACE
            && let Some(level) = self.permission.known()
            && !["USE", "MANAGE"].contains(&level.as_str())
        {
            return Some(invalid_level());
        }
        let problem = unfit(kind, self.id.known()?)?;
        let flaw = Diagnostic::error("Invalid Resource ID", problem);
        Some(flaw.at(Path::attribute("resource_id")))
    }

    /// Refuses what only later servers have.
    ///
    /// # Errors
    /// When the server's version is known, and is older.
    pub(super) async fn check(&self, cx: &Working<'_>) -> Result<(), Diagnostics> {
        let denies = self.permission.known().is_some_and(|it| it == "DENY");
        let kind = self.kind().map(|it| (it.name, &it.since));
        let needs = [kind, denies.then_some(("DENY", &DENY_SINCE))];
        let newest = needs.into_iter().flatten().max_by_key(|(_, since)| *since);
        let Some((what, since)) = newest.filter(|(_, since)| **since > FIRST) else {
            return Ok(());
        };
        match cx.server.known_version(cx.stop()).await {
            Some(version) if version < *since => Err(too_old(what, &version, since).into()),
            _ => Ok(()),
        }
    }

    fn kind(&self) -> Option<&'static Kind> {
        let name = self.resource_type.known()?;
        KINDS.iter().find(|it| it.name == name)
    }
}

fn invalid_level() -> Diagnostic {
    Diagnostic::error(
        "Invalid Permission",
        "On a workspace as a whole a role permits USE, for its members, or MANAGE, for its admins.",
    )
    .at(Path::attribute("permission"))
}

fn too_old(what: &str, version: &Version, since: &Version) -> Diagnostic {
    Diagnostic::error(
        TOO_OLD,
        format!(
            "The server is MLflow {version}, and {what} came with {since}: upgrade the server."
        ),
    )
}

/// Servers store any id, and one in another form never matches anything.
fn unfit(kind: &Kind, id: &str) -> Option<String> {
    if id == ALL {
        return None;
    }
    if !kind.has_ids {
        let name = kind.name;
        return Some(format!(
            "On {name} only \"*\" is permitted, which stands for all."
        ));
    }
    // A name may have spaces around it; no id that a server gives has.
    if id.chars().count() > 255 || (id.trim() != id && !is_named(kind)) {
        return Some("Expected at most 255 characters, without spaces around an id.".to_owned());
    }
    if id.contains('*') {
        return Some(
            "There are no patterns: \"*\" alone stands for all, and anything else for the one of \
             exactly this id."
                .to_owned(),
        );
    }
    let fits = match kind.name {
        "experiment" => experiments::is_id(id),
        "scorer" => is_scorer(id),
        _ => true,
    };
    let expected = match kind.name {
        "experiment" => "Expected the experiment's id: digits, without leading zeros.",
        _ => {
            "Expected EXPERIMENT_ID/NAME, the name percent-encoded: format(\"%s/%s\", experiment_id, \
             replace(urlencode(name), \"+\", \"%20\"))."
        }
    };
    (!fits).then(|| expected.to_owned())
}

/// Whether its resources go by names that people chose.
fn is_named(kind: &Kind) -> bool {
    matches!(kind.name, "registered_model" | "prompt")
}

/// Of a name, all but letters, digits and `_.-~` is encoded, with capital letters.
fn is_scorer(id: &str) -> bool {
    let Some((experiment, name)) = id.split_once('/') else {
        return false;
    };
    let mut pieces = name.split('%');
    let plain = |text: &str| {
        text.bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"_.-~".contains(&it))
    };
    let is_hex = |it: u8| it.is_ascii_digit() || (b'A'..=b'F').contains(&it);
    let encoded =
        |piece: &str| piece.len() >= 2 && piece.bytes().take(2).all(is_hex) && plain(&piece[2..]);
    experiments::is_id(experiment)
        && !name.is_empty()
        && pieces.next().is_none_or(plain)
        && pieces.all(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(kind: &str, id: &str, level: &str) -> Option<String> {
        let text = |it: &str| Attr::from(it.to_owned());
        let (resource_type, id, permission) = (text(kind), text(id), text(level));
        let permitted = Permitted {
            resource_type: &resource_type,
            id: &id,
            permission: &permission,
        };
        permitted.validate().map(|it| it.detail)
    }

    #[test]
    fn an_id_that_never_matches_is_refused() {
        for (kind, id, fits) in [
            ("experiment", "7", true),
            ("experiment", "0", true),
            ("experiment", "*", true),
            ("experiment", "617782951366624497", true),
            ("experiment", "07", false),
            ("experiment", "churn", false),
            ("experiment", " 7", false),
            ("registered_model", "churn 1", true),
            ("registered_model", "churn*", false),
            ("registered_model", "churn ", true),
            ("gateway_endpoint", "e-1 ", false),
            ("scorer", "3/a%20b%2Fc", true),
            ("scorer", "3/correct-1.0", true),
            ("scorer", "3/a b", false),
            ("scorer", "3/a%2fb", false),
            ("scorer", "3/100%", false),
            ("scorer", "correct", false),
            ("scorer", "3/", false),
            ("scorer", "*", true),
            ("run", "*", true),
            ("run", "abc", false),
            ("gateway_secret", "s-0b5", true),
        ] {
            assert_eq!(flaw(kind, id, "READ").is_none(), fits, "{kind} {id:?}");
        }
    }

    #[test]
    fn a_workspace_as_a_whole_has_two_levels() {
        assert_eq!(flaw("workspace", "*", "USE"), None);
        assert!(flaw("workspace", "*", "READ").unwrap().contains("USE"));
        assert!(flaw("workspace", "team-a", "USE").unwrap().contains('*'));
    }
}
