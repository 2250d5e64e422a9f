//! The HTTP client of one registry: TLS, proxies and connections.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, ClientBuilder, Identity, redirect};
use secrecy::zeroize::Zeroizing;
use url::Url;

use super::bundle;
use crate::api::{
    address::is_loopback,
    error::{Error, ErrorKind},
    given::FilePath,
    settings::Connection,
};

/// MLflow's server closes idle connections after five seconds.
const IDLE: Duration = Duration::from_secs(4);
const CONNECT: Duration = Duration::from_secs(15);

/// Tells at once of files that cannot be used; otherwise the first request would, in an apply.
pub(crate) fn check_files(connection: &Connection, url: &Url) -> Result<(), Error> {
    if connection.ca_cert_file.is_some() || connection.client_cert_file.is_some() {
        build(connection, url)?;
    }
    Ok(())
}

/// A client for requests to this origin. Reads the files that the settings name, and the platform's
/// certificates where they are needed, so it is called at the first request.
pub(crate) fn build(connection: &Connection, url: &Url) -> Result<Client, Error> {
    // An earlier provider of the same process, if there is one, is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(&connection.user_agent)
        .redirect(redirect::Policy::none())
        .pool_idle_timeout(IDLE)
        .connect_timeout(CONNECT.min(connection.request_timeout));
    // As in Go's tools: what runs on this machine is none of a proxy's business.
    let builder = if is_loopback(url) {
        builder.no_proxy()
    } else {
        builder
    };
    secure(builder, connection, url.scheme() == "https")?
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
        Some(file) => trust(builder, connection, file),
        None => identify(builder, connection),
    }
}

fn trust(
    builder: ClientBuilder,
    connection: &Connection,
    file: &FilePath,
) -> Result<ClientBuilder, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let identity = connection
        .client_cert_file
        .as_ref()
        .map(identity_in)
        .transpose()?;
    let identity = identity.as_ref().map(|pem| pem.as_slice());
    let config = bundle::config(&provider, &read(file)?, identity)
        .map_err(|source| {
            file.refuse("cannot be used as a CA bundle")
                .with_source(source)
        })?
        .ok_or_else(|| file.refuse("holds no PEM certificate"))?;
    Ok(builder.tls_backend_preconfigured(config))
}

fn identify(builder: ClientBuilder, connection: &Connection) -> Result<ClientBuilder, Error> {
    let Some(file) = &connection.client_cert_file else {
        return Ok(builder);
    };
    let identity = Identity::from_pem(&identity_in(file)?).map_err(|_| no_identity(file))?;
    Ok(builder.identity(identity))
}

/// The content of a file that holds a certificate and its key.
fn identity_in(file: &FilePath) -> Result<Zeroizing<Vec<u8>>, Error> {
    let pem = Zeroizing::new(read(file)?);
    match Identity::from_pem(&pem) {
        Ok(_) => Ok(pem),
        Err(_) => Err(no_identity(file)),
    }
}

/// Without a source, which could quote a key.
fn no_identity(file: &FilePath) -> Error {
    file.refuse("does not hold a PEM certificate and its unencrypted key")
}

fn read(file: &FilePath) -> Result<Vec<u8>, Error> {
    std::fs::read(file.path()).map_err(|source| file.refuse("cannot be read").with_source(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

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
                ca_cert_file: ca.map(|it| FilePath::new(it, "the argument")),
                client_cert_file: client.map(|it| FilePath::new(it, "the argument")),
                ..Connection::default()
            };
            let error = build(&connection, &url("https://h")).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Settings);
            let message = error.message().unwrap();
            assert!(message.contains(name) && message.contains(why), "{message}");
        }
    }

    #[test]
    fn plain_http_reads_no_certificates() {
        let connection = Connection {
            ca_cert_file: Some(FilePath::new("/missing", "the argument")),
            ..Connection::default()
        };
        assert!(build(&connection, &url("http://h")).is_ok());
        assert!(check_files(&connection, &url("https://h")).is_err());
    }
}
