//! The files of an export, and what stands at their heads.

use super::{
    document::{Kinds, Written, write},
    layout::{Content, Part, file},
    literal::{object, text},
    texts::File,
    words,
};
use crate::provider::ADDRESS;

/// What a configuration says besides its objects.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    /// Where they come from, in words.
    pub(super) source: &'a str,
    /// Whether to name the provider too.
    pub(super) with_provider: bool,
    /// Whether they go to a folder, and not to one stream.
    pub(super) has_folder: bool,
}

/// The files that make these objects a configuration: one for each area, one for the imports, one for
/// what has to be told, and one for each long text.
pub(super) fn files(kinds: &[Kinds], setting: &Setting<'_>) -> Vec<File> {
    let Written {
        resources,
        imports,
        variables,
        texts,
    } = write(kinds, setting.has_folder);
    let mut files = Vec::new();
    let mut add = |name: &str, head: &str, content: Content| {
        files.push((named(name), file(head, content)));
    };
    if setting.with_provider {
        add("terraform", "", [terraform()].into_iter().collect());
    }
    for (area, content) in areas(kinds, resources) {
        let head = head(area, kinds, setting);
        add(area, &head, content);
    }
    if !imports.parts.is_empty() {
        add(IMPORTS_FILE, IMPORTS, imports);
    }
    if !variables.parts.is_empty() {
        add("variables", VARIABLES, variables);
    }
    files.extend(texts);
    files
}

/// The name of the file for an area, or for what stands in a file of its own.
pub(super) fn named(what: &str) -> String {
    format!("{}.tf", what.to_lowercase())
}

/// What the file with the import blocks of all areas is named after.
pub(super) const IMPORTS_FILE: &str = "imports";

const IMPORTS: &str = "Takes what is there over. Once applied, these blocks may be deleted.";

const VARIABLES: &str = "What no server tells, and a configuration cannot do without.";

