//! The rows of the resource.

use crate::{
    framework::{self, Attr, IdentityAttribute, Path, Secret, SetOf},
    provider::managed::secret::{Forms, SecretArgument},
    row,
};

row! {
    /// The resource.
    pub(in crate::provider) struct Webhook {
        pub(super) id: Attr<String>,
        pub(super) name: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) events: Attr<SetOf<Attr<String>>>,
        pub(super) description: Attr<String>,
        pub(super) status: Attr<String>,
        pub(super) workspace: Attr<String>,
        pub(super) creation_timestamp: Attr<i64>,
        pub(super) last_updated_timestamp: Attr<i64>,
        pub(super) http_url_spec: Attr<Vec<HttpUrlSpec>>,
        pub(super) job_spec: Attr<Vec<JobSpec>>,
    }
}

row! {
    /// A POST to a URL.
    pub(in crate::provider) struct HttpUrlSpec {
        pub(super) url: Attr<String>,
        pub(super) secret: Attr<Secret>,
        pub(super) secret_wo: Attr<Secret>,
        pub(super) secret_wo_version: Attr<i64>,
        pub(super) authorization: Attr<Secret>,
        pub(super) authorization_wo: Attr<Secret>,
        pub(super) authorization_wo_version: Attr<i64>,
        pub(super) enable_ssl_verification: Attr<bool>,
    }
}

row! {
    /// A run of a Databricks job.
    pub(in crate::provider) struct JobSpec {
        pub(super) job_id: Attr<String>,
        pub(super) workspace_url: Attr<String>,
        pub(super) access_token: Attr<Secret>,
        pub(super) access_token_wo: Attr<Secret>,
        pub(super) access_token_wo_version: Attr<i64>,
    }
}

row! {
    /// What tells one webhook from all others.
    pub(in crate::provider) struct Identity {
        pub(super) id: Attr<String>,
        pub(super) model_name: Attr<String>,
        pub(super) workspace: Attr<String>,
    }
}

impl framework::Identity for Identity {
    fn attributes() -> Vec<IdentityAttribute> {
        vec![
            IdentityAttribute::required("id", "The registry's id of the webhook."),
            IdentityAttribute::optional(
                "model_name",
                "The one registered model it listens to, if it does not listen to all. Databricks \
                 only.",
            ),
            IdentityAttribute::optional("workspace", "The workspace that it lives in."),
        ]
    }
}

impl Webhook {
    /// The one `http_url_spec` block, if it is known to stand.
    pub(super) fn http(&self) -> Option<&HttpUrlSpec> {
        self.http_url_spec.known()?.first()
    }

    /// The one `job_spec` block, if it is known to stand.
    pub(super) fn job(&self) -> Option<&JobSpec> {
        self.job_spec.known()?.first()
    }

    /// The secret arguments of the blocks that are known to stand.
    pub(super) fn secrets(&self) -> Vec<SecretArgument<'_>> {
        let http = self.http().map(HttpUrlSpec::secrets);
        let job = self.job().map(JobSpec::secret);
        http.into_iter().flatten().chain(job).collect()
    }
}

/// What an empty secret is for.
const UNSIGNED: Option<&str> = Some("a webhook without one");

impl HttpUrlSpec {
    fn secrets(&self) -> [SecretArgument<'_>; 2] {
        [
            SecretArgument {
                name: "secret",
                forms: self.secret_forms(self),
                block: http_url_spec(),
                empty: UNSIGNED,
            },
            SecretArgument {
                name: "authorization",
                forms: self.authorization_forms(self),
                block: http_url_spec(),
                empty: UNSIGNED,
            },
        ]
    }

    /// The key that signs deliveries, the write-only form from `config`.
    pub(super) const fn secret_forms<'a>(&'a self, config: &'a Self) -> Forms<'a> {
        Forms {
            plain: &self.secret,
            write_only: &config.secret_wo,
            version: &self.secret_wo_version,
        }
    }

    /// The header of deliveries, the write-only form from `config`.
    pub(super) const fn authorization_forms<'a>(&'a self, config: &'a Self) -> Forms<'a> {
        Forms {
            plain: &self.authorization,
            write_only: &config.authorization_wo,
            version: &self.authorization_wo_version,
        }
    }
}

impl JobSpec {
    fn secret(&self) -> SecretArgument<'_> {
        SecretArgument {
            name: "access_token",
            forms: self.token_forms(self),
            block: job_spec(),
            // A job is never without a token.
            empty: None,
        }
    }

    /// What starts the job, the write-only form from `config`.
    pub(super) const fn token_forms<'a>(&'a self, config: &'a Self) -> Forms<'a> {
        Forms {
            plain: &self.access_token,
            write_only: &config.access_token_wo,
            version: &self.access_token_wo_version,
        }
    }
}

/// An attribute of the `http_url_spec` block.
pub(super) fn in_http(name: &'static str) -> Path {
    http_url_spec().then(name)
}

/// An attribute of the `job_spec` block.
pub(super) fn in_job(name: &'static str) -> Path {
    job_spec().then(name)
}

fn http_url_spec() -> Path {
    Path::attribute("http_url_spec").index(0)
}

fn job_spec() -> Path {
    Path::attribute("job_spec").index(0)
}
