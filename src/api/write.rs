//! Writes of things that have a key, settled by looking where the answer was lost or unclear: nothing
//! is done twice and nothing is lost. An error that is left over says whether its outcome is still
//! unknown.

use std::{
    ops::RangeInclusive,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::api::{
    budget::Op,
    call::Call,
    error::{Error, ErrorKind},
    object::Object,
    page::Clock,
    repeats::Repeats,
    server::{Answered, Server},
};

/// Servers that stand behind a proxy may be dated by it: so much two clocks of one site may differ.
const CLOCK_SKEW: Duration = Duration::from_secs(2);

/// By what an object counts as ours that a lost answer may have made.
#[derive(Clone, Debug)]
pub enum Claim {
    /// It was created since the request began, by the server's clock or by ours.
    CreatedSince,
    /// It was looked for right before, and there was none of that key.
    WasAbsent,
    /// This call succeeds, which needs what was sent: such as a login with a new user's password.
    Answers(Call<()>),
}

/// What a look after an unclear change shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is done.
    Done,
    /// It is not done, and may be.
    NotDone,
    /// Somebody else has made something in its place, which must stay.
    Taken,
}

impl From<bool> for Shown {
    fn from(is_done: bool) -> Self {
        if is_done { Self::Done } else { Self::NotDone }
    }
}

/// What a settled create ends with.
#[derive(Clone, Debug)]
pub enum Made<T, R> {
    /// The call's own answer.
    Answered(T),
    /// Its answer was lost; this is the object that it made.
    Found(R),
}

impl<T> Made<T, T> {
    /// The object, where the call's answer shows it too.
    pub fn into_object(self) -> T {
        match self {
            Self::Answered(object) | Self::Found(object) => object,
        }
    }
}

impl Server {
    /// Creates an object, once, whatever happens to the answers on the way. `shows`: whether an
    /// object shows what was sent.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] when there is one of that key that this call did not make.
    pub async fn create<O: Object, T>(
        &self,
        call: &Call<T>,
        key: &O::Key,
        claim: Claim,
        shows: &(dyn Fn(&O::Remote) -> bool + Sync),
        stop: &CancellationToken,
    ) -> Result<Made<T, O::Remote>, Error> {
        let mut op = self.op(stop);
        let created = self.settle_create::<O, T>(call, key, claim, shows, &mut op);
        created
            .await
            .map_err(|error| self.failed(error, &call.about))
    }

    async fn settle_create<O: Object, T>(
        &self,
        call: &Call<T>,
        key: &O::Key,
        claim: Claim,
        shows: &(dyn Fn(&O::Remote) -> bool + Sync),
        op: &mut Op<'_>,
    ) -> Result<Made<T, O::Remote>, Error> {
        let begun = Instant::now();
        let (mut lost, mut collided, mut repeats) = (false, false, Repeats::default());
        loop {
            let error = match self.send(call, &mut op.call()).await {
                Ok(answered) => return Ok(Made::Answered(answered.value)),
                Err(error) if error.is_outcome_unknown() => error,
                // An earlier attempt of ours may be what is in the way.
                Err(error) if lost && *error.kind() == ErrorKind::AlreadyExists => error,
                // Some areas say so of what is in the way.
                Err(error) if is_collision(&error) => error,
                Err(error) => return Err(error),
            };
            let may_be_ours = lost || error.is_outcome_unknown();
            debug!(kind = ?error.kind(), status = error.status(), "looking for a create without a clear answer");
            if let Some(found) = self.look::<O>(key, &error, op).await? {
                let is_ours = may_be_ours && self.is_ours::<O>(&found, &claim, begun, op).await?;
                if is_ours && shows(&found.value) {
                    return Ok(Made::Found(found.value));
                }
                return Err(error
                    .with_kind(ErrorKind::AlreadyExists)
                    .with_outcome_unknown(false));
            }
            if is_collision(&error) {
                // What it met may have gone right after, as by a rename of the same apply.
                if std::mem::replace(&mut collided, true) {
                    return Err(error);
                }
                continue;
            }
            let error = error.with_outcome_unknown(false);
            if !repeats.once_more(&error, op).await? {
                return Err(error);
            }
            lost = true;
        }
    }

    async fn is_ours<O: Object>(
        &self,
        found: &Answered<O::Remote>,
        claim: &Claim,
        begun: Instant,
        op: &Op<'_>,
    ) -> Result<bool, Error> {
        match claim {
            Claim::WasAbsent => Ok(true),
            Claim::CreatedSince => Ok(is_created_since::<O>(found, begun)),
            Claim::Answers(call) => match self.send(call, &mut op.call()).await {
                Ok(_) => Ok(true),
                Err(error) if *error.kind() == ErrorKind::Unauthenticated => Ok(false),
                Err(error) => Err(error.with_outcome_unknown(true)),
            },
        }
    }

    /// Changes or deletes an object. Doing it twice is the same as once, so it may be repeated; yet
    /// after an unclear answer it is looked whether it is done already. `shows`: whether the object,
    /// or its absence, is as the call makes it.
    ///
    /// # Errors
    /// Whenever it cannot be made sure that it is done; [`ErrorKind::AlreadyExists`] when its place
    /// is taken.
    pub async fn change<O: Object, T>(
        &self,
        call: &Call<T>,
        key: &O::Key,
        shows: &(dyn Fn(Option<&O::Remote>) -> Shown + Sync),
        stop: &CancellationToken,
    ) -> Result<Option<T>, Error> {
        let mut op = self.op(stop);
        let changed = self.settle_change::<O, T>(call, key, shows, &mut op);
        changed
            .await
            .map_err(|error| self.failed(error, &call.about))
    }

