//! How a process becomes a Terraform plugin. Knows gRPC, nothing of Terraform's data.
//!
//! Start at [`serve`], which reads as the list of steps.

mod dumps;
mod error;
mod handshake;
mod listener;
mod log;
mod panics;
mod parent;
pub mod proto;
mod reattach;
mod server;
mod services;
mod tls;

use std::io::{self, Write};

use time::OffsetDateTime;
use tokio::runtime;

pub use error::Error;
pub use services::GrpcService;

use handshake::Invitation;
use listener::Listener;
use server::{Server, Until};
use tls::Identity;

/// What the generated provider server has to allow as message size, both ways. The default of 4 MiB
/// is too small for hosts, which send states and plans of any size.
pub const MESSAGE_LIMIT: usize = 256 << 20;

/// Looks up an environment variable; empty is absent, as hosts have it.
type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A provider, ready to be served.
#[derive(Clone, Debug)]
pub struct Plugin<S> {
    /// The generated server, with its message sizes set to [`MESSAGE_LIMIT`].
    pub service: S,
    /// The provider's type: `mlflow` for `terraform-provider-mlflow`.
    pub kind: &'static str,
    /// The source address in full.
    pub address: &'static str,
    /// The provider's version.
    pub version: &'static str,
}

/// Serves the provider to the host that started this process, until the host ends it or is gone.
///
/// # Errors
/// If no host started this process; the message then tells a person what to do instead. If what
/// the host asks for cannot be read, or there is nowhere to listen.
pub fn serve<S: GrpcService>(plugin: Plugin<S>) -> Result<(), Error> {
    if !handshake::is_invited(&environment) {
        return Err(not_invited(&plugin));
    }
    let invitation = Invitation::read(&environment)?;
    log::install(plugin.kind, &environment);
    dumps::forbid();
    let certificate = invitation.certificate.as_deref();
    let identity = certificate
        .map(|host| Identity::for_host(host, OffsetDateTime::now_utc()))
        .transpose()?;
    run(async {
        let listener = Listener::bind(&invitation)?;
        print(&invitation.answer(
            listener.network(),
            listener.address(),
            identity.as_ref().map_or("", |own| &own.certificate),
        ))?;
        tracing::debug!(
            version = plugin.version,
            socket = listener.address(),
            "serving"
        );
        let tls = identity.map(|own| own.config);
        Server::new(listener, tls)
            .serve(plugin.service, Until::HostIsDone)
            .await;
        Ok(())
    })
}

/// Serves the provider to any host that is told of this process, until it is interrupted. Prints
/// what hosts have to be told.
///
/// # Errors
/// If there is nowhere to listen.
pub fn serve_for_debugging<S: GrpcService>(plugin: Plugin<S>) -> Result<(), Error> {
    let invitation = Invitation::read(&environment)?.without_host();
    log::install(plugin.kind, &environment);
    dumps::forbid();
    run(async {
        let listener = Listener::bind(&invitation)?;
        print(&reattach::lines(
            plugin.address,
            std::process::id(),
            listener.network(),
            listener.address(),
        ))?;
        Server::new(listener, None)
            .serve(plugin.service, Until::Interrupted)
            .await;
        Ok(())
    })
}

fn environment(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

/// One thread is enough for work that waits on a network, and is there sooner.
fn run(session: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    panics::install_hook();
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::while_trying("start the runtime"))?;
    let outcome = runtime.block_on(panics::guard(session));
    // Does not wait for threads that are, say, in the middle of a name lookup.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|| Err(Error::new("the plugin ended in a panic")))
}

/// The first and last that is ever written to standard output.
fn print(line: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::while_trying("write to standard output"))
}

/// Where a user's settings of Terraform are, and a folder as they name it.
const SETTINGS: (&str, &str) = if cfg!(windows) {
    (r"%APPDATA%\terraform.rc", "C:/folder/of/this/file")
} else {
    ("~/.terraformrc", "/directory/of/this/file")
};

fn not_invited<S>(plugin: &Plugin<S>) -> Error {
    let Plugin { kind, version, .. } = plugin;
    let (settings, folder) = SETTINGS;
    let source = plugin.address.trim_start_matches("registry.terraform.io/");
    Error::new(format!(
        r#"This is terraform-provider-{kind} {version}, a plugin for Terraform and OpenTofu. They start it
by themselves; name it in a configuration and run `terraform init`:

    terraform {{
      required_providers {{
        {kind} = {{
          source = "{source}"
        }}
      }}
    }}

To try this very file instead of a release, put into the CLI configuration ({settings}):

    provider_installation {{
      dev_overrides {{
        "{source}" = "{folder}"
      }}
      direct {{}}
    }}

terraform-provider-{kind} --help tells what else it can do."#
    ))
}
