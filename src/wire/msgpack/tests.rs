//! The literal bytes that are the contract with the host.

use std::collections::BTreeMap;

use super::{decode, encode};
use crate::wire::{Number, Refinement, Type, Value};

fn hex(digits: &str) -> Vec<u8> {
    let digits: String = digits.split_whitespace().collect();
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn number(literal: &str) -> Value {
    Value::Number(literal.parse().expect(literal))
}

fn unknown(refinement: Refinement) -> Value {
    Value::Unknown(Some(Box::new(refinement)))
}

fn not_null() -> Refinement {
    Refinement {
        null: Some(false),
        ..Refinement::default()
    }
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new(ty), Box::new(value))
}

fn pair() -> Type {
    Type::object([("b", Type::Bool), ("a", Type::String)])
}

fn both_ways(cases: &[(&str, Type, Value)]) {
    for (bytes, ty, value) in cases {
        assert_eq!(decode(&hex(bytes), ty).as_ref(), Ok(value), "{bytes}");
        assert_eq!(encode(value, ty), Ok(hex(bytes)), "{bytes}");
    }
}

#[test]
fn null_is_nil_in_every_type() {
    for ty in [
        Type::Bool,
        Type::Number,
        Type::String,
        Type::Dynamic,
        Type::list(Type::Bool),
        Type::set(Type::Bool),
        Type::map(Type::Bool),
        Type::Tuple(vec![Type::Bool]),
        pair(),
    ] {
        both_ways(&[("c0", ty.clone(), Value::Null)]);
        both_ways(&[("d40000", ty, Value::UNKNOWN)]);
    }
}

#[test]
fn primitives_have_the_hosts_bytes() {
    both_ways(&[
        ("c2", Type::Bool, Value::Bool(false)),
        ("c3", Type::Bool, Value::Bool(true)),
        ("a0", Type::String, Value::string("")),
        ("a3 616263", Type::String, Value::string("abc")),
        ("a2 c3a9", Type::String, Value::string("é")),
        (
            "d9 20 6161616161616161616161616161616161616161616161616161616161616161",
            Type::String,
            Value::string("a".repeat(32)),
        ),
    ]);
}

#[test]
fn numbers_take_the_shortest_exact_form() {
    let number = |bytes, literal| (bytes, Type::Number, number(literal));
    both_ways(&[
        number("00", "0"),
        number("7f", "127"),
        number("cc80", "128"),
        number("cd0100", "256"),
        number("ce00010000", "65536"),
        number("cf0000000100000000", "4294967296"),
        number("cf7fffffffffffffff", "9223372036854775807"),
        number("ff", "-1"),
        number("e0", "-32"),
        number("d0df", "-33"),
        number("d1ff7f", "-129"),
        number("d2ffff7fff", "-32769"),
        number("d3ffffffff7fffffff", "-2147483649"),
        number("d38000000000000000", "-9223372036854775808"),
        number("cb3fe0000000000000", "0.5"),
        number("cbc004000000000000", "-2.5"),
        number("a3 302e31", "0.1"),
        number(
            "b3 39323233333732303336383534373735383038",
            "9223372036854775808",
        ),
        number(
            "b4 2d39323233333732303336383534373735383039",
            "-9223372036854775809",
        ),
        number("b5 313030303030303030303030303030303030303030", "1e20"),
        (
            "cb7ff0000000000000",
            Type::Number,
            Value::Number(Number::INFINITY),
        ),
        (
            "cbfff0000000000000",
            Type::Number,
            Value::Number(Number::NEG_INFINITY),
        ),
    ]);
}

#[test]
fn numbers_are_read_in_every_form() {
    for (bytes, literal) in [
        ("cf8000000000000000", "9223372036854775808"),
        ("cfffffffffffffffff", "18446744073709551615"),
        ("d300000000000000 07", "7"),
        ("d1 0007", "7"),
        ("ca 3f000000", "0.5"),
        ("cb 4415af1d78b58c40", "100000000000000000000"),
        ("a1 37", "7"),
        ("a3 312e30", "1"),
        ("a3 316532", "100"),
        ("cb 8000000000000000", "0"),
    ] {
        assert_eq!(decode(&hex(bytes), &Type::Number), Ok(number(literal)));
    }
}

