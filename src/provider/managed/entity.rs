//! What a type has to say of itself for [`Managed`](super::life::Managed) to live its life.

use std::{fmt, future::Future};

use tokio_util::sync::CancellationToken;

use crate::{
    api::{Area, ErrorKind, Object, Server, ServerKind},
    framework::{
        Attr, Context, Diagnostic, Diagnostics, Field, Host, Imported, MoveSource, Path, Plan,
        Private, schema::Schema,
    },
    provider::{
        Configured,
        managed::steps::{Halt, Step},
    },
};

/// One type of object that has a key.
pub(in crate::provider) trait Entity: Send + Sync + Sized + 'static {
    /// Its attributes.
    type Row: Field + Default + Clone + PartialEq + fmt::Debug + Send + Sync;
    /// What it is read from.
    type Object: Object;

    /// The name it has in configurations.
    const TYPE_NAME: &'static str;
    /// What people call it, such as `registered model`.
    const NOUN: &'static str;

    /// The attributes that tell its objects apart, beside the workspace, and what each is.
    const IDENTITY: &'static [(&'static str, &'static str)];
    /// What stands between them in an import id, which is split at the last one.
    const SEPARATOR: char = '/';
    /// Whether each part of an import id is percent-encoded, because it may hold what separates them.
    const ENCODED: bool = false;
    /// The attribute that `name:NAME` imports by as well, of a type whose keys the server gives. Such an
    /// object is looked for by [`Entity::find`].
    const NAMED: Option<&'static str> = None;
    /// Attributes of the identity that an import may tell otherwise than a configuration does.
    const IMPORTED_OTHERWISE: &'static [&'static str] = &[];
    /// What its list resource does, in Markdown.
    const LIST: &'static str;

    /// The area of the API that says which servers have such objects.
    fn area() -> &'static Area {
        Self::Object::area()
    }

    /// What may be configured, and by which rules it is planned.
    fn schema() -> Schema;

    /// The key that the object with this state is read by; none while it is not known.
    fn key(row: &Self::Row) -> Option<<Self::Object as Object>::Key>;

    /// The argument that says in which workspace the object lives; none of a type that lives in none.
    fn workspace(_row: &mut Self::Row) -> Option<&mut Attr<String>> {
        None
    }

    /// Whether what an import tells is written as the registry writes it, where that is not the only way.
    fn imports(_row: &Self::Row) -> bool {
        true
    }

    /// What has the place of the object that an import by name or a configuration tells of: what is
    /// under its name, where the server gives the key.
    fn find<'a>(
        cx: &'a Working<'a>,
        row: &'a Self::Row,
    ) -> impl Future<Output = Result<Option<Remote<Self>>, Halt>> + Send + 'a {
        async move {
            let key = Self::key(row).ok_or_else(|| Diagnostics::from(keyless::<Self>()))?;
            cx.get::<Self::Object>(&key).await
        }
    }

    /// The state as the server shows it.
    fn seen(remote: &Remote<Self>, before: Before<'_, Self::Row>) -> Seen<Self::Row>;

    /// The name of what the object belongs to, and the type of that, of an object that goes along when
    /// that is renamed.
    fn owner(_row: &mut Self::Row) -> Option<(&'static str, &mut Attr<String>)> {
        None
    }

    /// What tells the object from others that come to its key, where its state does not: noted beside the
    /// state whenever it is seen.
    fn mark(_remote: &Remote<Self>, _row: &Self::Row) -> Option<i64> {
        None
    }

    /// Whether what is found under another key is the object with this state, as after a rename.
    fn is_same(_state: &Self::Row, _found: &Self::Row) -> bool {
        true
    }

    /// Another look at an object that is not under its key, or not what stands there: for what it is by
    /// now, or whether this login is shown all there is. `None`: it is gone.
    fn missed<'a>(
        _cx: &'a Working<'a>,
        _row: &'a Self::Row,
    ) -> impl Future<Output = Result<Option<Remote<Self>>, Halt>> + Send + 'a {
        std::future::ready(Ok(None))
    }

    /// All objects of this type that the server shows with one of what it lists.
    fn listed(remote: &Remote<Self>) -> Vec<Self::Row>;

    /// All that the server has, where it is not one list.
    fn list<'a>(
        cx: &'a Working<'a>,
    ) -> impl Future<Output = Result<Vec<Remote<Self>>, Halt>> + Send + 'a {
        async { Ok(cx.server.list::<Self::Object>(cx.stop()).await?) }
    }

    /// The attribute `id`, of a type where that is the import id.
    fn id(_row: &mut Self::Row) -> Option<&mut Attr<String>> {
        None
    }

    /// Why an object is left out of an export, if it is: such as that every server has it.
    fn left_out(_state: &Self::Row) -> Option<String> {
        None
    }

    /// What else may have the name of one on a server of this kind, and is no such object.
    fn also_has_names(_on: ServerKind) -> Option<&'static str> {
        None
    }

    /// Takes out of a generated configuration what the server chose for this object alone.
    fn generate(_state: &Self::Row, _config: &mut Self::Row) {}

    /// Checks a configuration beyond what the schema says; values may be unknown.
    fn validate(_config: &Self::Row) -> Diagnostics {
        Diagnostics::new()
    }

    /// ModifyPlan: adjusts a plan that the schema's rules have made. No request is sent.
    ///
    /// # Errors
    /// When what is planned can be known to fail.
    fn plan(_cx: &Planning<'_, Self>, _plan: &mut Plan<Self::Row>) -> Result<(), Diagnostics> {
        Ok(())
    }

    /// Refuses what only the server can tell that it will fail. Called while planning, once the server
    /// is known; one that does not answer may be made by the same apply, and is no error.
    fn check<'a>(
        _cx: &'a Working<'a>,
        _planning: &'a Planning<'a, Self>,
        _planned: &'a Self::Row,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send + 'a {
        std::future::ready(Ok(()))
    }

    /// Looks at a plan that destroys or replaces the object; may warn or refuse.
    fn plan_destroy<'a>(
        _cx: &'a Working<'a>,
        _prior: &'a Self::Row,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send + 'a {
        std::future::ready(Ok(()))
    }

    /// The steps that create the object, one where the server allows that. What it then lacks of the
    /// plan is left to [`Entity::update`], from what the server shows.
    fn create<'a>(
        cx: &'a Working<'a>,
        wanted: Wanted<'a, Self::Row>,
    ) -> impl Future<Output = Result<Steps<Self>, Halt>> + Send + 'a;

    /// Waits until the server is done with a new object, where it is still at work on it after its answer.
    /// The object as it then is; none where there is nothing to wait for, or it goes on without us.
    fn awaited<'a>(
        _cx: &'a Working<'a>,
        _made: &'a Self::Row,
    ) -> impl Future<Output = Result<Option<Remote<Self>>, Halt>> + Send + 'a {
        std::future::ready(Ok(None))
    }

    /// The steps that change the object; none where only the state changes.
    fn update<'a>(
        cx: &'a Working<'a>,
        prior: &'a Self::Row,
        wanted: Wanted<'a, Self::Row>,
    ) -> impl Future<Output = Result<Steps<Self>, Halt>> + Send + 'a;

    /// Whether a server of this kind gives the keys of what is gone to others. Such an object is looked at
    /// before it is changed, and changed by [`Entity::update_seen`].
    fn keys_come_again(_on: ServerKind) -> bool {
        false
    }

    /// As [`Entity::update`], of an object that was just looked at.
    fn update_seen<'a>(
        cx: &'a Working<'a>,
        prior: &'a Self::Row,
        wanted: Wanted<'a, Self::Row>,
        _remote: &'a Remote<Self>,
    ) -> impl Future<Output = Result<Steps<Self>, Halt>> + Send + 'a {
        Self::update(cx, prior, wanted)
    }

    /// The steps that destroy the object, which the server still shows; none where it shows that
    /// there is nothing to destroy.
    ///
    /// # Errors
    /// When it must not be destroyed as it is.
    fn delete<'a>(
        cx: &'a Working<'a>,
        prior: &'a Self::Row,
        remote: &'a Remote<Self>,
    ) -> impl Future<Output = Result<Steps<Self>, Halt>> + Send + 'a;

    /// The steps that undo a creation which was cut after its first step.
    ///
    /// # Errors
    /// As [`Entity::delete`].
    fn undo<'a>(
        cx: &'a Working<'a>,
        made: &'a Self::Row,
        remote: &'a Remote<Self>,
    ) -> impl Future<Output = Result<Steps<Self>, Halt>> + Send + 'a {
        Self::delete(cx, made, remote)
    }

    /// Notes beside the state what an apply ended with.
    fn applied(_state: &Self::Row, _private: &mut Private) {}

    /// MoveState: the little state that another provider's state of such an object tells; `None` when it
    /// is of something else.
    fn take_over(_source: &MoveSource<'_>) -> Option<Result<Imported<Self::Row>, Diagnostics>> {
        None
    }

    /// The argument that a failure of this kind is about.
    fn argument_of(_kind: &ErrorKind) -> Option<Path> {
        None
    }
}