/// An area of which everything is left out has a file that says so.
fn areas(
    kinds: &[Kinds],
    mut resources: Vec<(&'static str, Content)>,
) -> Vec<(&'static str, Content)> {
    for kind in kinds {
        let area = kind.schema.area;
        let is_there = resources.iter().any(|(it, _)| *it == area);
        if !is_there && !kind.objects.is_empty() {
            resources.push((area, Content::default()));
        }
    }
    resources
}

fn head(area: &str, kinds: &[Kinds], setting: &Setting<'_>) -> String {
    let mut head = format!("{area} of {}.\n", setting.source);
    for kind in kinds.iter().filter(|it| it.schema.area == area) {
        for object in &kind.objects {
            if let Some(why) = &object.left_out {
                let (type_name, name) = (kind.type_name, words::named(object));
                let why = why.replace('\n', " ");
                head.push_str(&format!("\nLeft out: {type_name} {name}. {why}\n"));
            }
        }
    }
    head
}

fn terraform() -> Part {
    let source = ADDRESS.trim_start_matches("registry.terraform.io/");
    let version = concat!(">= ", env!("CARGO_PKG_VERSION"));
    let provider = [("source", source), ("version", version)];
    let provider = provider.map(|(name, value)| (hcl_edit::Ident::new(name).into(), text(value)));
    let providers = Part::Attribute("mlflow", object(provider.into_iter()));
    let required = Part::block("required_providers", &[], [providers].into_iter().collect());
    Part::block("terraform", &[], [required].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        framework::{
            Exported, Value,
            schema::{Attribute, Block, Referred, Schema},
        },
        provider::export::document::Kinds,
    };

    const SETTING: Setting<'_> = Setting {
        source: "https://mlflow.example.com",
        with_provider: false,
        has_folder: true,
    };

    fn things() -> Schema {
        let target = Block::list("target", "T.")
            .attribute(Attribute::string("url", "U."))
            .attribute(Attribute::string("token", "T.").required().sensitive())
            .attribute(Attribute::string("secret", "S.").sensitive());
        Schema::new("A thing.")
            .area("Things")
            .attribute(Attribute::string("name", "N.").required())
            .attribute(Attribute::string("parent", "P.").refers_to("mlflow_thing", "name"))
            .attribute(Attribute::string("workspace", "W."))
            .attribute(Attribute::string("poem", "P.").document("txt"))
            .block(target)
    }

    fn thing(id: &str, name: &str, parent: Value, workspace: Value) -> Exported {
        let target = [("url", Value::string("u")), ("token", Value::UNKNOWN)];
        let state = Value::object([
            ("name", Value::string(name)),
            ("parent", parent),
            ("workspace", workspace),
            ("target", Value::List(vec![Value::object(target)])),
        ]);
        Exported {
            display_name: name.to_owned(),
            import_id: id.to_owned(),
            config: state.clone(),
            state,
            left_out: None,
        }
    }

    fn written(objects: Vec<Exported>) -> Vec<File> {
        written_in(&SETTING, objects)
    }

    fn written_in(setting: &Setting<'_>, objects: Vec<Exported>) -> Vec<File> {
        let kinds = Kinds {
            type_name: "mlflow_thing",
            schema: things(),
            objects,
        };
        files(&[kinds], setting)
    }

    fn text_of(name: &str, files: &[File]) -> String {
        let found = files.iter().find(|(it, _)| it == name);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    #[test]
    fn each_object_is_a_resource_an_import_and_its_variables() {
        let files = written(vec![thing("7", "deploy", Value::Null, Value::Null)]);
        let expected = r#"# Things of https://mlflow.example.com.

resource "mlflow_thing" "deploy" {
  name = "deploy"

  target {
    url   = "u"
    token = var.deploy_token
    # secret: not told by the server
  }
}
"#;
        assert_eq!(text_of("things.tf", &files), expected);
        let expected = "\nimport {\n  to = mlflow_thing.deploy\n  id = \"7\"\n}\n";
        assert!(text_of("imports.tf", &files).ends_with(expected));
        let expected = r#"
variable "deploy_token" {
  description = "token of deploy, which no server tells."
  type        = string
  sensitive   = true
}
"#;
        assert!(text_of("variables.tf", &files).ends_with(expected));
    }

    #[test]
    fn what_names_another_of_its_workspace_refers_to_it() {
        let (a, b) = (Value::string("a"), Value::string("b"));
        let files = written(vec![
            thing("1", "old", Value::Null, a.clone()),
            thing("2", "young", Value::string("old"), a),
            thing("3", "stranger", Value::string("old"), b),
        ]);
        let text = text_of("things.tf", &files);
        assert_eq!(text.matches("mlflow_thing.old.name").count(), 1, "{text}");
        assert_eq!(text.matches("parent    = \"old\"").count(), 1, "{text}");
    }

    /// Parts of things, which live in no workspace.
    fn parts() -> Schema {
        const OF: &[Referred] = &[Referred {
            when: "thing",
            to: ("mlflow_thing", "name"),
        }];
        Schema::new("A part.")
            .area("Parts")
            .attribute(Attribute::string("kind", "K.").required())
            .attribute(
                Attribute::string("of", "O.")
                    .required()
                    .refers_by("kind", OF),
            )
    }

    #[test]
    fn what_lives_in_no_workspace_refers_to_the_only_one_of_that_name() {
        let part = |id: &str, kind: &str, of: &str| {
            let state = [("kind", Value::string(kind)), ("of", Value::string(of))];
            let state = Value::object(state);
            Exported {
                display_name: id.to_owned(),
                import_id: id.to_owned(),
                config: state.clone(),
                state,
                left_out: None,
            }
        };
        let (a, b) = (Value::string("a"), Value::string("b"));
        let things_there = vec![
            thing("1", "one", Value::Null, a.clone()),
            thing("2", "twice", Value::Null, a),
            thing("3", "twice", Value::Null, b),
        ];
        let kinds = [
            Kinds {
                type_name: "mlflow_thing",
                schema: things(),
                objects: things_there,
            },
            Kinds {
                type_name: "mlflow_part",
                schema: parts(),
                objects: vec![
                    part("p", "thing", "one"),
                    part("q", "thing", "twice"),
                    part("r", "other", "one"),
                ],
            },
        ];
        let text = text_of("parts.tf", &files(&kinds, &SETTING));
        for line in [
            "of   = mlflow_thing.one.name",
            "of   = \"twice\"",
            "of   = \"one\"",
        ] {
            assert_eq!(text.matches(line).count(), 1, "{line} in {text}");
        }
    }

    #[test]
    fn a_long_text_is_a_file_where_there_is_a_folder() {
        let poem = || {
            let mut poem = thing("7", "of/7", Value::Null, Value::Null);
            poem.config = Value::object([("poem", Value::string("${a}\r\n b"))]);
            vec![poem]
        };
        let files = written(poem());
        let text = text_of("things.tf", &files);
        let expected = "  poem = file(\"${path.module}/things/of/7.txt\")\n";
        assert!(text.contains(expected), "{text}");
        assert_eq!(text_of("things/of/7.txt", &files), "${a}\r\n b");
        let stream = Setting {
            has_folder: false,
            ..SETTING
        };
        let files = written_in(&stream, poem());
        let text = text_of("things.tf", &files);
        assert!(text.contains(r#"  poem = "$${a}\r\n b""#), "{text}");
        assert_eq!(text_of("things/of/7.txt", &files), "");
    }

    #[test]
    fn what_is_left_out_is_only_mentioned() {
        let odd = Exported {
            left_out: Some("It is\nodd.".to_owned()),
            ..thing("1", "od\"d", Value::Null, Value::Null)
        };
        let files = written(vec![odd]);
        let text = text_of("things.tf", &files);
        assert!(
            text.ends_with("# Left out: mlflow_thing \"od\\\"d\". It is odd.\n\n"),
            "{text}"
        );
        assert_eq!(text_of("imports.tf", &files), "");
    }

    #[test]
    fn the_provider_is_named_if_wanted() {
        let setting = Setting {
            with_provider: true,
            ..SETTING
        };
        let (name, text) = files(&[], &setting).remove(0);
        assert_eq!(name, "terraform.tf");
        let expected = "    mlflow = {\n      source  = \"mlflow-rs/mlflow\"\n";
        assert!(text.contains(expected), "{text}");
    }
}