#[test]
fn collections_have_the_hosts_bytes() {
    let strings = || vec![Value::string("a"), Value::string("b")];
    let entries = || [("a", Value::Bool(true)), ("b", Value::Null)];
    both_ways(&[
        ("90", Type::list(Type::Bool), Value::List(Vec::new())),
        (
            "92 a161 a162",
            Type::list(Type::String),
            Value::List(strings()),
        ),
        (
            "92 a161 a162",
            Type::set(Type::String),
            Value::Set(strings()),
        ),
        ("80", Type::map(Type::Bool), Value::Map(BTreeMap::new())),
        (
            "82 a161 c3 a162 c0",
            Type::map(Type::Bool),
            Value::map(entries()),
        ),
        ("90", Type::Tuple(Vec::new()), Value::List(Vec::new())),
        (
            "92 a161 c3",
            Type::Tuple(vec![Type::String, Type::Bool]),
            Value::List(vec![Value::string("a"), Value::Bool(true)]),
        ),
        (
            "82 a161 c0 a162 d40000",
            pair(),
            Value::object([("a", Value::Null), ("b", Value::UNKNOWN)]),
        ),
        (
            "80",
            Type::Object(BTreeMap::new()),
            Value::Object(BTreeMap::new()),
        ),
    ]);
}

#[test]
fn sets_are_read_in_any_order_and_duplicates_coalesce() {
    let set = decode(&hex("93 a162 a161 a162"), &Type::set(Type::String));
    let expected = vec![Value::string("a"), Value::string("b")];
    assert_eq!(set, Ok(Value::Set(expected)));
}

#[test]
fn dynamic_values_carry_their_type() {
    both_ways(&[
        (
            "92 c4 08 22737472696e6722 a161",
            Type::Dynamic,
            dynamic(Type::String, Value::string("a")),
        ),
        (
            "92 c4 08 22737472696e6722 c0",
            Type::Dynamic,
            dynamic(Type::String, Value::Null),
        ),
        (
            "92 c4 06 22626f6f6c22 d40000",
            Type::Dynamic,
            dynamic(Type::Bool, Value::UNKNOWN),
        ),
        (
            "92 c4 0f 5b226c697374222c22626f6f6c225d 91 c3",
            Type::Dynamic,
            dynamic(Type::list(Type::Bool), Value::List(vec![Value::Bool(true)])),
        ),
    ]);
}

#[test]
fn refinements_have_the_hosts_bytes() {
    both_ways(&[
        ("c7 03 0c 81 01 c2", Type::Bool, unknown(not_null())),
        (
            "c7 07 0c 82 01 c2 02 a2 6162",
            Type::String,
            unknown(Refinement {
                prefix: Some("ab".into()),
                ..not_null()
            }),
        ),
        (
            "c7 09 0c 82 03 92 01 c3 04 92 05 c2",
            Type::Number,
            unknown(Refinement {
                lower: Some((Number::from(1), true)),
                upper: Some((Number::from(5), false)),
                ..Refinement::default()
            }),
        ),
        (
            "c7 05 0c 82 05 01 06 02",
            Type::set(Type::String),
            unknown(Refinement {
                min_length: Some(1),
                max_length: Some(2),
                ..Refinement::default()
            }),
        ),
    ]);
}

#[test]
fn any_extension_is_unknown() {
    for bytes in [
        "d400ff",
        "d40c80",
        "c7000c",
        "d50000 00",
        "d57f 0000",
        "c70300 010203",
        "d80500000000000000000000000000000000",
        "c8000105 00",
        "c9000000010500",
    ] {
        assert_eq!(
            decode(&hex(bytes), &Type::Bool),
            Ok(Value::UNKNOWN),
            "{bytes}"
        );
    }
}

