//! Configuration as text, laid out as `terraform fmt` leaves it. Knows nothing of webhooks.

/// What an attribute may be.
#[derive(Debug)]
pub(super) enum Value {
    /// A text, which is taken literally.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A truth value.
    Flag(bool),
    /// A keyword or a reference such as `var.token`.
    Name(String),
}

/// What stands in a file or in a block.
#[derive(Debug)]
pub(super) enum Item {
    /// Whole lines of a comment. The text must not hold control characters but line breaks.
    Comment(String),
    /// `name = value`.
    Attribute(&'static str, Value),
    /// `name = { ... }`, over several lines.
    Object(&'static str, Vec<Self>),
    /// `kind "label" { ... }`.
    Block(Block),
}

/// A block with what stands in it.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: &'static str,
    pub(super) labels: Vec<String>,
    pub(super) items: Vec<Item>,
}

/// The text of a file that holds these.
pub(super) fn text(items: &[Item]) -> String {
    let mut text = String::new();
    lines(items, 0, &mut text);
    text
}

/// Lists up to this length stay on one line.
const SHORT: usize = 3;

fn lines(items: &[Item], depth: usize, text: &mut String) {
    let begin = text.len();
    let mut after_block = false;
    for run in items.chunk_by(align) {
        let column = run.iter().map(width).max().unwrap_or_default();
        for item in run {
            let is_block = matches!(item, Item::Block(_));
            if after_block || (is_block && text.len() > begin) {
                text.push('\n');
            }
            after_block = is_block;
            match item {
                Item::Comment(words) => comment(words, depth, text),
                Item::Attribute(name, value) => attribute(name, column, value, depth, text),
                Item::Object(name, items) => braced(&format!("{name} ="), items, depth, text),
                Item::Block(inner) => braced(&head(inner), &inner.items, depth, text),
            }
        }
    }
}

/// Attributes in adjoining lines align, but none with a list of several lines.
fn align(above: &Item, below: &Item) -> bool {
    let one_line = |it: &Item| matches!(it, Item::Attribute(_, value) if long(value).is_none());
    one_line(above) && one_line(below)
}

fn width(item: &Item) -> usize {
    match item {
        Item::Attribute(name, _) => name.len(),
        Item::Comment(_) | Item::Object(..) | Item::Block(_) => 0,
    }
}

fn comment(words: &str, depth: usize, text: &mut String) {
    for line in words.lines() {
        indent(depth, text);
        text.push_str(format!("# {line}").trim_end());
        text.push('\n');
    }
}

fn attribute(name: &str, column: usize, value: &Value, depth: usize, text: &mut String) {
    indent(depth, text);
    text.push_str(&format!("{name:column$} = "));
    match long(value) {
        Some(list) => elements(list, depth, text),
        None => text.push_str(&short(value)),
    }
    text.push('\n');
}

fn elements(list: &[String], depth: usize, text: &mut String) {
    text.push_str("[\n");
    for element in list {
        indent(depth + 1, text);
        text.push_str(&format!("{},\n", quoted(element)));
    }
    indent(depth, text);
    text.push(']');
}

fn head(block: &Block) -> String {
    let labels = block.labels.iter();
    let labels = labels.map(|it| format!(" {}", quoted(it)));
    block.kind.to_owned() + &labels.collect::<String>()
}

fn braced(head: &str, items: &[Item], depth: usize, text: &mut String) {
    indent(depth, text);
    text.push_str(&format!("{head} {{\n"));
    lines(items, depth + 1, text);
    indent(depth, text);
    text.push_str("}\n");
}

fn long(value: &Value) -> Option<&[String]> {
    match value {
        Value::Texts(list) if list.len() > SHORT => Some(list),
        _ => None,
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Texts(list) => {
            let list: Vec<_> = list.iter().map(|it| quoted(it)).collect();
            format!("[{}]", list.join(", "))
        }
        Value::Flag(flag) => flag.to_string(),
        Value::Name(name) => name.clone(),
    }
}

/// A literal of one line that shows all it holds: what a terminal or an editor would hide, or obey
/// as a command, is written by its number.
fn quoted(text: &str) -> String {
    let mut literal = String::from('"');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => literal.extend([letter, letter]),
            hidden if is_hidden(hidden) => {
                literal.push_str(&format!("\\u{:04x}", u32::from(hidden)))
            }
            plain => literal.push(plain),
        }
    }
    literal.push('"');
    literal
}

