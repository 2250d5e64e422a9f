//! Configuration as text, laid out as `terraform fmt` leaves it. Knows nothing of webhooks; what an
//! expression looks like, escapes included, is left to [`Expression`].

use hcl_edit::expr::{Array, Expression};

/// What stands in a file or in a block.
#[derive(Debug)]
pub(super) enum Item {
    /// Whole lines of a comment. The text must not hold control characters but line breaks.
    Comment(String),
    /// `name = value`.
    Attribute(&'static str, Expression),
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

fn attribute(name: &str, column: usize, value: &Expression, depth: usize, text: &mut String) {
    indent(depth, text);
    text.push_str(&format!("{name:column$} = "));
    match long(value) {
        Some(list) => elements(list, depth, text),
        None => text.push_str(&value.to_string()),
    }
    text.push('\n');
}

fn elements(list: &Array, depth: usize, text: &mut String) {
    text.push_str("[\n");
    for element in list {
        indent(depth + 1, text);
        text.push_str(&format!("{element},\n"));
    }
    indent(depth, text);
    text.push(']');
}

fn head(block: &Block) -> String {
    let labels = block.labels.iter();
    let labels = labels.map(|it| format!(" {}", Expression::from(it.as_str())));
    block.kind.to_owned() + &labels.collect::<String>()
}

fn braced(head: &str, items: &[Item], depth: usize, text: &mut String) {
    indent(depth, text);
    text.push_str(&format!("{head} {{\n"));
    lines(items, depth + 1, text);
    indent(depth, text);
    text.push_str("}\n");
}

fn long(value: &Expression) -> Option<&Array> {
    value.as_array().filter(|it| it.len() > SHORT)
}

fn indent(depth: usize, text: &mut String) {
    text.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use hcl_edit::structure::Body;
    use proptest::prelude::*;

    use super::*;

    fn attribute(name: &'static str, value: impl Into<Expression>) -> Item {
        Item::Attribute(name, value.into())
    }

    #[test]
    fn equals_signs_align_in_adjoining_lines_only() {
        let items = [
            attribute("a", 1),
            attribute("events", vec!["1", "2", "3", "4"]),
            attribute("description", "d"),
            attribute("on", true),
            Item::Comment("one\n\ntwo".to_owned()),
            attribute("c", vec!["1", "2"]),
            Item::Block(Block {
                kind: "inner",
                labels: vec!["x".to_owned(), "${y}".to_owned()],
                items: vec![
                    Item::Object("o", vec![attribute("p", 1), attribute("qq", 2)]),
                    attribute("z", 1),
                    Item::Comment("last".to_owned()),
                ],
            }),
            Item::Block(Block {
                kind: "empty",
                labels: vec![],
                items: vec![],
            }),
        ];
        let expected = r#"a = 1
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
    p  = 1
    qq = 2
  }
  z = 1
  # last
}

empty {
}
"#;
        assert_eq!(text(&items), expected);
    }

    proptest! {
        #[test]
        fn every_text_survives(value in r#"(\PC|[\x00-\x1f\x7f"\\$%{}]){0,40}"#) {
            let written = text(&[attribute("a", value.as_str())]);
            prop_assert_eq!(written.lines().count(), 1);
            let read: Body = written.parse().unwrap();
            let read = read.get_attribute("a").unwrap().value.as_str().unwrap().to_owned();
            prop_assert_eq!(read, value);
        }
    }
}
