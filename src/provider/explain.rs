//! From what a server says to what the user is told: the one place.

mod words;

use std::{borrow::Cow, error::Error as _, fmt::Write as _};

use crate::{
    api::{Error, ErrorKind, ServerKind, plural, with_article},
    framework::{Diagnostic, Path},
};

/// As [`explain`], pointing at this argument where the error is of none that every type has.
pub(super) fn explain_at(error: &Error, argument: &'static str) -> Diagnostic {
    let told = explain(error);
    match told.path {
        Some(_) => told,
        None => told.at(Path::attribute(argument)),
    }
}

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
        let _ = write!(
            detail,
            "\n\nThe request had been sent, and whether the registry carried it out could not be \
             found out. Look at the registry's {} before applying again.",
            plural(error.noun())
        );
    }
    detail.push_str(&original(error));
    let told = Diagnostic::error(summary, detail);
    match error.kind() {
        ErrorKind::UnknownWorkspace => told.at(Path::attribute("workspace")),
        _ => told,
    }
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

/// What a server is told that is older than what it is asked for.
pub(super) const TOO_OLD: &str = "MLflow Server Too Old";

/// What is told of all that a Databricks workspace does not have.
pub(super) const NOT_ON_DATABRICKS: &str = "Not Supported by Databricks";

const FILE_STORE: &str = "Server Without Database";

/// A title and an advice.
type Words = (Cow<'static, str>, Cow<'static, str>);

/// Title and advice by cause. There is no wildcard: a new kind of error does not compile without its
/// words.
fn known(error: &Error) -> Words {
    use ErrorKind as Kind;
    let databricks = error.server() == Some(ServerKind::Databricks);
    let on = |mlflow, workspace| fixed(if databricks { workspace } else { mlflow });
    let noun = error.noun();
    if let Some(proxy) = error.proxy() {
        return told("Proxy Not Usable", no_way_through(proxy));
    }
    match error.kind() {
        Kind::Settings => on(words::SETTINGS, words::DATABRICKS_SETTINGS),
        Kind::Unsupported | Kind::Invalid if error.status().is_none() => fixed(words::NOT_SENT),
        Kind::Unsupported | Kind::Invalid if error.is_silenced() => fixed(words::INVALID_UNTOLD),
        Kind::Unsupported | Kind::Invalid => fixed(words::INVALID),
        Kind::Refused => on(words::REFUSED, words::DATABRICKS_REFUSED),
        Kind::UnknownHost => on(words::UNKNOWN_HOST, words::DATABRICKS_UNKNOWN_HOST),
        Kind::Unreachable => fixed(words::UNREACHABLE),
        Kind::Tls => fixed(words::TLS),
        Kind::TimedOut => fixed(words::TIMED_OUT),
        Kind::Stopped => fixed(words::STOPPED),
        Kind::Redirected { location } => told("Registry Redirects Elsewhere", redirected(location)),
        Kind::ForeignAnswer => on(words::FOREIGN_ANSWER, words::DATABRICKS_FOREIGN_ANSWER),
        Kind::NoSuchApi => no_such_api(noun, databricks),
        Kind::TooOld { version, since } => too_old(noun, version, since),
        Kind::OnlyMlflow => only_mlflow(&with_article(noun)),
        Kind::PrivateLink => fixed(words::PRIVATE_LINK),
        Kind::HostRefused => fixed(words::HOST_REFUSED),
        Kind::NotFound => not_found(noun),
        Kind::ReferenceNotFound => reference_not_found(error),
        Kind::InUse => in_use(noun),
        Kind::AlreadyExists => exists(noun),
        Kind::UnknownModel => fixed(words::UNKNOWN_MODEL),
        Kind::UnknownExperiment => fixed(words::UNKNOWN_EXPERIMENT),
        Kind::UnknownWorkspace => fixed(words::UNKNOWN_WORKSPACE),
        Kind::WorkspacesDisabled => fixed(words::WORKSPACES_DISABLED),
        Kind::GatewayDisabled => fixed(words::GATEWAY_DISABLED),
        Kind::NotEmpty => fixed(words::NOT_EMPTY),
        Kind::Unauthenticated => on(words::UNAUTHENTICATED, words::DATABRICKS_UNAUTHENTICATED),
        Kind::PermissionDenied if error.is_anonymous() => fixed(words::DENIED_TO_ALL),
        Kind::PermissionDenied if noun.starts_with("gateway ") => fixed(words::GATEWAY_DENIED),
        Kind::PermissionDenied => on(words::DENIED, words::DATABRICKS_DENIED),
        Kind::AdminNeeded => fixed(words::ADMIN_NEEDED),
        Kind::NoLogins => fixed(words::NO_LOGINS),
        Kind::UrlRefused => fixed(words::URL_REFUSED),
        Kind::UnknownEvent { events, version } => unknown_event(events, version),
        Kind::Throttled => fixed(words::THROTTLED),
        Kind::FileStore => file_store(noun),
        Kind::EncryptionKey => fixed(words::ENCRYPTION_KEY),
        Kind::Server => fixed(words::SERVER),
        Kind::Ambiguous { ids } => not_told_apart(noun, ids),
        Kind::NotApplied { fields } => told("Change Not Taken Over", not_applied(noun, fields)),
    }
}

