//! A managed resource: what its author writes, and the untyped form the server drives.
//!
//! [`Resource`] is the author's trait, in rows. [`AnyResource`] is the same in values; every
//! `Resource` is one.

use std::future::Future;

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Context, Diagnostic, Diagnostics, Field, Identity, IdentityAttribute, ImportTarget, Path,
    Private, Value, model::typed, schema::Schema,
};

/// One type of managed resource.
pub trait Resource<C>: Send + Sync + 'static {
    /// Its attributes and blocks as a row.
    type Model: Field + Default + Clone + Send + Sync;
    /// What tells its objects apart, as a row.
    type Identity: Identity;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;

    /// What may be configured, and by which rules it is planned.
    fn schema() -> Schema;

    /// The identity of the object with this state. What is unknown in a plan may be so here.
    fn identity(state: &Self::Model) -> Self::Identity;

    /// Checks a configuration beyond what the schema says. Called by `terraform validate` and
    /// before each plan; values may be unknown, and there is neither network nor client.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Looks at a plan that the schema's rules have made. Called at plan time and again before
    /// apply, where it must come to the same. May refuse it, name more reasons to replace, or
    /// change values that the configuration leaves open. Not called for a destruction.
    fn plan<'a>(
        &'a self,
        _cx: &'a Context<C>,
        _request: PlanRequest<'a, Self::Model>,
        _plan: &'a mut Plan<Self::Model>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send + 'a {
        std::future::ready(Ok(()))
    }

    /// Refreshes state, also right after an import, when only what the import knew is set.
    fn read(
        &self,
        cx: &Context<C>,
        request: Read<Self::Model>,
    ) -> impl Future<Output = Result<Refreshed<Self::Model>, Diagnostics>> + Send;

    /// Creates the object.
    fn create(
        &self,
        cx: &Context<C>,
        request: Create<Self::Model>,
    ) -> impl Future<Output = Result<Applied<Self::Model>, Failed<Self::Model>>> + Send;

    /// Changes the object in place.
    fn update(
        &self,
        cx: &Context<C>,
        request: Update<Self::Model>,
    ) -> impl Future<Output = Result<Applied<Self::Model>, Failed<Self::Model>>> + Send;

    /// Deletes the object. One that is gone already is a success.
    fn delete(
        &self,
        cx: &Context<C>,
        request: Delete<Self::Model>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Turns an import id or identity into the little state that [`Resource::read`] needs.
    ///
    /// # Errors
    /// When it has not the form it must have.
    fn import(
        target: ImportTarget<'_, Self::Identity>,
    ) -> Result<Imported<Self::Model>, Diagnostics>;

    /// Adjusts the configuration that the schema's rules have made from a state, for
    /// `-generate-config-out` and `terraform query`. Not needed where those rules suffice.
    fn generate(_state: &Self::Model, _config: &mut Self::Model) {}

    /// Takes over state that another resource type wrote; `None` when that type is not one of
    /// those it knows.
    fn take_over(_source: &MoveSource<'_>) -> Option<Result<Imported<Self::Model>, Diagnostics>> {
        None
    }

    /// Converts stored state of an older schema version.
    ///
    /// # Errors
    /// When it cannot; the default knows no older version.
    fn upgrade(version: i64, _state: &serde_json::Value) -> Result<Self::Model, Diagnostics> {
        let detail = format!(
            "The state of this {} was written under schema version {version}, which this provider \
             does not know.",
            Self::TYPE_NAME
        );
        Err(Diagnostic::error("Unknown State Version", detail).into())
    }
}

/// What a plan is made for.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a, M> {
    /// The configuration, with write-only values; may hold unknown ones.
    pub config: &'a M,
    /// The state before; none for a creation.
    pub prior: Option<&'a M>,
}

/// A plan in the making.
#[derive(Clone, Debug)]
pub struct Plan<M> {
    /// The planned state.
    pub state: M,
    /// The attributes whose change means a new resource.
    pub replace: Vec<Path>,
    /// What to remember.
    pub private: Private,
}

/// An instance to refresh.
#[derive(Clone, Debug)]
pub struct Read<M> {
    /// The state as it is stored.
    pub state: M,
    /// What was remembered.
    pub private: Private,
}

