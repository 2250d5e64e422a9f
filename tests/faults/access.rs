//! Who may speak to the provider, and to whom it speaks: real TLS servers, proxies, redirects.

use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::Path,
    process::Command,
};

use terraform_provider_mlflow::wire::Value;

use super::{
    registry::{Kind, Patience, Registry},
    trial::expect_no_secret,
};
use crate::support::{
    Case, cases,
    client::{Client, Outcome},
    host::{Host, run},
    http::Response,
    proxy::{Fault, Loss},
    tls::{Authority, TlsFront},
    unique,
};

pub fn cases() -> Vec<Case> {
    cases![
        an_old_tls_is_refused_and_the_socket_is_its_users_only,
        a_ca_bundle_a_client_certificate_and_insecure_do_what_they_say,
        a_client_certificate_that_cannot_be_used_is_blamed_itself,
        a_redirect_takes_nothing_elsewhere,
        proxies_of_the_environment_are_used_and_left_out,
        a_dead_proxy_is_named_and_no_server_blamed,
        a_variable_that_holds_no_proxy_is_not_passed_by,
        what_runs_on_this_machine_is_reached_without_a_proxy,
        certificates_of_the_environment_are_trusted,
    ]
}

fn an_old_tls_is_refused_and_the_socket_is_its_users_only() {
    run(async {
        let host = Host::start().await;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode(&host.socket()), 0, "nobody else gets to the socket");
        let mut stream = UnixStream::connect(host.socket()).unwrap();
        stream.write_all(&hello_of_tls_1_1()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        // A fatal alert, and the end.
        let told = (answer[0], answer[5], answer.len());
        assert_eq!(told, (0x15, 2, 7), "{answer:?}");
    });
}

/// A hello that offers TLS 1.1 at most, with the cipher suites of its time.
fn hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 4, 0xc0, 0x13, 0x00, 0x2f, 1, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![0x16, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    record
}

fn a_ca_bundle_a_client_certificate_and_insecure_do_what_they_say() {
    let (ours, other) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Value::string(path.display().to_string())
    };
    let ca = || ("ca_cert_file", file("ca.pem", &ours.pem()));
    let wrong_ca = || ("ca_cert_file", file("wrong.pem", &other.pem()));
    let client = || ("client_cert_file", file("client.pem", &ours.client_pem()));
    let wrong_client = || {
        (
            "client_cert_file",
            file("stranger.pem", &other.client_pem()),
        )
    };
    let insecure = || ("insecure", Value::Bool(true));
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let registry = Registry::new(kind);
        let open = TlsFront::start(registry.proxy.address(), &ours, None);
        let closed = TlsFront::start(registry.proxy.address(), &ours, Some(&ours));
        for (name, front, more, works) in [
            ("nothing", &open, vec![], false),
            ("the authority", &open, vec![ca()], true),
            ("another authority", &open, vec![wrong_ca()], false),
            ("insecure", &open, vec![insecure()], true),
            ("no client certificate", &closed, vec![ca()], false),
            ("a client certificate", &closed, vec![ca(), client()], true),
            ("a stranger's", &closed, vec![ca(), wrong_client()], false),
            (
                "a client certificate, insecure",
                &closed,
                vec![insecure(), client()],
                true,
            ),
        ] {
            let outcome = created(&registry, &front.url(), more, |_| {});
            let told = outcome.diagnostics.first().map(|it| it.summary.as_str());
            let wanted = (!works).then_some("No Secure Connection");
            assert_eq!(told, wanted, "{kind:?}, {name}: {outcome:?}");
        }
    }
}

