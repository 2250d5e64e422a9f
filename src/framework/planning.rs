//! From configuration and prior state to a planned state, by the schema's rules alone.
//!
//! Pure functions. The host's own proposal is only a hint that follows from the same two values,
//! so it is not looked at: what is planned depends on nothing else. [`propose`] is done twice: a
//! first time as if nothing changed; where that differs from the prior state, a second time with
//! computed values unknown. [`replacements`] then tells which differences mean a new resource.

use super::schema::{Attribute, Block, BlockNesting, Body, Kind, Nesting};
use crate::wire::{Name, Path, Value};

/// What is planned for an instance that stays or comes to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Planned {
    /// The planned state.
    pub(super) state: Value,
    /// The attributes whose change means a new resource.
    pub(super) replace: Vec<Path>,
}

/// Plans by the schema's rules. `prior` is null for a creation.
pub(super) fn plan(body: &Body, config: &Value, prior: &Value) -> Planned {
    let mut state = propose(body, config, prior, Computed::Kept);
    if state != *prior {
        state = propose(body, config, prior, Computed::Unknown);
    }
    let replace = replacements(body, prior, &state);
    Planned { state, replace }
}

/// The configuration with defaults where it leaves something out.
pub(super) fn with_defaults(body: &Body, config: &Value) -> Value {
    propose(body, config, &Value::Null, Computed::Kept)
}

/// What becomes of a value that the provider computes and the configuration leaves open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Computed {
    /// It stays as it was.
    Kept,
    /// Apply will tell, unless updates leave it alone.
    Unknown,
}

/// Null for everything that must never be stored.
pub(super) fn without_write_only(body: &Body, value: Value) -> Value {
    map_object(value, |name, value| {
        if let Some(attribute) = attribute(body, name) {
            return match &attribute.kind {
                _ if attribute.write_only => Value::Null,
                Kind::Plain(_) => value,
                Kind::Nested(_, nested) => {
                    map_elements(value, |element| without_write_only(nested, element))
                }
            };
        }
        match block(body, name) {
            Some(block) => map_elements(value, |element| without_write_only(&block.body, element)),
            None => value,
        }
    })
}

/// Null for everything unknown.
pub(super) fn known_only(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::Object(_) => map_object(value, |_, value| known_only(value)),
        other => map_elements(other, known_only),
    }
}

/// Configured values, else defaults, else what is computed.
fn propose(body: &Body, config: &Value, prior: &Value, computed: Computed) -> Value {
    let attributes = body.attributes.iter().map(|it| {
        let (config, prior) = (config.get(it.name), prior.get(it.name));
        (it.name, propose_attribute(it, config, prior, computed))
    });
    let blocks = body.blocks.iter().map(|it| {
        let (config, prior) = (config.get(it.name), prior.get(it.name));
        (it.name, propose_block(it, config, prior, computed))
    });
    Value::object(attributes.chain(blocks))
}

fn propose_attribute(
    attribute: &Attribute,
    config: &Value,
    prior: &Value,
    computed: Computed,
) -> Value {
    if attribute.write_only {
        return Value::Null;
    }
    if config.is_null() {
        return propose_unset(attribute, prior, computed);
    }
    if let Kind::Nested(nesting, body) = &attribute.kind {
        let pairs = Pairs::of_attribute(*nesting, body, config, prior);
        return pairs.map(|config, prior| propose(body, config, prior, computed));
    }
    let same = |it: fn(&Value, &Value) -> bool| !prior.is_null() && it(prior, config);
    if attribute.same_meaning.is_some_and(same) {
        return prior.clone();
    }
    config.clone()
}

/// The value of an attribute that the configuration leaves out.
fn propose_unset(attribute: &Attribute, prior: &Value, computed: Computed) -> Value {
    if let Some(default) = &attribute.default {
        return default.clone();
    }
    if !attribute.is_computed() {
        return Value::Null;
    }
    let kept = attribute.stable && !prior.is_null();
    match computed {
        Computed::Unknown if !kept => Value::UNKNOWN,
        Computed::Unknown | Computed::Kept => prior.clone(),
    }
}

fn propose_block(block: &Block, config: &Value, prior: &Value, computed: Computed) -> Value {
    if config.is_null() {
        return block.absent();
    }
    let pairs = Pairs::of_block(block, config, prior);
    pairs.map(|config, prior| propose(&block.body, config, prior, computed))
}

