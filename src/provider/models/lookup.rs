//! Looking one version up, as data sources do: by its number, by an alias, or the newest.

use crate::{
    api::{
        Server, ServerKind, model_versions,
        model_versions::{ModelVersion, VersionKey, Versions},
        registered_models::{Registered, RegisteredModel},
    },
    framework::{
        Attr, Context, Diagnostic, Diagnostics, Path,
        schema::{Attribute, Empty},
    },
    provider::{
        Configured,
        explain::{explain, explain_at, not_on_databricks},
        managed::workspace,
        models::{kind::Kind, name},
    },
    row,
};

row! {
    /// Which version is asked for.
    pub(in crate::provider) struct Which {
        pub(in crate::provider) version: Attr<String>,
        pub(in crate::provider) alias: Attr<String>,
        pub(in crate::provider) workspace: Attr<String>,
    }
}

/// The arguments by which it is asked for.
pub(in crate::provider) fn arguments() -> [Attribute; 3] {
    [
        Attribute::string(
            "version",
            "The number of the version, without leading zeros. Not together with `alias`; without either \
             it is the newest version.",
        )
        .empty(Empty::Refused)
        .optional_computed()
        .check(name::of_version()),
        Attribute::string(
            "alias",
            "An alias that stands for the version. One that is not there is an error that names those \
             that are.",
        )
        .empty(Empty::Refused),
        workspace::reading_argument(),
    ]
}

/// Refuses two answers to one question.
pub(in crate::provider) fn validate(which: &Which) -> Diagnostics {
    if which.version.known().is_none() || which.alias.known().is_none() {
        return Diagnostics::new();
    }
    let detail = "A version is looked up by its number or by an alias, not by both.";
    Diagnostic::error("Version and Alias Given", detail)
        .at(Path::attribute("alias"))
        .into()
}

/// The model or prompt of this name; `at`: the argument that names it.
pub(in crate::provider) async fn owner<K: Kind>(
    cx: &Context<Configured>,
    server: &Server,
    name: &str,
    at: &'static str,
) -> Result<RegisteredModel, Diagnostics> {
    let key = name.to_owned();
    if let Some(refused) = name::not_on(Some(server.kind()), &key.clone().into(), at) {
        return Err(refused.into());
    }
    let model = server.get::<Registered<K>>(&key, cx.stop()).await;
    let model = model.map_err(|error| explain_at(&error, at))?;
    if model.is::<K>() {
        return Ok(model);
    }
    Err(K::is_other(name).at(Path::attribute(at)).into())
}

/// The version that is asked for.
pub(in crate::provider) async fn version<K: Kind>(
    cx: &Context<Configured>,
    server: &Server,
    owner: &RegisteredModel,
    which: &Which,
) -> Result<ModelVersion, Diagnostics> {
    let (number, at) = match (which.version.known(), which.alias.known()) {
        (Some(version), _) => (version.clone(), Some("version")),
        (None, Some(_)) if server.kind() == ServerKind::Databricks => {
            let at = Path::attribute("alias");
            return Err(not_on_databricks("aliases").at(at).into());
        }
        (None, Some(alias)) => (aliased::<K>(owner, alias)?, Some("alias")),
        (None, None) => (newest::<K>(cx, server, owner).await?, None),
    };
    let key = VersionKey {
        model: owner.name.clone(),
        version: number,
    };
    let found = server.get::<Versions<K>>(&key, cx.stop()).await;
    let found = found.map_err(|error| match at {
        Some(at) => explain_at(&error, at),
        None => explain(&error),
    })?;
    if found.is::<K>() {
        return Ok(found);
    }
    Err(K::is_other_version(&key.to_string()).into())
}

fn aliased<K: Kind>(owner: &RegisteredModel, alias: &str) -> Result<String, Diagnostic> {
    owner.aliases.get(alias).cloned().ok_or_else(|| {
        let all: Vec<_> = owner.aliases.keys().map(String::as_str).collect();
        let those = match all.is_empty() {
            true => "It has none.".to_owned(),
            false => format!("It has {}.", all.join(", ")),
        };
        let (noun, name) = (K::area().noun, &owner.name);
        let detail = format!("The {noun} {name:?} has no alias {alias:?}. {those}");
        Diagnostic::error("Alias Not Found", detail).at(Path::attribute("alias"))
    })
}

/// The newest of its own kind. Where a search shows none, it may be that others hide them; on Databricks a
/// search has no order that is known, and the model itself tells the newest that is ready.
async fn newest<K: Kind>(
    cx: &Context<Configured>,
    server: &Server,
    owner: &RegisteredModel,
) -> Result<String, Diagnostics> {
    let search = model_versions::of_model::<K>(&owner.name, 1, None);
    if let Some(search) = search.filter(|_| server.kind() == ServerKind::Mlflow) {
        let page = server.run(&search, cx.stop()).await;
        let page = page.map_err(|error| explain(&error))?;
        if let Some(first) = page.items.into_iter().next() {
            return Ok(first.key.version);
        }
    }
    let newest = owner.newest_version().cloned();
    newest.ok_or_else(|| {
        let (noun, name) = (K::area().noun, &owner.name);
        let detail = format!("The {noun} {name:?} has no version yet.");
        Diagnostic::error("No Version Yet", detail).into()
    })
}
