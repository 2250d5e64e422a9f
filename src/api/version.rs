//! The version of a server, as far as behaviour depends on it.

use std::fmt;

/// A server's version: compared by its three numbers, shown as the server wrote it.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: (u64, u64, u64),
    /// As the server wrote it; none for one that we name.
    text: Option<String>,
}

impl Version {
    /// A version without suffix.
    #[must_use]
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self {
            numbers: (major, minor, patch),
            text: None,
        }
    }

    /// The version in texts such as `3.17.2`, `3.18.0rc1` or `3.4.1.dev0`: numbers first, then
    /// whatever Python packages put behind them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
        if text.len() > 64 || !text.chars().all(fit) {
            return None;
        }
        let mut parts = text.splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = leading_number(parts.next()?)?;
        let patch = parts.next().and_then(leading_number).unwrap_or(0);
        Some(Self {
            numbers: (major, minor, patch),
            text: Some(text.to_owned()),
        })
    }
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, patch) = self.numbers;
        match &self.text {
            Some(text) => f.write_str(text),
            None => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_suffixes_shown() {
        for (text, numbers) in [
            ("3.17.2", (3, 17, 2)),
            ("3.18.0rc1\n", (3, 18, 0)),
            ("3.4.1.dev0", (3, 4, 1)),
            ("4.0", (4, 0, 0)),
            ("3.20.0+local", (3, 20, 0)),
        ] {
            let version = Version::parse(text).unwrap();
            assert_eq!(version.numbers, numbers, "{text}");
            assert_eq!(version.to_string(), text.trim());
        }
    }

    #[test]
    fn other_texts_are_no_version() {
        for text in ["", "OK", "3", "<html>3.1.0</html>", "v3.1.0", "3.x.1"] {
            assert!(Version::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(Version::parse("3.9.9").unwrap() < Version::new(3, 16, 0));
        assert!(Version::parse("3.16.0rc0").unwrap() >= Version::new(3, 16, 0));
    }
}