/// A refreshed instance.
#[derive(Clone, Debug)]
pub struct Refreshed<M> {
    /// The state as the object now is; none when the object is gone.
    pub state: Option<M>,
    /// What to remember.
    pub private: Private,
}

/// An object to create.
#[derive(Clone, Debug)]
pub struct Create<M> {
    /// The configuration, with write-only values.
    pub config: M,
    /// The planned state.
    pub planned: M,
    /// What the plan remembered.
    pub private: Private,
}

/// An object to change.
#[derive(Clone, Debug)]
pub struct Update<M> {
    /// The configuration, with write-only values.
    pub config: M,
    /// The state before.
    pub prior: M,
    /// The planned state.
    pub planned: M,
    /// What the plan remembered.
    pub private: Private,
}

/// An object to delete.
#[derive(Clone, Debug)]
pub struct Delete<M> {
    /// The state before.
    pub prior: M,
    /// What was remembered.
    pub private: Private,
}

/// What a creation or an update made.
#[derive(Clone, Debug)]
pub struct Applied<M> {
    /// The state: the planned one, with everything unknown filled in.
    pub state: M,
    /// What to remember.
    pub private: Private,
}

/// A creation or an update that failed.
#[derive(Clone, Debug)]
pub struct Failed<M> {
    /// Why.
    pub diagnostics: Diagnostics,
    /// What exists now nevertheless. `None`: a creation made nothing, an update changed nothing.
    pub left: Option<Box<Applied<M>>>,
}

impl<M> From<Diagnostics> for Failed<M> {
    fn from(diagnostics: Diagnostics) -> Self {
        Self {
            diagnostics,
            left: None,
        }
    }
}

/// What an import knows before the first read.
#[derive(Clone, Debug, Default)]
pub struct Imported<M> {
    /// The state, mostly null.
    pub state: M,
    /// What to remember.
    pub private: Private,
}

/// State that another resource type wrote.
#[derive(Clone, Debug)]
pub struct MoveSource<'a> {
    /// The full address of its provider; the host name in it may be any registry's.
    pub provider: &'a str,
    /// The resource type.
    pub type_name: &'a str,
    /// Its schema version.
    pub version: i64,
    /// The state itself.
    pub state: &'a serde_json::Value,
}

