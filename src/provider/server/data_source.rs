//! The data source `mlflow_server`: what is configured, and what it can.

use crate::{
    api::{ErrorKind, ServerKind, server_info::ServerInfo},
    framework::{
        Attr, Context, DataSource, Diagnostic, Diagnostics,
        schema::{Attribute, Schema},
    },
    provider::{
        Configured,
        explain::{NOT_ON_DATABRICKS, explain},
    },
    row,
};

/// `mlflow_server`.
#[derive(Debug)]
pub(in crate::provider) struct Server;

row! {
    /// The server as it shows itself.
    pub(in crate::provider) struct Shown {
        version: Attr<String>,
        store_type: Attr<String>,
        workspaces_enabled: Attr<bool>,
        gateway_enabled: Attr<bool>,
        basic_auth: Attr<bool>,
    }
}

impl DataSource<Configured> for Server {
    type Model = Shown;

    const TYPE_NAME: &'static str = "mlflow_server";

    fn schema() -> Schema {
        let schema = Schema::new(
            "The MLflow server that the provider is configured for: which it is, and what it has. Use \
             it to say in one place what a configuration needs of its server.",
        );
        attributes().into_iter().fold(schema, Schema::attribute)
    }

    async fn read(&self, cx: &Context<Configured>, _: Shown) -> Result<Shown, Diagnostics> {
        let server = cx.client().known_server()?;
        if server.kind() == ServerKind::Databricks {
            let detail = "A Databricks workspace does not tell what its MLflow server is.";
            return Err(Diagnostic::error(NOT_ON_DATABRICKS, detail).into());
        }
        let version = server.version(cx.stop()).await;
        let version = version.map_err(|error| explain(&error))?;
        let info = match server.info(cx.stop()).await {
            Ok(info) => Some(info),
            Err(error) if matches!(error.kind(), ErrorKind::TooOld { .. }) => None,
            Err(error) => return Err(explain(&error).into()),
        };
        let users = server.keeps_users(cx.stop()).await;
        Ok(Shown {
            version: version.to_string().into(),
            basic_auth: users.into(),
            ..Shown::of(info)
        })
    }
}

impl Shown {
    /// A server that is too old to say has no workspaces.
    fn of(info: Option<ServerInfo>) -> Self {
        let enabled = info.as_ref().is_some_and(|info| info.workspaces_enabled);
        let gateway = info.as_ref().and_then(|info| info.features_enabled.gateway);
        Self {
            store_type: info.and_then(|info| info.store_type).into(),
            workspaces_enabled: enabled.into(),
            gateway_enabled: gateway.into(),
            ..Self::default()
        }
    }
}

fn attributes() -> [Attribute; 5] {
    [
        Attribute::string("version", "The server's version of MLflow, such as `3.17.2`."),
        Attribute::string(
            "store_type",
            "How the server keeps its data: `SqlStore`, or `FileStore` for files. Null before MLflow \
             3.10, which does not tell.",
        ),
        Attribute::bool("workspaces_enabled", "Whether the server has workspaces."),
        Attribute::bool(
            "gateway_enabled",
            "Whether the server's AI gateway is switched on. Null where it does not tell.",
        ),
        Attribute::bool(
            "basic_auth",
            "Whether the server keeps users of its own, by MLflow's basic-auth app. Null where that \
             cannot be found out.",
        ),
    ]
    .map(Attribute::computed)
}
