//! What holds for every type, every value of it, and any bytes at all.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};

use super::{Name, Number, Refinement, Type, Value, json, msgpack};

/// No test needs more to find its mistake, and all together stay within seconds.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String),
        Just(Type::Dynamic),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            btree_map(name(), inner, 0..4).prop_map(Type::Object),
        ]
    })
}

/// A type whose collections cannot mix types, which no host would take.
fn concrete_type() -> impl Strategy<Value = Type> {
    any_type().prop_map(|ty| without_dynamic(&ty))
}

fn without_dynamic(ty: &Type) -> Type {
    match ty {
        Type::Bool | Type::Number | Type::String => ty.clone(),
        Type::Dynamic => Type::String,
        Type::List(element) => Type::list(without_dynamic(element)),
        Type::Set(element) => Type::set(without_dynamic(element)),
        Type::Map(element) => Type::map(without_dynamic(element)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(without_dynamic).collect()),
        Type::Object(attributes) => Type::object(
            attributes
                .iter()
                .map(|(name, ty)| (name.clone(), without_dynamic(ty))),
        ),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{0,8}",
        "\\PC{0,12}",
        "[\u{0}-\u{10ffff}]{0,4}",
        Just("😀é\u{301}".into())
    ]
}

fn name() -> impl Strategy<Value = Name> {
    text().prop_map(Name::from)
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-1000..1000_i64).prop_map(Number::from),
        double(),
        literal().prop_map(|literal| literal.parse().expect("a literal")),
    ]
}

fn double() -> impl Strategy<Value = Number> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    (NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE)
        .prop_map(|double| Number::try_from(double).expect("not NaN"))
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{1,400}",
        "[-+]?[0-9]{1,20}\\.[0-9]{0,20}([eE][-+]?[0-9]{1,3})?",
        "-?\\.[0-9]{1,300}",
    ]
}

/// A value of the type; `known` leaves out what JSON cannot express.
fn value_of(ty: &Type, known: bool) -> BoxedStrategy<Value> {
    let present = present(ty, known);
    if known {
        prop_oneof![1 => Just(Value::Null), 8 => present].boxed()
    } else {
        prop_oneof![
            1 => Just(Value::Null),
            1 => Just(Value::UNKNOWN),
            1 => refined(ty),
            8 => present,
        ]
        .boxed()
    }
}

fn present(ty: &Type, known: bool) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => text().prop_map(Value::String).boxed(),
        Type::Dynamic => concrete_type()
            .prop_flat_map(move |ty| (Just(ty.clone()), value_of(&ty, known)))
            .prop_map(|(ty, value)| Value::Dynamic(Box::new(ty), Box::new(value)))
            .boxed(),
        Type::List(element) => vec(value_of(element, known), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(element) => vec(value_of(element, known), 0..4)
            .prop_map(Value::set)
            .boxed(),
        Type::Map(element) => btree_map(name(), value_of(element, known), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Tuple(types) => {
            let elements: Vec<_> = types.iter().map(|ty| value_of(ty, known)).collect();
            elements.prop_map(Value::List).boxed()
        }
        Type::Object(types) => {
            let attributes: Vec<_> = types
                .iter()
                .map(|(name, ty)| (Just(name.clone()), value_of(ty, known)))
                .collect();
            attributes.prop_map(Value::object).boxed()
        }
    }
}

fn refined(ty: &Type) -> BoxedStrategy<Value> {
    let bound = || proptest::option::of(((-99..99_i64).prop_map(Number::from), any::<bool>()));
    let length = || proptest::option::of(0..=i64::MAX as u64);
    let refinement = match ty {
        Type::Dynamic => return Just(Value::UNKNOWN).boxed(),
        Type::String => proptest::option::of(text())
            .prop_map(|prefix| Refinement {
                prefix,
                ..Refinement::default()
            })
            .boxed(),
        Type::Number => (bound(), bound())
            .prop_map(|(lower, upper)| Refinement {
                lower,
                upper,
                ..Refinement::default()
            })
            .boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => (length(), length())
            .prop_map(|(min_length, max_length)| Refinement {
                min_length,
                max_length,
                ..Refinement::default()
            })
            .boxed(),
        Type::Bool | Type::Tuple(_) | Type::Object(_) => Just(Refinement::default()).boxed(),
    };
    refinement
        .prop_map(|refinement| Refinement {
            null: Some(false),
            ..refinement
        })
        .prop_map(|refinement| Value::Unknown(Some(Box::new(refinement))))
        .boxed()
}

