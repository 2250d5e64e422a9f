//! The list resource of any type, for `terraform query`.

use std::marker::PhantomData;

use crate::{
    framework::{
        self, Attr, Context, Diagnostics, Found, ListResource, Listed,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Client,
        explain::explain,
        managed::{
            entity::{Before, Entity, Remote, Seen},
            import,
            life::Managed,
            workspace,
        },
    },
    row,
};

/// An [`Entity`] as a list resource.
#[derive(Debug)]
pub(in crate::provider) struct ManagedList<E>(PhantomData<fn(E)>);

impl<E> ManagedList<E> {
    pub(in crate::provider) const NEW: Self = Self(PhantomData);
}

row! {
    /// What may be asked for.
    pub(in crate::provider) struct Wanted {
        workspace: Attr<String>,
        name_prefix: Attr<String>,
    }
}

impl<E: Entity> ListResource<Client> for ManagedList<E> {
    type Resource = Managed<E>;
    type Config = Wanted;

    fn schema() -> Schema {
        Schema::new(E::LIST)
            .attribute(workspace::reading_argument())
            .attribute(
                Attribute::string(
                    "name_prefix",
                    "Only those whose import id begins like this.",
                )
                .empty(Empty::LeftOut),
            )
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        request: framework::List<Wanted>,
        found: Found<E::Row>,
    ) -> Result<(), Diagnostics> {
        let Wanted {
            workspace,
            name_prefix,
        } = request.config;
        let server = workspace::server(cx, &workspace).await?;
        let listing = server.list::<E::Object>(cx.stop()).await;
        let listing = listing.map_err(|error| explain(&error))?;
        let prefix = name_prefix.known().map_or("", String::as_str);
        let rows = listing.items.iter().flat_map(|remote| rows::<E>(remote));
        let named = rows.map(|row| (import::id::<E>(&row).into_known().unwrap_or_default(), row));
        let wanted = named.filter(|(name, _)| name.starts_with(prefix));
        for (display_name, mut state) in wanted.take(request.limit) {
            *E::workspace(&mut state) = server.workspace().map(str::to_owned).into();
            import::set_id::<E>(&mut state);
            found
                .push(Listed {
                    display_name,
                    state,
                })
                .await;
        }
        Ok(())
    }
}

/// The states of what is listed, as a read after an import would give them.
fn rows<E: Entity>(remote: &Remote<E>) -> Vec<E::Row> {
    let known = E::listed(remote).into_iter();
    known
        .filter_map(|row| {
            let before = Before {
                row: &row,
                is_new: true,
            };
            match E::seen(remote, before) {
                Seen::Is(row) => Some(row),
                Seen::Gone | Seen::Other(_) => None,
            }
        })
        .collect()
}
