//! The dialect of `~/.databrickscfg`, which is that of Go's ini library: what it takes for a
//! comment, a quotation or an error decides over real passwords, and Rust's parsers differ in each.

use std::{collections::BTreeMap, iter::Peekable};

/// Keys and values by section; a key said twice has its last value.
pub(super) type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// What is said before the first section belongs to this one.
pub(super) const DEFAULT: &str = "DEFAULT";

/// The line, counted from 1, that cannot be understood. Never its text, which may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) usize);

pub(super) fn parse(text: &str) -> Result<Sections, Malformed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines()).peekable();
    let mut sections = Sections::new();
    let mut section = DEFAULT.to_owned();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, _) = rest.rsplit_once(']').ok_or(Malformed(number))?;
            section = name.trim().to_owned();
            sections.entry(section.clone()).or_default();
            continue;
        }
        let (key, rest) = key_of(line).ok_or(Malformed(number))?;
        let value = value_of(rest.trim(), &mut lines).ok_or(Malformed(number))?;
        sections
            .entry(section.clone())
            .or_default()
            .insert(key, value);
    }
    Ok(sections)
}

/// A key may be quoted; what follows it starts behind the delimiter.
fn key_of(line: &str) -> Option<(String, &str)> {
    for quote in ["\"\"\"", "\"", "`"] {
        if let Some(rest) = line.strip_prefix(quote) {
            let (key, rest) = rest.split_once(quote)?;
            let (_, rest) = rest.split_once(['=', ':'])?;
            return Some((key.trim().to_owned(), rest));
        }
    }
    let (key, rest) = line.split_once(['=', ':'])?;
    let key = key.trim();
    (!key.is_empty()).then(|| (key.to_owned(), rest))
}

type Lines<'a, I> = Peekable<I>;

fn value_of<'a, I: Iterator<Item = (usize, &'a str)>>(
    text: &str,
    lines: &mut Lines<'a, I>,
) -> Option<String> {
    for quote in ["\"\"\"", "`"] {
        if let Some(rest) = text.strip_prefix(quote) {
            return block(rest, quote, lines);
        }
    }
    if let Some(head) = text.strip_suffix('\\') {
        return Some(continued(head, lines));
    }
    let comment = text.find(" #").or_else(|| text.find(" ;"));
    let text = comment.map_or(text, |at| text[..at].trim_end());
    Some(unquoted(text).to_owned())
}

/// A value over several lines, up to the closing quotes.
fn block<'a, I: Iterator<Item = (usize, &'a str)>>(
    first: &str,
    quote: &str,
    lines: &mut Lines<'a, I>,
) -> Option<String> {
    if let Some(end) = first.rfind(quote) {
        return Some(first[..end].to_owned());
    }
    let mut value = first.to_owned();
    for (_, line) in lines {
        value.push('\n');
        if let Some((last, _)) = line.split_once(quote) {
            value.push_str(last);
            return Some(value);
        }
        value.push_str(line);
    }
    None
}

/// A value whose lines end in backslashes; taken as it stands, without comments and quotes.
fn continued<'a, I: Iterator<Item = (usize, &'a str)>>(
    head: &str,
    lines: &mut Lines<'a, I>,
) -> String {
    let mut value = head.to_owned();
    while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
        let line = line.trim();
        let more = line.strip_suffix('\\');
        value.push_str(more.unwrap_or(line));
        if more.is_none() {
            break;
        }
    }
    value
}

/// Without the one pair of quotes around it.
fn unquoted(text: &str) -> &str {
    let inside = |quote| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then_some(inner)
    };
    inside('\'').or_else(|| inside('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        parse(text).unwrap()[DEFAULT]["k"].clone()
    }

    #[test]
    fn values_end_where_a_comment_with_a_space_before_it_begins() {
        assert_eq!(value("k = p#x"), "p#x");
        assert_eq!(value("k = p;x"), "p;x");
        assert_eq!(value("k = p # note"), "p");
        assert_eq!(value("k = p ; note"), "p");
        assert_eq!(value("k = p ; a # note"), "p ; a");
    }

    #[test]
    fn one_pair_of_quotes_is_taken_off() {
        assert_eq!(value("k = 'a b'"), "a b");
        assert_eq!(value("k = \"a b\""), "a b");
        assert_eq!(value("k = ''a''"), "''a''");
        assert_eq!(value("k = 'a"), "'a");
        assert_eq!(value("k = \""), "\"");
    }

    #[test]
    fn long_values_are_blocks_or_continued_lines() {
        assert_eq!(
            value("k = `{\n  # no comment\n}`\n"),
            "{\n  # no comment\n}"
        );
        assert_eq!(value("k = \"\"\"a\nb\"\"\""), "a\nb");
        assert_eq!(value("k = a\\\r\n  b \\\n c\nx = y"), "ab c");
        assert_eq!(parse("k = `never"), Err(Malformed(1)));
    }

    #[test]
    fn sections_stand_alone_and_the_last_of_a_key_counts() {
        let text = "\u{feff}k = 1\n[a]\nk: 2\n  # note\n  k = 3\n[a.b]\nx = 4\n[A]\n[a]\ny=5\n";
        let sections = parse(text).unwrap();
        assert_eq!(sections[DEFAULT]["k"], "1");
        assert_eq!(sections["a"]["k"], "3");
        assert_eq!(sections["a"]["y"], "5");
        assert_eq!(sections["a.b"].get("k"), None);
        assert!(sections["A"].is_empty());
    }

    #[test]
    fn a_line_without_a_delimiter_fails_the_file_by_its_number() {
        assert_eq!(parse("[a]\n\ndapi-secret\nk = v"), Err(Malformed(3)));
        assert_eq!(parse("[a\nk = v"), Err(Malformed(1)));
        assert_eq!(parse("= v"), Err(Malformed(1)));
    }
}
