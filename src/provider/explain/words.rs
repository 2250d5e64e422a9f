//! Titles and advice that do not depend on details.

/// A title and an advice.
type Words = (&'static str, &'static str);

pub(super) const DATABRICKS_SETTINGS: Words = (
    "Unusable Provider Configuration",
    "Mend the databricks argument of the provider block, the DATABRICKS_* environment \
     variables, or the profile in ~/.databrickscfg.",
);

pub(super) const DATABRICKS_REFUSED: Words = (
    "Registry Unreachable",
    "Nothing listens at this address. Check the workspace's host in the databricks argument, \
     DATABRICKS_HOST or the profile.",
);

pub(super) const DATABRICKS_UNKNOWN_HOST: Words = (
    "Registry Host Unknown",
    "The host name does not resolve. Check the workspace's host in the databricks argument, \
     DATABRICKS_HOST or the profile, and this machine's DNS.",
);

pub(super) const DATABRICKS_FOREIGN_ANSWER: Words = (
    "Not a Databricks Answer",
    "The answer is not what a Databricks workspace says. Check the workspace's host, and \
     that no login page or proxy stands in between.",
);

pub(super) const DATABRICKS_UNAUTHENTICATED: Words = (
    "Not Authenticated",
    "Databricks does not accept these credentials. Check the databricks argument, the \
     DATABRICKS_* environment variables and the profile; auth_type chooses one method.",
);

pub(super) const DATABRICKS_DENIED: Words = (
    "Permission Denied",
    "The workspace does not allow this with these credentials: models and experiments need a \
     permission such as CAN MANAGE. A webhook of one model needs CAN MANAGE on that model, and \
     model_name set; it is imported as MODEL_NAME/ID. A webhook of all models needs a workspace \
     admin.",
);

pub(super) const PRIVATE_LINK: Words = (
    "Workspace on a Private Network",
    "The workspace can be reached over its private network only. Run Terraform from there.",
);

pub(super) const UNKNOWN_MODEL: Words = (
    "Registered Model Not Found",
    "The workspace's registry has no model of this name. Create it first, or mend \
     model_name.",
);

pub(super) const UNKNOWN_EXPERIMENT: Words = (
    "Experiment Not Found",
    "The workspace has no experiment of this id. Create it first, refer to the id of one that is \
     managed, or leave experiment_id out, and the server makes one of its own.",
);

pub(super) const SETTINGS: Words = (
    "Unusable Provider Configuration",
    "Mend the provider's configuration or the environment variable it falls back to.",
);

pub(super) const REFUSED: Words = (
    "Registry Unreachable",
    "Nothing listens at this address. Check that the server runs, and the host and port in \
     tracking_uri or MLFLOW_TRACKING_URI.",
);

pub(super) const UNKNOWN_HOST: Words = (
    "Registry Host Unknown",
    "The host name does not resolve. Check it in tracking_uri or MLFLOW_TRACKING_URI, and \
     this machine's DNS.",
);

pub(super) const UNREACHABLE: Words = (
    "Registry Unreachable",
    "The connection failed or was lost. Check the network between this machine and the \
     server, and proxies between them.",
);

pub(super) const TLS: Words = (
    "No Secure Connection",
    "Check that the server speaks TLS at this address, and whose certificate it shows. A \
     private certificate authority is trusted with ca_cert_file or \
     MLFLOW_TRACKING_SERVER_CERT_PATH; a server that asks for a client certificate needs \
     client_cert_file.",
);

pub(super) const TIMED_OUT: Words = (
    "Registry Too Slow",
    "The registry gave no answer in time. Check its load; request_timeout sets how long one \
     attempt may take.",
);

pub(super) const STOPPED: Words = (
    "Stopped",
    "The operation was interrupted before it ended. Apply again to go on.",
);

pub(super) const FOREIGN_ANSWER: Words = (
    "Not an MLflow Answer",
    "The answer is not what an MLflow server says. Check that tracking_uri names the server \
     itself, with its path prefix if it has one, and that no login page or proxy stands in \
     between.",
);

pub(super) const HOST_REFUSED: Words = (
    "Host Header Refused",
    "The MLflow server does not accept the host name in tracking_uri. Allow it there with \
     --allowed-hosts or MLFLOW_SERVER_ALLOWED_HOSTS, or use a name that it accepts.",
);

pub(super) const UNKNOWN_WORKSPACE: Words = (
    "Workspace Not Found",
    "The server has no workspace of this name. Check the argument workspace, of the object itself or \
     of the provider block, or the environment variable MLFLOW_WORKSPACE; or make the workspace first.",
);

