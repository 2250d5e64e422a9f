//! The rows of the resource.

use crate::{
    framework::{Attr, Path, Secret, SetOf},
    row,
};

row! {
    /// The resource.
    pub struct Webhook {
        pub id: Attr<String>,
        pub name: Attr<String>,
        pub model_name: Attr<String>,
        pub events: Attr<SetOf<Attr<String>>>,
        pub description: Attr<String>,
        pub status: Attr<String>,
        pub creation_timestamp: Attr<i64>,
        pub last_updated_timestamp: Attr<i64>,
        pub http_url_spec: Attr<Vec<HttpUrlSpec>>,
        pub job_spec: Attr<Vec<JobSpec>>,
    }
}

row! {
    /// A POST to a URL.
    pub struct HttpUrlSpec {
        pub url: Attr<String>,
        pub secret: Attr<Secret>,
        pub secret_wo: Attr<Secret>,
        pub secret_wo_version: Attr<i64>,
        pub authorization: Attr<Secret>,
        pub authorization_wo: Attr<Secret>,
        pub authorization_wo_version: Attr<i64>,
        pub enable_ssl_verification: Attr<bool>,
    }
}

row! {
    /// A run of a Databricks job.
    pub struct JobSpec {
        pub job_id: Attr<String>,
        pub workspace_url: Attr<String>,
        pub access_token: Attr<Secret>,
        pub access_token_wo: Attr<Secret>,
        pub access_token_wo_version: Attr<i64>,
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
}

/// An attribute of the `http_url_spec` block.
pub(super) fn in_http(name: &str) -> Path {
    Path::attribute("http_url_spec").index(0).then(name)
}

/// An attribute of the `job_spec` block.
pub(super) fn in_job(name: &str) -> Path {
    Path::attribute("job_spec").index(0).then(name)
}