/// The steps of a creation, a change or a destruction, in the order in which they are made.
pub(in crate::provider) type Steps<E> = Vec<Step<<E as Entity>::Object, <E as Entity>::Row>>;

/// What a server shows of objects of this type.
pub(in crate::provider) type Remote<E> = <<E as Entity>::Object as Object>::Remote;

/// The state before a look at the server.
#[derive(Debug)]
pub(in crate::provider) struct Before<'a, R> {
    /// What no server shows is taken from here.
    pub(in crate::provider) row: &'a R,
    /// It holds no more than what an import or a list knows, so all that the server shows is taken.
    pub(in crate::provider) is_new: bool,
    /// What the server is that is looked at.
    pub(in crate::provider) on: ServerKind,
}

impl<R> Clone for Before<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Before<'_, R> {}

impl<R> Before<'_, R> {
    /// Whether what is found was made at another time than the object with this state: then it is another
    /// one, which the server gave the same key.
    pub(in crate::provider) fn is_another(
        &self,
        made: &Attr<i64>,
        found: impl Into<Attr<i64>>,
    ) -> bool {
        !self.is_new && made.known().is_some() && *made != found.into()
    }
}

/// What a look at the server found.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::provider) enum Seen<R> {
    /// The object, with this state.
    Is(R),
    /// Not the object: it is gone.
    Gone,
    /// The object has come to an end that is worth a warning; it is gone.
    Ended(Diagnostic),
    /// Something that has the object's place, and is another.
    Other(Diagnostic),
}

