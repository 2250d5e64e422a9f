//! When the key is sent: with each change of it or of what goes with it, and when the server's mask
//! tells that somebody else has changed it.

use std::collections::BTreeMap;

use super::row::{Parts, Row};
use crate::{
    api::Version,
    framework::{Attr, Diagnostic, Diagnostics, Path, Plan, Private},
    provider::managed::{Working, known_texts},
};

/// Noted beside the state: the masks after the last apply.
const MASKS: &str = "masks";

/// With this in `auth_config` some providers need no key.
const AUTH_MODE: &str = "auth_mode";

/// These say where the gateway sends the key, unchecked; servers refuse them since MLflow 3.17.
const MISPLACED: [&str; 4] = ["base_url", "model_list", "fallbacks", "custom_llm_provider"];

/// From this version of MLflow on an update can empty `auth_config`.
const CAN_BE_EMPTIED: Version = Version::new(3, 17, 0);

/// Checks what can be known without a server.
pub(super) fn validate(config: &Row) -> Diagnostics {
    let mut told: Diagnostics = config.argument().validate().into_iter().collect();
    for (argument, value) in [
        ("secret_value", &config.secret_value),
        ("secret_value_wo", &config.secret_value_wo),
    ] {
        let names = value.known().into_iter().flat_map(BTreeMap::keys);
        let misplaced = names.filter(|it| MISPLACED.contains(&it.as_str()) || *it == "api_base");
        told.extend(misplaced.map(|name| is_misplaced(argument, name)));
        if value.known().is_some_and(BTreeMap::is_empty) && !does_without(config) {
            told.push(empty(argument));
        }
    }
    let names = config.auth_config.known().into_iter();
    let misplaced = names.flat_map(BTreeMap::keys);
    let misplaced = misplaced.filter(|it| MISPLACED.contains(&it.as_str()));
    told.extend(misplaced.map(|name| is_misplaced("auth_config", name)));
    told
}

/// Whether no key is needed, or it cannot be told yet.
fn does_without(config: &Row) -> bool {
    match &config.auth_config {
        Attr::Null => false,
        Attr::Unknown => true,
        Attr::Known(config) => config.contains_key(AUTH_MODE),
    }
}

/// Plans a new secret, which needs a key.
pub(super) fn create(config: &Row) -> Result<(), Diagnostics> {
    let has_none = config.secret_value.is_null() && config.secret_value_wo.is_null();
    if has_none && !does_without(config) {
        return Err(missing().into());
    }
    Ok(())
}

/// Plans a change: the mask is unknown where the key is sent.
pub(super) fn update(config: &Row, prior: &Row, plan: &mut Plan<Row>) -> Result<(), Diagnostics> {
    let planned = &plan.state;
    let is_configured = !planned.secret_value.is_null() || !config.secret_value_wo.is_null();
    let moves = moves(prior, planned);
    let has_key = !known_texts(&prior.masked_values).is_empty();
    if moves && !is_configured && has_key {
        return Err(needs_value().into());
    }
    let changed = planned.secret_value != prior.secret_value
        || planned.secret_value_wo_version != prior.secret_value_wo_version;
    if is_configured && (changed || moves || has_drifted(prior, &plan.private)) {
        plan.state.masked_values = Attr::Unknown;
    }
    if takes_away(prior, &plan.state, config) {
        // Hosts pass over what does not differ, as a write-only key never does; the masks always do.
        let telling = ["secret_value", "masked_values"].map(Path::attribute);
        plan.replace.extend(telling);
    }
    Ok(())
}

/// Whether what goes with the key changes. None and empty are the same.
pub(super) fn moves(prior: &Row, planned: &Row) -> bool {
    planned.auth_config.is_unknown()
        || known_texts(&prior.auth_config) != known_texts(&planned.auth_config)
        || planned
            .auth_config
            .known()
            .is_some_and(|it| it.values().any(Attr::is_unknown))
}

/// Whether the mask is another than that of the key which was last applied.
fn has_drifted(prior: &Row, private: &Private) -> bool {
    let noted = private.get(MASKS).cloned();
    let noted = noted.and_then(|it| serde_json::from_value::<BTreeMap<String, String>>(it).ok());
    noted.is_some_and(|masks| masks != known_texts(&prior.masked_values))
}

/// Whether a key that is there is to go, or may turn out to. No update empties it.
fn takes_away(prior: &Row, planned: &Row, config: &Row) -> bool {
    let is_none = |it: &Attr<Parts>| match it {
        Attr::Null => false,
        Attr::Unknown => does_without(config),
        Attr::Known(parts) => parts.is_empty(),
    };
    (is_none(&planned.secret_value) || is_none(&config.secret_value_wo))
        && !known_texts(&prior.masked_values).is_empty()
        && planned.masked_values.is_unknown()
}

/// Notes the masks that an apply ended with.
pub(super) fn note(state: &Row, private: &mut Private) {
    let masks = known_texts(&state.masked_values).into_iter();
    let masks: serde_json::Map<_, _> = masks.map(|(key, mask)| (key, mask.into())).collect();
    private.set(MASKS, masks);
}

/// Refuses to empty `auth_config` where the server has no way to.
pub(super) async fn check(cx: &Working<'_>, prior: &Row, planned: &Row) -> Result<(), Diagnostics> {
    let is_empty =
        |row: &Row| !row.auth_config.is_unknown() && known_texts(&row.auth_config).is_empty();
    if is_empty(prior) || !is_empty(planned) {
        return Ok(());
    }
    match cx.server.known_version(cx.stop()).await {
        Some(version) if version < CAN_BE_EMPTIED => Err(stays(&version).into()),
        _ => Ok(()),
    }
}