fn a_client_certificate_that_cannot_be_used_is_blamed_itself() {
    let (ours, other) = (Authority::new(), Authority::new());
    let (mine, theirs) = (ours.client_pem(), other.client_pem());
    let key = |pem: &str| pem.find("-----BEGIN PRIVATE KEY").unwrap();
    let mixed = [&mine[..key(&mine)], &theirs[key(&theirs)..]].concat();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Value::string(path.display().to_string())
    };
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let registry = Registry::new(kind);
        for beside in [
            ("ca_cert_file", file("ca.pem", &ours.pem())),
            ("insecure", Value::Bool(true)),
        ] {
            let more = vec![beside, ("client_cert_file", file("client.pem", &mixed))];
            let outcome = created(&registry, "https://registry.invalid", more, |_| {});
            let told = &outcome.diagnostics[0];
            assert_eq!(told.summary, "Unusable Provider Configuration", "{told:?}");
            for part in [
                "The provider argument client_cert_file names ",
                "client.pem",
                "the key of another",
            ] {
                assert!(told.detail.contains(part), "{part}: {told:?}");
            }
        }
    }
}

fn a_redirect_takes_nothing_elsewhere() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let registry = Registry::new(kind);
        let elsewhere = registry.again();
        for status in [301, 302, 303, 307, 308] {
            let to = Response::html(status, "").with_header("Location", &elsewhere.proxy.url());
            let to = Fault::Instead(Loss::Answer(to));
            registry.proxy.inject("POST", "mlflow/", 1, to);
            let outcome = created(&registry, &registry.proxy.url(), vec![], |_| {});
            let told = &outcome.diagnostics[0];
            assert_eq!(told.summary, "Registry Redirects Elsewhere", "{status}");
            assert!(told.detail.contains(&elsewhere.proxy.url()), "{told:?}");
        }
        assert_eq!(elsewhere.proxy.requests().len(), 0, "{kind:?}");
    }
}

fn proxies_of_the_environment_are_used_and_left_out() {
    let registry = Registry::new(Kind::Mlflow);
    let gateway = Registry::new(Kind::Mlflow).again();
    let gate = gateway.proxy.url();
    let busy = Response::html(403, "Not through here");
    let busy = Fault::Instead(Loss::Answer(busy));
    gateway.proxy.inject("POST", "registry.invalid", 1, busy);
    let through = |command: &mut Command| {
        command.env("http_proxy", &gate);
    };
    let outcome = created(&registry, "http://registry.invalid", vec![], through);
    assert_eq!(
        outcome.diagnostics[0].summary, "Permission Denied",
        "{outcome:?}"
    );
    let warning = &outcome.diagnostics[1].summary;
    assert_eq!(warning, "Credentials Over Plain HTTP", "{outcome:?}");
    let requests = gateway.proxy.requests();
    assert!(
        requests[0].path.starts_with("http://registry.invalid/api/"),
        "{requests:?}"
    );
    gateway.proxy.clear();
    let past = |command: &mut Command| {
        command
            .env("http_proxy", &gate)
            .env("no_proxy", "127.0.0.1");
    };
    let outcome = created(&registry, &registry.proxy.url(), vec![], past);
    assert!(outcome.diagnostics.is_empty(), "{outcome:?}");
    assert_eq!(gateway.proxy.requests().len(), 0);
}

fn a_dead_proxy_is_named_and_no_server_blamed() {
    let registry = Registry::new(Kind::Mlflow);
    let mut closed = Registry::new(Kind::Mlflow).again();
    let dead = closed.proxy.url();
    closed.proxy.refuse();
    let busy = Registry::new(Kind::Mlflow).again();
    let full = Fault::Instead(Loss::Answer(Response::html(503, "full")));
    busy.proxy.inject("CONNECT", "registry.invalid", 9, full);
    let busy = busy.proxy.url();
    let locked = Registry::new(Kind::Mlflow).again();
    let login = Fault::Instead(Loss::Answer(Response::html(407, "who are you?")));
    locked.proxy.inject("POST", "registry.invalid", 9, login);
    let locked = locked.proxy.url();
    for (variable, proxy, url) in [
        ("http_proxy", &dead, "http://registry.invalid"),
        ("http_proxy", &locked, "http://registry.invalid"),
        ("HTTPS_PROXY", &dead, "https://registry.invalid"),
        ("ALL_PROXY", &dead, "https://registry.invalid"),
        ("HTTPS_PROXY", &busy, "https://registry.invalid"),
    ] {
        let through = |command: &mut Command| {
            let login = proxy.replace("http://", "http://ada:canary-proxy@");
            command.env(variable, login);
        };
        let outcome = created(&registry, url, vec![], through);
        let told = &outcome.diagnostics[0];
        assert_eq!(told.summary, "Proxy Not Usable", "{told:?}");
        for part in [proxy.as_str(), variable, "NO_PROXY"] {
            assert!(told.detail.contains(part), "{part}: {told:?}");
        }
        assert!(!told.detail.contains("listens"), "{told:?}");
    }
}

