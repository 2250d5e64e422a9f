//! What a host sees of the plugin process, before and beside any Terraform data.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use terraform_provider_mlflow::wire::proto::stop_provider;
use tonic::Code;

use crate::support::host::{
    BINARY, COOKIE, Connection, Host, Identity, ORIGIN, PATIENCE, Showing, parent_of_plugin,
    plugin,
    proto::{
        grpc_broker_client::GrpcBrokerClient,
        grpc_stdio_client::GrpcStdioClient,
        health::{HealthCheckRequest, health_client::HealthClient},
    },
    run,
};

pub fn cases() -> Vec<(&'static str, fn())> {
    vec![
        ("protocol::host::line_has_six_fields", line_has_six_fields),
        (
            "protocol::host::seventh_field_only_if_asked_for",
            seventh_field_only_if_asked_for,
        ),
        (
            "protocol::host::explains_itself_to_people",
            explains_itself_to_people,
        ),
        (
            "protocol::host::bad_client_certificate_is_fatal",
            bad_client_certificate_is_fatal,
        ),
        ("protocol::host::answers_its_host", answers_its_host),
        ("protocol::host::refuses_all_others", refuses_all_others),
        (
            "protocol::host::takes_a_second_connection",
            takes_a_second_connection,
        ),
        (
            "protocol::host::plaintext_without_certificate",
            plaintext_without_certificate,
        ),
        (
            "protocol::host::health_knows_the_plugin_only",
            health_knows_the_plugin_only,
        ),
        (
            "protocol::host::unknown_services_are_unimplemented",
            unknown_services_are_unimplemented,
        ),
        (
            "protocol::host::streams_stay_open_until_shutdown",
            streams_stay_open_until_shutdown,
        ),
        (
            "protocol::host::shutdown_is_prompt_and_clean",
            shutdown_is_prompt_and_clean,
        ),
        (
            "protocol::host::the_host_hangs_up_first",
            the_host_hangs_up_first,
        ),
        (
            "protocol::host::a_host_that_does_not_hang_up_is_not_waited_for",
            a_host_that_does_not_hang_up_is_not_waited_for,
        ),
        (
            "protocol::host::interrupts_are_ignored",
            interrupts_are_ignored,
        ),
        ("protocol::host::ends_with_its_host", ends_with_its_host),
        (
            "protocol::host::debug_serves_until_interrupted",
            debug_serves_until_interrupted,
        ),
        ("protocol::host::version_and_help", version_and_help),
        (
            "protocol::host::long_tmpdir_is_no_obstacle",
            long_tmpdir_is_no_obstacle,
        ),
        ("protocol::host::logs_only_our_lines", logs_only_our_lines),
    ]
}

fn line_has_six_fields() {
    run(async {
        for versions in ["6,5", "5,6", "5", ""] {
            let mut command = plugin();
            command.env("PLUGIN_PROTOCOL_VERSIONS", versions);
            let host = Host::start_with(command).await;
            assert_eq!(host.line().matches('|').count(), 5, "{}", host.line());
            assert!(host.line().ends_with('\n'));
            assert_eq!((host.field(1), host.field(2)), ("1", "6"), "{versions}");
            assert_eq!(host.field(5), "grpc");
            match host.field(3) {
                "unix" => assert!(host.socket().is_absolute()),
                network => assert_eq!(
                    (network, host.field(4).split(':').next()),
                    ("tcp", Some("127.0.0.1"))
                ),
            }
            assert!(!host.field(6).contains('='));
        }
    });
}

fn seventh_field_only_if_asked_for() {
    run(async {
        let mut command = plugin();
        command.env("PLUGIN_MULTIPLEX_GRPC", "true");
        assert_eq!(Host::start_with(command).await.field(7), "false");
    });
}

fn explains_itself_to_people() {
    for cookie in ["", "another"] {
        let output = finished(plugin().env(COOKIE.0, cookie));
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        for word in [
            "required_providers",
            "dev_overrides",
            "--help",
            "mlflow-rs/mlflow",
        ] {
            assert!(text.contains(word), "{word} is missing in: {text}");
        }
    }
}

fn bad_client_certificate_is_fatal() {
    for certificate in [
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let output = finished(plugin().env("PLUGIN_CLIENT_CERT", certificate));
        assert_eq!(output.status.code(), Some(1), "{certificate}");
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("PLUGIN_CLIENT_CERT"), "{text}");
    }
}