/// What a plan is made with.
pub(in crate::provider) struct Planning<'a, E: Entity> {
    pub(in crate::provider) cx: &'a Context<Configured>,
    /// The configuration, with its write-only values; may hold unknown ones.
    pub(in crate::provider) config: &'a E::Row,
    /// The state before; none for a creation.
    pub(in crate::provider) prior: Option<&'a E::Row>,
    /// What the host that asks can do.
    pub(in crate::provider) host: Host,
}

impl<E: Entity> Planning<'_, E> {
    /// What the server is that the plan is for; none while that is not known.
    ///
    /// # Errors
    /// When no server is configured, or none that can be used.
    pub(in crate::provider) fn kind(&self) -> Result<Option<ServerKind>, Diagnostics> {
        let server = self.cx.client().server()?;
        Ok(server.map(Server::kind))
    }
}

/// What an apply is to make of an object. What is unknown in the plan is unchanged, or for the server to
/// fill in.
#[derive(Debug)]
pub(in crate::provider) struct Wanted<'a, R> {
    /// The state to come.
    pub(in crate::provider) planned: &'a R,
    /// The configuration, with its write-only values.
    pub(in crate::provider) config: &'a R,
    /// See [`Entity::mark`]; none while none is noted, as of a new object.
    pub(in crate::provider) mark: Option<i64>,
}

impl<R> Clone for Wanted<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Wanted<'_, R> {}

/// What steps are made with: the server, in the object's workspace.
pub(in crate::provider) struct Working<'a> {
    pub(in crate::provider) cx: &'a Context<Configured>,
    pub(in crate::provider) server: Server,
}

/// No key of the object is known, and nothing else that it could be found by.
pub(super) fn keyless<E: Entity>() -> Diagnostic {
    Diagnostic::error(
        "Incomplete State",
        format!(
            "The state does not say which {} it is of. Remove it from state and import it again.",
            E::NOUN
        ),
    )
}

/// Whether objects of this type live in a workspace.
pub(super) fn lives_in_one<E: Entity>() -> bool {
    E::workspace(&mut E::Row::default()).is_some()
}

/// The workspace that a row names; null where its type lives in none.
pub(super) fn workspace_of<E: Entity>(row: &E::Row) -> Attr<String> {
    E::workspace(&mut row.clone()).cloned().unwrap_or_default()
}

impl Working<'_> {
    /// The object of this key, if the server has one.
    pub(in crate::provider) async fn get<O: Object>(
        &self,
        key: &O::Key,
    ) -> Result<Option<O::Remote>, Halt> {
        match self.server.get::<O>(key, self.stop()).await {
            Ok(found) => Ok(Some(found)),
            Err(absent) if absent.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(in crate::provider) fn stop(&self) -> &CancellationToken {
        self.cx.stop()
    }
}
