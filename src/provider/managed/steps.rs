//! The steps that a creation, a change or a destruction consists of. They are made one after the other,
//! and each knows what is true once it is done.

use std::fmt::{self, Display};

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::{
    api::{Among, Call, Claim, Error, Made, Object, Server, Shown},
    framework::{Diagnostic, Diagnostics},
};

type Run<O> =
    Box<dyn FnOnce(Server, CancellationToken) -> BoxFuture<'static, Result<Ran<O>, Halt>> + Send>;

type Check<O> = Box<dyn FnOnce(&<O as Object>::Remote) -> Result<(), Diagnostics> + Send>;

/// What came of one step.
struct Ran<O: Object> {
    /// The object as the answer shows it.
    remote: Option<O::Remote>,
    /// Its key, where the server gave it.
    key: Option<O::Key>,
}

impl<O: Object> Ran<O> {
    /// A step that made an object which the server has given a key.
    fn made(remote: O::Remote) -> Self {
        Self {
            key: Some(O::key(&remote)),
            remote: Some(remote),
        }
    }

    /// A step that gave no key. `remote`: what its answer shows.
    fn showing(remote: Option<O::Remote>) -> Self {
        Self { remote, key: None }
    }
}

/// Why steps go no further.
#[derive(Debug)]
pub(in crate::provider) enum Halt {
    /// A call failed.
    Failed(Error),
    /// Something else has the object's place.
    Exists,
    /// The same, in words of the type's own. How to manage what is there is added.
    ExistsAs(Diagnostic),
    /// The step itself refuses.
    Refused(Diagnostics),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Diagnostics> for Halt {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

/// One step towards a state that is an `R`, on an object that is an `O`.
pub(in crate::provider) struct Step<O: Object, R> {
    run: Run<O>,
    /// What is wrong with what its answer shows.
    check: Option<Check<O>>,
    /// The state once it is done, as far as it can be told without looking.
    truth: Box<dyn FnOnce(Option<O::Key>) -> R + Send>,
}

impl<O: Object, R: Send + 'static> Step<O, R> {
    /// Makes the object. `shows`: whether an object shows what is sent.
    pub(in crate::provider) fn create(
        call: Call<O::Remote>,
        key: O::Key,
        claim: Claim,
        shows: impl Fn(&O::Remote) -> bool + Send + Sync + 'static,
        truth: R,
    ) -> Self {
        Self::of(truth, move |server, stop| {
            Box::pin(async move {
                let made = server.create::<O, _>(&call, &key, claim, &shows, &stop);
                Ok(Ran::showing(Some(made.await?.into_object())))
            })
        })
    }

    /// Makes an object that the server gives a key. `name`: what a `B`, the same object under its unique
    /// name, is looked for by after an unclear answer; `key`: what the answer tells of it; `truth`: the
    /// state, of which the key is known only once it is made.
    pub(in crate::provider) fn create_named<B, T>(
        call: Call<T>,
        name: B::Key,
        claim: Claim,
        shows: impl Fn(&O::Remote) -> bool + Send + Sync + 'static,
        key: fn(T) -> O::Key,
        truth: impl FnOnce(Option<O::Key>) -> R + Send + 'static,
    ) -> Self
    where
        B: Object<Remote = O::Remote>,
        T: Send + Sync + 'static,
    {
        Self::keyed(truth, move |server, stop| {
            Box::pin(async move {
                let made = server.create::<B, _>(&call, &name, claim, &shows, &stop);
                Ok(match made.await? {
                    Made::Answered(answer) => Ran {
                        remote: None,
                        key: Some(key(answer)),
                    },
                    Made::Found(remote) => Ran::made(remote),
                })
            })
        })
    }

    /// The same, of an object that the answer shows.
    pub(in crate::provider) fn create_shown<B>(
        call: Call<O::Remote>,
        name: B::Key,
        claim: Claim,
        shows: impl Fn(&O::Remote) -> bool + Send + Sync + 'static,
        truth: impl FnOnce(Option<O::Key>) -> R + Send + 'static,
    ) -> Self
    where
        B: Object<Remote = O::Remote>,
    {
        Self::keyed(truth, move |server, stop| {
            Box::pin(async move {
                let made = server.create::<B, _>(&call, &name, claim, &shows, &stop);
                Ok(Ran::made(made.await?.into_object()))
            })
        })
    }

    /// Makes an object that the server gives a key, and that others may equal in all that they show.
    /// `truth`: the state, of which the key is known only once it is made.
    pub(in crate::provider) fn create_among_equals(
        call: Call<O::Remote>,
        among: Among<O>,
        shows: impl Fn(&O::Remote) -> bool + Send + Sync + 'static,
        truth: impl FnOnce(Option<O::Key>) -> R + Send + 'static,
    ) -> Self
    where
        O::Key: Display,
    {
        Self::keyed(truth, move |server, stop| {
            Box::pin(async move {
                let made = server.create_among_equals::<O>(&call, &among, &shows, &stop);
                Ok(Ran::made(made.await?))
            })
        })
    }

    /// Changes the object, and is answered with what it then is. `key` is what that is read by once
    /// it is changed; `done`: whether it is.
    pub(in crate::provider) fn change<S: Into<Shown>>(
        call: Call<O::Remote>,
        key: O::Key,
        done: impl Fn(Option<&O::Remote>) -> S + Send + Sync + 'static,
        truth: R,
    ) -> Self {
        Self::of(truth, move |server, stop| {
            Box::pin(async move {
                let shows = |seen: Option<&O::Remote>| done(seen).into();
                let changed = server.change::<O, _>(&call, &key, &shows, &stop);
                Ok(Ran::showing(changed.await?))
            })
        })
    }

    /// Changes the object, with an answer that shows nothing of it.
    pub(in crate::provider) fn silent<S: Into<Shown>>(
        call: Call<()>,
        key: O::Key,
        done: impl Fn(Option<&O::Remote>) -> S + Send + Sync + 'static,
        truth: R,
    ) -> Self {
        Self::silent_named::<O, S>(call, key, done, truth)
    }

    /// The same of an object that is looked for by its unique name: what has that name once a rename
    /// had no clear answer is the object, or another in its way.
    pub(in crate::provider) fn silent_named<B, S>(
        call: Call<()>,
        name: B::Key,
        done: impl Fn(Option<&O::Remote>) -> S + Send + Sync + 'static,
        truth: R,
    ) -> Self
    where
        B: Object<Remote = O::Remote>,
        S: Into<Shown>,
    {
        Self::of(truth, move |server, stop| {
            Box::pin(async move {
                let shows = |seen: Option<&O::Remote>| done(seen).into();
                let changed = server.change::<B, _>(&call, &name, &shows, &stop);
                changed.await?;
                Ok(Ran::showing(None))
            })
        })
    }

    /// The same, whose answer must pass this; it is made all the same.
    pub(in crate::provider) fn checked(
        self,
        check: impl FnOnce(&O::Remote) -> Result<(), Diagnostics> + Send + 'static,
    ) -> Self {
        Self {
            check: Some(Box::new(check)),
            ..self
        }
    }

    /// The same, which keeps this until it has run.
    pub(in crate::provider) fn keeping(self, kept: impl Send + 'static) -> Self {
        let inner = self.run;
        let run: Run<O> = Box::new(move |server, stop| {
            Box::pin(async move {
                let ran = inner(server, stop).await;
                drop(kept);
                ran
            })
        });
        Self { run, ..self }
    }

    fn of(
        truth: R,
        run: impl FnOnce(Server, CancellationToken) -> BoxFuture<'static, Result<Ran<O>, Halt>>
        + Send
        + 'static,
    ) -> Self {
        Self::keyed(|_| truth, run)
    }

    /// A step that may give the object its key, without which the state is not told.
    fn keyed(
        truth: impl FnOnce(Option<O::Key>) -> R + Send + 'static,
        run: impl FnOnce(Server, CancellationToken) -> BoxFuture<'static, Result<Ran<O>, Halt>>
        + Send
        + 'static,
    ) -> Self {
        Self {
            run: Box::new(run),
            check: None,
            truth: Box::new(truth),
        }
    }
}

/// What came of steps that were all made.
pub(super) struct Done<O: Object, R> {
    /// The state as far as it can be told without looking; none when there was nothing to do.
    pub(super) truth: Option<R>,
    /// The object as the last step's answer shows it.
    pub(super) remote: Option<O::Remote>,
}

/// A step that was not made, after others that were.
pub(super) struct Cut<R> {
    pub(super) halt: Halt,
    /// The state after the last step that was made; none when none was.
    pub(super) certain: Option<R>,
    /// The state if the step that failed was made after all, when that could not be found out.
    pub(super) perhaps: Option<R>,
}

impl<R> Cut<R> {
    /// Not even the first step was made.
    pub(super) fn before_any(halt: Halt) -> Self {
        Self {
            halt,
            certain: None,
            perhaps: None,
        }
    }

