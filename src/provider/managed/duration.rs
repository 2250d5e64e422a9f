//! Durations as MLflow writes them.

use crate::framework::schema::Validator;

/// Refuses what is no duration such as `30d`.
pub(in crate::provider) fn form() -> Validator {
    Validator::string("Invalid Duration", |text| {
        is_duration(text).then_some(()).ok_or_else(|| {
            "Expected a whole number without leading zeros, followed by m for minutes, h for hours or \
             d for days, such as 30d."
                .to_owned()
        })
    })
}

fn is_duration(text: &str) -> bool {
    let number = text.strip_suffix(['m', 'h', 'd']);
    number.is_some_and(|number| {
        number.starts_with(|it: char| ('1'..='9').contains(&it))
            && number.chars().all(|it| it.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, fits) in [
            ("30d", true),
            ("1m", true),
            ("12h", true),
            ("0d", false),
            ("01d", false),
            ("d", false),
            ("30", false),
            ("3.5d", false),
            ("30D", false),
            ("30s", false),
            ("", false),
        ] {
            assert_eq!(is_duration(text), fits, "{text}");
        }
    }
}
