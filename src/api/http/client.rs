//! The HTTP client of one registry: TLS, proxies and connections.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, ClientBuilder, Identity, redirect};
use rustls::{CertificateError, InconsistentKeys, sign::CertifiedKey};
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
    let identity = connection.client_cert_file.as_ref().map(identity_in);
    let identity = identity.transpose()?.map(|(_, identity)| identity);
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
    Ok(builder.identity(identity_in(file)?.0))
}

/// What a file holds as a client certificate, for either way to set up TLS. A PEM that is none goes without
/// a source, which could quote a key.
fn identity_in(file: &FilePath) -> Result<(Identity, CertifiedKey), Error> {
    let pem = Zeroizing::new(read(file)?);
    let read = Identity::from_pem(&pem);
    let read =
        read.map_err(|_| file.refuse("does not hold a PEM certificate and its unencrypted key"))?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let usable = bundle::identity(&provider, &pem);
    let usable = usable.map_err(|source| file.refuse(unusable(&source)).with_source(source))?;
    Ok((read, usable))
}

fn unusable(identity: &rustls::Error) -> &'static str {
    match identity {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            "holds a certificate and the key of another: put the two that belong together into it"
        }
        rustls::Error::InvalidCertificate(CertificateError::Other(cause))
            if cause.to_string().contains("UnsupportedCertVersion") =>
        {
            "holds a certificate of X.509 version 1: TLS takes version 3, which \"openssl x509\" makes with \
             extensions (-extfile)"
        }
        _ => "holds a certificate and a key that cannot be used as a client certificate",
    }
}

fn read(file: &FilePath) -> Result<Vec<u8>, Error> {
    std::fs::read(file.path()).map_err(|source| file.refuse("cannot be read").with_source(source))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

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

    /// Made by "openssl x509 -req" without extensions, for a key of the curve P-256.
    const VERSION_1: &str = "MIIBFjCBvQIUQ7jqLbuirrVd5KjlpEXBXw5O8YYwCgYIKoZIzj0EAwIwDTELMAkG\
         A1UEAwwCdjEwIBcNMjYxMTI4MTA0MzA4WhgPMjEyNjExMDQxMDQzMDhaMA0xCzAJ\
         BgNVBAMMAnYxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEd0nsCvKHBnIlVqSy\
         DbmzcPak+CBX/8ePVS8cP1DV1bpVJD4jlarACp/ejibJwXA5RfU8bobohX+ZLMvS\
         zYSyTjAKBggqhkjOPQQDAgNIADBFAiA8CzaledghCioecrdEHbbucko46WFmuPHu\
         p4RpDdxsUgIhAPC5pf3PuPszGN3imu3Txsfka+1obyySNP6DEfrMXc8Z";

    /// The same for another key.
    fn of_version_1(key: &rcgen::KeyPair) -> String {
        let mut der = STANDARD.decode(VERSION_1).unwrap();
        let bits = [0x03, 0x42, 0x00];
        let at = der.windows(3).position(|it| it == bits).unwrap() + bits.len();
        der[at..at + 65].copy_from_slice(key.public_key_raw());
        pem("CERTIFICATE", &der)
    }

    fn pem(what: &str, der: &[u8]) -> String {
        let text = STANDARD.encode(der);
        format!("-----BEGIN {what}-----\n{text}\n-----END {what}-----\n")
    }

    #[test]
    fn a_client_certificate_is_blamed_for_itself_whatever_else_is_configured() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (own, other) = (
            rcgen::KeyPair::generate().unwrap(),
            rcgen::KeyPair::generate().unwrap(),
        );
        let params = rcgen::CertificateParams::new(vec!["h".to_owned()]).unwrap();
        let good = pem("CERTIFICATE", params.self_signed(&own).unwrap().der());
        let ca = write("ca.pem", &good);
        for (certificate, key, why) in [
            (&good, &own, None),
            (&good, &other, Some("the key of another")),
            (&of_version_1(&own), &own, Some("X.509 version 1")),
        ] {
            let client = write(
                "client.pem",
                &format!("{certificate}{}", pem("PRIVATE KEY", key.serialized_der())),
            );
            for (ca, insecure) in [
                (None, false),
                (None, true),
                (Some(&ca), false),
                (Some(&ca), true),
            ] {
                let connection = Connection {
                    ca_cert_file: ca.map(|it| FilePath::new(it, "the argument ca_cert_file")),
                    client_cert_file: Some(FilePath::new(&client, "the argument client_cert_file")),
                    insecure,
                    ..Connection::default()
                };
                let built = build(&connection, &url("https://h"));
                let told = built.err().map(|it| it.message().unwrap().to_owned());
                assert_eq!(told.is_some(), why.is_some(), "{told:?}");
                let told = told.unwrap_or_default();
                assert!(told.contains(why.unwrap_or_default()), "{told}");
                assert_eq!(
                    told.contains("client_cert_file names "),
                    why.is_some(),
                    "{told}"
                );
            }
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