#[test]
fn refinements_without_a_meaning_are_read_over() {
    for (bytes, ty, value) in [
        // An unknown key with a nested value; a negative key; a prefix on a bool.
        (
            "c7 07 0c 82 01 c2 2a 92 01 80",
            Type::Bool,
            unknown(not_null()),
        ),
        ("c7 05 0c 82 ff 01 01 c2", Type::Bool, unknown(not_null())),
        ("c7 04 0c 81 02 a1 61", Type::Bool, Value::UNKNOWN),
        ("c7 03 0c 81 01 c2", Type::Dynamic, Value::UNKNOWN),
    ] {
        assert_eq!(decode(&hex(bytes), &ty), Ok(value), "{bytes}");
    }
}

#[test]
fn malformed_refinements_are_errors() {
    let long = format!("c8 0401 0c 81 02 da 03fb {}", "61".repeat(1019));
    for bytes in [
        "c7 02 0c 01 c2",
        "c7 03 0c 81 01 01",
        "c7 04 0c 81 01 c2 c0",
        "c7 03 0c 82 01 c2",
        "c7 03 0c 81 05 ff",
        "c7 03 0c 81 03 91",
        "c7 06 0c df ffffffff 01",
        &long,
    ] {
        assert!(decode(&hex(bytes), &Type::String).is_err(), "{bytes}");
    }
}

#[test]
fn too_long_refinements_are_shortened_to_what_the_host_takes() {
    let prefix = unknown(Refinement {
        prefix: Some("é".repeat(300) + "x"),
        ..Refinement::default()
    });
    let bytes = encode(&prefix, &Type::String).expect("conforms");
    let shortened = unknown(Refinement {
        prefix: Some("é".repeat(128)),
        ..Refinement::default()
    });
    assert_eq!(decode(&bytes, &Type::String), Ok(shortened));

    let bound = unknown(Refinement {
        lower: Some(("9".repeat(2000).parse().expect("digits"), true)),
        ..Refinement::default()
    });
    assert_eq!(encode(&bound, &Type::Number), Ok(hex("d40000")));
}

#[test]
fn an_empty_refinement_is_plainly_unknown() {
    let empty = unknown(Refinement::default());
    assert_eq!(encode(&empty, &Type::String), Ok(hex("d40000")));
    let foreign = unknown(Refinement {
        min_length: Some(1),
        ..Refinement::default()
    });
    assert_eq!(encode(&foreign, &Type::String), Ok(hex("d40000")));
}

#[test]
fn strings_may_come_as_binary() {
    assert_eq!(
        decode(&hex("c4 01 61"), &Type::String),
        Ok(Value::string("a"))
    );
    let map = decode(&hex("81 c4 01 61 c3"), &Type::map(Type::Bool));
    assert_eq!(map, Ok(Value::map([("a", Value::Bool(true))])));
}

#[test]
fn errors_name_the_path_and_what_was_expected() {
    let ty = Type::object([
        ("a", Type::list(Type::map(Type::Number))),
        ("s", Type::set(Type::Bool)),
        ("t", Type::Tuple(vec![Type::Bool])),
    ]);
    for (bytes, error) in [
        ("01", "expected an object"),
        ("80", "a: the attribute is missing"),
        ("81 a161 90", "s: the attribute is missing"),
        ("81 a178 c0", "x: the object has no such attribute"),
        ("82 a161 c0 a161 c0", "a: the key stands twice"),
        ("81 01 c0", "expected a key that is a string"),
        ("81 a161 91 81 a16b c3", "a[0][\"k\"]: expected a number"),
        (
            "81 a161 91 81 a16b a3 78797a",
            "a[0][\"k\"]: expected a decimal number of sane length",
        ),
        (
            "81 a161 91 82 a16b 01 a16b 02",
            "a[0][\"k\"]: the key stands twice",
        ),
        ("81 a173 92 c3 01", "s: expected a bool"),
        ("81 a174 92 c3 c3", "t: expected a tuple of 1 elements"),
        ("81 a174 91 00", "t[0]: expected a bool"),
        ("81 a174 91", "t[0]: the bytes end in the middle of a value"),
        ("c1", "a byte that is not msgpack"),
        ("", "the bytes end in the middle of a value"),
        ("c0 c0", "bytes follow after the value"),
    ] {
        let problem = decode(&hex(bytes), &ty).expect_err(bytes);
        assert_eq!(problem.to_string(), error, "{bytes}");
    }
}

