//! The HTTP client of one registry: TLS, proxies and connections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Identity, redirect};
use secrecy::zeroize::Zeroizing;

use super::bundle;
use crate::api::error::{Error, ErrorKind};
use crate::api::settings::Connection;

/// MLflow's server closes idle connections after five seconds.
const IDLE: Duration = Duration::from_secs(4);
const CONNECT: Duration = Duration::from_secs(15);

/// Reads the files that the settings name, so it is called at the first request.
pub(in crate::api) fn build(connection: &Connection, https: bool) -> Result<Client, Error> {
    // An earlier provider of the same process, if there is one, is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(&connection.user_agent)
        .redirect(redirect::Policy::none())
        .pool_idle_timeout(IDLE)
        .connect_timeout(CONNECT.min(connection.request_timeout));
    secure(builder, connection, https)?
        .build()
        .map_err(|source| {
            Error::new(ErrorKind::Settings)
                .with_message("no HTTP client can be made from the settings")
                .with_source(source)
        })
}

/// Whom to believe: the given bundle alone (as Python's requests does), else the platform. The
/// platform's certificates are only loaded when an https address needs them.
fn secure(
    builder: ClientBuilder,
    connection: &Connection,
    https: bool,
) -> Result<ClientBuilder, Error> {
    match &connection.ca_cert_file {
        _ if !https => Ok(builder.tls_certs_only([])),
        _ if connection.insecure => {
            identify(builder.tls_danger_accept_invalid_certs(true), connection)
        }
        Some(path) => trust(builder, connection, path),
        None => identify(builder, connection),
    }
}

fn trust(
    builder: ClientBuilder,
    connection: &Connection,
    path: &Path,
) -> Result<ClientBuilder, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let identity = connection
        .client_cert_file
        .as_deref()
        .map(identity_in)
        .transpose()?;
    let identity = identity.as_ref().map(|pem| pem.as_slice());
    let config = bundle::config(&provider, &read(path)?, identity)
        .map_err(|source| unusable(path, "cannot be used as a CA bundle").with_source(source))?
        .ok_or_else(|| unusable(path, "holds no PEM certificate"))?;
    Ok(builder.tls_backend_preconfigured(config))
}

fn identify(builder: ClientBuilder, connection: &Connection) -> Result<ClientBuilder, Error> {
    let Some(path) = &connection.client_cert_file else {
        return Ok(builder);
    };
    let identity = Identity::from_pem(&identity_in(path)?).map_err(|_| no_identity(path))?;
    Ok(builder.identity(identity))
}

/// The content of a file that holds a certificate and its key.
fn identity_in(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let pem = Zeroizing::new(read(path)?);
    match Identity::from_pem(&pem) {
        Ok(_) => Ok(pem),
        Err(_) => Err(no_identity(path)),
    }
}

/// Without a source, which could quote a key.
fn no_identity(path: &Path) -> Error {
    unusable(
        path,
        "does not hold a PEM certificate and its unencrypted key",
    )
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| unusable(path, "cannot be read").with_source(source))
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Settings).with_message(format!("{} {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_files_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let text = directory.path().join("text.pem");
        std::fs::write(&text, "hello").unwrap();
        let missing = directory.path().join("missing.pem");
        for (ca, client, name, why) in [
            (Some(&missing), None, "missing.pem", "cannot be read"),
            (Some(&text), None, "text.pem", "holds no PEM certificate"),
            (None, Some(&missing), "missing.pem", "cannot be read"),
            (None, Some(&text), "text.pem", "does not hold"),
        ] {
            let connection = Connection {
                ca_cert_file: ca.cloned(),
                client_cert_file: client.cloned(),
                ..Connection::default()
            };
            let error = build(&connection, true).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Settings);
            let message = error.message().unwrap();
            assert!(message.contains(name) && message.contains(why), "{message}");
        }
    }

    #[test]
    fn plain_http_reads_no_certificates() {
        let connection = Connection {
            ca_cert_file: Some("/missing".into()),
            ..Connection::default()
        };
        assert!(build(&connection, false).is_ok());
    }
}
