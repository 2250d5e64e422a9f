//! What can go wrong with a server, as far as behaviour or advice depends on it.

/// Why an operation failed, as far as behaviour or advice depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings cannot be used: a bad address, an unreadable file. Nothing was sent.
    Settings,
    /// The registry has no such thing (a job target, a model name, that event). Nothing was sent.
    Unsupported,

    /// No one listens at the address.
    Refused,
    /// The address's host name does not resolve.
    UnknownHost,
    /// The connection failed or was lost for another reason.
    Unreachable,
    /// The TLS handshake failed, mostly over certificates.
    Tls,
    /// No answer within the time for one attempt, or the operation's time is over.
    TimedOut,
    /// The caller asked to stop.
    Stopped,

    /// The answer sends the client elsewhere; redirects are never followed.
    Redirected {
        /// The new location, without userinfo and query.
        location: Option<String>,
    },
    /// The answer is not what such a server says: a login page, a proxy's text, other JSON.
    ForeignAnswer,
    /// There is no such API at the address: no MLflow server, or a workspace without model registry.
    NoSuchApi,
    /// The server's MLflow is older than the API.
    TooOld {
        /// The server's version.
        version: String,
        /// The first version that has the API.
        since: String,
    },
    /// Only MLflow servers have such things, and this is a Databricks workspace. Nothing was sent.
    OnlyMlflow,
    /// The workspace is open to its private network only (Databricks private link).
    PrivateLink,
    /// The server refuses the `Host` header (`--allowed-hosts`).
    HostRefused,

    /// The server itself says that there is no such thing.
    NotFound,
    /// Something that the request refers to is not there, or the thing itself is not.
    ReferenceNotFound,
    /// Something else still refers to it, and the server keeps it for that.
    InUse,
    /// There is one of that name already, which this call did not make.
    AlreadyExists,
    /// The registry has no model of the webhook's `model_name` (Databricks).
    UnknownModel,
    /// The workspace has no experiment of the gateway endpoint's `experiment_id`.
    UnknownExperiment,
    /// The registry has no workspace of the configured name.
    UnknownWorkspace,
    /// A workspace is configured but the server has workspaces switched off.
    WorkspacesDisabled,
    /// The server has its AI gateway switched off.
    GatewayDisabled,
    /// The workspace still holds something, and was not to be deleted with it.
    NotEmpty,
    /// Missing or wrong credentials.
    Unauthenticated,
    /// Not allowed to whoever asked.
    PermissionDenied,
    /// Not allowed to whoever asked, who is no admin.
    AdminNeeded,
    /// The server runs without logins, so it has no API for users and what they may.
    NoLogins,
    /// The registry refuses the request's content.
    Invalid,
    /// The registry refuses the receiver's URL: its scheme, its host, or a private address.
    UrlRefused,
    /// The server's version does not have one of the events.
    UnknownEvent {
        /// The events that it does not have.
        events: Vec<&'static str>,
        /// The server's version.
        version: String,
    },
    /// Too many requests, still after the retries.
    Throttled,
    /// The server keeps its data in files, and this needs a SQL backend.
    FileStore,
    /// The server cannot decrypt a webhook's secret: `MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY` is not
    /// set, not the same in all its processes, or was changed.
    EncryptionKey,
    /// Any other failure inside the server.
    Server,

    /// Of several new objects it cannot be told which is ours.
    Ambiguous {
        /// The objects in question; at least one of them is ours.
        ids: Vec<String>,
    },
    /// The registry answered "done", and yet these fields are not as sent.
    NotApplied {
        /// The names of the fields.
        fields: Vec<&'static str>,
    },
}

impl ErrorKind {
    pub(in crate::api) const fn description(&self) -> &'static str {
        match self {
            Self::Settings => "unusable settings",
            Self::Unsupported => "not supported by this registry",
            Self::Refused => "the connection was refused",
            Self::UnknownHost => "the host name is unknown",
            Self::Unreachable => "the connection failed",
            Self::Tls => "no secure connection could be made",
            Self::TimedOut => "no answer in time",
            Self::Stopped => "stopped",
            Self::Redirected { .. } => "the server redirects to another address",
            Self::ForeignAnswer => "the answer does not come from a model registry",
            Self::NoSuchApi => "there is no such API at this address",
            Self::TooOld { .. } => "this MLflow server is too old",
            Self::OnlyMlflow => "a Databricks workspace has none",
            Self::PrivateLink => "the workspace is open to its private network only",
            Self::HostRefused => "the server refuses the Host header",
            Self::NotFound => "there is no such thing",
            Self::ReferenceNotFound => "something it refers to is not there",
            Self::InUse => "something else still refers to it",
            Self::AlreadyExists => "there is one of that name already",
            Self::UnknownModel => "there is no such registered model",
            Self::UnknownExperiment => "there is no such experiment",
            Self::UnknownWorkspace => "there is no such workspace",
            Self::WorkspacesDisabled => "the server has no workspaces",
            Self::GatewayDisabled => "the server's AI gateway is switched off",
            Self::NotEmpty => "the workspace still holds something",
            Self::Unauthenticated => "the credentials are missing or wrong",
            Self::PermissionDenied => "this is not allowed",
            Self::AdminNeeded => "this is allowed to admins only",
            Self::NoLogins => "the server has no logins",
            Self::Invalid => "the registry refuses the request",
            Self::UrlRefused => "the registry refuses the receiver's URL",
            Self::UnknownEvent { .. } => "the server's version does not have the event",
            Self::Throttled => "the server asks for fewer requests",
            Self::FileStore => "the server keeps its data in files, and this needs a SQL backend",
            Self::EncryptionKey => "the server cannot decrypt a webhook's secret",
            Self::Server => "the server failed",
            Self::Ambiguous { .. } => "several new objects could be the one just created",
            Self::NotApplied { .. } => "the registry did not take over every field",
        }
    }
}
