//! A managed resource, as its author writes it: in rows. The server drives it as an
//! [`AnyResource`](super::AnyResource).

use std::future::Future;

use super::{
    Context, Diagnostic, Diagnostics, Field, Host, Identity, ImportTarget, Path, Private,
    schema::Schema,
};

/// One type of managed resource.
pub trait Resource<C>: Send + Sync + 'static {
    /// Its attributes and blocks as a row.
    type Model: Field + Default + Clone + PartialEq + Send + Sync;
    /// What tells its objects apart, as a row.
    type Identity: Identity;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;

    /// Counts up when the identity gains attributes, so that hosts have stored ones filled up.
    const IDENTITY_VERSION: i64 = 0;

    /// What may be configured, and by which rules it is planned.
    fn schema() -> Schema;

    /// The identity of the object with this state. What is unknown in a plan may be so here.
    fn identity(state: &Self::Model) -> Self::Identity;

    /// ValidateConfig: checks a configuration beyond what the schema says. Called by `terraform validate` and
    /// before each plan; values may be unknown, and there is neither network nor client.
    fn validate(_config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// ModifyPlan: looks at a plan that the schema's rules have made. Called at plan time and again
    /// before apply, where it must come to the same. May refuse it, name more reasons to replace
    /// (RequiresReplace), or change values that the configuration leaves open. A destruction is
    /// looked at by [`Resource::plan_destroy`].
    fn plan<'a>(
        &'a self,
        _cx: &'a Context<C>,
        _request: PlanRequest<'a, Self::Model>,
        _plan: &'a mut Plan<Self::Model>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send + 'a {
        std::future::ready(Ok(()))
    }

    /// Looks at a plan that ends the object: one that destroys it, or one that replaces it, after
    /// [`Resource::plan`] has had its say. May warn ([`Context::warn`]) or refuse. Called at plan
    /// time only. Hosts do not tell it of the replacement of a tainted object, which they plan as
    /// if nothing existed.
    fn plan_destroy<'a>(
        &'a self,
        _cx: &'a Context<C>,
        _request: PlanDestroy<'a, Self::Model>,
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
    ) -> impl Future<Output = Result<(), Failed<Self::Model>>> + Send;

    /// ImportState: turns an import id or identity into the little state that [`Resource::read`] needs.
    ///
    /// # Errors
    /// When it has not the form it must have.
    fn import(
        target: ImportTarget<'_, Self::Identity>,
    ) -> Result<Imported<Self::Model>, Diagnostics>;

    /// Adjusts the configuration that the schema's rules have made from a state, for
    /// `-generate-config-out` and `terraform query`. Not needed where those rules suffice.
    fn generate(_state: &Self::Model, _config: &mut Self::Model) {}

    /// The text by which an object with this state is imported; none while that is not known.
    fn import_id(_state: &Self::Model) -> Option<String> {
        None
    }

    /// Why an object is left out of an export, if it is: such as that every server has it.
    fn left_out(_state: &Self::Model) -> Option<String> {
        None
    }

    /// MoveState: takes over state that another resource type wrote; `None` when that type is not one of
    /// those it knows.
    fn take_over(_source: &MoveSource<'_>) -> Option<Result<Imported<Self::Model>, Diagnostics>> {
        None
    }

    /// UpgradeState: converts stored state of an older schema version.
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
    /// What the host that asks can do.
    pub host: Host,
}

/// An object that a plan is to end.
#[derive(Clone, Copy, Debug)]
pub struct PlanDestroy<'a, M> {
    /// Its state.
    pub prior: &'a M,
    /// What was remembered.
    pub private: &'a Private,
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

/// A creation, an update or a deletion that failed.
#[derive(Clone, Debug)]
pub struct Failed<M> {
    /// Why.
    pub diagnostics: Diagnostics,
    /// What exists now. `None`: the same as before, which for a creation is nothing.
    pub left: Option<Box<Applied<M>>>,
}

impl<M> Failed<M> {
    /// It failed before anything changed: what existed is as it was.
    pub fn nothing_changed(diagnostics: impl Into<Diagnostics>) -> Self {
        Self {
            diagnostics: diagnostics.into(),
            left: None,
        }
    }

    /// It failed on the way, and this exists now.
    pub fn left(diagnostics: impl Into<Diagnostics>, left: Applied<M>) -> Self {
        Self {
            diagnostics: diagnostics.into(),
            left: Some(Box::new(left)),
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