    async fn settle_change<O: Object, T>(
        &self,
        call: &Call<T>,
        key: &O::Key,
        shows: &(dyn Fn(Option<&O::Remote>) -> Shown + Sync),
        op: &mut Op<'_>,
    ) -> Result<Option<T>, Error> {
        let (mut repeats, mut collided) = (Repeats::default(), false);
        loop {
            let error = match self.send(call, &mut op.call()).await {
                Ok(answered) => return Ok(Some(answered.value)),
                Err(error) if error.is_outcome_unknown() => error,
                // Somebody else set the same tag or alias for the first time at the same moment.
                Err(error) if is_collision(&error) && !collided => {
                    collided = true;
                    error
                }
                Err(error) if error.is_not_found() => {
                    return self.unless_done::<O, T>(error, key, shows, op).await;
                }
                Err(error) => return Err(error),
            };
            debug!(kind = ?error.kind(), status = error.status(), "looking after a write without a clear answer");
            let seen = self.look::<O>(key, &error, op).await?;
            let error = error.with_outcome_unknown(false);
            match shows(seen.as_ref().map(|found| &found.value)) {
                Shown::Done => return Ok(None),
                Shown::Taken => return Err(error.with_kind(ErrorKind::AlreadyExists)),
                Shown::NotDone => {}
            }
            if !repeats.once_more(&error, op).await? {
                return Err(error);
            }
        }
    }

    /// What is not found need not be the object: a tag that is to go may be gone already, and so may
    /// the object that is to be deleted.
    async fn unless_done<O: Object, T>(
        &self,
        missing: Error,
        key: &O::Key,
        shows: &(dyn Fn(Option<&O::Remote>) -> Shown + Sync),
        op: &Op<'_>,
    ) -> Result<Option<T>, Error> {
        let seen = self.look::<O>(key, &missing, op).await?;
        match shows(seen.as_ref().map(|found| &found.value)) {
            Shown::Done => Ok(None),
            Shown::NotDone | Shown::Taken => Err(missing),
        }
    }

    /// The object as it is after an unclear write. Only "not found" says that there is none; any
    /// other failure leaves the outcome of the write unknown.
    async fn look<O: Object>(
        &self,
        key: &O::Key,
        lost: &Error,
        op: &Op<'_>,
    ) -> Result<Option<Answered<O::Remote>>, Error> {
        match self.send(&O::get(key), &mut op.call()).await {
            Ok(found) => {
                let stands = O::keeps_its_key(&found.value, self.kind());
                Ok(Some(found).filter(|_| stands))
            }
            Err(gone) if gone.is_not_found() => Ok(None),
            Err(error) => {
                // Some other site answers everything: it has not done anything either.
                let foreign =
                    *error.kind() == ErrorKind::ForeignAnswer && error.kind() == lost.kind();
                Err(error.with_outcome_unknown(!foreign))
            }
        }
    }
}

/// So says a database that two first writes met in; it says so of other things as well.
fn is_collision(error: &Error) -> bool {
    error.code() == Some("BAD_REQUEST")
}

fn is_created_since<O: Object>(found: &Answered<O::Remote>, begun: Instant) -> bool {
    let (Some(created), Some(clock)) = (O::created(&found.value), &found.clock) else {
        return false;
    };
    windows(clock, begun, SystemTime::now())
        .iter()
        .any(|window| window.contains(&created))
}

/// When a create that was begun at that moment can have been carried out, in Unix milliseconds: by
/// the clock that dates the server's answers, and by ours. A proxy may date them wrongly, and then
/// the two differ; the time of someone else's object falls into neither.
pub(in crate::api) fn windows(
    clock: &Clock,
    begun: Instant,
    now: SystemTime,
) -> [RangeInclusive<i64>; 2] {
    let ours = Clock {
        server: now,
        ours: Instant::now(),
    };
    [clock, &ours].map(|clock| {
        let skew = i64::try_from(CLOCK_SKEW.as_millis()).unwrap_or(i64::MAX);
        // Dates are whole seconds, so the present may be up to one later.
        let until = clock.at(clock.ours).saturating_add(skew + 1000);
        clock.at(begun).saturating_sub(skew)..=until
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour, in milliseconds.
    const HOUR: i64 = 3_600_000;

    #[test]
    fn one_of_the_clocks_may_be_wrong() {
        let (begun, noon) = (Instant::now(), 1_700_000_000_000);
        let time = |ms: i64| SystemTime::UNIX_EPOCH + Duration::from_millis(ms.unsigned_abs());
        for (dated, ours, made, fits) in [
            (noon, noon, noon, true),
            (noon + HOUR, noon, noon, true),
            (noon - HOUR, noon, noon, true),
            (noon, noon + HOUR, noon, true),
            (noon, noon - HOUR, noon, true),
            (noon + HOUR, noon - HOUR, noon, false),
            (noon, noon, noon - 2500, false),
            (noon, noon, noon + 5000, false),
            // What lies between the two is in neither's span.
            (noon + HOUR, noon, noon + HOUR / 2, false),
        ] {
            let clock = Clock {
                server: time(dated),
                ours: begun,
            };
            let windows = windows(&clock, begun, time(ours));
            let found = windows.iter().any(|it| it.contains(&made));
            assert_eq!(found, fits, "{dated} {ours} {made}");
        }
    }
}