fn typed(known: bool) -> impl Strategy<Value = (Type, Value)> {
    // Dynamic parts may stand anywhere but below a collection.
    let ty = prop_oneof![
        concrete_type(),
        btree_map(
            name(),
            prop_oneof![concrete_type(), Just(Type::Dynamic)],
            0..4
        )
        .prop_map(Type::Object),
        Just(Type::Dynamic),
    ];
    ty.prop_flat_map(move |ty| (Just(ty.clone()), value_of(&ty, known)))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn types_survive_json(ty in any_type()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn values_survive_msgpack((ty, value) in typed(false)) {
        prop_assert_eq!(value.conforms_to(&ty), Ok(()));
        let bytes = msgpack::encode(&value, &ty).expect("conforms");
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn known_values_survive_json((ty, value) in typed(true)) {
        let bytes = json::encode(&value, &ty).expect("known");
        prop_assert_eq!(json::decode(&bytes, &ty), Ok(value.clone()));
        prop_assert_eq!(json::decode_state(&bytes, &ty), Ok(value));
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(ty in any_type(), bytes in vec(any::<u8>(), 0..64)) {
        for value in [
            msgpack::decode(&bytes, &ty),
            json::decode(&bytes, &ty),
            json::decode_state(&bytes, &ty),
        ].into_iter().flatten() {
            let _ = msgpack::encode(&value, &ty);
        }
        let _ = Type::from_json(&bytes);
    }

    #[test]
    fn damaged_bytes_are_a_value_or_an_error(
        (ty, value) in typed(false),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = msgpack::encode(&value, &ty).expect("conforms");
        let mut damaged = bytes.clone();
        for (place, byte) in changes {
            let place = place.index(damaged.len());
            damaged[place] = byte;
        }
        if let Ok(value) = msgpack::decode(&damaged, &ty) {
            let _ = msgpack::encode(&value, &ty);
        }
        prop_assert!(msgpack::decode(&bytes[..cut.index(bytes.len())], &ty).is_err());
        prop_assert!(msgpack::decode(&[&bytes[..], &[0xc0]].concat(), &ty).is_err());
    }

    #[test]
    fn damaged_json_is_a_value_or_an_error(
        (ty, value) in typed(true),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = json::encode(&value, &ty).expect("known");
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = json::decode(&bytes, &ty);
        let _ = json::decode_state(&bytes, &ty);
    }

    #[test]
    fn a_value_of_another_type_is_an_error_and_no_panic(
        (ty, value) in typed(false),
        other in concrete_type(),
    ) {
        let conforms = value.conforms_to(&other);
        prop_assert_eq!(msgpack::encode(&value, &other).is_ok(), conforms.is_ok());
        let bytes = msgpack::encode(&value, &ty).expect("conforms");
        if let Ok(misread) = msgpack::decode(&bytes, &other) {
            prop_assert_eq!(misread.conforms_to(&other), Ok(()));
        }
    }

    #[test]
    fn doubles_survive(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        match Number::try_from(double) {
            Ok(number) => prop_assert_eq!(number.as_exact_f64(), Some(double)),
            Err(_) => prop_assert!(double.is_nan()),
        }
    }

    #[test]
    fn doubles_are_ordered_as_numbers(left in any::<f64>(), right in any::<f64>()) {
        let number = |double: f64| Number::try_from(double).expect("not NaN");
        prop_assume!(!left.is_nan() && !right.is_nan());
        prop_assert_eq!(Some(number(left).cmp(&number(right))), left.partial_cmp(&right));
    }

    #[test]
    fn numbers_survive_printing(literal in literal()) {
        let number: Number = literal.parse().expect("a literal");
        let plain = number.to_string();
        prop_assert!(plain.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.')));
        prop_assert_eq!(plain.parse(), Ok(number));
    }

    #[test]
    fn any_text_is_a_number_or_an_error(text in "[-+0-9.eE]{0,12}") {
        let _ = text.parse::<Number>();
    }
}
