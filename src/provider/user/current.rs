//! The data source `mlflow_current_user`: whom the provider logs in as.

use crate::{
    api::users,
    framework::{
        Attr, Context, DataSource, Diagnostics,
        schema::{Attribute, Schema},
    },
    provider::{Configured, explain::explain, served},
    row,
};

/// `mlflow_current_user`.
#[derive(Debug)]
pub(in crate::provider) struct Current;

row! {
    /// What is found.
    pub(in crate::provider) struct CurrentUser {
        username: Attr<String>,
        is_admin: Attr<bool>,
    }
}

impl DataSource<Configured> for Current {
    type Model = CurrentUser;

    const TYPE_NAME: &'static str = "mlflow_current_user";

    fn schema() -> Schema {
        let schema = Schema::new(
            "The user that the provider logs in as, on a server with basic-auth. Needs MLflow 3.13, and \
             no rights.",
        );
        let schema = served::by(users::asking(), schema);
        schema
            .attribute(Attribute::string("username", "The user's name.").computed())
            .attribute(
                Attribute::bool("is_admin", "Whether nothing is refused to the user.").computed(),
            )
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        _: CurrentUser,
    ) -> Result<CurrentUser, Diagnostics> {
        let server = cx.client().known_server()?;
        let has = server.has(users::asking(), cx.stop()).await;
        has.map_err(|error| explain(&error))?;
        let user = server.run(&users::current(), cx.stop()).await;
        let user = user.map_err(|error| explain(&error))?;
        Ok(CurrentUser {
            username: user.username.into(),
            is_admin: user.is_admin.into(),
        })
    }
}
