//! From exported objects to configuration: a resource block and an import block for each, references
//! where one names another, variables for what no server tells. Pure.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::{Ident, expr::Expression};

use super::{
    layout::{Content, Part},
    literal::{content_of, literal, object, reference, text},
    names,
    texts::{File, Texts},
};
use crate::framework::{
    Exported, Type, Value,
    schema::{Attribute, Body, Kind, Mode, Schema},
};

/// All objects of one type.
#[derive(Debug)]
pub(super) struct Kinds {
    pub(super) type_name: &'static str,
    pub(super) schema: Schema,
    pub(super) objects: Vec<Exported>,
}

/// What an object is called in configuration, by its type and its place.
type Names = BTreeMap<&'static str, Vec<String>>;

/// The objects as parts of files.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Resource blocks by area, in the order in which areas were first met.
    pub(super) resources: Vec<(&'static str, Content)>,
    pub(super) imports: Content,
    pub(super) variables: Content,
    /// The files that hold the long texts.
    pub(super) texts: Vec<File>,
}

/// Writes all that is not left out. Where there is a folder, long texts are files of their own.
pub(super) fn write(kinds: &[Kinds], has_folder: bool) -> Written {
    let names: Names = kinds.iter().map(named).collect();
    let references = References::new(kinds, &names);
    let mut written = Written::default();
    for kind in kinds {
        for (object, name) in wanted(kind).zip(&names[kind.type_name]) {
            let mut writer = Writer {
                name,
                workspace: lives_in_one(kind).then(|| workspace(object)),
                references: &references,
                variables: Vec::new(),
                texts: has_folder.then(|| Texts::of(kind.schema.area, object)),
            };
            let content = writer.body(&kind.schema.body, &object.config);
            let block = Part::block("resource", &[kind.type_name, name], content);
            written.of_area(kind.schema.area).push(block);
            written
                .imports
                .parts
                .push(import(kind.type_name, name, object));
            written.variables.parts.extend(writer.variables);
            let texts = writer.texts.map(Texts::into_files);
            written.texts.extend(texts.unwrap_or_default());
        }
    }
    written
}

impl Written {
    fn of_area(&mut self, area: &'static str) -> &mut Vec<Part> {
        let at = match self.resources.iter().position(|(it, _)| *it == area) {
            Some(at) => at,
            None => {
                self.resources.push((area, Content::default()));
                self.resources.len() - 1
            }
        };
        &mut self.resources[at].1.parts
    }
}

fn wanted(kind: &Kinds) -> impl Iterator<Item = &Exported> {
    kind.objects.iter().filter(|it| it.left_out.is_none())
}

/// Whether objects of the type live in a workspace.
fn lives_in_one(kind: &Kinds) -> bool {
    let attributes = &kind.schema.body.attributes;
    attributes.iter().any(|it| it.name == "workspace")
}

/// The workspace that an object lives in; empty where none is named.
fn workspace(object: &Exported) -> &str {
    object.state.get("workspace").as_str().unwrap_or_default()
}

fn named(kind: &Kinds) -> (&'static str, Vec<String>) {
    let all = wanted(kind).map(|it| {
        let workspace = workspace(it);
        let own = it
            .import_id
            .strip_prefix(&format!("workspace={workspace}/"));
        names::Known {
            words: &it.display_name,
            workspace,
            id: own.unwrap_or(&it.import_id),
        }
    });
    let noun = kind.type_name.trim_start_matches("mlflow_");
    (kind.type_name, names::names(&all.collect::<Vec<_>>(), noun))
}

fn import(type_name: &str, name: &str, object: &Exported) -> Part {
    let attributes = [
        Part::Attribute("to", reference(&[type_name, name])),
        Part::Attribute("id", text(&object.import_id)),
    ];
    Part::block("import", &[], attributes.into_iter().collect())
}

/// By what exported objects can be named: a type's attribute, and its value.
struct References<'a>(BTreeMap<(&'static str, &'static str, &'a str), Vec<Target<'a>>>);

/// One that can be named so.
struct Target<'a> {
    name: &'a str,
    /// None of a type that lives in none.
    workspace: Option<&'a str>,
}

impl<'a> References<'a> {
    fn new(kinds: &'a [Kinds], names: &'a Names) -> Self {
        let mut wanted_attributes = BTreeSet::new();
        for kind in kinds {
            referring(&kind.schema.body, &mut wanted_attributes);
        }
        let mut all = BTreeMap::<_, Vec<_>>::new();
        for (type_name, attribute) in wanted_attributes {
            let Some(kind) = kinds.iter().find(|it| it.type_name == type_name) else {
                continue;
            };
            for (object, name) in wanted(kind).zip(&names[type_name]) {
                let workspace = lives_in_one(kind).then(|| workspace(object));
                if let Some(value) = object.state.get(attribute).as_str() {
                    let named = all.entry((type_name, attribute, value)).or_default();
                    named.push(Target { name, workspace });
                }
            }
        }
        Self(all)
    }

