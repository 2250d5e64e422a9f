//! Numbers that servers give: of versions, roles and experiments.

/// Whether a text is such a number as servers write it, from 1 on: they read `01` as 1, and never say it.
#[must_use]
pub fn is_serial(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (text, fits) in [
            ("1", true),
            ("10", true),
            ("0", false),
            ("01", false),
            (" 1", false),
            ("\u{ff11}", false),
            ("1.0", false),
            ("", false),
        ] {
            assert_eq!(is_serial(text), fits, "{text:?}");
        }
    }
}
