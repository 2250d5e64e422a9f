//! The key of a service account: it signs a claim (RFC 7523), which Google takes for a token.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::{
    SignatureScheme,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::SigningKey,
};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    api::error::{Error, ErrorKind},
    databricks_auth::{
        context::Context,
        token::{Source, Token, after, seconds, text},
        web::{Call, Field},
    },
};

const LIFE: Duration = Duration::from_secs(3600);
/// Google refuses claims from the future; clocks differ.
const BACK: Duration = Duration::from_secs(10);

pub(super) struct Key {
    email: String,
    id: Option<String>,
    token_url: String,
    private: Arc<dyn SigningKey>,
    context: Arc<Context>,
}

impl Key {
    /// From JSON, or the path of a file with it. Errors quote neither.
    pub(super) fn of(credentials: &str, context: &Arc<Context>) -> Result<Self, Error> {
        let file = context.config().environment.expanded(credentials);
        let text = if Path::new(&file).is_file() {
            std::fs::read_to_string(&file).map_err(|error| unusable(&error.to_string()))?
        } else {
            credentials.to_owned()
        };
        let text = Zeroizing::new(text);
        let content = serde_json::from_str::<Value>(&text)
            .map_err(|_| unusable("make sure the file exists, or the JSON content is valid"))?;
        Self::of_json(&content, context)
    }

    pub(super) fn of_json(content: &Value, context: &Arc<Context>) -> Result<Self, Error> {
        let field = |name: &str| content.get(name).and_then(Value::as_str);
        if field("type").is_some_and(|kind| kind != "service_account") {
            return Err(unusable("they are not the key of a service account"));
        }
        let missing = |name| unusable(&format!("they hold no {name}"));
        let pem = field("private_key").ok_or_else(|| missing("private_key"))?;
        let token_url = field("token_uri").unwrap_or(&context.endpoints.google_token);
        Ok(Self {
            email: field("client_email")
                .ok_or_else(|| missing("client_email"))?
                .to_owned(),
            id: field("private_key_id").map(str::to_owned),
            token_url: token_url.to_owned(),
            private: private_key(pem)?,
            context: Arc::clone(context),
        })
    }

    /// An answer to the claim that we are the account, with `extra` to say what for.
    async fn claim(&self, extra: (&str, &str), stop: &CancellationToken) -> Result<Value, Error> {
        let assertion = self.assertion(extra, self.context.now())?;
        let call = Call::post(&self.token_url)?.form(&[
            (
                "grant_type",
                Field::Plain("urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ),
            ("assertion", Field::Secret(&assertion)),
        ]);
        self.context.web.json(call, stop).await
    }

    fn assertion(&self, extra: (&str, &str), now: SystemTime) -> Result<SecretString, Error> {
        let issued = now - BACK;
        let mut header = json!({"alg": "RS256", "typ": "JWT"});
        if let Some(id) = &self.id {
            header["kid"] = json!(id);
        }
        let mut claims = json!({
            "iss": self.email,
            "aud": self.token_url,
            "iat": epoch(issued),
            "exp": epoch(issued + LIFE),
        });
        claims[extra.0] = json!(extra.1);
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.private
            .choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])
            .ok_or_else(|| unusable("their key is not an RSA key"))?
            .sign(message)
            .map_err(|_| unusable("their key cannot sign"))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key").field(&self.email).finish()
    }
}

/// Id tokens for the workspace.
#[derive(Debug)]
pub(super) struct IdByKey {
    pub(super) key: Arc<Key>,
    pub(super) audience: String,
}

#[async_trait]
impl Source for IdByKey {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let answer = self
            .key
            .claim(("target_audience", &self.audience), stop)
            .await?;
        Ok(of_jwt(text(&answer, "id_token")?, self.key.context.now()))
    }
}

/// Access tokens for Google's own services.
#[derive(Debug)]
pub(super) struct AccessByKey {
    pub(super) key: Arc<Key>,
    pub(super) scopes: String,
}

#[async_trait]
impl Source for AccessByKey {
    async fn token(&self, stop: &CancellationToken) -> Result<Token, Error> {
        let answer = self.key.claim(("scope", &self.scopes), stop).await?;
        Token::of_oauth(&answer, self.key.context.now())
    }
}

/// An id token says itself when it runs out; Google's live for an hour.
pub(super) fn of_jwt(value: SecretString, now: SystemTime) -> Token {
    let said = || {
        let claims = value.expose_secret().split('.').nth(1)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        seconds(claims.get("exp"))
    };
    let expiry = match said() {
        Some(expiry) => after(SystemTime::UNIX_EPOCH, expiry),
        None => Some(now + LIFE),
    };
    Token { expiry, value }
}

fn private_key(pem: &str) -> Result<Arc<dyn SigningKey>, Error> {
    let unreadable = || unusable("their private_key is not a PEM key");
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| unreadable())?;
    rustls::crypto::aws_lc_rs::sign::any_supported_type(&der).map_err(|_| unreadable())
}

fn epoch(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn unusable(why: &str) -> Error {
    let message = format!("the Google credentials cannot be used: {why}");
    Error::new(ErrorKind::Settings).with_message(message)
}