/// Requests, and the credentials with them, would go without one.
fn a_variable_that_holds_no_proxy_is_not_passed_by() {
    let registry = Registry::new(Kind::Mlflow);
    for (variable, value, url) in [
        ("HTTP_PROXY", "::::", "http://registry.invalid"),
        ("https_proxy", "not a url", "https://registry.invalid"),
        ("ALL_PROXY", "http://", "https://registry.invalid"),
    ] {
        let through = |command: &mut Command| {
            command.env(variable, value);
        };
        let outcome = created(&registry, url, vec![], through);
        let told = &outcome.diagnostics[0];
        assert_eq!(told.summary, "Proxy Not Usable", "{told:?}");
        let says = format!("The environment variable {variable} must be the address of a proxy");
        assert!(told.detail.contains(&says), "{told:?}");
        let past = |command: &mut Command| {
            command.env(variable, value).env("NO_PROXY", ".invalid");
        };
        let outcome = created(&registry, url, vec![], past);
        assert_eq!(
            outcome.diagnostics[0].summary, "Registry Host Unknown",
            "{outcome:?}"
        );
    }
}

fn what_runs_on_this_machine_is_reached_without_a_proxy() {
    for kind in [Kind::Mlflow, Kind::Databricks] {
        let registry = Registry::new(kind);
        let mut closed = registry.again();
        let dead = closed.proxy.url();
        closed.proxy.refuse();
        let through = |command: &mut Command| {
            command.env("http_proxy", &dead).env("ALL_PROXY", &dead);
        };
        let outcome = created(&registry, &registry.proxy.url(), vec![], through);
        assert!(outcome.diagnostics.is_empty(), "{outcome:?}");
    }
}

/// As OpenSSL's, Python's and Go's programs have it, where the system's are not enough.
fn certificates_of_the_environment_are_trusted() {
    let (ours, other) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(Kind::Mlflow);
    let front = TlsFront::start(registry.proxy.address(), &ours, None);
    for (authority, works) in [(&ours, true), (&other, false)] {
        let path = folder.path().join("ca.pem");
        fs::write(&path, authority.pem()).unwrap();
        let trusting = |command: &mut Command| {
            command.env("SSL_CERT_FILE", &path);
        };
        let outcome = created(&registry, &front.url(), vec![], trusting);
        let told = outcome.diagnostics.first().map(|it| it.summary.as_str());
        assert_eq!(
            told,
            (!works).then_some("No Secure Connection"),
            "{outcome:?}"
        );
    }
}

/// What comes of a creation, with more in the provider block and in the environment.
fn created(
    registry: &Registry,
    url: &str,
    more: Vec<(&str, Value)>,
    environment: impl FnOnce(&mut Command),
) -> Outcome {
    let patience = Patience {
        seconds: 20,
        retries: 0,
    };
    let Value::Object(mut block) = registry.provider(url, patience, false) else {
        panic!("the block is an object");
    };
    block.extend(
        more.into_iter()
            .map(|(name, value)| (name.to_owned().into(), value)),
    );
    let mut command = registry.command();
    environment(&mut command);
    let mark = unique("access");
    let outcome = run(async {
        let client = Client::start(command, &Value::Object(block)).await;
        let config = registry.webhook(&mark, "new");
        let mut outcome = client.twin().apply(None, Some(&config)).await;
        outcome.diagnostics.extend(client.warnings.iter().cloned());
        let printed = client.end().await;
        expect_no_secret(&printed.stderr);
        outcome
    });
    registry.tidy(&mark);
    outcome
}