/// Whether the server is known to empty an `auth_config`.
pub(super) async fn can_be_emptied(cx: &Working<'_>) -> bool {
    let version = cx.server.known_version(cx.stop()).await;
    version.is_some_and(|version| version >= CAN_BE_EMPTIED)
}

fn is_misplaced(argument: &'static str, name: &str) -> Diagnostic {
    Diagnostic::error(
        "Address in Wrong Place",
        format!(
            "{name} would choose where the gateway sends the key, and MLflow refuses it here. The \
             address belongs into api_base of auth_config, where the server checks it."
        ),
    )
    .at(Path::attribute(argument).key(name.to_owned()))
}

fn empty(argument: &'static str) -> Diagnostic {
    Diagnostic::error(
        "Missing Secret Value",
        "An empty map is no key. Give at least one part, such as api_key, or an auth_mode in \
         auth_config with which the provider needs none.",
    )
    .at(Path::attribute(argument))
}

fn missing() -> Diagnostic {
    Diagnostic::error(
        "Missing Secret Value",
        "A new secret needs a key: set secret_value_wo with secret_value_wo_version, or secret_value, \
         or an auth_mode in auth_config with which the provider needs none.",
    )
}

fn needs_value() -> Diagnostic {
    Diagnostic::error(
        "Changed Address Needs Key",
        "auth_config says where the key is sent, and the key that the server has must not go to \
         another address unasked. Configure the key as well, as secret_value_wo with \
         secret_value_wo_version or as secret_value, so that it is sent along; or set secret_value = {} \
         where the new auth_mode needs no key, which makes a new secret without one; or write \
         auth_config as it is on the server.",
    )
    .at(Path::attribute("auth_config"))
}

fn stays(version: &Version) -> Diagnostic {
    Diagnostic::error(
        "Value Cannot Be Cleared",
        format!(
            "The server is MLflow {version}, and servers before 3.17 cannot empty auth_config. Upgrade \
             the server, or leave something in it."
        ),
    )
    .at(Path::attribute("auth_config"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{framework::Secret, provider::managed::texts};

    fn parts(text: &str) -> Attr<Parts> {
        let part = Secret::from(text.to_owned()).into();
        Parts::from([("api_key".to_owned(), part)]).into()
    }

    fn config(address: &str) -> BTreeMap<String, String> {
        [("api_base".to_owned(), address.to_owned())].into()
    }

    fn prior() -> Row {
        Row {
            secret_value_wo_version: 1.into(),
            auth_config: texts(&config("https://a")),
            masked_values: texts(&[("api_key".to_owned(), "sk-...0001".to_owned())].into()),
            ..Row::default()
        }
    }

    /// Whether the key is sent, where the plan is not refused.
    fn sent(config: &Row, noted: &Row) -> Option<bool> {
        let mut plan = Plan {
            state: Row {
                secret_value_wo: Attr::Null,
                masked_values: prior().masked_values,
                ..config.clone()
            },
            replace: Vec::new(),
            private: Private::default(),
        };
        note(noted, &mut plan.private);
        update(config, &prior(), &mut plan).ok()?;
        Some(plan.state.masked_values.is_unknown())
    }

    #[test]
    fn the_key_goes_along_with_whatever_concerns_it() {
        let same = Row {
            secret_value_wo: parts("k"),
            ..prior()
        };
        let nothing_configured = Row {
            secret_value_wo_version: Attr::Null,
            secret_value_wo: Attr::Null,
            ..prior()
        };
        let drifted = Row {
            masked_values: texts(&[("api_key".to_owned(), "***".to_owned())].into()),
            ..prior()
        };
        let moved = |row: &Row| Row {
            auth_config: texts(&config("https://b")),
            ..row.clone()
        };
        let newer = Row {
            secret_value_wo_version: 2.into(),
            ..same.clone()
        };
        for (config, noted, expected) in [
            (&same, &prior(), Some(false)),
            (&same, &drifted, Some(true)),
            (&newer, &prior(), Some(true)),
            (&moved(&same), &prior(), Some(true)),
            (&nothing_configured, &prior(), Some(false)),
            (&nothing_configured, &drifted, Some(false)),
            (&moved(&nothing_configured), &prior(), None),
        ] {
            assert_eq!(sent(config, noted), expected, "{config:?}");
        }
    }

    #[test]
    fn a_new_secret_has_a_key_or_a_mode_without() {
        let with = |secret_value, auth_config| Row {
            secret_value,
            auth_config,
            ..Row::default()
        };
        let mode = texts(&[(AUTH_MODE.to_owned(), "default_chain".to_owned())].into());
        for (row, fine) in [
            (with(Attr::Null, Attr::Null), false),
            (with(parts("k"), Attr::Null), true),
            (with(Attr::Unknown, Attr::Null), true),
            (with(Attr::Null, mode.clone()), true),
            (with(Attr::Null, Attr::Unknown), true),
            (with(Attr::Null, texts(&config("https://a"))), false),
        ] {
            assert_eq!(create(&row).is_ok(), fine, "{row:?}");
        }
        let none = || Attr::Known(Parts::new());
        assert!(validate(&with(none(), Attr::Null)).has_errors());
        assert!(!validate(&with(none(), mode)).has_errors());
    }
}