/// Controls, marks that change the direction of text, separators of lines, and the byte order mark.
fn is_hidden(letter: char) -> bool {
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{feff}'];
    letter.is_control()
        || marks.contains(&letter)
        || ('\u{2028}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

fn indent(depth: usize, text: &mut String) {
    text.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn attribute(name: &'static str, text: &str) -> Item {
        Item::Attribute(name, Value::Text(text.to_owned()))
    }

    fn list(name: &'static str, texts: &[&str]) -> Item {
        let texts = texts.iter().map(|it| (*it).to_owned());
        Item::Attribute(name, Value::Texts(texts.collect()))
    }

    #[test]
    fn equals_signs_align_in_adjoining_lines_only() {
        let items = [
            attribute("a", "1"),
            list("events", &["1", "2", "3", "4"]),
            attribute("description", "d"),
            Item::Attribute("on", Value::Flag(true)),
            Item::Comment("one\n\ntwo".to_owned()),
            list("c", &["1", "2"]),
            Item::Block(Block {
                kind: "inner",
                labels: vec!["x".to_owned(), "${y}".to_owned()],
                items: vec![
                    Item::Object("o", vec![attribute("p", "1"), attribute("qq", "1")]),
                    attribute("z", "1"),
                    Item::Comment("last".to_owned()),
                ],
            }),
            Item::Block(Block {
                kind: "empty",
                labels: vec![],
                items: vec![],
            }),
        ];
        let expected = r#"a = "1"
events = [
  "1",
  "2",
  "3",
  "4",
]
description = "d"
on          = true
# one
#
# two
c = ["1", "2"]

inner "x" "$${y}" {
  o = {
    p  = "1"
    qq = "1"
  }
  z = "1"
  # last
}

empty {
}
"#;
        assert_eq!(text(&items), expected);
    }

    #[test]
    fn templates_and_what_is_hidden_are_spelt_out() {
        for (value, literal) in [
            ("", r#""""#),
            ("a \"b\" \\n", r#""a \"b\" \\n""#),
            ("${a} %{b} $ % { $", r#""$${a} %%{b} $ % { $""#),
            ("$${a} %{b} %%{c} $%{d}", r#""$$${a} %%{b} %%%{c} $%%{d}""#),
            ("\r\n\t\u{0}\u{7f}\u{85}", r#""\r\n\t\u0000\u007f\u0085""#),
            ("a\u{202e}b\u{feff}\u{2028}", r#""a\u202eb\ufeff\u2028""#),
            ("für 世界 \u{1f3f4}", "\"für 世界 \u{1f3f4}\""),
        ] {
            assert_eq!(quoted(value), literal);
        }
    }

    /// A literal as Terraform reads it; none if it holds a template or ends early.
    fn read(literal: &str) -> Option<String> {
        let mut rest = literal.strip_prefix('"')?.strip_suffix('"')?;
        let mut text = String::new();
        while let Some(letter) = rest.chars().next() {
            let (meant, length) = match rest.get(..2) {
                Some("${" | "%{") => return None,
                Some("$$" | "%%") if rest[2..].starts_with('{') => (letter, 2),
                Some("\\n") => ('\n', 2),
                Some("\\r") => ('\r', 2),
                Some("\\t") => ('\t', 2),
                Some("\\u") => {
                    let number = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
                    (char::from_u32(number)?, 6)
                }
                Some(escape) if letter == '\\' => (escape.chars().nth(1)?, 2),
                _ if letter == '"' => return None,
                _ => (letter, letter.len_utf8()),
            };
            text.push(meant);
            if length == 2 && "$%".contains(meant) {
                text.push('{');
                rest = &rest[3..];
            } else {
                rest = &rest[length..];
            }
        }
        Some(text)
    }

    proptest! {
        #[test]
        fn every_text_survives(value in r#"([$%{]|\PC|[\x00-\x1f\x7f"\\$%{}]){0,40}"#) {
            let literal = quoted(&value);
            prop_assert!(!literal.chars().any(is_hidden));
            prop_assert_eq!(read(&literal), Some(value));
        }
    }
}
