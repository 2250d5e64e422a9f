//! Attributes: a name, a type, who sets the value, and the rules it follows.

use super::{Body, Validator};
use crate::wire::{Type, Value};

/// What an attribute is a copy of when another says `when`.
#[derive(Clone, Copy, Debug)]
pub struct Referred {
    /// The value of the other attribute.
    pub when: &'static str,
    /// The type, and its attribute.
    pub to: (&'static str, &'static str),
}

/// One attribute of a schema.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in configurations.
    pub name: &'static str,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Who sets it.
    pub mode: Mode,
    /// Whether plans and outputs hide it.
    pub sensitive: bool,
    /// Whether it reaches the provider but never a plan or a state.
    pub write_only: bool,
    /// What it is when the configuration leaves it out.
    pub default: Option<Value>,
    /// What `""` means, here or as an element; said of every argument that takes strings.
    pub empty: Option<Empty>,
    /// What each known value must satisfy.
    pub validators: Vec<Validator>,
    /// RequiresReplace: whether a change of it means a new resource.
    pub replaces: bool,
    /// UseStateForUnknown: whether an update leaves it as it is, though the provider computes it.
    pub stable: bool,
    /// Semantic equality: when two values mean the same, so that a change from one to the other is
    /// none.
    pub same_meaning: Option<fn(&Value, &Value) -> bool>,
    /// Which attribute of which type it is a copy of, where it names another object. What is exported
    /// together is written as a reference.
    pub refers_to: Option<(&'static str, &'static str)>,
    /// The same where another argument beside it says which: by that, and what it is then.
    pub refers_by: Option<(&'static str, &'static [Referred])>,
    /// The ending of the file that people would keep the text in, where it is one that may be long.
    pub document: Option<&'static str>,
    /// Whether nothing is without it, in this form or in its write-only one.
    pub indispensable: bool,
}

/// What values an attribute takes.
#[derive(Debug)]
pub enum Kind {
    /// Values of this type.
    Plain(Type),
    /// Objects with a schema of their own.
    Nested(Nesting, Body),
}

/// How nested objects stand in their attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of them.
    List,
    /// A set of them.
    Set,
    /// A map of them.
    Map,
}

/// What `""` means in an argument that takes strings, be it its value or an element of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// A value like any other.
    Allowed,
    /// The same as null: the author of the type sees null, and state keeps what the user wrote, so
    /// that neither `""` nor null is a difference from the other.
    LeftOut,
    /// A mistake, refused before the author of the type sees it.
    Refused,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The configuration, always.
    Required,
    /// The configuration, if it wants.
    Optional,
    /// The provider.
    Computed,
    /// The configuration if it wants, else the provider.
    OptionalComputed,
}

impl Attribute {
    /// A string. Optional until said otherwise, as with every constructor here.
    pub const fn string(name: &'static str, description: &'static str) -> Self {
        Self::plain(name, description, Type::String)
    }

    /// A boolean.
    pub const fn bool(name: &'static str, description: &'static str) -> Self {
        Self::plain(name, description, Type::Bool)
    }

    /// A number.
    pub const fn number(name: &'static str, description: &'static str) -> Self {
        Self::plain(name, description, Type::Number)
    }

    /// A set of strings.
    pub fn string_set(name: &'static str, description: &'static str) -> Self {
        Self::plain(name, description, Type::set(Type::String))
    }

    /// A map of strings.
    pub fn string_map(name: &'static str, description: &'static str) -> Self {
        Self::plain(name, description, Type::map(Type::String))
    }

    /// One object with these attributes.
    pub const fn object(
        name: &'static str,
        description: &'static str,
        attributes: Vec<Self>,
    ) -> Self {
        Self::nested(name, description, Nesting::Single, attributes)
    }

    /// Objects with these attributes.
    pub const fn nested(
        name: &'static str,
        description: &'static str,
        nesting: Nesting,
        attributes: Vec<Self>,
    ) -> Self {
        let body = Body {
            attributes,
            blocks: Vec::new(),
        };
        Self::new(name, description, Kind::Nested(nesting, body))
    }

    /// Values of any one type.
    pub const fn plain(name: &'static str, description: &'static str, ty: Type) -> Self {
        Self::new(name, description, Kind::Plain(ty))
    }

