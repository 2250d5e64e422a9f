//! From what a registry says to what the user is told: the one place.

use std::{error::Error as _, fmt::Write as _};

use crate::{
    api::{Error, ErrorKind, RegistryKind},
    framework::Diagnostic,
};

/// The error with what was attempted, whose fault it is and what to do; last the registry's words.
pub(super) fn explain(error: &Error) -> Diagnostic {
    let (summary, advice) = known(error);
    let mut detail = attempted(error);
    detail.push_str("\n\n");
    detail.push_str(&advice);
    if let Some(auth_type) = error.auth_type() {
        detail.push_str(&as_whom(auth_type));
    }
    if error.is_outcome_unknown() {
        detail.push_str(
            "\n\nThe request had been sent, and whether the registry carried it out could not be \
             found out. Look at the registry's webhooks before applying again.",
        );
    }
    detail.push_str(&words(error));
    Diagnostic::error(summary, detail)
}

/// One sentence: what was attempted and what happened.
fn attempted(error: &Error) -> String {
    let action = error.action().unwrap_or("using the registry");
    let mut sentence = capitalised(action);
    sentence.push_str(" failed");
    if let Some(request) = error.request() {
        let _ = write!(sentence, " at {request}");
    }
    sentence.push('.');
    sentence
}

/// By which of Databricks' methods the request was made, and what that stands on. A PAT that has
/// ended is refused with 403 as often as with 401, so this is said with both.
fn as_whom(auth_type: &str) -> String {
    let check = match auth_type {
        "pat" => "whether the token has expired or was revoked, and whose it is",
        "basic" => "user and password; most workspaces no longer take them",
        "oauth-m2m" => "that the service principal of client_id is a member of this workspace",
        "databricks-cli" => "who is logged in, with \"databricks auth login\"",
        "metadata-service" => "who is logged in to the tool that runs the metadata service",
        "github-oidc" | "azure-devops-oidc" | "env-oidc" | "file-oidc" => {
            "the federation policy, and that the service principal of client_id is a member of this \
             workspace"
        }
        "azure-cli" => "who is logged in, with \"az account show\", and in which tenant",
        it if it.contains("azure") => {
            "that the Azure identity is a member of this workspace and of its tenant"
        }
        _ => "that the service account is a member of this workspace",
    };
    format!("\n\nThe request was made with auth_type {auth_type}: check {check}.")
}

/// Title and advice by cause.
fn known(error: &Error) -> (&'static str, String) {
    let kind = error.kind();
    let databricks = error.registry() == Some(RegistryKind::Databricks);
    let own = databricks.then(|| on_databricks(kind)).flatten();
    if let Some((summary, advice)) = own.or_else(|| fixed(kind)) {
        return (summary, advice.to_owned());
    }
    match kind {
        ErrorKind::Redirected { location } => {
            ("Registry Redirects Elsewhere", redirected(location))
        }
        ErrorKind::TooOld { version, .. } => (
            "MLflow Server Too Old",
            format!(
                "The server is MLflow {version}. Webhooks exist since MLflow 3.3: upgrade the \
                 server."
            ),
        ),
        ErrorKind::UnknownEvent { events, version } => (
            "Event Unknown to Server",
            format!(
                "MLflow {version} does not have {}: remove it from events, or upgrade the server.",
                events.join(", ")
            ),
        ),
        ErrorKind::Ambiguous { ids } => ("Created Webhook Cannot Be Told", ambiguous(ids)),
        ErrorKind::NotApplied { fields } => (
            "Change Not Taken Over",
            format!(
                "The registry answered that all went well, but its answer shows other values of \
                 {} than were sent. A proxy may have dropped the request's body, or another client \
                 changed the webhook at the same moment. Apply again.",
                fields.join(", ")
            ),
        ),
        _ => (
            "Registry Error",
            "The registry could not do this.".to_owned(),
        ),
    }
}

/// Causes whose advice does not depend on details.
fn fixed(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    reaching(kind).or_else(|| refusing(kind))
}

