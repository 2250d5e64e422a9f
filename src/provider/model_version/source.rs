//! Sources that no MLflow server takes. It would tell so only once the version before is destroyed.

use crate::api::Version;

/// From here on a server wants to be told the run or the logged model that a source is of.
const STRICT: Version = Version::new(3, 17, 0);

/// What is told beside a source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// The run that made the model.
    pub(super) run: bool,
    /// The logged model.
    pub(super) model: bool,
}

/// Why a server of this version does not take a source; `None` where it may. What it allows of hosts and
/// runs is for itself to say.
pub(super) fn refused(source: &str, told: Told, version: Option<&Version>) -> Option<&'static str> {
    let is_strict = version.is_some_and(|it| *it >= STRICT);
    match scheme(source) {
        None | Some(("file", _)) => (!told.run && !told.model).then_some(
            "A path on the server's own disk is taken only with the run or the logged model whose \
             artifacts it is among: set run_id or model_id, or name a place such as s3://BUCKET/PATH.",
        ),
        Some(("runs", _)) => (is_strict && !told.run)
            .then_some("runs:/RUN/PATH is taken only with the run: set run_id."),
        Some(("models", rest)) => (is_strict && !told.model && is_logged(rest))
            .then_some("models:/m-ID is taken only with the logged model: set model_id."),
        Some(("mlflow-artifacts", _)) if is_strict && !told.run && !told.model => Some(
            "Artifacts of the server are taken only with the run or the logged model that they are of: \
             set run_id or model_id.",
        ),
        Some((_, rest)) => no_path(rest),
    }
}

/// The scheme of a URI, and what comes after its colon.
fn scheme(source: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = source.split_once(':')?;
    let is_sign = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '.' | '-');
    let begins = scheme.starts_with(|it: char| it.is_ascii_alphabetic());
    (begins && scheme.chars().all(is_sign)).then_some((scheme, rest))
}

/// Whether `/m-ID` and no version of a model of that name.
fn is_logged(rest: &str) -> bool {
    let id = rest.trim_start_matches('/');
    id.starts_with("m-") && !id.contains(['/', '@'])
}

fn no_path(rest: &str) -> Option<&'static str> {
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => rest,
    };
    if !path.starts_with('/') || path.trim_matches('/').is_empty() {
        return Some(
            "A source names a path and not only where that would be, as in s3://BUCKET/PATH.",
        );
    }
    let is_relative = path.split('/').any(|it| it == "." || it == "..");
    is_relative.then_some("The path of a source has no \".\" and no \"..\" in it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_refuse_is_refused() {
        let (none, run, model) = (
            Told::default(),
            Told {
                run: true,
                model: false,
            },
            Told {
                run: false,
                model: true,
            },
        );
        let (old, new) = (Version::new(3, 16, 0), Version::new(3, 17, 2));
        for (source, told, version, takes) in [
            ("foo", none, &old, false),
            ("../x", none, &old, false),
            ("/tmp/x", none, &new, false),
            ("file:///x", none, &new, false),
            ("file:///x", run, &new, true),
            ("/tmp/x", model, &new, true),
            ("s3://b", none, &old, false),
            ("s3://b/", none, &new, false),
            ("s3://b/a", none, &new, true),
            ("s3://b/a b?q#f", none, &new, true),
            ("s3://b/../x", none, &new, false),
            ("s3://b/a/./x", none, &new, false),
            ("s3://b/a..b", none, &new, true),
            ("abc:def", none, &new, false),
            ("dbfs:/x", none, &new, true),
            ("https://h/a", none, &new, true),
            ("runs:/r/y", none, &old, true),
            ("runs:/r/y", none, &new, false),
            ("runs:/r/y", run, &new, true),
            ("models:/m/1", none, &new, true),
            ("models:/m@a", none, &new, true),
            ("models:/m-abc", none, &old, true),
            ("models:/m-abc", none, &new, false),
            ("models:/m-abc", model, &new, true),
            ("models:/m-abc/1", none, &new, true),
            ("mlflow-artifacts:/x", none, &old, true),
            ("mlflow-artifacts:/x", none, &new, false),
            ("mlflow-artifacts:/x", run, &new, true),
        ] {
            let refused = refused(source, told, Some(version));
            assert_eq!(
                refused.is_none(),
                takes,
                "{source} {told:?} {version}: {refused:?}"
            );
        }
        assert_eq!(refused("runs:/r/y", none, None), None);
    }
}
