//! How a server writes versions.

use serde::Deserialize;

use super::{ModelVersion, VersionKey};
use crate::api::{
    call::{parse, parse_page},
    error::Error,
    http::Response,
    page::Page,
    tags::{self, WireTag},
};

#[derive(Deserialize)]
struct One {
    model_version: WireVersion,
}

#[derive(Default, Deserialize)]
struct Many {
    model_versions: Vec<WireVersion>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct WireVersion {
    name: String,
    version: String,
    description: Option<String>,
    source: Option<String>,
    run_id: Option<String>,
    run_link: Option<String>,
    status: Option<String>,
    status_message: Option<String>,
    current_stage: Option<String>,
    #[serde(default)]
    tags: Vec<WireTag>,
    #[serde(default)]
    aliases: Vec<String>,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
}

pub(super) fn one(answer: &Response) -> Result<ModelVersion, Error> {
    parse::<One>(answer).map(|one| one.model_version.into())
}

pub(super) fn page(answer: &Response) -> Result<Page<ModelVersion>, Error> {
    let many: Many = parse_page(answer)?;
    Ok(Page::new(
        many.model_versions.into_iter().map(Into::into).collect(),
        many.next_page_token,
    ))
}

impl From<WireVersion> for ModelVersion {
    fn from(wire: WireVersion) -> Self {
        let text = |it: Option<String>| it.filter(|text| !text.is_empty());
        Self {
            key: VersionKey {
                model: wire.name,
                version: wire.version,
            },
            description: text(wire.description),
            source: text(wire.source),
            run_id: text(wire.run_id),
            run_link: text(wire.run_link),
            // Servers that have nothing to wait for may say nothing.
            status: text(wire.status).unwrap_or_else(|| "READY".to_owned()),
            status_message: text(wire.status_message),
            stage: text(wire.current_stage),
            tags: tags::of_wire(wire.tags),
            aliases: wire.aliases,
            creation_timestamp: wire.creation_timestamp,
            last_updated_timestamp: wire.last_updated_timestamp,
        }
    }
}
