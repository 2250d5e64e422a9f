//! The list resource: webhooks for `terraform query` to find and import.

use url::Url;

use super::{
    filter::{self, Filter, Wanted},
    model::Webhook,
    resource::Resource,
    state,
};
use crate::{
    api::{self, Target, Webhooks, redact},
    framework::{self, Context, Diagnostics, Found, ListResource, Listed, schema::Schema},
    provider::{Configured, explain::explain, managed::workspace},
};

/// `mlflow_webhook`.
#[derive(Debug)]
pub(in crate::provider) struct List;

impl ListResource<Configured> for List {
    type Resource = Resource;
    type Config = Wanted;

    fn schema() -> Schema {
        let schema = Schema::new(
            "Lists webhooks of the model registry for `terraform query`: all, or those that \
             satisfy every given argument, ordered by name, then by id. With \
             `-generate-config-out` they become configuration; secrets are not among it, because no \
             registry tells them.\n\n\
             Needs Terraform 1.14.",
        );
        filter::arguments()
            .into_iter()
            .fold(schema, Schema::attribute)
    }

    async fn list(
        &self,
        cx: &Context<Configured>,
        request: framework::List<Wanted>,
        found: Found<Webhook>,
    ) -> Result<(), Diagnostics> {
        let filter = Filter::new(&request.config)?;
        let webhooks = Webhooks::of(workspace::server(cx, &request.config.workspace).await?);
        let all = webhooks.all(filter.model_name.as_deref(), cx.stop()).await;
        let all = all.map_err(|error| explain(&error))?;
        for webhook in all
            .iter()
            .filter(|it| filter.passes(it))
            .take(request.limit)
        {
            let listed = Listed {
                display_name: display_name(webhook),
                state: state::refreshed(&webhooks, webhook, &Webhook::default()),
            };
            found.push(listed).await;
        }
        Ok(())
    }
}

/// The name; where there is none the description, else what the webhook calls.
fn display_name(webhook: &api::Webhook) -> String {
    let text = webhook.name.as_ref().or(webhook.description.as_ref());
    text.cloned().unwrap_or_else(|| match &webhook.target {
        Target::Http { url, .. } => address(url),
        Target::Job { job_id, .. } => format!("job {job_id}"),
    })
}

/// The URL without what may be private in it.
fn address(text: &str) -> String {
    Url::parse(text).map_or_else(|_| "a URL".to_owned(), |url| redact::url(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Status;

    fn webhook(name: Option<&str>, description: Option<&str>, target: Target) -> api::Webhook {
        api::Webhook {
            id: "1".to_owned(),
            name: name.map(str::to_owned),
            model_name: None,
            events: Default::default(),
            other_events: Default::default(),
            description: description.map(str::to_owned),
            status: Status::Active,
            creation_timestamp: 0,
            last_updated_timestamp: 0,
            target,
        }
    }

    #[test]
    fn a_webhook_is_shown_by_the_best_name_it_has_and_nothing_private() {
        let http = || Target::Http {
            url: "https://ada:hush@ci.example.com/hooks?token=hush#hush".to_owned(),
            enable_ssl_verification: true,
        };
        let job = Target::Job {
            job_id: "12".to_owned(),
            workspace_url: None,
        };
        for (webhook, expected) in [
            (webhook(Some("deploy"), Some("Deploys"), http()), "deploy"),
            (webhook(None, Some("Deploys"), http()), "Deploys"),
            (webhook(None, None, http()), "https://ci.example.com/hooks"),
            (webhook(None, None, job), "job 12"),
        ] {
            assert_eq!(display_name(&webhook), expected);
        }
    }
}
