//! The list resource of any type, for `terraform query`.

use std::marker::PhantomData;

use crate::{
    framework::{
        self, Attr, Context, Diagnostic, Diagnostics, Found, ListResource, Listed,
        schema::{Attribute, Empty, Schema},
    },
    provider::{
        Configured,
        managed::{
            entity::{Before, Entity, Remote, Seen, Working, lives_in_one},
            import,
            life::Managed,
            told::told,
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

impl<E: Entity> ListResource<Configured> for ManagedList<E> {
    type Resource = Managed<E>;
    type Config = Wanted;

    fn schema() -> Schema {
        let what = match (E::NAMED, E::ENCODED) {
            (Some(_), _) => "Only those whose name begins like this.",
            (None, false) => "Only those whose import id begins like this.",
            (None, true) => {
                "Only those whose import id begins like this, with or without its percent-encoding."
            }
        };
        let prefix = Attribute::string("name_prefix", what).empty(Empty::LeftOut);
        let schema = Schema::new(E::LIST).attribute(prefix);
        match lives_in_one::<E>() {
            true => schema.attribute(workspace::reading_argument()),
            false => schema,
        }
    }

    async fn list(
        &self,
        cx: &Context<Configured>,
        request: framework::List<Wanted>,
        found: Found<E::Row>,
    ) -> Result<(), Diagnostics> {
        let Wanted {
            workspace,
            name_prefix,
        } = request.config;
        let server = workspace::server(cx, &workspace).await?;
        let working = Working { cx, server };
        let all = E::list(&working).await.map_err(told::<E>)?;
        let prefix = name_prefix.known().map_or("", String::as_str);
        let rows = all.iter().flat_map(|remote| rows::<E>(&working, remote));
        let wanted = rows.filter(|row| import::begins_with::<E>(row, prefix));
        let wanted = wanted.map(|row| (import::name::<E>(&row), row));
        for (display_name, mut state) in wanted.take(request.limit) {
            if let Some(workspace) = E::workspace(&mut state) {
                *workspace = working.server.workspace().map(str::to_owned).into();
            }
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

/// The states of what is listed, as a read after an import would give them. What it would refuse is told.
fn rows<E: Entity>(working: &Working<'_>, remote: &Remote<E>) -> Vec<E::Row> {
    let known = E::listed(remote).into_iter();
    known
        .filter_map(|row| {
            let before = Before {
                row: &row,
                is_new: true,
                on: working.server.kind(),
            };
            match E::seen(remote, before) {
                Seen::Is(row) => Some(row),
                Seen::Gone | Seen::Ended(_) => None,
                Seen::Other(why) => {
                    working
                        .cx
                        .warn(Diagnostic::warning(why.summary, why.detail));
                    None
                }
            }
        })
        .collect()
}
