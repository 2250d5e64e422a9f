//! Where artifacts may be said to go: what a server takes, and keeps as it is written.

use crate::framework::schema::Validator;

/// The longest location that a server takes, in characters.
const LONGEST: usize = 2048;

/// Refuses what every server refuses, or would write otherwise than it was sent.
pub(in crate::provider) fn form() -> Validator {
    Validator::string("Invalid Artifact Location", |text| {
        problem(text).map_or(Ok(()), |problem| Err(problem.to_owned()))
    })
}

fn problem(text: &str) -> Option<&'static str> {
    let path = match scheme(text) {
        Some(("runs", _)) => return Some("A location of artifacts cannot be a \"runs:\" URI."),
        Some((scheme, path)) if scheme.eq_ignore_ascii_case("file") => path,
        Some(_) => "/",
        None => text,
    };
    if !path.starts_with('/') {
        return Some(
            "A relative path would become one below the folder that the server runs in. Write a URI, \
             such as s3://bucket/path, or an absolute path on the server.",
        );
    }
    if text.contains('#') {
        return Some("A location of artifacts has no fragment (\"#\").");
    }
    (text.chars().count() > LONGEST).then_some("A location has at most 2048 characters.")
}

/// The scheme of a URI, and what follows its colon.
pub(in crate::provider) fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, path) = text.split_once(':')?;
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.');
    let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic());
    (is_scheme && scheme.chars().all(fits)).then_some((scheme, path))
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn what_is_kept_as_it_is_written_passes() {
        for location in [
            "s3://bucket/path/",
            "s3://bucket/path?q=1",
            "S3://bucket",
            "gs:/bucket",
            "wasbs://c@a.blob.core.windows.net/x",
            "dbfs:/x",
            "/srv/artifacts",
            "/srv/with space/../x",
            "file:///srv/artifacts",
            "file:/srv/artifacts",
            "mlflow-artifacts:/x",
            "C:\\artifacts",
        ] {
            assert_eq!(problem(location), None, "{location}");
        }
    }

    #[test]
    fn what_would_be_rewritten_or_refused_does_not() {
        for (location, why) in [
            ("", "relative"),
            ("artifacts", "relative"),
            ("./artifacts", "relative"),
            ("~/artifacts", "relative"),
            (" /srv", "relative"),
            ("file:artifacts", "relative"),
            ("9p:/x", "relative"),
            ("runs:/abc/x", "runs:"),
            ("s3://bucket/x#y", "fragment"),
        ] {
            let problem = problem(location).unwrap_or_default();
            assert!(problem.contains(why), "{location}: {problem}");
        }
        let long = format!("s3://{}", "x".repeat(2044));
        assert!(problem(&long).is_some());
    }
}