/// Causes whose advice is another on a Databricks workspace.
fn on_databricks(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::Settings => (
            "Unusable Provider Configuration",
            "Mend the databricks argument of the provider block, the DATABRICKS_* environment \
             variables, or the profile in ~/.databrickscfg.",
        ),
        ErrorKind::Refused => (
            "Registry Unreachable",
            "Nothing listens at this address. Check the workspace's host in the databricks argument, \
             DATABRICKS_HOST or the profile.",
        ),
        ErrorKind::UnknownHost => (
            "Registry Host Unknown",
            "The host name does not resolve. Check the workspace's host in the databricks argument, \
             DATABRICKS_HOST or the profile, and this machine's DNS.",
        ),
        ErrorKind::ForeignAnswer => (
            "Not a Databricks Answer",
            "The answer is not what a Databricks workspace says. Check the workspace's host, and \
             that no login page or proxy stands in between.",
        ),
        ErrorKind::NoSuchApi => (
            "No Webhook API",
            "There is no registry webhook API at this address. Check that the host is a workspace, \
             not an account, and that its workspace model registry is enabled.",
        ),
        ErrorKind::Unauthenticated => (
            "Not Authenticated",
            "Databricks does not accept these credentials. Check the databricks argument, the \
             DATABRICKS_* environment variables and the profile; auth_type chooses one method.",
        ),
        ErrorKind::PermissionDenied => (
            "Permission Denied",
            "A webhook of one model needs the permission CAN MANAGE on that model, and model_name \
             set; a webhook of all models needs a workspace admin. A webhook of one model is \
             imported as MODEL_NAME/ID.",
        ),
        ErrorKind::PrivateLink => (
            "Workspace on a Private Network",
            "The workspace can be reached over its private network only. Run Terraform from there.",
        ),
        ErrorKind::UnknownModel => (
            "Registered Model Not Found",
            "The workspace's registry has no model of this name. Create it first, or mend \
             model_name.",
        ),
        _ => return None,
    })
}

/// Why no registry answered.
fn reaching(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::Settings => (
            "Unusable Provider Configuration",
            "Mend the provider's configuration or the environment variable it falls back to.",
        ),
        ErrorKind::Refused => (
            "Registry Unreachable",
            "Nothing listens at this address. Check that the server runs, and the host and port in \
             tracking_uri or MLFLOW_TRACKING_URI.",
        ),
        ErrorKind::UnknownHost => (
            "Registry Host Unknown",
            "The host name does not resolve. Check it in tracking_uri or MLFLOW_TRACKING_URI, and \
             this machine's DNS.",
        ),
        ErrorKind::Unreachable => (
            "Registry Unreachable",
            "The connection failed or was lost. Check the network between this machine and the \
             server, and proxies between them.",
        ),
        ErrorKind::Tls => (
            "No Secure Connection",
            "Check that the server speaks TLS at this address, and whose certificate it shows. A \
             private certificate authority is trusted with ca_cert_file or \
             MLFLOW_TRACKING_SERVER_CERT_PATH; a server that asks for a client certificate needs \
             client_cert_file.",
        ),
        ErrorKind::TimedOut => (
            "Registry Too Slow",
            "The registry gave no answer in time. Check its load; request_timeout sets how long one \
             attempt may take.",
        ),
        ErrorKind::Stopped => (
            "Stopped",
            "The operation was interrupted before it ended. Apply again to go on.",
        ),
        ErrorKind::ForeignAnswer => (
            "Not an MLflow Answer",
            "The answer is not what an MLflow server says. Check that tracking_uri names the server \
             itself, with its path prefix if it has one, and that no login page or proxy stands in \
             between.",
        ),
        ErrorKind::NoSuchApi => (
            "No Webhook API",
            "There is no webhook API at this address, and the server does not look like MLflow. \
             Check tracking_uri, with its path prefix if the server has one. Webhooks need MLflow \
             3.3 or later.",
        ),
        ErrorKind::HostRefused => (
            "Host Header Refused",
            "The MLflow server does not accept the host name in tracking_uri. Allow it there with \
             --allowed-hosts or MLFLOW_SERVER_ALLOWED_HOSTS, or use a name that it accepts.",
        ),
        _ => return None,
    })
}