/// The paths whose difference means a new resource. A creation replaces nothing.
fn replacements(body: &Body, prior: &Value, planned: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    if !prior.is_null() {
        collect_replacements(body, prior, planned, &Path::root(), &mut paths);
    }
    paths
}

fn collect_replacements(
    body: &Body,
    prior: &Value,
    planned: &Value,
    at: &Path,
    paths: &mut Vec<Path>,
) {
    for attribute in &body.attributes {
        let (prior, planned) = (prior.get(attribute.name), planned.get(attribute.name));
        if attribute.replaces && attribute.differs(prior, planned) {
            paths.push(at.then(attribute.name));
        } else if let Kind::Nested(_, body) = &attribute.kind {
            let path = at.then(attribute.name);
            for (step, prior, planned) in shared_elements(&path, prior, planned) {
                collect_replacements(body, prior, planned, &step, paths);
            }
        }
    }
    for block in &body.blocks {
        let (prior, planned) = (prior.get(block.name), planned.get(block.name));
        let path = at.then(block.name);
        if block.presence_replaces && presence_differs(block, prior, planned) {
            paths.push(path);
            continue;
        }
        for (step, prior, planned) in shared_elements(&path, prior, planned) {
            collect_replacements(&block.body, prior, planned, &step, paths);
        }
    }
}

/// Whether one of them stands and the other does not. While unknown nothing is claimed.
fn presence_differs(block: &Block, prior: &Value, planned: &Value) -> bool {
    let absent = |value: &Value| value.is_null() || *value == block.absent();
    !planned.is_unknown() && absent(prior) != absent(planned)
}

