//! Trust in a CA bundle that the user names, as OpenSSL and so Python's requests understand it: a
//! server's own certificate in the bundle is trusted as it stands, also a self-signed one that calls
//! itself an authority (what `openssl req -x509` makes), which webpki alone refuses.

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
    sign::{CertifiedKey, SingleCertAndKey},
};

/// A TLS configuration that trusts the PEM bundle and nothing else, and shows the client certificate.
/// `None`: the bundle holds no certificate.
pub(super) fn config(
    provider: &Arc<CryptoProvider>,
    bundle: &[u8],
    identity: Option<CertifiedKey>,
) -> Result<Option<ClientConfig>, Error> {
    let Some(verifier) = Bundle::read(provider, bundle)? else {
        return Ok(None);
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(config))
}

/// A certificate and its key, which belong together and can be shown to a server.
pub(super) fn identity(provider: &CryptoProvider, pem: &[u8]) -> Result<CertifiedKey, Error> {
    let key =
        PrivateKeyDer::from_pem_slice(pem).map_err(|_| Error::General("no key".to_owned()))?;
    CertifiedKey::from_der(certificates(pem)?, key, provider)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| Error::General("not PEM".to_owned()))
}

#[derive(Debug)]
struct Bundle {
    certificates: Vec<CertificateDer<'static>>,
    authorities: Arc<WebPkiServerVerifier>,
}

impl Bundle {
    fn read(provider: &Arc<CryptoProvider>, pem: &[u8]) -> Result<Option<Self>, Error> {
        let certificates = certificates(pem)?;
        let mut roots = RootCertStore::empty();
        let (usable, _) = roots.add_parsable_certificates(certificates.iter().cloned());
        if usable == 0 {
            return Ok(None);
        }
        let authorities =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                .build()
                .map_err(|error| Error::General(error.to_string()))?;
        Ok(Some(Self {
            certificates,
            authorities,
        }))
    }
}

impl ServerCertVerifier for Bundle {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.authorities.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            // Where webpki puts "an authority's certificate used as a server's".
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if self.certificates.iter().any(|own| own == end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}