/// Why a registry that answered did not do it.
fn refusing(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::NotFound => (
            "Webhook Not Found",
            "The registry has no such webhook: it was deleted by someone else. Plan again.",
        ),
        ErrorKind::UnknownWorkspace => (
            "Workspace Not Found",
            "The server has no workspace of the configured name. Check the provider argument \
             workspace or the environment variable MLFLOW_WORKSPACE.",
        ),
        ErrorKind::WorkspacesDisabled => (
            "Workspaces Not Enabled",
            "A workspace is configured, but the server runs without workspaces. Remove the provider \
             argument workspace or the environment variable MLFLOW_WORKSPACE, or start the server \
             with --enable-workspaces.",
        ),
        ErrorKind::Unauthenticated => (
            "Not Authenticated",
            "The server wants credentials, or others than these. Set username and password or token \
             in the provider block, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD or \
             MLFLOW_TRACKING_TOKEN.",
        ),
        ErrorKind::PermissionDenied => (
            "Permission Denied",
            "The credentials are valid, but do not allow this. With MLflow's basic-auth app only \
             admins may manage webhooks.",
        ),
        ErrorKind::Invalid | ErrorKind::Unsupported => (
            "Refused by Registry",
            "The registry does not accept these values. Its own words say which.",
        ),
        ErrorKind::UrlRefused => (
            "Receiver URL Refused",
            "The server does not accept this URL: it allows certain schemes only \
             (MLFLOW_WEBHOOK_ALLOWED_SCHEMES, https by default), wants a host that resolves, and no \
             private address unless MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS is true. Use another URL, or \
             change these settings of the server.",
        ),
        ErrorKind::Throttled => (
            "Too Many Requests",
            "The server asked for fewer requests, still after the retries. Apply again later, or \
             with a lower -parallelism.",
        ),
        ErrorKind::FileStore => (
            "Server Without Database",
            "The server keeps its data in files, and webhooks need a database: start it with \
             --backend-store-uri sqlite:///..., postgresql://... or mysql://...",
        ),
        ErrorKind::EncryptionKey => (
            "Webhook Secret Not Readable",
            "The server cannot decrypt the secret of a webhook. Set \
             MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY on the server, the same for all its processes and \
             across restarts: without it every process makes up a key of its own. If the key that a \
             secret was written with is lost, the webhook can only be removed from the server's \
             database.",
        ),
        ErrorKind::Server => (
            "Registry Error",
            "The server failed. Its log says why; apply again once that is mended.",
        ),
        _ => return None,
    })
}

fn redirected(location: &Option<String>) -> String {
    let to = location.as_deref().map_or_else(
        || "to another address".to_owned(),
        |location| format!("to {location}"),
    );
    format!(
        "The server sends clients {to}. Redirects are not followed, because they would carry \
         credentials along and lose request bodies: set tracking_uri to where the server really is."
    )
}

fn ambiguous(ids: &[String]) -> String {
    format!(
        "The answer to the creation was lost, and more than one new webhook with the same content \
         is there: {}. At least one of them is yours. Take it over with \"terraform import\" and its \
         id, and delete those that nobody uses.",
        ids.join(", ")
    )
}

/// What the registry itself said, and the technical cause.
fn words(error: &Error) -> String {
    let mut words = String::new();
    let answer = match (error.status(), error.code()) {
        (Some(status), Some(code)) => Some(format!("{status} {code}")),
        (Some(status), None) => Some(status.to_string()),
        (None, code) => code.map(str::to_owned),
    };
    match (answer, error.message()) {
        (Some(answer), Some(message)) => {
            let _ = write!(words, "\n\nThe registry answered {answer}: {message}");
        }
        (Some(answer), None) => {
            let _ = write!(words, "\n\nThe registry answered {answer}.");
        }
        // As it is: users look up the words of Databricks' own tools.
        (None, Some(message)) => {
            let _ = write!(words, "\n\n{}.", message.trim_end_matches('.'));
        }
        (None, None) => {}
    }
    if let Some(cause) = error.source() {
        let _ = write!(words, "\n\nOriginal error: {cause}");
    }
    words
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