#[test]
fn errors_do_not_repeat_the_value() {
    let secret = [&[0xa6][..], b"secret"].concat();
    for ty in [
        Type::Bool,
        Type::Number,
        Type::list(Type::Bool),
        pair(),
        Type::Dynamic,
    ] {
        let problem = decode(&secret, &ty).expect_err("no string");
        assert!(!format!("{problem} {problem:?}").contains("secret"));
        let problem = encode(&Value::string("secret"), &ty).expect_err("no string");
        assert!(!format!("{problem} {problem:?}").contains("secret"));
    }
}

#[test]
fn other_primitives_do_not_pass_for_the_expected_one() {
    for (bytes, ty) in [
        ("01", Type::Bool),
        ("a4 74727565", Type::Bool),
        ("01", Type::String),
        ("c3", Type::String),
        ("c3", Type::Number),
        ("a0", Type::Number),
        ("cb 7ff8000000000000", Type::Number),
        ("a1 ff", Type::String),
        ("91 c0", Type::map(Type::Bool)),
        ("80", Type::list(Type::Bool)),
        ("a161", Type::Dynamic),
        ("91 c0", Type::Dynamic),
        ("92 c4 09 2264796e616d696322 c0", Type::Dynamic),
        ("92 c4 03 226122 c0", Type::Dynamic),
        ("92 c0 c0", Type::Dynamic),
    ] {
        assert!(decode(&hex(bytes), &ty).is_err(), "{bytes}");
    }
}

#[test]
fn length_prefixes_are_not_believed() {
    for (bytes, ty) in [
        ("dd ffffffff", Type::list(Type::Bool)),
        ("dd ffffffff c3", Type::set(Type::Bool)),
        ("dd ffffffff", Type::Tuple(vec![Type::Bool])),
        ("df ffffffff", Type::map(Type::Bool)),
        ("df ffffffff", pair()),
        ("db ffffffff 61", Type::String),
        ("c6 ffffffff 61", Type::String),
        ("c9 ffffffff 0c 81", Type::Bool),
        ("92 c6 ffffffff 22", Type::Dynamic),
    ] {
        assert!(decode(&hex(bytes), &ty).is_err(), "{bytes}");
    }
}

#[test]
fn depth_is_bounded() {
    let mut ty = Type::Bool;
    for _ in 0..500 {
        ty = Type::list(ty);
    }
    let deep = vec![0x91; 500];
    let problem = decode(&deep, &ty).expect_err("deep");
    assert_eq!(problem.problem(), "nested too deep");

    // Dynamic values within each other's lists: the type has no depth, the value has.
    let mut bytes = Vec::new();
    for _ in 0..100_000 {
        bytes.extend([0x92, 0xc4, 18]);
        bytes.extend(br#"["list","dynamic"]"#);
        bytes.push(0x91);
    }
    let problem = decode(&bytes, &Type::Dynamic).expect_err("deep");
    assert_eq!(problem.problem(), "nested too deep");
    assert!(decode(&[0x91; 100_000], &Type::Dynamic).is_err());
}

#[test]
fn skipping_needs_no_stack() {
    let mut payload = vec![0x81, 0x2a];
    payload.extend([0x91; 1000]);
    payload.push(0xc0);
    let length = u16::try_from(payload.len()).expect("short").to_be_bytes();
    let bytes = [&[0xc8][..], &length, &[12], &payload].concat();
    assert_eq!(decode(&bytes, &Type::Bool), Ok(Value::UNKNOWN));
}