/// A [`Resource`] in values instead of rows.
pub trait AnyResource<C>: Send + Sync + 'static {
    /// See [`Resource::TYPE_NAME`].
    fn type_name(&self) -> &'static str;
    /// See [`Resource::schema`].
    fn schema(&self) -> Schema;
    /// See [`Identity::attributes`].
    fn identity_attributes(&self) -> Vec<IdentityAttribute>;
    /// See [`Resource::identity`].
    ///
    /// # Errors
    /// When the state does not fit the schema.
    fn identity(&self, state: Value) -> Result<Value, Diagnostics>;
    /// See [`Resource::validate`].
    fn validate(&self, config: Value) -> Diagnostics;
    /// See [`Resource::plan`].
    fn plan<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
        prior: Value,
        plan: Plan<Value>,
    ) -> BoxFuture<'a, Result<Plan<Value>, Diagnostics>>;
    /// See [`Resource::read`].
    fn read<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Read<Value>,
    ) -> BoxFuture<'a, Result<Refreshed<Value>, Diagnostics>>;
    /// See [`Resource::create`].
    fn create<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Create<Value>,
    ) -> BoxFuture<'a, Result<Applied<Value>, Failed<Value>>>;
    /// See [`Resource::update`].
    fn update<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Update<Value>,
    ) -> BoxFuture<'a, Result<Applied<Value>, Failed<Value>>>;
    /// See [`Resource::delete`].
    fn delete<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Delete<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
    /// See [`Resource::import`].
    ///
    /// # Errors
    /// When the target has not the form it must have.
    fn import(&self, target: ImportTarget<'_, Value>) -> Result<Imported<Value>, Diagnostics>;
    /// See [`Resource::generate`].
    ///
    /// # Errors
    /// When state or configuration do not fit the schema.
    fn generate(&self, state: Value, config: Value) -> Result<Value, Diagnostics>;
    /// See [`Resource::take_over`].
    fn take_over(&self, source: &MoveSource<'_>) -> Option<Result<Imported<Value>, Diagnostics>>;
    /// See [`Resource::upgrade`].
    ///
    /// # Errors
    /// When the state cannot be converted.
    fn upgrade(&self, version: i64, state: &serde_json::Value) -> Result<Value, Diagnostics>;
}

impl<C, R> AnyResource<C> for R
where
    C: Send + Sync + 'static,
    R: Resource<C>,
{
    fn type_name(&self) -> &'static str {
        R::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        R::schema()
    }

    fn identity_attributes(&self) -> Vec<IdentityAttribute> {
        R::Identity::attributes()
    }

    fn identity(&self, state: Value) -> Result<Value, Diagnostics> {
        Ok(R::identity(&typed(state)?).into_value())
    }

    fn validate(&self, config: Value) -> Diagnostics {
        match typed(config) {
            Ok(config) => R::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn plan<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
        prior: Value,
        plan: Plan<Value>,
    ) -> BoxFuture<'a, Result<Plan<Value>, Diagnostics>> {
        async move {
            let config: R::Model = typed(config)?;
            let prior: Option<R::Model> = optional(prior)?;
            let mut typed = Plan {
                state: typed(plan.state)?,
                replace: plan.replace,
                private: plan.private,
            };
            let request = PlanRequest {
                config: &config,
                prior: prior.as_ref(),
            };
            Resource::plan(self, cx, request, &mut typed).await?;
            Ok(Plan {
                state: typed.state.into_value(),
                replace: typed.replace,
                private: typed.private,
            })
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Read<Value>,
    ) -> BoxFuture<'a, Result<Refreshed<Value>, Diagnostics>> {
        async move {
            let request = Read {
                state: typed(request.state)?,
                private: request.private,
            };
            let refreshed = Resource::read(self, cx, request).await?;
            Ok(Refreshed {
                state: refreshed.state.map(Field::into_value),
                private: refreshed.private,
            })
        }
        .boxed()
    }

    fn create<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Create<Value>,
    ) -> BoxFuture<'a, Result<Applied<Value>, Failed<Value>>> {
        async move {
            let request = Create {
                config: typed(request.config)?,
                planned: typed(request.planned)?,
                private: request.private,
            };
            untyped(Resource::create(self, cx, request).await)
        }
        .boxed()
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Update<Value>,
    ) -> BoxFuture<'a, Result<Applied<Value>, Failed<Value>>> {
        async move {
            let request = Update {
                config: typed(request.config)?,
                prior: typed(request.prior)?,
                planned: typed(request.planned)?,
                private: request.private,
            };
            untyped(Resource::update(self, cx, request).await)
        }
        .boxed()
    }

    fn delete<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Delete<Value>,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let request = Delete {
                prior: typed(request.prior)?,
                private: request.private,
            };
            Resource::delete(self, cx, request).await
        }
        .boxed()
    }

    fn import(&self, target: ImportTarget<'_, Value>) -> Result<Imported<Value>, Diagnostics> {
        R::import(target.try_map(typed)?).map(Imported::into_value)
    }

    fn generate(&self, state: Value, config: Value) -> Result<Value, Diagnostics> {
        let mut config: R::Model = typed(config)?;
        R::generate(&typed(state)?, &mut config);
        Ok(config.into_value())
    }

    fn take_over(&self, source: &MoveSource<'_>) -> Option<Result<Imported<Value>, Diagnostics>> {
        Some(R::take_over(source)?.map(Imported::into_value))
    }

    fn upgrade(&self, version: i64, state: &serde_json::Value) -> Result<Value, Diagnostics> {
        R::upgrade(version, state).map(Field::into_value)
    }
}

impl<M: Field> Imported<M> {
    fn into_value(self) -> Imported<Value> {
        Imported {
            state: self.state.into_value(),
            private: self.private,
        }
    }
}

impl<M: Field> Applied<M> {
    fn into_value(self) -> Applied<Value> {
        Applied {
            state: self.state.into_value(),
            private: self.private,
        }
    }
}

fn untyped<M: Field>(
    result: Result<Applied<M>, Failed<M>>,
) -> Result<Applied<Value>, Failed<Value>> {
    result.map(Applied::into_value).map_err(|failed| Failed {
        diagnostics: failed.diagnostics,
        left: failed.left.map(|it| Box::new(it.into_value())),
    })
}

fn optional<M: Field>(value: Value) -> Result<Option<M>, Diagnostics> {
    if value.is_null() {
        return Ok(None);
    }
    typed(value).map(Some)
}
