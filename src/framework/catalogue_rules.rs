//! What hosts would refuse in a catalogue, or crash on, for the tests of a provider.

use std::collections::BTreeSet;

use super::{
    IdentityAttribute, Offer, Provider, Signature, Type,
    schema::{Attribute, BlockNesting, Body, Empty, Kind, Mode, Nesting},
};

/// Names that hosts keep for themselves at the top of a resource.
const RESERVED: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

/// Everything that a host would refuse of this provider, and what it leaves unsaid.
pub(crate) fn flaws<P: Provider>(provider: &P) -> Vec<String> {
    let (all, mut flaws) = (provider.catalogue(), Vec::new());
    check_body(
        "provider",
        &provider.schema().body,
        Rules::GIVEN,
        &mut flaws,
    );
    check_offers(&all.resources, Rules::MANAGED, &mut flaws);
    check_offers(&all.data_sources, Rules::READ, &mut flaws);
    check_offers(&all.ephemeral_resources, Rules::READ, &mut flaws);
    check_offers(&all.list_resources, Rules::GIVEN, &mut flaws);
    check_offers(&all.actions, Rules::GIVEN, &mut flaws);
    for it in &all.resources {
        check_identity(it.type_name, &it.handler.identity_attributes(), &mut flaws);
    }
    for name in all.list_resources.iter().map(Offer::type_name) {
        if !all.resources.iter().any(|it| it.type_name == name) {
            flaws.push(format!("list {name}: there is no resource of this name"));
        }
    }
    for it in &all.functions {
        check_function(it.name(), &it.signature(), &mut flaws);
    }
    flaws
}

fn check_offers<T: ?Sized>(offers: &[Offer<T>], rules: Rules, flaws: &mut Vec<String>) {
    for it in offers {
        check_top(it.type_name, &it.schema().body, rules, flaws);
    }
}

/// What a kind allows.
#[derive(Clone, Copy)]
struct Rules {
    computed: bool,
    write_only: bool,
}

impl Rules {
    const MANAGED: Self = Self {
        computed: true,
        write_only: true,
    };
    const READ: Self = Self {
        computed: true,
        write_only: false,
    };
    const GIVEN: Self = Self {
        computed: false,
        write_only: false,
    };
}

fn check_top(name: &str, body: &Body, rules: Rules, flaws: &mut Vec<String>) {
    for reserved in names(body).filter(|it| RESERVED.contains(it)) {
        flaws.push(format!("{name}.{reserved}: the name is reserved"));
    }
    check_body(name, body, rules, flaws);
}

fn check_body(at: &str, body: &Body, rules: Rules, flaws: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names(body) {
        if !is_identifier(name) {
            flaws.push(format!("{at}.{name}: not a name"));
        }
        if !seen.insert(name) {
            flaws.push(format!("{at}.{name}: stands twice"));
        }
    }
    for attribute in &body.attributes {
        check_attribute(&format!("{at}.{}", attribute.name), attribute, rules, flaws);
    }
    for block in &body.blocks {
        let at = format!("{at}.{}", block.name);
        let set = matches!(block.nesting, BlockNesting::Set { .. });
        check_body(&at, &block.body, rules.inside(set), flaws);
    }
}

impl Rules {
    /// Elements of sets are told apart by their values, so none may be hidden.
    const fn inside(self, set: bool) -> Self {
        Self {
            write_only: self.write_only && !set,
            ..self
        }
    }
}

fn check_attribute(at: &str, attribute: &Attribute, rules: Rules, flaws: &mut Vec<String>) {
    if attribute.is_computed() && !rules.computed {
        flaws.push(format!("{at}: nothing is computed here"));
    }
    if attribute.write_only && !rules.write_only {
        flaws.push(format!("{at}: nothing is write-only here"));
    }
    if attribute.write_only && attribute.is_computed() {
        flaws.push(format!("{at}: write-only and computed"));
    }
    if attribute.default.is_some() && attribute.mode != Mode::OptionalComputed {
        flaws.push(format!("{at}: a default that is never used"));
    }
    if takes_strings(attribute) && attribute.empty.is_none() {
        flaws.push(format!(
            "{at}: nothing says what \"\" means; add .empty(Empty::Refused), or what else holds"
        ));
    }
    if attribute.empty == Some(Empty::LeftOut) && attribute.ty() != Type::String {
        flaws.push(format!(
            "{at}: an element cannot be left out by being empty"
        ));
    }
    if attribute.empty == Some(Empty::LeftOut) && attribute.mode != Mode::Optional {
        // Where null is filled in, hosts would see another value in the place of "".
        flaws.push(format!(
            "{at}: only an optional argument is left out by being empty"
        ));
    }
    if let Kind::Nested(nesting, body) = &attribute.kind {
        check_body(at, body, rules.inside(*nesting == Nesting::Set), flaws);
    }
}

