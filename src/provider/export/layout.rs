//! Documents in the layout that `terraform fmt` leaves: indentation, equals signs in one column, empty
//! lines around blocks. Knows nothing of what is written.

use hcl_edit::{
    Decorate, Decorated, Ident,
    expr::{Array, Expression, Object, ObjectValue, ObjectValueTerminator},
    structure::{Attribute, Block, Body, Structure},
};

/// Lists up to this length stay on one line.
const SHORT: usize = 3;

/// What stands in a file or in a block.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) parts: Vec<Part>,
    /// A comment after all of them; none where it is empty.
    pub(super) end: String,
}

/// An attribute or a block.
#[derive(Debug)]
pub(super) enum Part {
    Attribute(&'static str, Expression),
    Block {
        kind: &'static str,
        labels: Vec<String>,
        content: Content,
    },
}

impl Part {
    /// A block with these labels.
    pub(super) fn block(kind: &'static str, labels: &[&str], content: Content) -> Self {
        Self::Block {
            kind,
            labels: labels.iter().map(|it| (*it).to_owned()).collect(),
            content,
        }
    }
}

impl FromIterator<Part> for Content {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        Self {
            parts: parts.into_iter().collect(),
            end: String::new(),
        }
    }
}

/// The text of a file that holds these, under a comment.
pub(super) fn file(head: &str, content: Content) -> String {
    let head = if head.is_empty() {
        String::new()
    } else {
        format!("{}\n", comment(head, 0))
    };
    shown(&format!("{head}{}", body(content, 0)))
}

fn body(content: Content, depth: usize) -> Body {
    let (mut structures, mut after_block) = (Vec::new(), false);
    let mut parts = content.parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let first = structures.is_empty();
        match part {
            Part::Attribute(name, value) => {
                let mut run = vec![(name, value)];
                while let Some(Part::Attribute(..)) = parts.peek() {
                    if let Some(Part::Attribute(name, value)) = parts.next() {
                        run.push((name, value));
                    }
                }
                let gap = if after_block { "\n" } else { "" };
                structures.extend(aligned(run, depth, gap));
                after_block = false;
            }
            Part::Block {
                kind,
                labels,
                content,
            } => {
                let gap = if first { "" } else { "\n" };
                structures.push(block(kind, labels, content, depth, gap));
                after_block = true;
            }
        }
    }
    Body::from(structures)
}

fn block(kind: &str, labels: Vec<String>, content: Content, depth: usize, gap: &str) -> Structure {
    let end = comment(&content.end, depth + 1);
    let mut block = Block::new(Ident::new(kind));
    block.labels = labels.into_iter().map(Into::into).collect();
    block.body = body(content, depth + 1);
    block
        .body
        .decor_mut()
        .set_suffix(format!("{end}{}", indent(depth)));
    block
        .decor_mut()
        .set_prefix(format!("{gap}{}", indent(depth)));
    block.into()
}

