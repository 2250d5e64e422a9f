//! Host metadata, OAuth discovery and the token endpoint.

use std::{collections::HashMap, time::Instant};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{
    super::http::{Request, Response},
    Caller, Principal, State, WORKSPACE_ID, json as json_answer,
};

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A service principal with a secret.
#[derive(Debug)]
pub(super) struct Client {
    /// The `Authorization` header of its token requests.
    basic: String,
    principal: Principal,
}

/// An identity provider's token that is worth one of ours.
#[derive(Debug)]
pub(super) struct Federated {
    token: String,
    client: Option<String>,
    principal: Principal,
}

impl Client {
    /// Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
    pub(super) fn new(id: &str, secret: &str, principal: Principal) -> Self {
        let encode = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let login = format!("{}:{}", encode(id), encode(secret));
        Self {
            basic: format!("Basic {}", BASE64_STANDARD.encode(login)),
            principal,
        }
    }
}

impl Federated {
    pub(super) fn new(token: &str, client: Option<&str>, principal: Principal) -> Self {
        Self {
            token: token.to_owned(),
            client: client.map(str::to_owned),
            principal,
        }
    }
}

/// `None`: not a request of this kind.
pub(super) fn answer(state: &mut State, request: &Request, url: &str) -> Option<Response> {
    let options = &state.options;
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/.well-known/databricks-config") if options.has_metadata => Some(json_answer(
            200,
            &json!({
                "oidc_endpoint": format!("{url}/oidc"),
                "workspace_id": WORKSPACE_ID,
                "account_id": "00000000-0000-0000-0000-000000000001",
                "host_type": "workspace",
                "cloud": "AWS",
            }),
        )),
        ("GET", "/oidc/.well-known/oauth-authorization-server") if options.has_oauth => {
            Some(json_answer(
                200,
                &json!({
                    "issuer": format!("{url}/oidc"),
                    "authorization_endpoint": format!("{url}/oidc/v1/authorize"),
                    "token_endpoint": format!("{url}/oidc/v1/token"),
                }),
            ))
        }
        ("POST", "/oidc/v1/token") if options.has_oauth => {
            Some(token(state, request).unwrap_or_else(|refusal| refusal))
        }
        _ => None,
    }
}

fn token(state: &mut State, request: &Request) -> Result<Response, Response> {
    let content = request.headers.get("Content-Type").unwrap_or_default();
    if !content.starts_with("application/x-www-form-urlencoded") {
        return Err(refused(400, "invalid_request", "The body must be a form."));
    }
    let form: HashMap<_, _> = url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    let basic = request.headers.get("Authorization");
    if field("scope").is_none_or(str::is_empty) {
        return Err(refused(400, "invalid_scope", "A scope is needed."));
    }
    let principal = match field("grant_type") {
        Some("client_credentials") => {
            let client = state.clients.iter().find(|it| basic == Some(&it.basic));
            client.map(|it| it.principal.clone())
        }
        Some(EXCHANGE) if basic.is_none() && field("subject_token_type") == Some(JWT) => {
            let worth = |it: &&super::oauth::Federated| {
                field("subject_token") == Some(&it.token)
                    && field("client_id") == it.client.as_deref()
            };
            let federated = state.federated.iter().find(worth);
            federated.map(|it| it.principal.clone())
        }
        _ => return Err(refused(400, "unsupported_grant_type", "No such grant.")),
    };
    let unknown = || refused(401, "invalid_client", "Client authentication failed");
    Ok(issue(state, principal.ok_or_else(unknown)?))
}

fn issue(state: &mut State, principal: Principal) -> Response {
    state.tokens += 1;
    let token = format!("eyJ-oauth-token-{}", state.tokens);
    let life = state.options.token_life;
    let caller = Caller {
        principal,
        until: Some(Instant::now() + life),
    };
    state.callers.insert(format!("Bearer {token}"), caller);
    json_answer(
        200,
        &json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": life.as_secs(),
            "scope": "all-apis",
        }),
    )
}

fn refused(status: u16, error: &str, description: &str) -> Response {
    let body = json!({"error": error, "error_description": description});
    json_answer(status, &body)
}
