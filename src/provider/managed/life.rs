//! What happens when, the same for every type.

use std::marker::PhantomData;

use crate::{
    framework::{
        Applied, Context, Create, Delete, Diagnostics, Failed, ImportTarget, Imported, MoveSource,
        Plan, PlanDestroy, PlanRequest, Read, Refreshed, Resource, Update, schema::Schema,
    },
    provider::{
        Configured,
        managed::{
            ends,
            entity::{Entity, Planning, Wanted, Working, workspace_of},
            home,
            identity::Identity,
            import, look, rekeyed, steps, tags,
            taken::{self, Stopped},
            told::{explained, told},
            workspace,
        },
        served,
    },
};

/// An [`Entity`] as a resource.
#[derive(Debug)]
pub(in crate::provider) struct Managed<E>(PhantomData<fn(E)>);

impl<E> Managed<E> {
    pub(in crate::provider) const NEW: Self = Self(PhantomData);
}

impl<E: Entity> Resource<Configured> for Managed<E> {
    type Model = E::Row;
    type Identity = Identity<E>;

    const TYPE_NAME: &'static str = E::TYPE_NAME;

    fn schema() -> Schema {
        served::by(E::area(), E::schema())
    }

    fn identity(state: &E::Row) -> Identity<E> {
        Identity::of(state)
    }

    fn validate(config: &E::Row) -> Diagnostics {
        E::validate(config)
    }

