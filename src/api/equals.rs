//! Creating what others may equal in all that they show, because the server gives it its key. When the
//! answer is lost, candidates are those that show what was sent, were created since, and that this
//! process has never seen: one is ours, none and it is created again, more are an error that names
//! them.

use std::{
    fmt::{self, Display},
    future::Future,
    hash::Hash,
    sync::Arc,
    time::SystemTime,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::api::{
    budget::Op,
    call::Call,
    complete::LONGEST_PAGE,
    error::{Error, ErrorKind},
    object::Object,
    page::{Listing, Page},
    repeats::Repeats,
    server::Server,
    twins::{Ledger, Twins, Unsettled},
    write::{Made, windows},
};

/// How to find what a lost answer may have made.
pub enum Among<O: Object> {
    /// In the list of all.
    All,
    /// In this list of some, by the longest page and the token of one.
    Listed(Box<List<O>>),
    /// Keys are given one after the other, so a lost one is the newest, or not far before it.
    Newest {
        /// Reads the newest, if there is any.
        newest: Call<Option<O::Remote>>,
        /// The key that was given before this one.
        before: fn(&O::Key) -> Option<O::Key>,
    },
}

/// The page of a list at a token; none of a list that cannot be asked for.
pub type List<O> =
    dyn Fn(usize, Option<&str>) -> Option<Call<Page<<O as Object>::Remote>>> + Send + Sync;

impl<O: Object> fmt::Debug for Among<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "All",
            Self::Listed(_) => "Listed",
            Self::Newest { .. } => "Newest",
        })
    }
}

/// So many keys of deleted objects are passed over in a row on the way back from the newest.
const MOST_GAPS: usize = 20;

impl Server {
    /// Creates an object whose key the server gives, once, whatever happens to the answers on the
    /// way. `shows`: whether an object shows what was sent.
    ///
    /// # Errors
    /// [`ErrorKind::Ambiguous`] when a lost create cannot be told from another's.
    pub async fn create_among_equals<O: Object>(
        &self,
        call: &Call<O::Remote>,
        among: &Among<O>,
        shows: &(dyn Fn(&O::Remote) -> bool + Sync),
        stop: &CancellationToken,
    ) -> Result<O::Remote, Error>
    where
        O::Key: Display,
    {
        let creation = OfObject {
            server: self,
            call,
            among,
            shows,
            content: call.request.body.clone().unwrap_or_default().to_string(),
        };
        let made = create(&creation, &self.ledger::<O>(), &mut self.op(stop)).await;
        made.map(Made::into_object).map_err(|error| {
            let error = self.failed(error, &call.about);
            // What may have been made is to be looked for, not what the call was about.
            if error.is_outcome_unknown() {
                return error.about(O::area().noun, None);
            }
            error
        })
    }

    /// What this process knows of objects of this kind.
    pub(in crate::api) fn ledger<O: Object>(&self) -> Arc<LedgerOf<O>> {
        self.kept()
    }
}

/// The content of a creation is its body.
type LedgerOf<O> = Ledger<<O as Object>::Key, String>;

/// An object to create.
struct OfObject<'a, O: Object> {
    server: &'a Server,
    call: &'a Call<O::Remote>,
    among: &'a Among<O>,
    shows: &'a (dyn Fn(&O::Remote) -> bool + Sync),
    content: String,
}

