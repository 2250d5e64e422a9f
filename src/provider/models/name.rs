//! The forms of names and numbers, for every argument that is one.

use crate::{
    api::{ServerKind, is_serial},
    framework::{Attr, Diagnostic, Path, schema::Validator},
};

/// Refuses what no server takes since MLflow 3.11.1.
pub(super) fn of_model() -> Validator {
    Validator::string("Invalid Model Name", |name| {
        is_name(name).then_some(()).ok_or_else(|| {
            "The name of a registered model is not blank, has neither \"/\" nor \":\", is not \".\" \
             and does not begin with \"..\". MLflow before 3.11.1 took such names, and later servers \
             no longer find a model that has one."
                .to_owned()
        })
    })
}

/// Refuses, at this argument, the name of a model that the registry of a Databricks workspace does not take.
pub(in crate::provider) fn not_on(
    kind: Option<ServerKind>,
    name: &Attr<String>,
    at: &'static str,
) -> Option<Diagnostic> {
    let name = name.known().filter(|name| name.contains('.'))?;
    (kind == Some(ServerKind::Databricks)).then(|| {
        Diagnostic::error(
            "Model Name With a Period",
            format!(
                "The name of a model in a Databricks workspace's own registry has no period, and {name:?} \
                 has. CATALOG.SCHEMA.NAME is a model of Unity Catalog, another registry with another API, \
                 which this provider does not manage: databricks_registered_model of Databricks' provider \
                 does."
            ),
        )
        .at(Path::attribute(at))
    })
}

/// Refuses what MLflow's own client does not take. The server takes more.
pub(super) fn of_prompt() -> Validator {
    Validator::string("Invalid Prompt Name", |name| {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
        let is_fine = name.chars().all(fits) && is_name(name);
        is_fine.then_some(()).ok_or_else(|| {
            "The name of a prompt has letters from A to Z, digits, \"_\", \".\" and \"-\", is not \".\" \
             and does not begin with \"..\"."
                .to_owned()
        })
    })
}

/// The number of a version. Servers count in 32 bits, and fail at a number with more.
pub(super) fn of_version() -> Validator {
    Validator::string("Invalid Version", |text| {
        let fits = is_serial(text) && text.parse::<i32>().is_ok();
        let expected = || {
            format!(
                "Expected a number from 1 to {}, without leading zeros.",
                i32::MAX
            )
        };
        fits.then_some(()).ok_or_else(expected)
    })
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['/', ':']) && text != "." && !text.starts_with("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Value;

    #[test]
    fn a_name_is_no_path_and_not_blank() {
        for name in [
            "churn",
            "a b",
            " outer ",
            ".hidden",
            "a..b",
            "latest",
            "it's",
            "\u{1f680}",
        ] {
            assert!(is_name(name), "{name:?}");
        }
        for name in ["", " ", "a/b", "a:b", ".", "..", "..b"] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_prompt_is_named_as_its_client_wants_it() {
        for (name, fits) in [
            ("qa.summary_v2-x", true),
            ("odd name", false),
            ("\u{e9}", false),
            ("a/b", false),
            ("..", false),
            ("", false),
        ] {
            let checked = of_prompt().check(&Value::string(name));
            assert_eq!(checked.is_ok(), fits, "{name:?}");
        }
    }
}