/// The elements that both have under one path; a set's elements have none.
pub(super) fn shared_elements<'a>(
    path: &Path,
    prior: &'a Value,
    planned: &'a Value,
) -> Vec<(Path, &'a Value, &'a Value)> {
    match (prior, planned) {
        (Value::Object(_), Value::Object(_)) => vec![(path.clone(), prior, planned)],
        (Value::List(prior), Value::List(planned)) => prior
            .iter()
            .zip(planned)
            .enumerate()
            .map(|(index, (prior, planned))| (path.index(index), prior, planned))
            .collect(),
        (Value::Map(prior), Value::Map(planned)) => prior
            .iter()
            .filter_map(|(key, prior)| Some((path.key(key.clone()), prior, planned.get(key)?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Configured objects, each with the prior object it continues.
enum Pairs<'a> {
    /// Nothing to pair: null, or not yet known as a whole.
    Whole(&'a Value),
    One(&'a Value, &'a Value),
    List(Vec<(&'a Value, &'a Value)>),
    Set(Vec<(&'a Value, &'a Value)>),
    Map(Vec<(&'a Name, &'a Value, &'a Value)>),
}

impl<'a> Pairs<'a> {
    fn of_attribute(nesting: Nesting, body: &Body, config: &'a Value, prior: &'a Value) -> Self {
        match nesting {
            Nesting::Single => Self::one(config, prior),
            Nesting::List => Self::list(config, prior),
            Nesting::Set => Self::set(body, config, prior),
            Nesting::Map => Self::entries(config, prior),
        }
    }

    fn of_block(block: &Block, config: &'a Value, prior: &'a Value) -> Self {
        match block.nesting {
            BlockNesting::List { .. } => Self::list(config, prior),
            BlockNesting::Set { .. } => Self::set(&block.body, config, prior),
        }
    }

    fn one(config: &'a Value, prior: &'a Value) -> Self {
        match config {
            Value::Object(_) => Self::One(config, prior),
            _ => Self::Whole(config),
        }
    }

    fn list(config: &'a Value, prior: &'a Value) -> Self {
        let Value::List(elements) = config else {
            return Self::Whole(config);
        };
        let prior = prior.elements().unwrap_or_default();
        let pair = |(index, config)| (config, prior.get(index).unwrap_or(&Value::Null));
        Self::List(elements.iter().enumerate().map(pair).collect())
    }

    /// An element of a set continues the prior one that agrees in all that is configured.
    fn set(body: &Body, config: &'a Value, prior: &'a Value) -> Self {
        let Value::Set(elements) = config else {
            return Self::Whole(config);
        };
        let mut left: Vec<&Value> = prior.elements().unwrap_or_default().iter().collect();
        let mut pair = |config: &'a Value| {
            let found = left
                .iter()
                .position(|it| propose(body, config, it, Computed::Kept) == **it);
            (
                config,
                found.map_or(&Value::Null, |index| left.remove(index)),
            )
        };
        Self::Set(elements.iter().map(&mut pair).collect())
    }

    fn entries(config: &'a Value, prior: &'a Value) -> Self {
        let Value::Map(entries) = config else {
            return Self::Whole(config);
        };
        let prior = |key| match prior {
            Value::Map(prior) => prior.get(key).unwrap_or(&Value::Null),
            _ => &Value::Null,
        };
        let entries = entries.iter().map(|(key, it)| (key, it, prior(key)));
        Self::Map(entries.collect())
    }

    /// The same shape, each object made from its configured and its prior form. An object that
    /// is null or unknown as a whole stays so.
    fn map(&self, mut make: impl FnMut(&Value, &Value) -> Value) -> Value {
        let mut make = |config: &Value, prior: &Value| match config {
            Value::Object(_) => make(config, prior),
            _ => config.clone(),
        };
        match self {
            Self::Whole(value) => (*value).clone(),
            Self::One(config, prior) => make(config, prior),
            Self::List(pairs) => Value::List(pairs.iter().map(|(a, b)| make(a, b)).collect()),
            Self::Set(pairs) => Value::set(pairs.iter().map(|(a, b)| make(a, b)).collect()),
            Self::Map(entries) => Value::map(
                entries
                    .iter()
                    .map(|(key, a, b)| ((*key).clone(), make(a, b))),
            ),
        }
    }
}

pub(super) fn attribute<'a>(body: &'a Body, name: &str) -> Option<&'a Attribute> {
    body.attributes.iter().find(|it| it.name == name)
}

pub(super) fn block<'a>(body: &'a Body, name: &str) -> Option<&'a Block> {
    body.blocks.iter().find(|it| it.name == name)
}

/// The object with each attribute changed; anything but an object stays.
pub(crate) fn map_object(value: Value, mut change: impl FnMut(&str, Value) -> Value) -> Value {
    match value {
        Value::Object(mut attributes) => {
            for (name, value) in &mut attributes {
                *value = change(name, std::mem::take(value));
            }
            Value::Object(attributes)
        }
        other => other,
    }
}

/// The objects in a value, each changed.
pub(super) fn map_elements(value: Value, mut change: impl FnMut(Value) -> Value) -> Value {
    match value {
        Value::List(elements) => Value::List(elements.into_iter().map(change).collect()),
        Value::Set(elements) => Value::set(elements.into_iter().map(change).collect()),
        Value::Map(entries) => Value::map(entries.into_iter().map(|(key, it)| (key, change(it)))),
        object @ Value::Object(_) => change(object),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        framework::schema::Schema,
        wire::{Number, Type},
    };

    /// One of everything that planning treats in its own way.
    fn schema() -> Schema {
        let same_word = |a: &Value, b: &Value| {
            let lower = |value: &Value| value.as_str().map(str::to_lowercase);
            lower(a) == lower(b)
        };
        Schema::new("A test.")
            .attribute(Attribute::string("id", "I.").computed().stable())
            .attribute(Attribute::number("updated", "U.").computed())
            .attribute(Attribute::string("name", "N.").required())
            .attribute(Attribute::string("model", "M.").replaces())
            .attribute(Attribute::string("word", "W.").same_meaning(same_word))
            .attribute(Attribute::string("status", "S.").default(Value::string("ON")))
            .attribute(Attribute::string("region", "R.").optional_computed())
            .attribute(Attribute::plain("tags", "T.", Type::set(Type::String)))
            .attribute(Attribute::string("token_wo", "W.").write_only())
            .attribute(Attribute::object(
                "limits",
                "L.",
                vec![
                    Attribute::number("most", "M.").optional_computed(),
                    Attribute::string("unit", "U."),
                ],
            ))
            .block(
                Block::list("target", "T.")
                    .at_most(1)
                    .presence_replaces()
                    .attribute(Attribute::string("url", "U.").required())
                    .attribute(Attribute::string("secret", "S.").sensitive())
                    .attribute(Attribute::string("secret_wo", "S.").write_only())
                    .attribute(Attribute::bool("verify", "V.").default(Value::Bool(true)))
                    .attribute(Attribute::string("zone", "Z.").replaces()),
            )
            .block(
                Block::set("rule", "R.")
                    .attribute(Attribute::string("key", "K.").required())
                    .attribute(Attribute::string("handle", "H.").computed()),
            )
    }

    fn target(pairs: &[(&str, Value)]) -> Value {
        let blank = ["url", "secret", "secret_wo", "verify", "zone"].map(|it| (it, Value::Null));
        with(Value::object(blank), pairs)
    }

    fn rule(key: &str, handle: Value) -> Value {
        Value::object([("key", Value::string(key)), ("handle", handle)])
    }

    /// A configuration with a name and nothing else.
    fn config(pairs: &[(&str, Value)]) -> Value {
        let nulls = [
            "id", "updated", "name", "model", "word", "status", "region", "tags", "token_wo",
            "limits",
        ];
        let blank = Value::object(nulls.map(|it| (it, Value::Null)));
        let blocks = [
            ("target", Value::List(vec![])),
            ("rule", Value::Set(vec![])),
        ];
        let named = with(with(blank, &blocks), &[("name", Value::string("n"))]);
        with(named, pairs)
    }

    /// The state that this configuration leads to.
    fn state(pairs: &[(&str, Value)]) -> Value {
        let computed = [
            ("id", Value::string("7")),
            ("updated", Value::Number(Number::from(1))),
            ("status", Value::string("ON")),
            ("region", Value::string("eu")),
        ];
        with(with(config(&[]), &computed), pairs)
    }

    fn with(object: Value, pairs: &[(&str, Value)]) -> Value {
        let Value::Object(mut attributes) = object else {
            panic!("not an object")
        };
        for (name, value) in pairs {
            attributes.insert((*name).to_owned().into(), value.clone());
        }
        Value::Object(attributes)
    }

    fn planned(config: &Value, prior: &Value) -> Planned {
        plan(&schema().body, config, prior)
    }

    fn replaced(config: &Value, prior: &Value) -> Vec<String> {
        let paths = planned(config, prior).replace;
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_creation_knows_defaults_and_nothing_computed() {
        let plan = planned(&config(&[]), &Value::Null);
        for (name, expected) in [
            ("id", Value::UNKNOWN),
            ("updated", Value::UNKNOWN),
            ("name", Value::string("n")),
            ("status", Value::string("ON")),
            ("region", Value::UNKNOWN),
            ("model", Value::Null),
            ("target", Value::List(vec![])),
            ("rule", Value::Set(vec![])),
        ] {
            assert_eq!(*plan.state.get(name), expected, "{name}");
        }
        assert_eq!(plan.replace, []);
    }

    #[test]
    fn nothing_changed_is_planned_as_the_prior_state() {
        let prior = state(&[]);
        assert_eq!(planned(&config(&[]), &prior).state, prior);
    }

    #[test]
    fn an_update_forgets_what_is_computed_but_not_what_is_stable() {
        let changed = config(&[("name", Value::string("m"))]);
        let plan = planned(&changed, &state(&[]));
        assert_eq!(*plan.state.get("id"), Value::string("7"));
        assert_eq!(*plan.state.get("updated"), Value::UNKNOWN);
        assert_eq!(*plan.state.get("region"), Value::UNKNOWN);
        assert_eq!(*plan.state.get("status"), Value::string("ON"));
    }

    #[test]
    fn null_and_empty_are_different() {
        let prior = state(&[("tags", Value::Set(vec![]))]);
        assert_eq!(
            *planned(&config(&[]), &prior).state.get("tags"),
            Value::Null
        );
        let emptied = config(&[("model", Value::string(""))]);
        assert_eq!(replaced(&emptied, &state(&[])), ["model"]);
    }

    #[test]
    fn unknown_values_stay_unknown_and_count_as_changed() {
        let unknown = config(&[("model", Value::UNKNOWN), ("status", Value::UNKNOWN)]);
        let prior = state(&[("model", Value::string("a"))]);
        let plan = planned(&unknown, &prior);
        assert_eq!(*plan.state.get("status"), Value::UNKNOWN);
        assert_eq!(*plan.state.get("model"), Value::UNKNOWN);
        assert_eq!(replaced(&unknown, &prior), ["model"]);
    }

    #[test]
    fn the_order_of_a_set_does_not_matter() {
        let tags = |order: [&str; 2]| Value::set(order.map(Value::string).to_vec());
        let prior = state(&[("tags", tags(["a", "b"]))]);
        assert_eq!(
            planned(&config(&[("tags", tags(["b", "a"]))]), &prior).state,
            prior
        );
    }

    #[test]
    fn another_spelling_of_the_same_is_no_change() {
        let prior = state(&[("word", Value::string("Yes"))]);
        let respelled = config(&[("word", Value::string("YES"))]);
        assert_eq!(planned(&respelled, &prior).state, prior);
        let changed = config(&[("word", Value::string("no"))]);
        assert_eq!(
            *planned(&changed, &prior).state.get("word"),
            Value::string("no")
        );
        let created = planned(&respelled, &Value::Null);
        assert_eq!(*created.state.get("word"), Value::string("YES"));
    }

    #[test]
    fn write_only_values_are_never_planned() {
        let block = target(&[
            ("url", Value::string("u")),
            ("secret_wo", Value::string("s")),
        ]);
        let secret = config(&[
            ("token_wo", Value::string("s")),
            ("target", Value::List(vec![block])),
        ]);
        let plan = planned(&secret, &Value::Null);
        assert!(!format!("{:?}", plan.state).contains("\"s\""));
        let stripped = without_write_only(&schema().body, secret);
        assert!(!format!("{stripped:?}").contains("\"s\""));
    }

    #[test]
    fn a_block_gets_its_defaults_and_continues_the_prior_one_at_its_place() {
        let configured = target(&[("url", Value::string("u"))]);
        let stored = target(&[("url", Value::string("u")), ("verify", Value::Bool(true))]);
        let config = config(&[("target", Value::List(vec![configured]))]);
        let prior = state(&[("target", Value::List(vec![stored.clone()]))]);
        assert_eq!(planned(&config, &prior).state, prior);
        let created = planned(&config, &Value::Null);
        assert_eq!(*created.state.get("target"), Value::List(vec![stored]));
    }

    #[test]
    fn blocks_of_which_nothing_is_known_stay_so() {
        let unknown = config(&[("target", Value::UNKNOWN)]);
        let stored = target(&[("url", Value::string("u")), ("verify", Value::Bool(true))]);
        for prior in [
            Value::Null,
            state(&[]),
            state(&[("target", Value::List(vec![stored]))]),
        ] {
            let plan = planned(&unknown, &prior);
            assert_eq!(*plan.state.get("target"), Value::UNKNOWN);
            assert_eq!(plan.replace, []);
        }
    }

    #[test]
    fn a_new_resource_is_named_by_the_path_that_asks_for_it() {
        let a = target(&[("url", Value::string("u")), ("verify", Value::Bool(true))]);
        let b = with(a.clone(), &[("url", Value::string("v"))]);
        let z = with(a.clone(), &[("zone", Value::string("z"))]);
        let targets = |list: &[&Value]| Value::List(list.iter().copied().cloned().collect());
        let cases: [(&[&Value], &[&Value], &[&str]); 5] = [
            (&[&a], &[&a], &[]),
            (&[&a], &[&b], &[]),
            (&[&a], &[&z], &["target[0].zone"]),
            (&[&a], &[], &["target"]),
            (&[], &[&a], &["target"]),
        ];
        for (before, after, expected) in cases {
            let prior = state(&[("target", targets(before))]);
            let config = config(&[("target", targets(after))]);
            assert_eq!(
                replaced(&config, &prior),
                expected,
                "{before:?} to {after:?}"
            );
        }
    }

    #[test]
    fn an_element_of_a_set_block_continues_the_one_with_the_same_configuration() {
        let stored = [
            rule("a", Value::string("h-a")),
            rule("b", Value::string("h-b")),
        ];
        let prior = state(&[("rule", Value::set(stored.to_vec()))]);
        let unchanged = config(&[(
            "rule",
            Value::set(vec![rule("b", Value::Null), rule("a", Value::Null)]),
        )]);
        assert_eq!(planned(&unchanged, &prior).state, prior);
        let grown = config(&[(
            "rule",
            Value::set(vec![rule("a", Value::Null), rule("c", Value::Null)]),
        )]);
        let rules = planned(&grown, &prior).state.get("rule").clone();
        let expected = Value::set(vec![rule("a", Value::UNKNOWN), rule("c", Value::UNKNOWN)]);
        assert_eq!(rules, expected);
    }

    #[test]
    fn nested_attributes_are_planned_as_deep_as_they_are_configured() {
        let limits =
            |most, unit: &str| Value::object([("most", most), ("unit", Value::string(unit))]);
        let five = Value::Number(Number::from(5));
        let prior = state(&[("limits", limits(five.clone(), "s"))]);
        let same = config(&[("limits", limits(Value::Null, "s"))]);
        assert_eq!(planned(&same, &prior).state, prior);
        let changed = config(&[("limits", limits(Value::Null, "h"))]);
        let plan = planned(&changed, &prior);
        assert_eq!(*plan.state.get("limits"), limits(Value::UNKNOWN, "h"));
        assert_eq!(
            *planned(&config(&[]), &prior).state.get("limits"),
            Value::Null
        );
    }
}