fn answers_its_host() {
    run(async {
        let host = Host::start().await;
        let answer = host
            .provider()
            .stop_provider(stop_provider::Request {})
            .await;
        assert_eq!(answer.unwrap().into_inner().error, "");
    });
}

fn refuses_all_others() {
    run(async {
        let host = Host::start().await;
        for showing in [
            Showing::NoCertificate,
            Showing::AnotherCertificate,
            Showing::AnotherKey,
            Showing::NoProtocol,
            Showing::Plaintext,
        ] {
            // With TLS 1.3 a client that is refused learns so from its first request.
            let healthy = match host.connect(showing).await {
                Ok(connection) => is_healthy(connection).await,
                Err(_) => false,
            };
            assert!(!healthy, "{showing:?}");
        }
        assert!(
            is_healthy(host.connection()).await,
            "its own host still is served"
        );
    });
}

fn takes_a_second_connection() {
    run(async {
        let host = Host::start().await;
        let second = host.connect(Showing::Certificate).await.unwrap();
        assert!(is_healthy(second).await && is_healthy(host.connection()).await);
    });
}

fn plaintext_without_certificate() {
    run(async {
        let host = Host::start_plaintext(plugin()).await;
        assert_eq!(host.field(6), "");
        assert!(is_healthy(host.connection()).await);
        assert_eq!(host.shutdown().await.status.code(), Some(0));
    });
}

fn health_knows_the_plugin_only() {
    run(async {
        let host = Host::start().await;
        assert_eq!(health(host.connection(), "plugin").await, Ok(1));
        assert_eq!(health(host.connection(), "").await, Ok(1));
        assert_eq!(
            health(host.connection(), "other").await,
            Err(Code::NotFound)
        );
    });
}

fn unknown_services_are_unimplemented() {
    run(async {
        let host = Host::start().await;
        let mut client = tonic::client::Grpc::with_origin(host.connection(), ORIGIN.clone());
        client.ready().await.unwrap();
        let path = http::uri::PathAndQuery::from_static("/tfplugin5.Provider/GetSchema");
        let codec = tonic_prost::ProstCodec::<HealthCheckRequest, HealthCheckRequest>::default();
        let request = tonic::Request::new(HealthCheckRequest::default());
        let status = client.unary(request, path, codec).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
    });
}

fn streams_stay_open_until_shutdown() {
    run(async {
        let host = Host::start().await;
        let mut stdio = GrpcStdioClient::with_origin(host.connection(), ORIGIN.clone());
        let mut stdio = stdio.stream_stdio(()).await.unwrap().into_inner();
        let mut broker = GrpcBrokerClient::with_origin(host.connection(), ORIGIN.clone());
        let silence = futures_util::stream::pending();
        let mut broker = broker.start_stream(silence).await.unwrap().into_inner();
        let moment = Duration::from_millis(200);
        assert!(tokio::time::timeout(moment, stdio.message()).await.is_err());
        assert!(
            tokio::time::timeout(moment, broker.message())
                .await
                .is_err()
        );
        let ended = host.shutdown().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(matches!(stdio.message().await, Ok(None)), "ended in order");
        assert!(matches!(broker.message().await, Ok(None)), "ended in order");
    });
}

fn shutdown_is_prompt_and_clean() {
    run(async {
        let host = Host::start().await;
        let socket = host.socket();
        let ended = host.shutdown().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(ended.after < Duration::from_secs(1), "{:?}", ended.after);
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        assert!(!socket.exists());
    });
}

/// What a host still writes after it asked for the end must not cost it the answer: a closed
/// connection fails the write, and with it all that was not read yet.
fn the_host_hangs_up_first() {
    run(async {
        // A machine that is busy for a tenth of a second ends a plugin that waits for its host.
        for _ in 0..5 {
            let host = Host::start().await;
            let connection = host.connection();
            host.ask_to_end(connection.clone()).await;
            let still = health(connection, "plugin").await;
            assert_eq!(host.ended().await.status.code(), Some(0));
            if still == Ok(1) {
                return;
            }
        }
        panic!("the plugin hung up on its host");
    });
}

fn a_host_that_does_not_hang_up_is_not_waited_for() {
    run(async {
        let host = Host::start().await;
        let held = host.connect(Showing::Certificate).await.unwrap();
        let ended = host.shutdown().await;
        assert_eq!(ended.status.code(), Some(0));
        assert!(ended.after < Duration::from_secs(1), "{:?}", ended.after);
        drop(held);
    });
}

