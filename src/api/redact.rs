//! A server's own words, cut to what is fit to show: without markup, SQL, private parts of URLs and
//! the secrets that were sent to it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

/// Of a text, in characters.
pub(crate) const LONGEST: usize = 800;

/// Of a body, in octets.
const LOOKED_AT: usize = 64 << 10;

/// A body that is not what a registry documents, as text: without HTML and not at length. Secrets
/// are hidden first: a piece of one, or one with a tag cut out, would no longer be known for it.
pub(crate) fn words(body: &[u8], confidential: &Confidential) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    let text = confidential.hide(&text);
    if text.trim_start().starts_with('<') {
        self::text(&without_tags(&text))
    } else {
        self::text(&text)
    }
}

/// From here on a text is about the database: statements, whose parameters are the user's own data and
/// the secret's ciphertext, and the constraint by which a name is taken.
const OF_THE_DATABASE: [&str; 7] = [
    "[SQL",
    "[parameters",
    "(Background on this error",
    "Error: (raised as a result of",
    "Error: (sqlite3.IntegrityError)",
    "Error: (psycopg2.errors.UniqueViolation)",
    "Error: (pymysql.err.IntegrityError)",
];

/// Cut before what is about the database, without the private parts of URLs, and not at length.
pub(crate) fn text(text: &str) -> Option<String> {
    let end = OF_THE_DATABASE
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
        .unwrap_or(text.len());
    let text = without_private_parts(&text[..end]);
    if text.is_empty() {
        return None;
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Some(format!("{} ...", &text[..end])),
        None => Some(text),
    }
}