pub(super) const WORKSPACES_DISABLED: Words = (
    "Workspaces Not Enabled",
    "The server runs without workspaces. Start it with --enable-workspaces, or remove what names \
     one: mlflow_workspace, the argument workspace, or the environment variable MLFLOW_WORKSPACE.",
);

pub(super) const NOT_EMPTY: Words = (
    "Workspace Not Empty",
    "The workspace still holds something, as the server's words say, and its deletion_mode lets \
     nothing of it go. Experiments that were deleted count too, until \"mlflow gc\" removes them for \
     good: MLflow keeps them, so that they can be restored. To delete all that the workspace holds \
     along with it, set deletion_mode = \"CASCADE\", apply, then destroy: the value in state counts. \
     With SET_DEFAULT all of it moves to the workspace default, where no name may be taken.",
);

pub(super) const GATEWAY_DISABLED: Words = (
    "Gateway Switched Off",
    "The server runs with its AI gateway switched off. Start it without \
     MLFLOW_ENABLE_AI_GATEWAY=false, or remove what needs the gateway from the configuration.",
);

pub(super) const UNAUTHENTICATED: Words = (
    "Not Authenticated",
    "The server wants credentials, or others than these. Set username and password or token \
     in the provider block, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD or \
     MLFLOW_TRACKING_TOKEN.",
);

pub(super) const DENIED: Words = (
    "Permission Denied",
    "The server, or a gateway in front of it, does not allow this with these credentials. With \
     MLflow's basic-auth app only admins may manage webhooks, users and workspaces; anything else \
     needs a permission on it. What does not exist is refused like this too, for those who are no \
     admins.",
);

pub(super) const GATEWAY_DENIED: Words = (
    DENIED.0,
    "The server, or a gateway in front of it, does not allow this with these credentials. With \
     MLflow's basic-auth app and workspaces, a new secret needs a role in the workspace that has USE or \
     MANAGE on all of it. A model definition needs USE on its secret, and an endpoint on its \
     definitions; what is there needs EDIT to be changed and MANAGE to be destroyed. Budgets are for \
     admins. What does not exist is refused like this too, for those who are no admins.",
);

pub(super) const DENIED_TO_ALL: Words = (
    "Permission Denied",
    "No credentials were sent, and without any the server, or a gateway in front of it, does not \
     allow this. Set username and password or token in the provider block, or what the gateway asks \
     for in headers.",
);

pub(super) const ADMIN_NEEDED: Words = (
    "Admin Needed",
    "The server does not allow this with these credentials. Users are managed by an admin (is_admin); \
     roles, assignments and permissions by an admin too, or within one workspace by a user whose role \
     has MANAGE on it, where they are of users who have a role there already. To all others the server \
     also answers so about what does not exist. What a state has stays in it.",
);

pub(super) const NO_LOGINS: Words = (
    "Server Without Logins",
    "The server has no API for users and what they may: it has one only when it runs with \
     --app-name basic-auth. If it does, check that tracking_uri names the server itself, with its path \
     prefix if it has one.",
);

pub(super) const NOT_SENT: Words = (
    "Not Sent",
    "The registry has no such thing, so nothing was sent. Correct what the message names.",
);

pub(super) const INVALID: Words = (
    "Refused by Registry",
    "The registry does not accept these values. Its own words say which.",
);

pub(super) const INVALID_UNTOLD: Words = (
    "Refused by Registry",
    "The registry does not accept these values, or the change does not fit what it has. Its log says \
     why.",
);

pub(super) const URL_REFUSED: Words = (
    "Receiver URL Refused",
    "The server does not accept this URL: it allows certain schemes only \
     (MLFLOW_WEBHOOK_ALLOWED_SCHEMES, https by default), wants a host that resolves, and no \
     private address unless MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS is true. Use another URL, or \
     change these settings of the server.",
);

pub(super) const THROTTLED: Words = (
    "Too Many Requests",
    "The server asked for fewer requests, still after the retries. Apply again later, or \
     with a lower -parallelism.",
);

pub(super) const ENCRYPTION_KEY: Words = (
    "Webhook Secret Not Readable",
    "The server cannot decrypt the secret of a webhook. Set \
     MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY on the server, the same for all its processes and \
     across restarts: without it every process makes up a key of its own. If the key that a \
     secret was written with is lost, the webhook can only be removed from the server's \
     database.",
);

pub(super) const SERVER: Words = (
    "Registry Error",
    "The server failed. Its log says why; apply again once that is mended.",
);