fn interrupts_are_ignored() {
    run(async {
        let mut host = Host::start().await;
        for _ in 0..2 {
            host.signal("INT");
            assert!(is_healthy(host.connection()).await);
        }
        assert!(host.is_running());
        assert_eq!(host.shutdown().await.status.code(), Some(0));
    });
}

fn ends_with_its_host() {
    run(async {
        let mut host = Host::launch(parent_of_plugin(), Identity::new());
        let connection = host.connect(Showing::Plaintext).await.unwrap();
        assert!(is_healthy(connection).await);
        host.kill();
        host.closed().await;
        host.ended().await;
    });
}

fn debug_serves_until_interrupted() {
    // With one dash as Go's providers take it.
    for argument in ["--debug", "-debug"] {
        serves_until_interrupted(argument);
    }
}

fn serves_until_interrupted(argument: &str) {
    run(async {
        let mut command = Command::new(&*BINARY);
        command.arg(argument).env_remove(COOKIE.0);
        command.stdin(Stdio::null());
        let mut host = Host::launch(command, Identity::new());
        let json = host
            .line()
            .trim_end()
            .strip_prefix("TF_REATTACH_PROVIDERS='");
        let json = json.and_then(|json| json.strip_suffix('\'')).unwrap();
        let config: Value = serde_json::from_str(json).unwrap();
        let config = &config["registry.terraform.io/mlflow-rs/mlflow"];
        assert_eq!(config["Protocol"], "grpc");
        assert_eq!(config["ProtocolVersion"], 6);
        assert_eq!(config["Test"], true);
        assert_eq!(config["Pid"], host.pid());
        assert_eq!(config["Addr"]["Network"], "unix");
        let socket = Path::new(config["Addr"]["String"].as_str().unwrap()).to_owned();
        let connection = host.connect_at(&socket).await.unwrap();
        host.ask_to_end(connection).await;
        let second = host.connect_at(&socket).await.unwrap();
        assert!(is_healthy(second).await && host.is_running());
        host.signal("INT");
        assert_eq!(host.ended().await.status.code(), Some(0));
        assert!(!socket.exists());
    });
}

fn version_and_help() {
    let version = finished(Command::new(&*BINARY).arg("--version"));
    let wanted = format!("terraform-provider-mlflow {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(version.stdout).unwrap(), wanted);
    let help = finished(Command::new(&*BINARY).arg("--help"));
    assert!(String::from_utf8(help.stdout).unwrap().contains("--debug"));
    let wrong = finished(Command::new(&*BINARY).arg("--wrong"));
    assert_eq!(wrong.status.code(), Some(2));
}

fn long_tmpdir_is_no_obstacle() {
    run(async {
        let temporary = tempfile::tempdir().unwrap();
        let long = temporary.path().join("long".repeat(30));
        std::fs::create_dir(&long).unwrap();
        for directory in [temporary.path(), &long] {
            let mut command = plugin();
            command.env("TMPDIR", directory);
            let host = Host::start_with(command).await;
            assert_eq!(host.socket().starts_with(directory), directory != long);
            assert!(is_healthy(host.connection()).await);
        }
    });
}

fn logs_only_our_lines() {
    run(async {
        let mut command = plugin();
        command.env("TF_LOG", "TRACE");
        let host = Host::start_with(command).await;
        assert!(is_healthy(host.connection()).await);
        let ended = host.shutdown().await;
        assert!(!ended.stderr.is_empty());
        for line in ended.stderr.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            for key in ["@level", "@message", "@timestamp"] {
                assert!(line[key].is_string(), "{key} in {line}");
            }
            assert_eq!(line["@timestamp"].as_str().unwrap().len(), 27);
            assert_eq!(line["@module"], "provider.mlflow");
            assert!(
                line["@caller"].as_str().unwrap().starts_with("src/"),
                "{line}"
            );
        }
    });
}

/// Runs a command that has to end by itself.
fn finished(command: &mut Command) -> Output {
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

async fn is_healthy(connection: Connection) -> bool {
    health(connection, "plugin").await == Ok(1)
}

/// The status as a number; 1 is SERVING.
async fn health(connection: Connection, service: &str) -> Result<i32, Code> {
    let mut client = HealthClient::with_origin(connection, ORIGIN.clone());
    let service = service.to_owned();
    let answer = client.check(HealthCheckRequest { service });
    let answer = tokio::time::timeout(PATIENCE, answer).await.unwrap();
    answer
        .map(|answer| answer.into_inner().status)
        .map_err(|status| status.code())
}
