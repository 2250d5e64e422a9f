//! Values as expressions of the configuration language. Texts are taken literally.

use hcl_edit::{
    Decor, Decorate, Ident,
    expr::{
        Array, Expression, FuncArgs, FuncCall, FuncName, Object, ObjectKey, ObjectValue, Traversal,
        TraversalOperator,
    },
    template::{Element, Interpolation, StringTemplate},
};

use crate::framework::{Number, Value};

/// A known value.
pub(super) fn literal(value: &Value) -> Expression {
    match value {
        Value::Null | Value::Unknown(_) => Expression::null(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(value) => number(value),
        Value::String(value) => text(value),
        Value::List(elements) | Value::Set(elements) => {
            let elements: Vec<_> = elements.iter().map(literal).collect();
            Array::from(elements).into()
        }
        Value::Map(entries) => object(
            entries
                .iter()
                .map(|(key, value)| (key_of(key), literal(value))),
        ),
        Value::Object(attributes) => object(
            attributes
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (Ident::new(&**name).into(), literal(value))),
        ),
        Value::Dynamic(_, value) => literal(value),
    }
}

/// An object or a map with these entries, in this order.
pub(super) fn object(entries: impl Iterator<Item = (ObjectKey, Expression)>) -> Expression {
    let mut object = Object::new();
    for (key, value) in entries {
        object.insert(key, ObjectValue::new(value));
    }
    object.into()
}

/// These are quoted as keys, for they mean something else without.
const WORDS: [&str; 4] = ["true", "false", "null", "for"];

fn key_of(key: &str) -> ObjectKey {
    let plain = key
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let begins = key.starts_with(|it: char| it.is_ascii_alphabetic());
    match Ident::try_new(key) {
        Ok(ident) if plain && begins && !WORDS.contains(&key) => ident.into(),
        _ => ObjectKey::Expression(text(key)),
    }
}

/// Plain decimals, as hosts write them.
fn number(number: &Number) -> Expression {
    let whole = number.as_i64().map(Expression::from);
    whole
        .or_else(|| number.as_u64().map(Expression::from))
        .or_else(|| number.as_exact_f64().map(Expression::from))
        .unwrap_or_else(|| text(&number.to_string()))
}

/// A text in which nothing is a template. Each mark that would begin one begins an element of its own:
/// of several in one element, hcl-edit 0.10 leaves some unescaped, as in `$%{`.
pub(super) fn text(value: &str) -> Expression {
    let marks = ["${", "%{"]
        .iter()
        .flat_map(|mark| value.match_indices(mark));
    let mut starts: Vec<_> = marks.map(|(at, _)| at).collect();
    if starts.is_empty() {
        return value.into();
    }
    starts.extend([0, value.len()]);
    starts.sort_unstable();
    let pieces = starts.windows(2).map(|it| &value[it[0]..it[1]]);
    let pieces = pieces.filter(|it| !it.is_empty());
    let elements = pieces.map(|it| Element::Literal(it.to_owned().into()));
    elements.collect::<StringTemplate>().into()
}

/// A reference, such as `var.token`.
pub(super) fn reference(names: &[&str]) -> Expression {
    let Some((first, others)) = names.split_first() else {
        return Expression::null();
    };
    let steps = others
        .iter()
        .map(|name| TraversalOperator::GetAttr(Ident::new(*name).into()).into());
    let steps: Vec<_> = steps.collect();
    Traversal::new(Expression::from(Ident::new(*first)), steps).into()
}

/// What a file holds that lies beside the configuration, under this path.
pub(super) fn content_of(path: &str) -> Expression {
    let mut folder = reference(&["path", "module"]);
    *folder.decor_mut() = Decor::new("", "");
    let parts = [
        Element::from(Interpolation::new(folder)),
        Element::from(format!("/{path}")),
    ];
    let mut arguments = FuncArgs::new();
    arguments.push(StringTemplate::from_iter(parts));
    FuncCall::new(FuncName::new(Ident::new("file")), arguments).into()
}

#[cfg(test)]
mod tests {
    use hcl_edit::structure::Attribute;
    use proptest::prelude::*;

    use super::*;

    fn line(value: Expression) -> String {
        let body =
            hcl_edit::structure::Body::from(vec![Attribute::new(Ident::new("a"), value).into()]);
        body.to_string()
    }

    /// What hcl-rs reads in a text of one attribute; none where it holds a template.
    fn read(line: &str) -> Option<String> {
        let body: hcl::Body = hcl::from_str(line).ok()?;
        match &body.attributes().next()?.expr {
            hcl::Expression::String(text) => Some(text.clone()),
            hcl::Expression::TemplateExpr(template) => {
                let template = hcl::Template::from_expr(template).ok()?;
                let mut text = String::new();
                for element in template.elements() {
                    match element {
                        hcl::template::Element::Literal(part) => text.push_str(part),
                        _ => return None,
                    }
                }
                Some(text)
            }
            _ => None,
        }
    }

    #[test]
    fn templates_are_spelt_out() {
        for (value, expected) in [
            ("", r#"a = """#),
            ("a \"b\" \\n", r#"a = "a \"b\" \\n""#),
            ("${a} %{b} $ % { $", r#"a = "$${a} %%{b} $ % { $""#),
            (
                "$${a} %{b} %%{c} $%{d}",
                r#"a = "$$${a} %%{b} %%%{c} $%%{d}""#,
            ),
        ] {
            assert_eq!(line(text(value)), format!("{expected}\n"));
        }
    }

    /// Once this fails, `text` has no reason to begin an element at each mark.
    #[test]
    fn hcl_edit_still_leaves_marks_unescaped() {
        assert_eq!(line("${a} $%{b}".into()), "a = \"$${a} $%{b}\"\n");
    }

    #[test]
    fn values_are_written_by_their_types() {
        let map = Value::map([("team", Value::string("a")), ("a b", Value::string("${c}"))]);
        assert_eq!(
            line(literal(&map)),
            "a = {\"a b\" = \"$${c}\",team = \"a\",}\n"
        );
        let list = Value::List(vec![Value::number(7_u64), Value::Bool(true), Value::Null]);
        assert_eq!(line(literal(&list)), "a = [7, true, null]\n");
        assert_eq!(line(reference(&["var", "token"])), "a = var.token\n");
    }

    #[test]
    fn a_file_is_read_beside_the_configuration() {
        let expected = "a = file(\"${path.module}/prompts/a/1.txt\")\n";
        assert_eq!(line(content_of("prompts/a/1.txt")), expected);
    }

    proptest! {
        #[test]
        fn every_text_survives(value in r#"([$%{]|\PC|[\x00-\x1f\x7f"\\$%{}]){0,40}"#) {
            let line = line(text(&value));
            prop_assert_eq!(read(&line), Some(value), "{}", line);
        }
    }
}