    async fn plan<'a>(
        &'a self,
        cx: &'a Context<Configured>,
        request: PlanRequest<'a, E::Row>,
        plan: &'a mut Plan<E::Row>,
    ) -> Result<(), Diagnostics> {
        let server = cx.client().server()?;
        workspace::plan::<E>(server, &request, plan)?;
        let planning = Planning {
            cx,
            config: request.config,
            prior: request.prior,
            host: request.host,
        };
        E::plan(&planning, plan)?;
        import::set_id::<E>(&mut plan.state);
        match home::server::<E>(cx, &plan.state)? {
            Some(server) => checked::<E>(&Working { cx, server }, &planning, &plan.state).await,
            None => Ok(()),
        }
    }

    async fn plan_destroy<'a>(
        &'a self,
        cx: &'a Context<Configured>,
        request: PlanDestroy<'a, E::Row>,
    ) -> Result<(), Diagnostics> {
        match home::server::<E>(cx, request.prior)? {
            Some(server) => E::plan_destroy(&Working { cx, server }, request.prior).await,
            None => Ok(()),
        }
    }

    async fn read(
        &self,
        cx: &Context<Configured>,
        request: Read<E::Row>,
    ) -> Result<Refreshed<E::Row>, Diagnostics> {
        let Read { state, mut private } = request;
        let Some(server) = home::server::<E>(cx, &state)? else {
            if let Some(warning) = cx.client().not_refreshed() {
                cx.warn(warning);
            }
            let state = Some(state);
            return Ok(Refreshed { state, private });
        };
        let found = look::refreshed::<E>(cx, &server, &state, &private).await?;
        let state = found.map(|(remote, state)| {
            if home::is_new(&private) {
                tags::note_import(&mut private);
            }
            home::remember(&mut private, &server);
            rekeyed::saw::<E>(&mut private, &remote, &state);
            rekeyed::tell::<E>(&server, &private, &state);
            state
        });
        Ok(Refreshed { state, private })
    }

    async fn create(
        &self,
        cx: &Context<Configured>,
        request: Create<E::Row>,
    ) -> Result<Applied<E::Row>, Failed<E::Row>> {
        let Create {
            config,
            planned,
            mut private,
        } = request;
        let server = home::known_server::<E>(cx, &planned).map_err(Failed::nothing_changed)?;
        let working = Working { cx, server };
        let wanted = Wanted {
            planned: &planned,
            config: &config,
            mark: None,
        };
        home::remember(&mut private, &working.server);
        match taken::made::<E>(&working, None, None, wanted).await {
            Ok(done) => ends::completed::<E>(&working, done, wanted, private).await,
            Err(Stopped::NotBegun(halt)) => {
                Err(ends::not_begun::<E>(&working, halt, &planned).await)
            }
            Err(Stopped::Cut(cut)) => {
                Err(ends::undone::<E>(&working, cut, &planned, private).await)
            }
        }
    }

    async fn update(
        &self,
        cx: &Context<Configured>,
        request: Update<E::Row>,
    ) -> Result<Applied<E::Row>, Failed<E::Row>> {
        let Update {
            config,
            prior,
            planned,
            mut private,
        } = request;
        let server = home::known_server::<E>(cx, &prior).map_err(Failed::nothing_changed)?;
        let working = Working { cx, server };
        let wanted = Wanted {
            planned: &planned,
            config: &config,
            mark: rekeyed::mark(&private),
        };
        let seen = look::unchanged::<E>(&working, &prior, &private).await;
        let seen = seen.map_err(Failed::nothing_changed)?;
        match taken::made::<E>(&working, Some(&prior), seen.as_ref(), wanted).await {
            Ok(done) => {
                taken::given_up::<E>(&working, &prior, Some(&planned));
                tags::forget_import(&mut private);
                home::remember(&mut private, &working.server);
                rekeyed::forget(&mut private);
                rekeyed::renamed::<E>(&working.server, &mut private, &prior, &planned);
                ends::settled::<E>(&working, done, planned, private).await
            }
            Err(Stopped::NotBegun(halt)) => {
                Err(ends::unchanged::<E>(&working, halt, (&prior, &planned), private).await)
            }
            Err(Stopped::Cut(cut)) => {
                let planned = Some(wanted.planned);
                Err(ends::left::<E>(&working, cut, &prior, planned, private).await)
            }
        }
    }

    async fn delete(
        &self,
        cx: &Context<Configured>,
        request: Delete<E::Row>,
    ) -> Result<(), Failed<E::Row>> {
        let Delete { prior, private } = request;
        let server = home::known_server::<E>(cx, &prior).map_err(Failed::nothing_changed)?;
        let working = Working { cx, server };
        let _passed = taken::passed::<E>(&working, &prior).await;
        let found = look::current::<E>(&working, &prior, &private).await;
        let Some((remote, found)) = found.map_err(Failed::nothing_changed)? else {
            return Ok(());
        };
        // A rename of what it belongs to has taken it along.
        let stayed = import::id::<E>(&found) == import::id::<E>(&prior);
        let prior = if stayed { prior } else { found };
        let steps = E::delete(&working, &prior, &remote).await;
        let steps = steps.map_err(|halt| Failed::nothing_changed(told::<E>(halt)))?;
        match steps::run(steps, &working.server, cx.stop()).await {
            Ok(_) => {
                taken::given_up::<E>(&working, &prior, None);
                Ok(())
            }
            Err(cut) => Err(ends::left::<E>(&working, cut, &prior, None, private).await),
        }
    }

    fn import_id(state: &E::Row) -> Option<String> {
        Some(import::id_with_workspace::<E>(state))
    }

    fn left_out(state: &E::Row) -> Option<String> {
        E::left_out(state)
    }

    fn generate(state: &E::Row, config: &mut E::Row) {
        E::generate(state, config);
    }

    fn take_over(source: &MoveSource<'_>) -> Option<Result<Imported<E::Row>, Diagnostics>> {
        E::take_over(source)
    }

    fn import(target: ImportTarget<'_, Identity<E>>) -> Result<Imported<E::Row>, Diagnostics> {
        import::import::<E>(target)
    }
}

/// Refuses what the server can be known not to do, whatever the apply would send.
async fn checked<E: Entity>(
    working: &Working<'_>,
    planning: &Planning<'_, E>,
    planned: &E::Row,
) -> Result<(), Diagnostics> {
    supported::<E>(working).await?;
    let configured = workspace_of::<E>(planning.config);
    workspace::check(working.cx, &working.server, &configured).await?;
    if let Some(prior) = planning.prior {
        let (before, after) = (workspace_of::<E>(prior), workspace_of::<E>(planned));
        workspace::warn_of_move(working.cx, &working.server, &before, &after).await;
    }
    E::check(working, planning, planned).await
}

/// Refuses a type that the server has not: one that a Databricks workspace never has, or that came with a
/// later MLflow than the server's.
async fn supported<E: Entity>(working: &Working<'_>) -> Result<(), Diagnostics> {
    let has = working.server.has(E::area(), working.stop()).await;
    has.map_err(|error| explained::<E>(&error))
}
