//! A managed resource in values instead of rows: every [`Resource`] is one.

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Applied, Context, Create, Delete, Diagnostics, Failed, Field, Host, Identity,
    IdentityAttribute, ImportTarget, Imported, MoveSource, Plan, PlanDestroy, PlanRequest, Private,
    Read, Refreshed, Resource, Update, Value, model::row, planning::map_object,
};

/// A [`Resource`] in values instead of rows.
pub trait AnyResource<C>: Send + Sync + 'static {
    /// See [`Identity::attributes`].
    fn identity_attributes(&self) -> Vec<IdentityAttribute>;
    /// See [`Resource::IDENTITY_VERSION`].
    fn identity_version(&self) -> i64;
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
        host: Host,
        plan: Plan<Value>,
    ) -> BoxFuture<'a, Result<Plan<Value>, Diagnostics>>;
    /// See [`Resource::plan_destroy`].
    fn plan_destroy<'a>(
        &'a self,
        cx: &'a Context<C>,
        prior: Value,
        private: &'a Private,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
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
    ) -> BoxFuture<'a, Result<(), Failed<Value>>>;
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
    /// See [`Resource::import_id`].
    ///
    /// # Errors
    /// When the state does not fit the schema.
    fn import_id(&self, state: Value) -> Result<Option<String>, Diagnostics>;
    /// See [`Resource::left_out`].
    ///
    /// # Errors
    /// When the state does not fit the schema.
    fn left_out(&self, state: Value) -> Result<Option<String>, Diagnostics>;
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
    fn identity_attributes(&self) -> Vec<IdentityAttribute> {
        R::Identity::attributes()
    }

    fn identity_version(&self) -> i64 {
        R::IDENTITY_VERSION
    }

    fn identity(&self, state: Value) -> Result<Value, Diagnostics> {
        Ok(R::identity(&row(state)?).into_value())
    }

    fn validate(&self, config: Value) -> Diagnostics {
        match row(config) {
            Ok(config) => R::validate(&config),
            Err(diagnostics) => diagnostics,
        }
    }

    fn plan<'a>(
        &'a self,
        cx: &'a Context<C>,
        config: Value,
        prior: Value,
        host: Host,
        plan: Plan<Value>,
    ) -> BoxFuture<'a, Result<Plan<Value>, Diagnostics>> {
        async move {
            let config: R::Model = row(config)?;
            let prior: Option<R::Model> = optional(prior)?;
            let before: R::Model = row(plan.state.clone())?;
            let mut changed = Plan {
                state: before.clone(),
                replace: plan.replace,
                private: plan.private,
            };
            let request = PlanRequest {
                config: &config,
                prior: prior.as_ref(),
                host,
            };
            Resource::plan(self, cx, request, &mut changed).await?;
            Ok(Plan {
                state: changes_only(plan.state, before, changed.state),
                replace: changed.replace,
                private: changed.private,
            })
        }
        .boxed()
    }

    fn plan_destroy<'a>(
        &'a self,
        cx: &'a Context<C>,
        prior: Value,
        private: &'a Private,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let prior = row(prior)?;
            let request = PlanDestroy {
                prior: &prior,
                private,
            };
            Resource::plan_destroy(self, cx, request).await
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
                state: row(request.state)?,
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
            let request = request.into_rows().map_err(Failed::nothing_changed)?;
            let result = Resource::create(self, cx, request).await;
            result.map(Applied::into_value).map_err(Failed::into_value)
        }
        .boxed()
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Update<Value>,
    ) -> BoxFuture<'a, Result<Applied<Value>, Failed<Value>>> {
        async move {
            let request = request.into_rows().map_err(Failed::nothing_changed)?;
            let result = Resource::update(self, cx, request).await;
            result.map(Applied::into_value).map_err(Failed::into_value)
        }
        .boxed()
    }

    fn delete<'a>(
        &'a self,
        cx: &'a Context<C>,
        request: Delete<Value>,
    ) -> BoxFuture<'a, Result<(), Failed<Value>>> {
        async move {
            let request = Delete {
                prior: row(request.prior).map_err(Failed::nothing_changed)?,
                private: request.private,
            };
            let result = Resource::delete(self, cx, request).await;
            result.map_err(Failed::into_value)
        }
        .boxed()
    }

    fn import(&self, target: ImportTarget<'_, Value>) -> Result<Imported<Value>, Diagnostics> {
        R::import(target.try_map(row)?).map(Imported::into_value)
    }

    fn generate(&self, state: Value, config: Value) -> Result<Value, Diagnostics> {
        let mut config: R::Model = row(config)?;
        R::generate(&row(state)?, &mut config);
        Ok(config.into_value())
    }

    fn import_id(&self, state: Value) -> Result<Option<String>, Diagnostics> {
        Ok(R::import_id(&row(state)?))
    }

    fn left_out(&self, state: Value) -> Result<Option<String>, Diagnostics> {
        Ok(R::left_out(&row(state)?))
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

impl<M: Field> Failed<M> {
    fn into_value(self) -> Failed<Value> {
        Failed {
            diagnostics: self.diagnostics,
            left: self.left.map(|it| Box::new(it.into_value())),
        }
    }
}

impl Create<Value> {
    fn into_rows<M: Field>(self) -> Result<Create<M>, Diagnostics> {
        Ok(Create {
            config: row(self.config)?,
            planned: row(self.planned)?,
            private: self.private,
        })
    }
}

impl Update<Value> {
    fn into_rows<M: Field>(self) -> Result<Update<M>, Diagnostics> {
        Ok(Update {
            config: row(self.config)?,
            prior: row(self.prior)?,
            planned: row(self.planned)?,
            private: self.private,
        })
    }
}

/// The planned state with what the row has changed in it. The rest stays as it was planned: a row may
/// hold less than the value, such as that only one element of a list is unknown.
fn changes_only<M: Field + PartialEq>(planned: Value, before: M, after: M) -> Value {
    if before == after {
        return planned;
    }
    let (before, after) = (before.into_value(), after.into_value());
    map_object(after, |name, value| match value == *before.get(name) {
        true => planned.get(name).clone(),
        false => value,
    })
}

fn optional<M: Field>(value: Value) -> Result<Option<M>, Diagnostics> {
    if value.is_null() {
        return Ok(None);
    }
    row(value).map(Some)
}
