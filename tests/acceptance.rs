//! The acceptance tests: real Terraform, our binary, a real MLflow server.
//!
//! One binary runs them all, so that they share one server: `make testacc`, or
//! `make testacc RUN=drift` for those with `drift` in their name. A test that lacks what it needs
//! fails and says what to do; none is ever skipped in silence.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "this crate is tests throughout, though without libtest the compiler cannot tell"
)]

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use support::{Case, mlflow::Server};

/// Server, receiver, proxy and Terraform for the tests.
mod support;

/// The support itself: a fault that the proxy does not inject proves nothing.
mod harness;

/// What the provider block does, a file for each side of it.
mod provider;

/// What Terraform users see of one resource type, a file each.
mod resources;

/// What Terraform users find of what exists, a file for each data source.
mod data_sources;

/// What Terraform users compute.
mod functions;

/// What Terraform users never find in a file.
mod ephemeral;

/// The command that writes configuration, without Terraform up to the point where it is planned.
mod export;

/// Every folder under `examples/` works as it stands.
mod examples;

/// What the network, the server and the machine can do to us, and what must be left of it.
mod faults;

/// Modules under `examples/` pass the tests that they bring.
mod tested_modules;

/// What make and CI do beside the checks that they run.
mod automation;

/// The receivers of the guide hold against real and forged deliveries.
mod receivers;

/// What the documentation says: its configurations are valid, its errors exist.
mod documentation;

/// What earlier releases left in states.
mod upgrade;

/// The wire, without Terraform: our descriptors and our binary as a host would drive it.
mod protocol;

/// Each waits for Terraform and the server far more than it computes.
const THREADS: usize = 4;

fn main() -> ExitCode {
    if faults::panics::is_asked_for() {
        return faults::panics::serve();
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let conclusion = libtest_mimic::run(&arguments, trials());
    Server::stop_shared();
    conclusion.exit_code()
}

fn trials() -> Vec<Trial> {
    let cases = [
        harness::cases(),
        provider::cases(),
        resources::cases(),
        data_sources::cases(),
        functions::cases(),
        ephemeral::cases(),
        export::cases(),
        tested_modules::cases(),
        automation::cases(),
        protocol::cases(),
        receivers::cases(),
        documentation::cases(),
        upgrade::cases(),
        faults::cases(),
    ];
    let mut trials: Vec<Trial> = cases.into_iter().flatten().map(trial).collect();
    trials.extend(examples::trials());
    trials
}

fn trial((name, run): Case) -> Trial {
    let name = name.trim_start_matches("acceptance::");
    Trial::test(name, move || {
        run();
        Ok(())
    })
}