fn check_identity(name: &str, attributes: &[IdentityAttribute], flaws: &mut Vec<String>) {
    if !attributes.iter().any(|it| it.required) {
        flaws.push(format!("{name}: an identity that says nothing"));
    }
    for it in attributes {
        let simple = match &it.ty {
            Type::List(element) => is_primitive(element),
            ty => is_primitive(ty),
        };
        if !simple {
            flaws.push(format!(
                "{name}: the identity's {} is no simple value",
                it.name
            ));
        }
    }
}

fn check_function(name: &str, signature: &Signature, flaws: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for it in signature.parameters.iter().chain(&signature.variadic) {
        if !is_identifier(it.name) || !seen.insert(it.name) {
            flaws.push(format!("{name}({}): not a name of its own", it.name));
        }
    }
    if !is_identifier(name) {
        flaws.push(format!("{name}: not a name"));
    }
}

/// Whether a configuration may give it a string, or strings in a collection.
fn takes_strings(attribute: &Attribute) -> bool {
    fn holds(ty: &Type) -> bool {
        match ty {
            Type::String => true,
            Type::List(element) | Type::Set(element) | Type::Map(element) => holds(element),
            _ => false,
        }
    }
    attribute.is_argument() && matches!(&attribute.kind, Kind::Plain(ty) if holds(ty))
}

fn names(body: &Body) -> impl Iterator<Item = &'static str> {
    let attributes = body.attributes.iter().map(|it| it.name);
    attributes.chain(body.blocks.iter().map(|it| it.name))
}

fn is_identifier(name: &str) -> bool {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    name.chars().all(fits) && name.starts_with(|it: char| !it.is_ascii_digit())
}

const fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Number | Type::String)
}

mod tests {
    use super::*;
    use crate::framework::{
        Parameter,
        schema::{Block, Schema},
    };

    fn found(check: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
        let mut flaws = Vec::new();
        check(&mut flaws);
        flaws
    }

    #[test]
    fn what_a_host_would_refuse_is_named() {
        let secret = || {
            let secret = Attribute::string("key_wo", "K.").write_only();
            secret.empty(Empty::Allowed)
        };
        let schema = Schema::new("A test.")
            .attribute(Attribute::string("count", "C.").empty(Empty::Refused))
            .attribute(Attribute::string("Name", "N.").computed())
            .attribute(secret())
            .block(Block::set("port", "P.").attribute(secret()))
            .block(Block::list("port", "P."));
        let managed = found(|it| check_top("x", &schema.body, Rules::MANAGED, it));
        assert_eq!(
            managed,
            [
                "x.count: the name is reserved",
                "x.Name: not a name",
                "x.port: stands twice",
                "x.port.key_wo: nothing is write-only here",
            ]
        );
        let given = found(|it| check_top("x", &schema.body, Rules::GIVEN, it));
        assert!(given.contains(&"x.Name: nothing is computed here".to_owned()));
        assert!(given.contains(&"x.key_wo: nothing is write-only here".to_owned()));
    }

    #[test]
    fn every_argument_that_takes_strings_says_what_an_empty_one_means() {
        let left_out = |it: Attribute| it.empty(Empty::LeftOut);
        let schema = Schema::new("A test.")
            .attribute(Attribute::string("silent", "S."))
            .attribute(Attribute::string("told", "T.").computed())
            .attribute(left_out(Attribute::string_set("tags", "T.")))
            .attribute(left_out(Attribute::string("name", "N.").required()))
            .attribute(left_out(
                Attribute::string("kind", "K.").optional_computed(),
            ))
            .block(Block::list("port", "P.").attribute(Attribute::string_map("deep", "D.")));
        let found = found(|it| check_top("x", &schema.body, Rules::MANAGED, it));
        let at: Vec<_> = found
            .iter()
            .map(|it| it.split(':').next().unwrap())
            .collect();
        let expected = ["x.silent", "x.tags", "x.name", "x.kind", "x.port.deep"];
        assert_eq!(at, expected);
    }

    #[test]
    fn an_identity_is_made_of_simple_values() {
        let mut tags = IdentityAttribute::optional("tags", "T.");
        tags.ty = Type::map(Type::String);
        let flaws = found(|it| check_identity("x", &[tags], it));
        assert_eq!(flaws.len(), 2, "{flaws:?}");
        let id = IdentityAttribute::required("id", "I.");
        assert_eq!(found(|it| check_identity("x", &[id], it)), [""; 0]);
    }

    #[test]
    fn parameters_have_names_of_their_own() {
        let signature = Signature {
            summary: "",
            description: "",
            parameters: vec![Parameter::string("a", ""), Parameter::string("", "")],
            variadic: Some(Parameter::string("a", "")),
            returns: Type::String,
        };
        assert_eq!(found(|it| check_function("f", &signature, it)).len(), 2);
    }
}
