//! The REST API of MLflow as its servers speak it; knows no Terraform. Start at [`Server`]: it sends a
//! [`Call`], whatever that is about, and classifies what comes of it. How a lost answer is settled and
//! what is retried is decided in here; callers only show the outcome. Each area of the API is a
//! module of its own: its nouns, and a pure function from typed parameters to a call for each
//! endpoint.

pub(crate) mod address;
pub mod aliases;
mod all_versions;
mod area;
mod at_work;
pub(crate) mod authenticator;
pub(crate) mod budget;
mod call;
mod complete;
pub(crate) mod environment;
mod equals;
pub(crate) mod error;
mod error_kind;
pub mod experiments;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod gate;
pub mod gateway;
pub(crate) mod given;
pub mod held_roles;
pub(crate) mod http;
pub(crate) mod kind;
pub(crate) mod lock;
mod model_kind;
pub mod model_versions;
mod object;
mod page;
mod read;
mod recency;
pub(crate) mod redact;
mod refreshes;
pub mod registered_models;
mod renames;
mod repeats;
pub mod roles;
mod serial;
mod server;
pub mod server_info;
mod servers;
pub(crate) mod settings;
mod since;
pub mod tags;
mod taken_over;
mod twins;
pub mod users;
pub(crate) mod version;
mod watch;
pub mod webhooks;
pub mod workspaces;
mod write;

pub use area::Area;
pub(crate) use area::{plural, with_article};
pub use at_work::Busy;
pub use authenticator::{Authenticator, Workspace};
pub use call::{About, Call};
pub use environment::Environment;
pub use equals::{Among, List};
pub use error::{Error, ErrorKind};
pub use given::FilePath;
pub use kind::ServerKind;
pub use model_kind::{ModelKind, Models, Prompts};
pub use object::{ByName, Named, Object};
pub use page::{Listing, Page};
pub use serial::is_serial;
pub use server::Server;
pub use settings::{Connection, Credentials, DatabricksSettings, Settings};
pub use version::Version;
pub use webhooks::{
    Event, ListFilter, NewTarget, NewWebhook, Status, Target, TargetChange, TestResult, Webhook,
    WebhookChange, WebhookRef, Webhooks,
};
pub use write::{Claim, Made, Shown};
