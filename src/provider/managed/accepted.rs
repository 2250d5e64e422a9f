//! What a server took over of what was planned: two rows, compared name by name.

use crate::framework::{Diagnostic, Field, Path, Value, differences, map_object};

/// The planned state with everything unknown filled in from the actual one; an error that names the
/// attributes which the server shows otherwise.
///
/// # Errors
/// When there are such.
pub(in crate::provider) fn accepted<R: Field + Clone>(
    planned: R,
    actual: &R,
) -> Result<R, Diagnostic> {
    let actual = actual.clone().into_value();
    let filled = fill(planned.into_value(), &actual);
    let differing = differences(&filled, &actual);
    if differing.is_empty() {
        // Each value in it came out of one row or the other.
        return R::from_value(filled).map_err(|_| not_accepted("its attributes"));
    }
    let names: Vec<_> = differing.iter().map(Path::to_string).collect();
    Err(not_accepted(&names.join(", ")))
}

fn not_accepted(names: &str) -> Diagnostic {
    Diagnostic::error(
        "Values Not Taken Over",
        format!(
            "The registry reported success, and shows other values than were planned for {names}: either \
             it did not take them over, or somebody else changed them since this was planned. State holds \
             what the registry shows. Plan again to see the difference."
        ),
    )
}

/// The planned state with everything unknown filled in from what the server shows.
pub(super) fn filled<R: Field + Clone>(planned: &R, actual: &R) -> Option<R> {
    let filled = fill(planned.clone().into_value(), &actual.clone().into_value());
    R::from_value(filled).ok()
}

/// What is unknown is what it turned out to be.
fn fill(planned: Value, actual: &Value) -> Value {
    match (planned, actual) {
        (Value::Unknown(_), actual) => actual.clone(),
        (planned, actual) => map_object(planned, |name, value| fill(value, actual.get(name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{framework::Attr, row};

    row! {
        struct Thing {
            name: Attr<String>,
            size: Attr<i64>,
        }
    }

    #[test]
    fn what_was_unknown_is_filled_and_what_differs_is_named() {
        let actual = Thing {
            name: "n".to_owned().into(),
            size: 7.into(),
        };
        let planned = Thing {
            size: Attr::Unknown,
            ..actual.clone()
        };
        assert_eq!(accepted(planned, &actual).unwrap(), actual);
        let other = Thing {
            name: "m".to_owned().into(),
            size: Attr::Null,
        };
        let told = accepted(other, &actual).unwrap_err();
        assert!(
            told.detail.contains("planned for name, size:"),
            "{}",
            told.detail
        );
        // Nothing may have been sent for them at all.
        assert!(told.detail.contains("somebody else changed them"));
    }
}
