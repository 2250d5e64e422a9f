//! Texts as hosts keep them: in Unicode's composed form (NFC), in whatever form they came. A name that is
//! spelt otherwise is another one once it has been through a host.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Whether hosts keep the text as it is.
pub fn is_composed(text: &str) -> bool {
    text.is_ascii() || ComposingNormalizerBorrowed::new_nfc().is_normalized(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_could_be_composed_are_told() {
        for (text, expected) in [
            ("plain", true),
            ("\u{e9}", true),
            ("e\u{301}", false),
            // The sign of a unit, which is a letter in composed form.
            ("\u{212b}", false),
            ("\u{4e16}\u{754c} \u{1f469}\u{200d}\u{1f467}", true),
        ] {
            assert_eq!(is_composed(text), expected, "{text:?}");
        }
    }
}
