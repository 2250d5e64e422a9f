//! The form of a registered model's name, for every argument that is one.

use crate::framework::schema::Validator;

/// Refuses what no server takes since MLflow 3.11.1.
pub(in crate::provider) fn form() -> Validator {
    Validator::string("Invalid Model Name", |name| {
        is_name(name).then_some(()).ok_or_else(|| {
            "The name of a registered model is not blank, has neither \"/\" nor \":\", is not \".\" \
             and does not begin with \"..\". MLflow before 3.11.1 took such names, and later servers \
             no longer find a model that has one."
                .to_owned()
        })
    })
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['/', ':']) && text != "." && !text.starts_with("..")
}

#[cfg(test)]
mod tests {
    use super::is_name;

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
}