/// A URL as it may be shown: without userinfo, query and fragment.
pub(crate) fn url(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for URLs that cannot have userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// An error code as registries have them: one word. Anything else is somebody's text, not fit to show.
pub(crate) fn code(text: String) -> Option<String> {
    let is_sign = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    let is_code = (1..=80).contains(&text.len()) && text.chars().all(is_sign);
    is_code.then_some(text)
}

/// On one line, and every URL in it without userinfo and query.
pub(crate) fn without_private_parts(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(without_query).collect();
    words.join(" ")
}

fn without_query(word: &str) -> String {
    let (word, tail) = match (word.find('/'), word.find('?')) {
        (Some(slash), Some(mark)) if slash < mark && mark + 1 < word.len() => {
            (&word[..mark], "?...")
        }
        _ => (word, ""),
    };
    let (scheme, rest) = word
        .find("://")
        .map_or(("", word), |at| word.split_at(at + 3));
    let host = if scheme.is_empty() {
        0
    } else {
        rest[..rest.find('/').unwrap_or(rest.len())]
            .rfind('@')
            .map_or(0, |at| at + 1)
    };
    format!("{scheme}{}{tail}", &rest[host..])
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        text.push(' ');
        let tag = rest[open..].to_ascii_lowercase();
        let close = ["script", "style"]
            .iter()
            .find(|name| tag[1..].starts_with(**name))
            .and_then(|name| {
                tag.find(&format!("</{name}>"))
                    .map(|at| at + name.len() + 2)
            })
            .or_else(|| tag.find('>'));
        let Some(close) = close else { return text };
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    text
}

/// What was sent with a request and must not come back in an error: servers echo requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Confidential(Vec<SecretString>);

impl Confidential {
    /// Of `Bearer x` also the `x` alone is a secret, and of `Basic x` the password in it.
    pub(crate) fn add(&mut self, secret: &str) {
        let value = secret.split_once(' ').map(|(_, value)| value);
        let password = secret.strip_prefix("Basic ").and_then(password_of);
        let parts = [Some(secret), value, password.as_deref()];
        self.0
            .extend(parts.into_iter().flatten().map(SecretString::from));
    }

    /// The text without the secrets.
    pub(crate) fn hide(&self, text: &str) -> String {
        hide(text, &self.0)
    }

    /// The URL without the secrets.
    pub(crate) fn hide_in_url(&self, url: &str) -> String {
        hide_in_url(url, &self.0)
    }
}

fn password_of(login: &str) -> Option<String> {
    let login = String::from_utf8(STANDARD.decode(login).ok()?).ok()?;
    login
        .split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// The text without the secrets, in any form in which they were sent or are likely to come back; the
/// longest first, for one may begin with another.
pub(crate) fn hide(text: &str, secrets: &[SecretString]) -> String {
    let secrets = secrets.iter().map(ExposeSecret::expose_secret);
    let mut all: Vec<_> = secrets.flat_map(forms).collect();
    all.sort_by_key(|form| std::cmp::Reverse(form.len()));
    all.iter()
        .fold(text.to_owned(), |text, form| text.replace(form, "***"))
}

/// The URL without the secrets, of which its own encoding has changed some characters and not others.
pub(crate) fn hide_in_url(url: &str, secrets: &[SecretString]) -> String {
    let plain = percent_decode_str(url).decode_utf8_lossy();
    let hidden = hide(&plain, secrets);
    if hidden == plain {
        hide(url, secrets)
    } else {
        hidden
    }
}

/// What is shorter than four bytes protects nothing, and hiding it would only garble the text.
pub(crate) const fn is_short(secret: &str) -> bool {
    secret.len() < 4
}

/// Whether a word is a token by its first letters, in any case, since hosts lose theirs: a JWT, or
/// one of Databricks, Google, GitHub or GitLab.
pub(crate) fn is_token(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let marks = [
        "eyj",
        "ya29.",
        "ghp_",
        "gho_",
        "ghs_",
        "ghu_",
        "github_pat_",
        "glpat-",
    ];
    let is_marked = marks.iter().any(|mark| word.starts_with(mark));
    let of_databricks = ["dapi", "dose"].iter().any(|mark| {
        let digits = word.strip_prefix(mark).unwrap_or_default();
        digits
            .chars()
            .take(20)
            .filter(char::is_ascii_hexdigit)
            .count()
            == 20
    });
    (is_marked && word.len() >= 16) || of_databricks
}

fn forms(secret: &str) -> Vec<String> {
    if is_short(secret) {
        return Vec::new();
    }
    let quoted = serde_json::Value::from(secret).to_string();
    vec![
        secret.to_owned(),
        quoted[1..quoted.len() - 1].to_owned(),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        in_html(secret),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

fn in_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    escaped.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoed_secrets_are_hidden() {
        let mut confidential = Confidential::default();
        for secret in ["", "got", "Bearer t0ken", "quo\"te"] {
            confidential.add(secret);
        }
        assert!(!format!("{confidential:?}").contains("t0ken"));
        let echo = r#"got {"authorization":"Bearer t0ken","secret":"quo\"te"}, t0ken quo"te"#;
        assert_eq!(
            confidential.hide(echo),
            r#"got {"authorization":"***","secret":"***"}, *** ***"#
        );
        assert_eq!(Confidential::default().hide("as it is"), "as it is");
    }

    #[test]
    fn a_code_is_one_word() {
        for text in ["RESOURCE_DOES_NOT_EXIST", "7", "a.b-c"] {
            assert_eq!(code(text.to_owned()).as_deref(), Some(text));
        }
        for text in ["", "POST http://h/x?key=1", &"x".repeat(81)] {
            assert_eq!(code(text.to_owned()), None, "{text}");
        }
    }

    #[test]
    fn secrets_are_hidden_however_they_are_written() {
        let mut confidential = Confidential::default();
        confidential.add("a b/<\"&c");
        confidential.add("Basic dXNlcjpwYXNzd29yZA==");
        for written in [
            "a b/<\"&c",
            "a b/<\\\"&c",
            "a+b%2F%3C%22%26c",
            "a%20b%2F%3C%22%26c",
            "a b/&lt;&quot;&amp;c",
            "YSBiLzwiJmM=",
            "YSBiLzwiJmM",
            "Basic dXNlcjpwYXNzd29yZA==",
            "dXNlcjpwYXNzd29yZA==",
            "password",
        ] {
            assert_eq!(
                confidential.hide(&format!("got {written}!")),
                "got ***!",
                "{written}"
            );
        }
    }

    #[test]
    fn a_secret_that_begins_with_another_is_hidden_whole() {
        let mut confidential = Confidential::default();
        confidential.add("token");
        confidential.add("token-of-admin");
        assert_eq!(confidential.hide("token-of-admin, token"), "***, ***");
    }

    #[test]
    fn no_cut_leaves_a_piece_of_a_secret() {
        let mut confidential = Confidential::default();
        confidential.add("s3cret  <b>value");
        let told = |text: &str| words(text.as_bytes(), &confidential).unwrap();
        assert_eq!(told("s3cret  <b>value"), "***");
        assert_eq!(told("<p>s3cret  <b>value</p>"), "***");
        for before in LONGEST - 20..LONGEST {
            let echo = format!("{}s3cret  <b>value", "x".repeat(before));
            assert!(!told(&echo).contains("s3"), "{before}");
        }
    }
}