    /// The same after earlier steps, which ended in this state.
    pub(super) fn after(self, earlier: R) -> Self {
        Self {
            certain: Some(self.certain.unwrap_or(earlier)),
            ..self
        }
    }
}

/// Makes steps, up to the first that fails.
pub(super) async fn run<O: Object, R>(
    steps: Vec<Step<O, R>>,
    server: &Server,
    stop: &CancellationToken,
) -> Result<Done<O, R>, Cut<R>> {
    let mut done = Done {
        truth: None,
        remote: None,
    };
    for step in steps {
        match (step.run)(server.clone(), stop.clone()).await {
            Ok(ran) => {
                done.truth = Some((step.truth)(ran.key));
                let passes = step.check.zip(ran.remote.as_ref());
                if let Some(Err(wrong)) = passes.map(|(check, remote)| check(remote)) {
                    return Err(Cut {
                        halt: Halt::Refused(wrong),
                        certain: done.truth,
                        perhaps: None,
                    });
                }
                done.remote = ran.remote;
            }
            Err(halt) => {
                let unknown = matches!(&halt, Halt::Failed(error) if error.is_outcome_unknown());
                return Err(Cut {
                    halt,
                    certain: done.truth,
                    perhaps: unknown.then(|| (step.truth)(None)),
                });
            }
        }
    }
    Ok(done)
}

/// It is made of closures, which show nothing.
impl<O: Object, R> fmt::Debug for Step<O, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").finish_non_exhaustive()
    }
}
