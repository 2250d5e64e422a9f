//! Mutual TLS between a host and a plugin that have never met.
//!
//! The host puts its certificate into the environment, the plugin answers with its own on standard
//! output, and each then accepts exactly the other's certificate.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName as RootHint, ServerConfig,
    SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use time::{Duration, OffsetDateTime};

use super::Error;

/// The only protocol of a connection; grpc-go hosts hang up unless it is negotiated.
pub(super) const ALPN: &[u8] = b"h2";

/// Our end of mutual TLS.
pub(super) struct Identity {
    /// Accepts one client: the host.
    pub(super) config: Arc<ServerConfig>,
    /// Our certificate as the host expects it: DER in base64 without padding.
    pub(super) certificate: String,
}

impl Identity {
    /// Makes up a certificate for this process, and trusts the `host`'s, which is PEM.
    pub(super) fn for_host(host: &str, now: OffsetDateTime) -> Result<Self, Error> {
        let host = CertificateDer::from_pem_slice(host.as_bytes())
            .map_err(Error::while_trying("read PLUGIN_CLIENT_CERT as PEM"))?;
        // The verifier compares bytes and would take anything for a certificate until a host came.
        rustls::server::ParsedCertificate::try_from(&host).map_err(Error::while_trying(
            "read PLUGIN_CLIENT_CERT as a certificate",
        ))?;
        let (certificate, key) =
            self_signed(now).map_err(Error::while_trying("make a certificate"))?;
        Ok(Self {
            certificate: STANDARD_NO_PAD.encode(&certificate),
            config: config(host, certificate, key).map_err(Error::while_trying("set up TLS"))?,
        })
    }
}

/// P-256 costs a fraction of a millisecond at start, and every host takes it.
///
/// Hosts have this very certificate as their root, for which Go does not ask that it be a CA; so
/// the key is good for nothing but being this process.
fn self_signed(
    now: OffsetDateTime,
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.not_before = now - Duration::HOUR;
    params.not_after = now + Duration::days(365 * 30);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let certificate = params.self_signed(&key)?.der().clone();
    Ok((
        certificate,
        PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    ))
}

fn config(
    host: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let only_host = Arc::new(OnlyHost {
        certificate: host,
        provider: Arc::clone(&provider),
    });
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(only_host)
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(Arc::new(config))
}

/// Accepts one client certificate, byte by byte.
///
/// The host's certificate is self-signed, a CA, and P-521: rustls' own verifier refuses a CA as an
/// end entity, and with a crypto provider that lacks P-521 hosts silently send no certificate.
struct OnlyHost {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for OnlyHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnlyHost")
    }
}

impl ClientCertVerifier for OnlyHost {
    /// None: Go clients would compare a hint with their certificate's issuer.
    fn root_hint_subjects(&self) -> &[RootHint] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            return Ok(ClientCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(certificate: &CertificateDer<'_>) -> String {
        let body = base64::engine::general_purpose::STANDARD.encode(certificate);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    fn now() -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_760_000_000).unwrap()
    }

    #[test]
    fn the_printed_certificate_has_no_padding_and_is_plain_base64() {
        let (host, _) = self_signed(now()).unwrap();
        let identity = Identity::for_host(&pem(&host), now()).unwrap();
        assert!(STANDARD_NO_PAD.decode(&identity.certificate).is_ok());
        assert!(identity.certificate.len() > 50, "hosts ignore shorter ones");
    }

    #[test]
    fn p_521_is_offered_to_clients() {
        let schemes = aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes();
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }

    #[test]
    fn a_host_certificate_that_is_none_is_an_error() {
        for (case, certificate) in [
            ("not PEM", "certificate".to_owned()),
            ("cut off", "-----BEGIN CERTIFICATE-----\nMIIB".to_owned()),
            ("not DER", pem(&CertificateDer::from(vec![1, 2, 3]))),
        ] {
            let error = Identity::for_host(&certificate, now()).err();
            let message = error.expect(case).to_string();
            assert!(message.contains("PLUGIN_CLIENT_CERT"), "{case}: {message}");
        }
    }
}
