//! One area of the REST API, such as that of webhooks: what is the same for each of its calls.

use crate::api::{
    error::{Error, ErrorKind},
    http::Request,
    version::Version,
};

/// What each call of an area has in common.
#[derive(Debug)]
pub struct Area {
    /// What its things are called, such as `registered model`.
    pub noun: &'static str,
    /// The first MLflow that has it.
    pub since: Version,
    /// Whether a Databricks workspace has it too.
    pub on_databricks: bool,
    /// Whether a server that keeps its data in files lacks it.
    pub needs_database: bool,
    /// The shortest list: it shows whether the area and the workspace are there.
    pub(in crate::api) shortest_list: fn() -> Request,
    /// Kinds of failure that only this area has, told by status, code and words of the answer.
    pub(in crate::api) classify: fn(&Error) -> Option<ErrorKind>,
    /// Whether the server's words of such a refusal may be repeated. Some echo what was sent in
    /// confidence, or the statement of their database.
    pub(in crate::api) quotable: fn(&Error) -> bool,
}

/// For areas without failures of their own.
pub(in crate::api) fn nothing_special(_: &Error) -> Option<ErrorKind> {
    None
}

/// For areas whose server keeps to itself what it was told.
pub(in crate::api) fn always(_: &Error) -> bool {
    true
}

/// For areas whose server repeats what it was told in confidence.
pub(in crate::api) fn never(_: &Error) -> bool {
    false
}

/// For areas that only a server with logins has: without logins there is no such API, and with them
/// most is for admins.
pub(in crate::api) fn of_logins(error: &Error) -> Option<ErrorKind> {
    match error.kind() {
        ErrorKind::NoSuchApi => Some(ErrorKind::NoLogins),
        ErrorKind::PermissionDenied if !error.is_anonymous() => Some(ErrorKind::AdminNeeded),
        _ => None,
    }
}

/// The noun with its article. One that begins with u, such as user, is spoken with a consonant.
pub(crate) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// What several of them are called.
pub(crate) fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with('s') => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_have_a_plural() {
        assert_eq!(plural("webhook"), "webhooks");
        assert_eq!(plural("prompt alias"), "prompt aliases");
        assert_eq!(plural("gateway_budget_policy"), "gateway_budget_policies");
    }

    #[test]
    fn nouns_have_the_article_that_is_spoken() {
        assert_eq!(with_article("experiment"), "an experiment");
        assert_eq!(with_article("user"), "a user");
        assert_eq!(with_article("webhook"), "a webhook");
    }
}