impl<O: Object> OfObject<'_, O> {
    async fn listed(
        &self,
        list: impl Fn(usize, Option<&str>) -> Option<Call<Page<O::Remote>>> + Sync,
        op: &Op<'_>,
    ) -> Result<Listing<O::Remote>, Error> {
        let page = |token: Option<&str>| list(LONGEST_PAGE, token);
        self.server.pages(page, O::key, op).await
    }

    /// Those from the newest back to the first that was created before that moment.
    async fn newest(
        &self,
        newest: &Call<Option<O::Remote>>,
        before: fn(&O::Key) -> Option<O::Key>,
        begun: Instant,
        op: &Op<'_>,
    ) -> Result<Listing<O::Remote>, Error> {
        let answered = self.server.send(newest, &mut op.call()).await?;
        let mut found = Listing {
            clock: answered.clock,
            ..Listing::default()
        };
        // Without a clock, nothing could be told from what is older.
        let (Some(clock), Some(mut newest)) = (found.clock, answered.value) else {
            return Ok(found);
        };
        let windows = windows(&clock, begun, SystemTime::now());
        let is_since = |made: &O::Remote| {
            let created = O::created(made).unwrap_or(i64::MAX);
            windows.iter().any(|window| created >= *window.start())
        };
        loop {
            let key = O::key(&newest);
            if !is_since(&newest) {
                return Ok(found);
            }
            found.items.push(newest);
            let Some(earlier) = self.earlier(key, before, op).await? else {
                return Ok(found);
            };
            newest = earlier;
        }
    }

    /// The newest of those that got their keys before this one.
    async fn earlier(
        &self,
        mut key: O::Key,
        before: fn(&O::Key) -> Option<O::Key>,
        op: &Op<'_>,
    ) -> Result<Option<O::Remote>, Error> {
        for _ in 0..MOST_GAPS {
            let Some(earlier) = before(&key) else {
                return Ok(None);
            };
            match self.server.send(&O::get(&earlier), &mut op.call()).await {
                Ok(answered) => return Ok(Some(answered.value)),
                Err(gone) if gone.is_not_found() => key = earlier,
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

impl<O: Object> Creation for OfObject<'_, O>
where
    O::Key: Display,
{
    type Key = O::Key;
    type Content = String;
    type Made = O::Remote;

    fn content(&self) -> &String {
        &self.content
    }

    async fn send(&self, op: &mut Op<'_>) -> Result<O::Remote, Error> {
        let answered = self.server.send(self.call, op).await;
        answered.map(|answered| answered.value)
    }

    async fn look(&self, begun: Instant, op: &Op<'_>) -> Result<Listing<O::Remote>, Error> {
        match self.among {
            Among::All => self.listed(O::page, op).await,
            Among::Listed(list) => self.listed(list, op).await,
            Among::Newest { newest, before } => self.newest(newest, *before, begun, op).await,
        }
    }

    fn shows(&self, made: &O::Remote) -> bool {
        (self.shows)(made)
    }

    fn key(made: &O::Remote) -> O::Key {
        O::key(made)
    }

    fn created(made: &O::Remote) -> Option<i64> {
        O::created(made)
    }
}

/// One creation, and how to see what came of it.
pub(in crate::api) trait Creation: Sync {
    /// What the server gives to what is made.
    type Key: Clone + Eq + Hash + Display + Send;
    /// What identical creations have in common: they wait for each other.
    type Content: Clone + Eq + Hash + Send;
    /// What is made.
    type Made: Send;

    fn content(&self) -> &Self::Content;

    /// Sends it, once.
    fn send(&self, op: &mut Op<'_>) -> impl Future<Output = Result<Self::Made, Error>> + Send;

    /// All that may have been made since that moment, and the server's clock. Others may be among
    /// them.
    fn look(
        &self,
        begun: Instant,
        op: &Op<'_>,
    ) -> impl Future<Output = Result<Listing<Self::Made>, Error>> + Send;

    /// Whether it shows what was sent.
    fn shows(&self, made: &Self::Made) -> bool;

    fn key(made: &Self::Made) -> Self::Key;

    /// In Unix milliseconds.
    fn created(made: &Self::Made) -> Option<i64>;
}

/// A create without a clear answer.
struct Lost {
    begun: Instant,
    ended: Instant,
    error: Error,
}

/// Creates it, once.
pub(in crate::api) async fn create<C: Creation>(
    creation: &C,
    ledger: &Ledger<C::Key, C::Content>,
    op: &mut Op<'_>,
) -> Result<Made<C::Made, C::Made>, Error> {
    let twins = ledger.twins(creation.content());
    let mut repeats = Repeats::default();
    loop {
        let (lost, counted) = {
            let _out = op.wait_for(twins.gate.read()).await?;
            let begun = Instant::now();
            match creation.send(&mut op.call()).await {
                Ok(made) => {
                    ledger.own(&C::key(&made));
                    return Ok(Made::Answered(made));
                }
                // Counted before the gate opens, or a twin that settles would miss this one.
                Err(error) if error.is_outcome_unknown() => (
                    Lost {
                        begun,
                        ended: Instant::now(),
                        error,
                    },
                    Unsettled::of(&twins),
                ),
                Err(error) => return Err(error),
            }
        };
        debug!(kind = ?lost.error.kind(), status = lost.error.status(), "looking for a create without a clear answer");
        let found = find(creation, ledger, &twins, (&lost, counted), op).await?;
        if let Some(made) = found {
            return Ok(Made::Found(made));
        }
        let error = lost.error.with_outcome_unknown(false);
        if !repeats.once_more(&error, op).await? {
            return Err(error);
        }
    }
}

/// What a lost create made, if it made anything; adopted, so no twin takes it as well.
async fn find<C: Creation>(
    creation: &C,
    ledger: &Ledger<C::Key, C::Content>,
    twins: &Arc<Twins>,
    (lost, counted): (&Lost, Unsettled),
    op: &Op<'_>,
) -> Result<Option<C::Made>, Error> {
    let unknown = |error: Error| error.with_outcome_unknown(true);
    let _alone = op.wait_for(twins.gate.write()).await.map_err(unknown)?;
    // Dropped before the gate opens: the next twin must not count what is settled.
    let _counted = counted;
    // A twin that waited for its turn has waited for the list as well.
    let waited = lost.ended.elapsed();
    let looks = op.pace.looks.iter();
    for (i, at) in looks
        .enumerate()
        .filter(|(i, at)| **at >= waited || i + 1 == op.pace.looks.len())
    {
        debug!(look = i + 1, "listing");
        op.pause(at.saturating_sub(lost.ended.elapsed()))
            .await
            .map_err(unknown)?;
        let mut candidates = candidates(creation, ledger, lost, op).await?;
        if candidates.len() > twins.unsettled() {
            let keys = candidates.iter().map(|made| C::key(made).to_string());
            let kind = ErrorKind::Ambiguous {
                ids: keys.collect(),
            };
            return Err(Error::new(kind).with_outcome_unknown(true));
        }
        if let Some(made) = candidates.pop() {
            ledger.own(&C::key(&made));
            return Ok(Some(made));
        }
    }
    Ok(None)
}

async fn candidates<C: Creation>(
    creation: &C,
    ledger: &Ledger<C::Key, C::Content>,
    lost: &Lost,
    op: &Op<'_>,
) -> Result<Vec<C::Made>, Error> {
    let listing = creation.look(lost.begun, op).await.map_err(|error| {
        // Some other site answers everything: it has not created anything either.
        let foreign =
            *error.kind() == ErrorKind::ForeignAnswer && error.kind() == lost.error.kind();
        error.with_outcome_unknown(!foreign)
    })?;
    let Some(clock) = listing.clock else {
        return Err(Error::new(ErrorKind::ForeignAnswer)
            .with_message(
                "the answer has no Date header, so what is new cannot be told from what is old",
            )
            .with_outcome_unknown(true));
    };
    let windows = windows(&clock, lost.begun, SystemTime::now());
    let mut found = listing.items;
    found.retain(|made| {
        C::created(made).is_some_and(|at| windows.iter().any(|it| it.contains(&at)))
            && creation.shows(made)
            && !ledger.is_known(&C::key(made), lost.begun)
    });
    Ok(found)
}