/// Attributes in adjoining lines, in one column; one with a value of several lines stands for itself.
fn aligned(run: Vec<(&'static str, Expression)>, depth: usize, gap: &str) -> Vec<Structure> {
    let mut lines: Vec<Structure> = Vec::new();
    let is_short = |(_, value): &(&str, Expression)| !is_long(value);
    for chunk in run.chunk_by(|above, below| is_short(above) && is_short(below)) {
        let width = chunk.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in chunk {
            let mut key = Decorated::new(Ident::new(*name));
            key.decor_mut()
                .set_suffix(" ".repeat(width - name.len() + 1));
            let mut line = Attribute::new(key, laid_out(value.clone(), depth));
            let gap = if lines.is_empty() { gap } else { "" };
            line.decor_mut()
                .set_prefix(format!("{gap}{}", indent(depth)));
            lines.push(line.into());
        }
    }
    lines
}

/// Whether a value takes several lines.
fn is_long(value: &Expression) -> bool {
    match value {
        Expression::Array(list) => list.len() > SHORT || list.iter().any(is_long),
        Expression::Object(object) => !object.is_empty(),
        _ => false,
    }
}

fn laid_out(value: Expression, depth: usize) -> Expression {
    match value {
        Expression::Array(list) if list.len() > SHORT || list.iter().any(is_long) => {
            elements(list, depth).into()
        }
        Expression::Object(object) if !object.is_empty() => entries(object, depth).into(),
        other => other,
    }
}

fn elements(list: Array, depth: usize) -> Array {
    let mut lines = Array::new();
    for element in list {
        let mut element = laid_out(element, depth + 1);
        element
            .decor_mut()
            .set_prefix(format!("\n{}", indent(depth + 1)));
        lines.push(element);
    }
    lines.set_trailing_comma(true);
    lines.set_trailing(format!("\n{}", indent(depth)));
    lines
}

fn entries(object: Object, depth: usize) -> Object {
    let all: Vec<_> = object.into_iter().collect();
    let width = |key: &hcl_edit::expr::ObjectKey| written(key).chars().count();
    let column = all.iter().map(|(key, _)| width(key)).max().unwrap_or(0);
    let mut lines = Object::new();
    for (mut key, value) in all {
        let padding = column - width(&key) + 1;
        let first = if lines.is_empty() { "\n" } else { "" };
        key.decor_mut()
            .set_prefix(format!("{first}{}", indent(depth + 1)));
        key.decor_mut().set_suffix(" ".repeat(padding));
        let mut value = ObjectValue::new(laid_out(value.into_expr(), depth + 1));
        value.set_terminator(ObjectValueTerminator::Newline);
        lines.insert(key, value);
    }
    lines.set_trailing(indent(depth));
    lines
}

/// A key as the text will have it.
fn written(key: &hcl_edit::expr::ObjectKey) -> String {
    match key.as_expr() {
        Some(text) => shown(&text.to_string()),
        None => key.as_ident().map(ToString::to_string).unwrap_or_default(),
    }
}

/// Whole lines of a comment.
fn comment(words: &str, depth: usize) -> String {
    let lines = words.lines().map(|line| {
        let line = format!("{}# {line}", indent(depth));
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// What a terminal or an editor would hide, or obey as a command, is written by its number: in a
/// literal it means the same.
fn shown(text: &str) -> String {
    let spelt = |letter: char| {
        if is_hidden(letter) {
            format!("\\u{:04x}", u32::from(letter))
        } else {
            letter.to_string()
        }
    };
    text.chars().map(spelt).collect()
}

/// Controls but line breaks, marks that change the direction of text, separators of lines, and the byte
/// order mark.
fn is_hidden(letter: char) -> bool {
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{feff}'];
    (letter.is_control() && letter != '\n')
        || marks.contains(&letter)
        || ('\u{2028}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::{
        super::literal::{literal, text},
        *,
    };
    use crate::framework::Value;

    fn attribute(name: &'static str, value: &str) -> Part {
        Part::Attribute(name, text(value))
    }

    fn list(name: &'static str, texts: &[&str]) -> Part {
        let texts = texts.iter().map(|it| Value::string(*it));
        Part::Attribute(name, literal(&Value::List(texts.collect())))
    }

    #[test]
    fn equals_signs_align_in_adjoining_lines_only() {
        let map = [("for", "0"), ("p", "1"), ("q q", "2")];
        let map = Value::map(map.map(|(key, value)| (key, Value::string(value))));
        let inner = Content {
            parts: vec![
                Part::Attribute("o", literal(&map)),
                attribute("z", "1"),
                Part::block("deep", &[], Content::default()),
            ],
            end: "last".to_owned(),
        };
        let content = [
            attribute("a", "1"),
            list("events", &["1", "2", "3", "4"]),
            attribute("description", "d"),
            Part::Attribute("on", true.into()),
            list("c", &["1", "2"]),
            Part::block("inner", &["x", "y"], inner),
            Part::block("empty", &[], Content::default()),
        ];
        let expected = r#"# one
#
# two

a = "1"
events = [
  "1",
  "2",
  "3",
  "4",
]
description = "d"
on          = true
c           = ["1", "2"]

inner "x" "y" {
  o = {
    "for" = "0"
    p     = "1"
    "q q" = "2"
  }
  z = "1"

  deep {
  }
  # last
}

empty {
}
"#;
        assert_eq!(file("one\n\ntwo", content.into_iter().collect()), expected);
    }

    #[test]
    fn what_is_hidden_is_spelt_out() {
        for (value, literal) in [
            ("\r\n\t\u{0}\u{7f}\u{85}", r#""\r\n\t\u0000\u007f\u0085""#),
            ("a\u{202e}b\u{feff}\u{2028}", r#""a\u202eb\ufeff\u2028""#),
            ("für 世界 \u{1f3f4}", "\"für 世界 \u{1f3f4}\""),
        ] {
            let content = [attribute("a", value)].into_iter().collect();
            assert_eq!(file("", content), format!("a = {literal}\n"));
        }
    }
}
