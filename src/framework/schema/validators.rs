//! Rules for single values, checked before anything is planned.

use std::{fmt, ops::RangeInclusive};

use crate::wire::Value;

/// A rule that every known value of an attribute must satisfy.
pub struct Validator {
    summary: &'static str,
    check: Box<Check>,
}

type Check = dyn Fn(&Value) -> Result<(), String> + Send + Sync;

impl Validator {
    /// A rule. `check` sees known values only and says what was expected and what to do. It repeats
    /// no value: users put keys where names belong, and hosts quote the line anyway.
    pub fn new(
        summary: &'static str,
        check: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            summary,
            check: Box::new(check),
        }
    }

    /// A rule for strings.
    pub fn string(
        summary: &'static str,
        check: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self::new(summary, move |value| value.as_str().map_or(Ok(()), &check))
    }

    /// The heading of its errors.
    pub const fn summary(&self) -> &'static str {
        self.summary
    }

    /// Applies the rule to a known value.
    ///
    /// # Errors
    /// What is wrong and what to do.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        (self.check)(value)
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Validator").field(&self.summary).finish()
    }
}

/// One of these strings.
pub fn one_of(summary: &'static str, allowed: &'static [&'static str]) -> Validator {
    Validator::string(summary, move |text| {
        if allowed.contains(&text) {
            return Ok(());
        }
        let expected = allowed.join(", ");
        let hint = allowed
            .iter()
            .find(|it| it.eq_ignore_ascii_case(text))
            .map(|it| format!(" Did you mean {it}? Upper and lower case matter."))
            .unwrap_or_default();
        Err(format!("Expected one of {expected}.{hint}"))
    })
}

/// A string of at most this many characters.
pub fn length_at_most(summary: &'static str, most: usize) -> Validator {
    Validator::string(summary, move |text| {
        let length = text.chars().count();
        if length <= most {
            return Ok(());
        }
        Err(format!(
            "At most {most} characters are allowed, this has {length}."
        ))
    })
}

/// A whole number in this range.
pub fn whole_number(summary: &'static str, range: RangeInclusive<i64>) -> Validator {
    Validator::new(summary, move |value| {
        let Value::Number(number) = value else {
            return Ok(());
        };
        if number.as_i64().is_some_and(|it| range.contains(&it)) {
            return Ok(());
        }
        let (least, most) = (range.start(), range.end());
        Err(format!("Expected a whole number from {least} to {most}."))
    })
}

/// A collection with at least one element. One whose size is unknown passes.
pub fn not_empty(summary: &'static str, expected: &'static str) -> Validator {
    Validator::new(summary, move |value| {
        if value.elements().is_some_and(<[Value]>::is_empty) {
            return Err(expected.to_owned());
        }
        Ok(())
    })
}

/// An absolute http or https URL with a host.
pub fn http_url(summary: &'static str) -> Validator {
    Validator::string(summary, |text| {
        let problem = match url::Url::parse(text) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") => "its scheme is neither",
            Ok(url) if url.host_str().is_none_or(str::is_empty) => "it names no host",
            Ok(_) if !text.contains("://") => "\"//\" is missing after the scheme",
            Ok(_) if text.trim() != text => "it begins or ends with a space",
            Ok(_) if text.contains(char::is_control) => "it holds a control character",
            Ok(_) => return Ok(()),
            Err(url::ParseError::RelativeUrlWithoutBase) => "it has no scheme",
            Err(url::ParseError::EmptyHost) => "it names no host",
            Err(_) => "it cannot be parsed",
        };
        Err(format!(
            "Expected an absolute http or https URL with a host, such as \
             https://ci.example.com/hooks/mlflow, but {problem}."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_absolute_http_with_a_host() {
        let rule = http_url("Invalid URL");
        for good in [
            "https://ci.example.com/hooks",
            "http://127.0.0.1:8080",
            "HTTPS://user:pw@example.com/?q=1",
            "https://[::1]:9/x",
        ] {
            assert_eq!(rule.check(&Value::string(good)), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "no scheme"),
            ("ci.example.com/hooks", "no scheme"),
            ("/hooks", "no scheme"),
            ("ftp://example.com", "neither"),
            ("mailto:a@b", "neither"),
            ("https://", "no host"),
            ("https:example.com", "missing"),
            (" https://example.com", "space"),
            ("https://exam\nple.com", "control"),
            ("https://exa mple.com", "parsed"),
        ] {
            let problem = rule.check(&Value::string(bad)).unwrap_err();
            assert!(problem.contains(why), "{bad}: {problem}");
        }
    }

    #[test]
    fn a_near_miss_in_case_is_named() {
        let rule = one_of("Invalid Status", &["ACTIVE", "DISABLED"]);
        let problem = rule.check(&Value::string("active")).unwrap_err();
        assert!(problem.contains("Did you mean ACTIVE?"), "{problem}");
        assert!(rule.check(&Value::string("ACTIVE")).is_ok());
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let rule = length_at_most("Too Long", 3);
        assert!(rule.check(&Value::string("äöü")).is_ok());
        assert!(rule.check(&Value::string("äöüß")).is_err());
    }

    #[test]
    fn an_empty_set_is_told_from_an_unknown_one() {
        let rule = not_empty("No Events", "Name one.");
        assert!(rule.check(&Value::Set(vec![])).is_err());
        assert!(rule.check(&Value::set(vec![Value::UNKNOWN])).is_ok());
    }
}