fn fixed((title, advice): (&'static str, &'static str)) -> Words {
    (title.into(), advice.into())
}

fn told(title: &'static str, advice: String) -> Words {
    (title.into(), advice.into())
}

fn no_way_through(proxy: &str) -> String {
    format!(
        "Requests to this address go through {proxy}, which cannot be used. Check the proxy, or name the \
         address's host in NO_PROXY if it can be reached without one."
    )
}

fn no_such_api(noun: &str, databricks: bool) -> Words {
    let a_noun = with_article(noun);
    let advice = if databricks {
        format!(
            "There is no API for {a_noun} at this address. Check that the host is a workspace, not \
             an account, and that its workspace model registry is enabled."
        )
    } else {
        format!(
            "There is no API for {a_noun} at this address, and the server does not look like MLflow. \
             Check tracking_uri, with its path prefix if the server has one. The provider needs \
             MLflow 3.3 or later."
        )
    };
    (format!("No {} API", titled(noun)).into(), advice.into())
}

fn too_old(noun: &str, version: &str, since: &str) -> Words {
    told(
        TOO_OLD,
        format!(
            "The server is MLflow {version}. {} can be managed since MLflow {since}: upgrade \
             the server.",
            capitalised(&with_article(noun))
        ),
    )
}

/// What a Databricks workspace does not have.
pub(super) fn not_on_databricks(what: &str) -> Diagnostic {
    let (summary, advice) = only_mlflow(what);
    Diagnostic::error(summary, advice)
}

fn only_mlflow(what: &str) -> Words {
    told(
        NOT_ON_DATABRICKS,
        format!(
            "The configured registry is a Databricks workspace, and only MLflow servers have {what}. \
             Remove it, or use a provider block for the MLflow server."
        ),
    )
}

fn not_found(noun: &str) -> Words {
    let advice = format!(
        "The registry has no such {noun}: it was deleted by someone else, or never existed. Plan \
         again."
    );
    (format!("{} Not Found", titled(noun)).into(), advice.into())
}

/// What is only being created cannot be what is missing.
fn reference_not_found(error: &Error) -> Words {
    let noun = error.noun();
    let is_new = error.action().is_some_and(|it| it.starts_with("creating "));
    let itself = match is_new {
        true => String::new(),
        false => format!(", or the {noun} itself"),
    };
    let advice = format!(
        "Something that the {noun} refers to is not there{itself}: it was deleted by someone else, or \
         never existed. The registry's own words say which. Mend the reference, or plan again."
    );
    told("Reference Not Found", advice)
}

