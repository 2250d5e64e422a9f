//! A provider that panics with its user's secrets in its mouth: nothing of that gets out. It is this
//! very binary, served by the product's own host and server.

use std::process::{Command, ExitCode};

use terraform_provider_mlflow::{
    framework::{
        Attr, Catalogue, Context, DataSource, Diagnostics, Provider, row,
        schema::{Attribute, Schema},
        server::Server,
    },
    plugin::{self, Plugin},
    wire::{
        Type, Value,
        proto::{
            Diagnostic, DynamicValue, configure_provider, read_data_source,
            validate_data_resource_config,
        },
    },
};

use crate::support::{
    Case, cases,
    host::{Host, invited, run},
    session::encoded,
};

const ASKED: &str = "MLFLOW_TEST_PANICKING_PROVIDER";
const NAME: &str = "test_panic";
const SECRET: &str = "canary-secret";

pub fn cases() -> Vec<Case> {
    cases![a_panic_tells_its_place_and_nothing_else]
}

fn a_panic_tells_its_place_and_nothing_else() {
    for level in ["OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "JSON"] {
        let itself = std::env::current_exe().unwrap();
        let mut command = invited(Command::new(itself));
        command.env(ASKED, "1").env("TF_LOG", level);
        command.env("RUST_BACKTRACE", "full");
        let (told, printed) = run(async {
            let host = Host::start_with(command).await;
            let told = panic_everywhere(&host).await;
            (told, host.shutdown().await)
        });
        for it in &told {
            assert_eq!(it.summary, "Provider Panicked", "{it:?}");
        }
        assert_eq!(told.len(), 3);
        assert_eq!(printed.status.code(), Some(0), "the process lives on");
        let places = printed.stderr.matches("tests/faults/panics.rs:").count();
        assert_eq!(places > 0, level != "OFF", "{level}: {}", printed.stderr);
        let all = format!("{told:?}{}{}", printed.stdout, printed.stderr);
        assert!(!all.contains("canary"), "{level}: {all}");
    }
}

async fn panic_everywhere(host: &Host) -> Vec<Diagnostic> {
    let mut provider = host.provider();
    let mut configure = async |secret: Value| {
        let request = configure_provider::Request {
            config: Some(config(secret)),
            ..Default::default()
        };
        let answer = provider.configure_provider(request).await.unwrap();
        answer.into_inner().diagnostics
    };
    let configured = configure(Value::string(SECRET)).await;
    assert_eq!(configure(Value::Null).await, []);
    let request = validate_data_resource_config::Request {
        type_name: NAME.to_owned(),
        config: Some(config(Value::string(SECRET))),
    };
    let validated = provider.validate_data_resource_config(request).await;
    let request = read_data_source::Request {
        type_name: NAME.to_owned(),
        config: Some(config(Value::string(SECRET))),
        ..Default::default()
    };
    let read = provider.read_data_source(request).await;
    let validated = validated.unwrap().into_inner().diagnostics;
    let read = read.unwrap().into_inner().diagnostics;
    [configured, validated, read].concat()
}

fn config(secret: Value) -> DynamicValue {
    let ty = Type::object([("secret", Type::String)]);
    encoded(&Value::object([("secret", secret)]), &ty)
}

pub fn is_asked_for() -> bool {
    std::env::var_os(ASKED).is_some()
}

/// Instead of the tests.
pub fn serve() -> ExitCode {
    let served = plugin::serve(Plugin {
        service: Server::new(Panicking).into_service(),
        kind: "panicking",
        address: "example.com/test/panicking",
        version: "0.0.0",
    });
    ExitCode::from(u8::from(served.is_err()))
}

struct Panicking;

row! {
    /// Its block, and its data source's.
    pub struct Told {
        /// What must not get out.
        pub secret: Attr<String>,
    }
}

fn schema() -> Schema {
    Schema::new("Panics.")
        .attribute(Attribute::string("secret", "What it panics with.").sensitive())
}

impl Provider for Panicking {
    type Client = ();
    type Config = Told;

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, _: Told) -> Diagnostics {
        Diagnostics::new()
    }

    fn configure(&self, config: Told, _: &mut Diagnostics) -> Result<(), Diagnostics> {
        match config.secret.known() {
            Some(secret) => panic!("configured with {secret}"),
            None => Ok(()),
        }
    }

    fn catalogue(&self) -> Catalogue<()> {
        Catalogue::default().data_source(Panics)
    }
}

struct Panics;

impl DataSource<()> for Panics {
    type Model = Told;

    const TYPE_NAME: &'static str = NAME;

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Told) -> Diagnostics {
        panic!("validated {:?}", config.secret.known());
    }

    async fn read(&self, _: &Context<()>, config: Told) -> Result<Told, Diagnostics> {
        tokio::task::yield_now().await;
        panic!("read {:?}", config.secret.known());
    }
}
