//! The literal JSON of each kind of value, and what stored state may look like beyond it.

use super::{decode, decode_state, encode};
use crate::wire::{Number, Type, Value};

fn number(literal: &str) -> Value {
    Value::Number(literal.parse().expect(literal))
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new(ty), Box::new(value))
}

fn webhook() -> Type {
    let spec = Type::object([("url", Type::String), ("port", Type::Number)]);
    Type::object([("name", Type::String), ("spec", Type::list(spec))])
}

#[test]
fn values_have_one_json_form() {
    let strings = || vec![Value::string("a"), Value::string("b")];
    for (json, ty, value) in [
        ("null", Type::String, Value::Null),
        ("null", Type::Dynamic, Value::Null),
        ("true", Type::Bool, Value::Bool(true)),
        (r#""a\"é""#, Type::String, Value::string("a\"é")),
        ("12", Type::Number, number("12")),
        ("0.1", Type::Number, number("0.1")),
        (
            "-123456789012345678901234567890.00000000000000000001",
            Type::Number,
            number("-123456789012345678901234567890.00000000000000000001"),
        ),
        (
            r#"["a","b"]"#,
            Type::list(Type::String),
            Value::List(strings()),
        ),
        (
            r#"["a","b"]"#,
            Type::set(Type::String),
            Value::Set(strings()),
        ),
        (
            r#"{"k":1}"#,
            Type::map(Type::Number),
            Value::map([("k", number("1"))]),
        ),
        (
            r#"[true,"a"]"#,
            Type::Tuple(vec![Type::Bool, Type::String]),
            Value::List(vec![Value::Bool(true), Value::string("a")]),
        ),
        (
            r#"{"name":null,"spec":[]}"#,
            webhook(),
            Value::object([("name", Value::Null), ("spec", Value::List(Vec::new()))]),
        ),
        (
            r#"{"type":["list","bool"],"value":[true]}"#,
            Type::Dynamic,
            dynamic(Type::list(Type::Bool), Value::List(vec![Value::Bool(true)])),
        ),
        (
            r#"{"type":"string","value":null}"#,
            Type::Dynamic,
            dynamic(Type::String, Value::Null),
        ),
    ] {
        let encoded = encode(&value, &ty).expect(json);
        assert_eq!(String::from_utf8_lossy(&encoded), json);
        assert_eq!(decode(json.as_bytes(), &ty), Ok(value), "{json}");
    }
}

#[test]
fn numbers_keep_their_value_in_any_notation() {
    for (json, literal) in [
        ("1e3", "1000"),
        ("1.50", "1.5"),
        ("-0", "0"),
        ("1E-2", "0.01"),
    ] {
        assert_eq!(decode(json.as_bytes(), &Type::Number), Ok(number(literal)));
    }
}

#[test]
fn what_json_cannot_express_is_an_error_with_its_path() {
    let ty = Type::object([("a", Type::list(Type::Number))]);
    for (element, error) in [
        (Value::UNKNOWN, "a[0]: expected a known value"),
        (
            Value::Number(Number::INFINITY),
            "a[0]: expected a finite number",
        ),
        (
            Value::Number(Number::NEG_INFINITY),
            "a[0]: expected a finite number",
        ),
        (Value::Bool(true), "a[0]: expected a number"),
    ] {
        let value = Value::object([("a", Value::List(vec![element]))]);
        assert_eq!(encode(&value, &ty).expect_err(error).to_string(), error);
    }
}

#[test]
fn exact_reading_takes_nothing_else() {
    for (json, error) in [
        ("[]", "expected an object"),
        (r#"{"name":"n"}"#, "spec: the attribute is missing"),
        (
            r#"{"name":"n","spec":[],"more":1}"#,
            "more: the object has no such attribute",
        ),
        (r#"{"name":1,"spec":[]}"#, "name: expected a string"),
        (
            r#"{"name":"n","spec":[{"url":"u","port":"1"}]}"#,
            "spec[0].port: expected a number",
        ),
        (
            r#"{"name":"n","spec":[{"url":"u","port":1e99999}]}"#,
            "spec[0].port: expected a number",
        ),
        (r#"{"name":"#, "malformed JSON at line 1, column 8"),
        ("null null", "malformed JSON at line 1, column 6"),
    ] {
        let problem = decode(json.as_bytes(), &webhook()).expect_err(json);
        assert_eq!(problem.to_string(), error, "{json}");
    }
}

#[test]
fn state_may_lack_attributes_and_have_others_at_every_depth() {
    let json = br#"{"gone":{"x":[1]},"spec":[{"url":"u","gone":1}]}"#;
    let spec = Value::object([("url", Value::string("u")), ("port", Value::Null)]);
    let expected = Value::object([("name", Value::Null), ("spec", Value::List(vec![spec]))]);
    assert_eq!(decode_state(json, &webhook()), Ok(expected));
    let empty = Value::object([("name", Value::Null), ("spec", Value::Null)]);
    assert_eq!(decode_state(b"{}", &webhook()), Ok(empty));
}

#[test]
fn state_may_hold_primitives_in_place_of_each_other() {
    for (json, ty, value) in [
        ("12", Type::String, Value::string("12")),
        (
            "12345678901234567890.5",
            Type::String,
            Value::string("12345678901234567890.5"),
        ),
        ("true", Type::String, Value::string("true")),
        (r#""12.50""#, Type::Number, number("12.5")),
        (r#""true""#, Type::Bool, Value::Bool(true)),
        (r#""1""#, Type::Bool, Value::Bool(true)),
        (r#""false""#, Type::Bool, Value::Bool(false)),
        (r#""0""#, Type::Bool, Value::Bool(false)),
    ] {
        assert_eq!(decode_state(json.as_bytes(), &ty), Ok(value), "{json}");
        assert!(decode(json.as_bytes(), &ty).is_err(), "{json}");
    }
}

#[test]
fn state_without_a_meaning_is_an_error_that_does_not_repeat_it() {
    for (json, ty) in [
        (r#""secret""#, Type::Number),
        (r#""secret""#, Type::Bool),
        (r#""secret""#, Type::Dynamic),
        (r#"["secret"]"#, Type::String),
        ("12345", Type::Bool),
        ("true", Type::Number),
        (r#"{"secret":1}"#, Type::list(Type::String)),
        (r#"["secret"]"#, Type::Tuple(Vec::new())),
        (r#"{"type":"secret","value":1}"#, Type::Dynamic),
        (r#"{"type":"dynamic","value":"secret"}"#, Type::Dynamic),
        (r#"{"type":"string","value":"secret","x":1}"#, Type::Dynamic),
        (r#"{"value":"secret"}"#, Type::Dynamic),
    ] {
        let problem = decode_state(json.as_bytes(), &ty).expect_err(json);
        let shown = format!("{problem} {problem:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("12345"),
            "{shown}"
        );
    }
}

#[test]
fn depth_is_bounded() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert!(decode(deep.as_bytes(), &Type::Dynamic).is_err());
    let mut ty = Type::Bool;
    for _ in 0..500 {
        ty = Type::list(ty);
    }
    assert!(decode_state(deep.as_bytes(), &ty).is_err());
}