    /// The object that a value names: in the same workspace, or where one of the two lives in none, the
    /// only one.
    fn find(
        &self,
        to: (&'static str, &'static str),
        workspace: Option<&str>,
        value: &str,
    ) -> Option<&str> {
        let named = self.0.get(&(to.0, to.1, value))?;
        let mut there = named.iter().filter(|it| match (workspace, it.workspace) {
            (Some(here), Some(there)) => here == there,
            _ => true,
        });
        there
            .next()
            .filter(|_| there.next().is_none())
            .map(|it| it.name)
    }
}

fn referring(body: &Body, found: &mut BTreeSet<(&'static str, &'static str)>) {
    for attribute in &body.attributes {
        found.extend(attribute.references());
        if let Kind::Nested(_, body) = &attribute.kind {
            referring(body, found);
        }
    }
    for block in &body.blocks {
        referring(&block.body, found);
    }
}

/// Writes one resource.
struct Writer<'a> {
    name: &'a str,
    workspace: Option<&'a str>,
    references: &'a References<'a>,
    variables: Vec<Part>,
    texts: Option<Texts>,
}

impl Writer<'_> {
    fn body(&mut self, body: &Body, config: &Value) -> Content {
        let mut parts = Vec::new();
        for attribute in &body.attributes {
            if let Some(value) = self.attribute(attribute, config) {
                parts.push(Part::Attribute(attribute.name, value));
            }
        }
        for block in &body.blocks {
            for element in elements(config.get(block.name)) {
                let content = self.body(&block.body, element);
                parts.push(Part::block(block.name, &[], content));
            }
        }
        Content {
            parts,
            end: untold(body, config),
        }
    }

    /// None for what is not written of an object.
    fn attribute(&mut self, attribute: &Attribute, object: &Value) -> Option<Expression> {
        let value = object.get(attribute.name);
        match (&attribute.kind, value) {
            (_, Value::Null) => None,
            (_, Value::Unknown(_)) => Some(self.variable(attribute)),
            (Kind::Nested(_, body), _) => Some(self.nested(body, value)),
            (Kind::Plain(_), _) => Some(self.value(attribute, value, object)),
        }
    }

    fn value(&mut self, attribute: &Attribute, value: &Value, object: &Value) -> Expression {
        if let Some(path) = self.file(attribute, value) {
            return content_of(&path);
        }
        let named = attribute.reference_in(object).zip(value.as_str());
        let found = named.and_then(|(to, value)| {
            let name = self.references.find(to, self.workspace, value)?;
            Some(reference(&[to.0, name, to.1]))
        });
        found.unwrap_or_else(|| literal(value))
    }

    /// The file that the value goes to, if it is a long text.
    fn file(&mut self, attribute: &Attribute, value: &Value) -> Option<String> {
        let texts = self.texts.as_mut()?;
        texts.path(value.as_str()?, attribute.document?)
    }

    fn nested(&mut self, body: &Body, value: &Value) -> Expression {
        match value {
            Value::List(elements) | Value::Set(elements) => {
                let elements: Vec<_> = elements.iter().map(|it| self.nested(body, it)).collect();
                hcl_edit::expr::Array::from(elements).into()
            }
            Value::Object(_) => {
                let mut entries = Vec::new();
                for attribute in &body.attributes {
                    if let Some(value) = self.attribute(attribute, value) {
                        entries.push((Ident::new(attribute.name).into(), value));
                    }
                }
                object(entries.into_iter())
            }
            other => literal(other),
        }
    }

    fn variable(&mut self, attribute: &Attribute) -> Expression {
        let name = format!("{}_{}", self.name, attribute.name);
        let description = format!(
            "{} of {}, which no server tells.",
            attribute.name, self.name
        );
        let kind = match &attribute.kind {
            Kind::Plain(Type::String) => "string",
            Kind::Plain(_) | Kind::Nested(..) => "any",
        };
        let parts = [
            Part::Attribute("description", text(&description)),
            Part::Attribute("type", reference(&[kind])),
            Part::Attribute("sensitive", true.into()),
        ];
        let content = parts.into_iter().collect();
        self.variables
            .push(Part::block("variable", &[&name], content));
        reference(&["var", &name])
    }
}

fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Object(_) => std::slice::from_ref(value),
        other => other.elements().unwrap_or_default(),
    }
}

/// A comment that names the secrets which may be there, and that no server tells.
fn untold(body: &Body, config: &Value) -> String {
    let secrets = body.attributes.iter().filter(|it| {
        it.sensitive && !it.write_only && it.mode == Mode::Optional && config.get(it.name).is_null()
    });
    let names: Vec<_> = secrets.map(|it| it.name).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("{}: not told by the server", names.join(", ")),
    }
}