/// Hosts destroy what leaves a configuration before they change what referred to it.
fn in_use(noun: &str) -> Words {
    let advice = format!(
        "Something else still refers to the {noun}, and the registry keeps it for that. If the same \
         apply was to remove the reference, it comes too late: what leaves a configuration is destroyed \
         first. Put the {noun} back with\n\n  lifecycle {{\n    create_before_destroy = true\n  }}\n\n\
         and apply; from then on both can be removed in one apply. Or remove the reference, apply, and \
         then remove the {noun}."
    );
    told("Still in Use", advice)
}

/// Something has the place of what was to be created.
pub(super) fn already_exists(noun: &str) -> Diagnostic {
    let (summary, advice) = exists(noun);
    Diagnostic::error(summary, advice)
}

fn exists(noun: &str) -> Words {
    told(
        "Already Exists",
        format!(
            "There is {} of this name already, and this provider takes over nothing that it \
             did not make. Choose another name, or manage the one that is there: import it first.",
            with_article(noun)
        ),
    )
}

fn file_store(noun: &str) -> Words {
    told(
        FILE_STORE,
        format!(
            "The server keeps its data in files, and {} needs a database: start it with \
             --backend-store-uri sqlite:///..., postgresql://... or mysql://...",
            with_article(noun)
        ),
    )
}

fn unknown_event(events: &[&str], version: &str) -> Words {
    let advice = format!(
        "MLflow {version} does not have {}: remove it from events, or upgrade the server.",
        events.join(", ")
    );
    told("Event Unknown to Server", advice)
}

fn not_applied(noun: &str, fields: &[&str]) -> String {
    format!(
        "The registry answered that all went well, but its answer shows other values of {} than \
         were sent. A proxy may have dropped the request's body, or another client changed the \
         {noun} at the same moment. Apply again.",
        fields.join(", ")
    )
}

/// The noun as it stands in a title.
pub(super) fn titled(noun: &str) -> String {
    let words: Vec<_> = noun.split(' ').map(capitalised).collect();
    words.join(" ")
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

fn not_told_apart(noun: &str, ids: &[String]) -> Words {
    let advice = format!(
        "The answer to the creation was lost, and more than one new {noun} with the same content is \
         there: {}. At least one of them is yours. Take it over with \"terraform import\" and its id, \
         and delete those that nobody uses.",
        ids.join(", ")
    );
    let title = format!("Created {} Cannot Be Told", titled(noun));
    (title.into(), advice.into())
}

const NOT_REPEATED: &str = " Its words are not repeated here, because they may hold secrets.";

/// What the registry itself said, and the technical cause.
fn original(error: &Error) -> String {
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
            if error.is_silenced() {
                words.push_str(NOT_REPEATED);
            }
        }
        // As it is where it is not ours: users look up the words of Databricks' own tools.
        (None, Some(message)) => {
            let is_ours = message.starts_with("the ");
            let message = if is_ours {
                capitalised(message)
            } else {
                message.to_owned()
            };
            let _ = write!(words, "\n\n{}.", message.trim_end_matches('.'));
        }
        (None, None) => {}
    }
    if let Some(cause) = error.source() {
        let _ = write!(words, "\n\nOriginal error: {cause}");
    }
    words
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Whether an error of this title says that a server has no such objects, or does not show them to this
/// login.
pub(super) fn tells_of_absence(title: &str) -> bool {
    let fixed = [
        words::DENIED.0,
        words::DENIED_TO_ALL.0,
        words::ADMIN_NEEDED.0,
        FILE_STORE,
    ];
    fixed.contains(&title)
        || tells_of_another_server(title)
        || (title.starts_with("No ") && title.ends_with(" API"))
}

/// Whether it says that the server is of a kind, or is run in a way, that has no such objects at all.
pub(super) fn tells_of_another_server(title: &str) -> bool {
    let fixed = [
        words::NO_LOGINS.0,
        words::WORKSPACES_DISABLED.0,
        words::GATEWAY_DISABLED.0,
        TOO_OLD,
        NOT_ON_DATABRICKS,
    ];
    fixed.contains(&title)
}
