//! The forms of single values: what a URL can hold, and what a server keeps of a number.

use crate::{
    api::gateway::endpoints::as_kept,
    framework::{Number, Value, schema::Validator},
};

/// Less counts as nothing when the traffic is spread.
const LEAST_WEIGHT: f64 = 0.01;

/// The form of a name: clients have it in their URL.
pub(super) fn name_form() -> Validator {
    Validator::string("Invalid Endpoint Name", |name| {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
        let is_name = (1..=255).contains(&name.len())
            && name.chars().all(fits)
            && !matches!(name, "." | "..");
        is_name.then_some(()).ok_or_else(|| {
            "A name has 1 to 255 letters, digits, \"_\", \".\" or \"-\", and is neither \".\" nor \
             \"..\": clients call the endpoint by it in their URL."
                .to_owned()
        })
    })
}

/// The form of a weight.
pub(super) fn weight_form() -> Validator {
    Validator::new("Invalid Weight", |value| match weight(value) {
        Some(weight) if weight > f64::from(f32::MAX) => {
            Err("A weight has 32 bits on a server, and this one is too large for them.".to_owned())
        }
        Some(weight) if weight < LEAST_WEIGHT => {
            Err("A weight is a number of at least 0.01: a model with less gets nothing.".to_owned())
        }
        Some(_) | None => Ok(()),
    })
}

/// Whether two weights are the same to a server.
pub(super) fn same_weight(one: &Value, other: &Value) -> bool {
    match (weight(one), weight(other)) {
        (Some(one), Some(other)) => as_kept(one) == as_kept(other),
        _ => false,
    }
}

fn weight(value: &Value) -> Option<f64> {
    value.as_number().map(Number::nearest_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_same_within_what_servers_keep() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        assert!(same_weight(&number("0.123456789"), &number("0.12345679")));
        assert!(!same_weight(&number("0.7"), &number("0.71")));
        for (weight, says) in [
            ("0.01", ""),
            ("1e38", ""),
            ("0.009", "at least 0.01"),
            ("0", "at least 0.01"),
            ("-1", "at least 0.01"),
            ("1e39", "too large"),
            ("1e300", "too large"),
        ] {
            let told = weight_form().check(&number(weight)).err();
            let told = told.unwrap_or_default();
            assert_eq!(told.is_empty(), says.is_empty(), "{weight}");
            assert!(told.contains(says), "{weight}: {told}");
        }
    }

    #[test]
    fn names_fit_into_a_url() {
        for (name, fine) in [
            ("chat", true),
            ("a.b_c-1", true),
            ("..", false),
            (".", false),
            ("a b", false),
            ("a/b", false),
        ] {
            assert_eq!(
                name_form().check(&Value::string(name)).is_ok(),
                fine,
                "{name}"
            );
        }
    }
}
