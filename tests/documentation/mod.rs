//! What the documentation says holds: configurations are valid, commands run, links lead somewhere,
//! and the titles of errors are those of the source.

mod moved;
mod pages;
mod release;
mod titles;
mod walk;

use std::process::Command;

use serde_json::Value;

use crate::support::{
    Case, cases,
    terraform::{Workspace, host_version, is_query, needed_version},
};
use pages::{Block, Page, ROOT};

pub fn cases() -> Vec<Case> {
    let mut all = cases![
        every_configuration_is_formatted_and_valid,
        every_link_inside_the_repository_leads_somewhere,
        what_the_documentation_is_made_from_is_what_terraform_sees,
    ];
    all.extend(titles::cases());
    all.extend(walk::cases());
    all.extend(moved::cases());
    all.extend(release::cases());
    all
}

fn every_configuration_is_formatted_and_valid() {
    let version = host_version();
    let mut checked = 0;
    for page in pages::all() {
        let (name, blocks) = (page.name(), page.blocks());
        for (at, block) in blocks.iter().enumerate() {
            let settings = block.text.starts_with("provider_installation");
            if settings || !["terraform", "hcl"].contains(&block.language.as_str()) {
                continue;
            }
            eprintln!("{name}:\n{}", block.text);
            checked += usize::from(is_formatted_and_valid(block, &blocks[..at], version));
        }
    }
    assert!(checked >= 20, "only {checked} configurations were found");
}

/// Whether it was validated: `hcl` needs more than this provider, and some of the rest a newer host.
fn is_formatted_and_valid(block: &Block, above: &[Block], host: (u64, u64)) -> bool {
    let workspace = workspace(block, above);
    let is_readable = host >= needed_version(&block.text);
    if is_readable {
        workspace.run(&["fmt", "-check", "-diff"]).expect_ok();
    }
    let valid = block.language == "terraform" && is_readable;
    if valid && is_query(&block.text) {
        workspace.run(&["validate", "-query"]).expect_ok();
    } else if valid {
        workspace.validate().expect_ok();
    }
    valid
}

/// Only the first block on a page says where the provider comes from. A file that is to be saved
/// stands beside those that were to be saved further up.
fn workspace(block: &Block, above: &[Block]) -> Workspace {
    let text = &block.text;
    let saved = |block: &Block| block.file.clone().filter(|name| name.ends_with(".tf"));
    let beside = above.iter().filter_map(|it| Some((saved(it)?, &it.text)));
    let beside: Vec<_> = beside.filter(|_| saved(block).is_some()).collect();
    if is_query(text) {
        let workspace = Workspace::bare("provider \"mlflow\" {}\n");
        workspace.write("main.tfquery.hcl", text);
        workspace
    } else if let (Some(name), false) = (&block.file, beside.is_empty()) {
        let workspace = Workspace::plain("");
        for (name, text) in beside {
            workspace.write(&name, text);
        }
        workspace.write(name, text);
        workspace
    } else if text.contains("required_providers") {
        Workspace::plain(text)
    } else if text.contains("import {") && !text.contains("resource \"") {
        Workspace::bare(&format!("{text}{IMPORTED}"))
    } else {
        Workspace::bare(text)
    }
}

/// Without its resource, Terraform looks for the provider of an import elsewhere.
const IMPORTED: &str = r#"
resource "mlflow_webhook" "deploy" {
  name   = "deploy"
  events = ["model_version.created"]

  http_url_spec {
    url = "https://ci.example.com"
  }
}
"#;

fn every_link_inside_the_repository_leads_somewhere() {
    let (mut dead, mut checked) = (Vec::new(), 0);
    for page in pages::all() {
        for link in links(&page) {
            checked += 1;
            if !leads_somewhere(&page, &link) {
                dead.push(format!("{}: {link}", page.name()));
            }
        }
    }
    assert_eq!(dead, [""; 0]);
    assert!(checked >= 30, "only {checked} links were found");
}

/// The targets of links, except those out of the repository.
fn links(page: &Page) -> Vec<String> {
    let prose = page.prose().join("\n");
    let targets = prose.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split([')', ' ']).next());
    let inside = targets.filter(|it| !it.contains("://") && !it.starts_with("mailto:"));
    inside.map(str::to_owned).collect()
}

fn leads_somewhere(page: &Page, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = page.path.parent().expect("a page is in a folder");
    let target = if path.is_empty() {
        page.path.clone()
    } else {
        folder.join(path)
    };
    if anchor.is_empty() {
        return target.exists();
    }
    // Generated pages name their own anchors.
    let named = |text: &str| text.contains(&format!("<a id=\"{anchor}\">"));
    target.is_file() && {
        let page = Page::at(&target.display().to_string());
        page.anchors().iter().any(|it| it == anchor) || named(&page.text)
    }
}

/// Terraform's own view of the schema, as far as this version of it looks, is the one that the pages
/// are made from.
fn what_the_documentation_is_made_from_is_what_terraform_sees() {
    let printed = Command::new(env!("CARGO"))
        .args(["run", "--locked", "--quiet", "--example", "schema"])
        .current_dir(ROOT)
        .output()
        .expect("cargo runs");
    let ours: Value = serde_json::from_slice(&printed.stdout).expect("it is JSON");
    let ours = &ours["provider_schemas"]["registry.terraform.io/hashicorp/mlflow"];
    let seen = Workspace::bare("")
        .run(&["providers", "schema", "-json"])
        .expect_ok()
        .json();
    let seen = seen["provider_schemas"]
        .as_object()
        .expect("it has providers");
    let seen = seen.values().next().expect("there is one").as_object();
    let seen = seen.expect("it has kinds");
    assert!(seen.len() > 4, "{:?}", seen.keys());
    for (kind, seen) in seen {
        assert_eq!(&ours[kind], seen, "{kind}");
    }
}
