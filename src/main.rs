//! Joins the rooms: builds the provider and hands it to the plugin host.

use std::{
    error::Error,
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use terraform_provider_mlflow::{
    framework::server::{Server, Service},
    plugin::{self, MESSAGE_LIMIT, Plugin},
    provider::{ADDRESS, Environment, Export, Mlflow},
};

/// musl's own allocator asks the system for each small thing anew: hundreds of calls at every start.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// The Terraform provider for MLflow.
///
/// Terraform and OpenTofu start this program by themselves, without arguments: name it under
/// `required_providers` in a configuration, or under `dev_overrides` in the CLI configuration.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Serve until interrupted, and print what to set so that Terraform uses this process
    #[arg(long)]
    debug: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Export(Export),
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            report(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    // A host gives no arguments, and starts us often: it does not pay for reading them.
    if std::env::args_os().len() <= 1 {
        plugin::serve(provider())?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse_from(std::env::args_os().map(as_of_go));
    match arguments.command {
        Some(Command::Export(export)) => return Ok(export.run(&Environment::of_process())?),
        None if arguments.debug => plugin::serve_for_debugging(provider())?,
        None => plugin::serve(provider())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Providers in Go take `-debug`, and so tools that start one write it with one dash.
fn as_of_go(argument: OsString) -> OsString {
    match argument.to_str() {
        Some("-debug" | "-debug=true" | "--debug=true") => "--debug".into(),
        _ => argument,
    }
}

fn provider() -> Plugin<Service<Mlflow>> {
    let provider = Mlflow::new(Environment::of_process());
    Plugin {
        service: Server::new(provider)
            .into_service()
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT),
        kind: "mlflow",
        address: ADDRESS,
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// Writes an error and its causes; nobody may be left to read them.
fn report(error: &dyn Error) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    let _ = writeln!(io::stderr(), "{text}");
}
