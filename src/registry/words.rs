//! A server's own words, cut to what is fit to show: without markup, SQL, private parts of URLs and
//! the secrets that were sent to it.

use secrecy::{ExposeSecret, SecretString};

/// Of a text, in characters.
pub(super) const LONGEST: usize = 800;

/// A body that is not what a registry documents, as text: without HTML and not at length.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(64 << 10)]);
    if text.trim_start().starts_with('<') {
        presentable(&without_tags(&text))
    } else {
        presentable(&text)
    }
}

/// Cut before the SQL that a database error goes on with (its parameters are the user's own data,
/// and the secret's ciphertext), without the private parts of URLs, and not at length.
pub(super) fn presentable(text: &str) -> Option<String> {
    let end = ["[SQL", "[parameters", "(Background on this error"]
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

/// On one line, and every URL in it without userinfo and query.
pub(super) fn without_private_parts(text: &str) -> String {
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
pub(super) struct Confidential(Vec<SecretString>);

impl Confidential {
    /// Of `Bearer x` also the `x` alone is a secret. What is shorter than four bytes protects
    /// nothing, and hiding it would only garble the text.
    pub(super) fn add(&mut self, secret: &str) {
        let parts = [secret, secret.split_once(' ').map_or("", |(_, rest)| rest)];
        let parts = parts.into_iter().filter(|it| it.len() >= 4);
        self.0.extend(parts.map(SecretString::from));
    }

    /// The text without the secrets, as they are and as JSON writes them.
    pub(super) fn hide(&self, text: &str) -> String {
        let secrets = self.0.iter().map(ExposeSecret::expose_secret);
        secrets.fold(text.to_owned(), |text, secret| {
            let quoted = serde_json::Value::from(secret).to_string();
            text.replace(secret, "***")
                .replace(quoted.trim_matches('"'), "***")
        })
    }
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
        let echo = r#"got {"authorization":"Bearer t0ken","secret":"quo\"te"}, t0ken quo"te"#;
        assert_eq!(
            confidential.hide(echo),
            r#"got {"authorization":"***","secret":"***"}, *** ***"#
        );
        assert_eq!(Confidential::default().hide("as it is"), "as it is");
        assert!(!format!("{confidential:?}").contains("t0ken"));
    }
}