    /// The configuration must set it.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.mode = Mode::Required;
        self
    }

    /// Only the provider sets it.
    #[must_use]
    pub const fn computed(mut self) -> Self {
        self.mode = Mode::Computed;
        self
    }

    /// The provider sets it where the configuration does not.
    #[must_use]
    pub const fn optional_computed(mut self) -> Self {
        self.mode = Mode::OptionalComputed;
        self
    }

    /// The value where the configuration has none.
    #[must_use]
    pub fn default(mut self, value: Value) -> Self {
        self.default = Some(value);
        self.optional_computed()
    }

    /// Plans and outputs hide it.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// It reaches the provider, and neither plan nor state. Hidden as well.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self.sensitive()
    }

    /// RequiresReplace: a change means a new resource.
    #[must_use]
    pub const fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// UseStateForUnknown: once computed, updates leave it alone.
    #[must_use]
    pub const fn stable(mut self) -> Self {
        self.stable = true;
        self
    }

    /// Semantic equality: two values for which this holds are the same to the remote system. What was
    /// written first stays in state, and a change between them is no change.
    #[must_use]
    pub fn same_meaning(mut self, same: fn(&Value, &Value) -> bool) -> Self {
        self.same_meaning = Some(same);
        self
    }

    /// It names another object by this attribute of its type.
    #[must_use]
    pub const fn refers_to(mut self, type_name: &'static str, attribute: &'static str) -> Self {
        self.refers_to = Some((type_name, attribute));
        self
    }

    /// It names another object, and of which type is what the argument `beside` says.
    #[must_use]
    pub const fn refers_by(mut self, beside: &'static str, referred: &'static [Referred]) -> Self {
        self.refers_by = Some((beside, referred));
        self
    }

    /// The attributes of other types that it may be a copy of.
    pub fn references(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let by = self.refers_by.into_iter().flat_map(|(_, all)| all);
        self.refers_to.into_iter().chain(by.map(|it| it.to))
    }

    /// The one that it is a copy of in this object.
    pub fn reference_in(&self, object: &Value) -> Option<(&'static str, &'static str)> {
        let by = || {
            let (beside, referred) = self.refers_by?;
            let said = object.get(beside).as_str()?;
            referred.iter().find(|it| it.when == said).map(|it| it.to)
        };
        self.refers_to.or_else(by)
    }

    /// A text that may be long, and that people would keep in a file of this ending.
    #[must_use]
    pub const fn document(mut self, ending: &'static str) -> Self {
        self.document = Some(ending);
        self
    }

    /// A secret that nothing is without, though it may be given in its write-only form instead.
    #[must_use]
    pub const fn indispensable(mut self) -> Self {
        self.indispensable = true;
        self
    }

    /// What `""` means.
    #[must_use]
    pub const fn empty(mut self, meaning: Empty) -> Self {
        self.empty = Some(meaning);
        self
    }

    /// Every known value must satisfy this.
    #[must_use]
    pub fn check(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Whether the provider may set it.
    pub const fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed)
    }

    /// Whether a configuration may set it.
    pub const fn is_argument(&self) -> bool {
        !matches!(self.mode, Mode::Computed)
    }

    /// Whether two of its values differ, or only in how "left out" is written.
    pub fn differs(&self, one: &Value, other: &Value) -> bool {
        let unset = |it: &Value| it.is_null() || it.as_str() == Some("");
        let same = self.empty == Some(Empty::LeftOut) && unset(one) && unset(other);
        one != other && !same
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Plain(ty) => ty.clone(),
            Kind::Nested(nesting, body) => match nesting {
                Nesting::Single => body.ty(),
                Nesting::List => Type::list(body.ty()),
                Nesting::Set => Type::set(body.ty()),
                Nesting::Map => Type::map(body.ty()),
            },
        }
    }

    const fn new(name: &'static str, description: &'static str, kind: Kind) -> Self {
        Self {
            name,
            description,
            kind,
            mode: Mode::Optional,
            sensitive: false,
            write_only: false,
            default: None,
            empty: None,
            validators: Vec::new(),
            replaces: false,
            stable: false,
            same_meaning: None,
            refers_to: None,
            refers_by: None,
            document: None,
            indispensable: false,
        }
    }
}
