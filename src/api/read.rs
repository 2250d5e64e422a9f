//! Reading things that have a key: one, one among many, or all of them.

use std::hash::Hash;

use tokio_util::sync::CancellationToken;

use crate::api::{
    budget::Op,
    call::Call,
    error::{Error, ErrorKind},
    object::Object,
    page::{Listing, Page, Pages},
    refreshes::{self, Refreshes},
    server::Server,
};

/// What the refreshes of one kind of object share.
struct Shared<O: Object>(Refreshes<O::Key, O::Remote>);

impl<O: Object> Default for Shared<O> {
    fn default() -> Self {
        Self(Refreshes::default())
    }
}

impl Server {
    /// Reads an object.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] is only what the server itself says of exactly this object.
    pub async fn get<O: Object>(
        &self,
        key: &O::Key,
        stop: &CancellationToken,
    ) -> Result<O::Remote, Error> {
        match self.run(&O::get(key), stop).await {
            Err(denied) if *denied.kind() == ErrorKind::PermissionDenied => {
                Err(self.gone_or::<O>(denied, key, stop).await)
            }
            read => self.seen::<O>(key, read?),
        }
    }

    /// What is in nothing that there is, is gone; else its reading was denied.
    async fn gone_or<O: Object>(
        &self,
        denied: Error,
        key: &O::Key,
        stop: &CancellationToken,
    ) -> Error {
        let Some(within) = O::within(key) else {
            return denied;
        };
        match self.run(&within, stop).await {
            Err(gone) if gone.is_not_found() => gone,
            _ => denied,
        }
    }

    /// What somebody asked for by its key is not taken for a new one.
    fn seen<O: Object>(&self, key: &O::Key, remote: O::Remote) -> Result<O::Remote, Error> {
        if O::HAS_EQUALS {
            self.ledger::<O>().own(key);
        }
        Ok(remote)
    }

    /// Reads an object beside many others: what is returned may have been listed for another of
    /// them, up to five seconds before this call, yet never before a write of this process ended.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub async fn refresh<O: Object>(
        &self,
        key: &O::Key,
        stop: &CancellationToken,
    ) -> Result<O::Remote, Error> {
        let op = self.op(stop);
        let listed = self.listed::<O>(key, &op).await;
        let listed = listed.map_err(|error| self.failed(error, &O::get(key).about))?;
        match listed {
            Some(remote) => self.seen::<O>(key, remote),
            None => self.get::<O>(key, stop).await,
        }
    }

    async fn listed<O: Object>(
        &self,
        key: &O::Key,
        op: &Op<'_>,
    ) -> Result<Option<O::Remote>, Error> {
        if !O::is_listed_whole(self.kind()) {
            return Ok(None);
        }
        let shared = self.kept::<Shared<O>>();
        let earliest = self.recency().earliest(op.pace.age);
        let fetch = async |token: Option<String>| {
            let Some(call) = O::page(refreshes::PAGE, token.as_deref()) else {
                return Err(Error::new(ErrorKind::Unsupported));
            };
            let page = self.send(&call, &mut op.probe()).await;
            page.map(|answered| answered.value)
        };
        let found = shared.0.find(key, earliest, op, O::key, fetch).await?;
        Ok(found.filter(|listed| !O::is_half(listed)))
    }

    /// All that a list shows which is not one of whole objects, over every page.
    ///
    /// # Errors
    /// As [`Server::list`]; [`ErrorKind::Unsupported`] where there is no such list.
    pub async fn list_by<T: Clone + Eq + Hash>(
        &self,
        page: impl Fn(Option<&str>) -> Option<Call<Page<T>>>,
        stop: &CancellationToken,
    ) -> Result<Vec<T>, Error> {
        let listed = self.pages(&page, T::clone, &self.op(stop)).await;
        let listed = listed.map_err(|error| match page(None) {
            Some(call) => self.failed(error, &call.about),
            None => error.on(self.kind()),
        });
        listed.map(|listing| listing.items)
    }

    /// The pages of a list, from its first to its last.
    pub(in crate::api) async fn pages<T, K: Eq + Hash>(
        &self,
        page: impl Fn(Option<&str>) -> Option<Call<Page<T>>>,
        key: fn(&T) -> K,
        op: &Op<'_>,
    ) -> Result<Listing<T>, Error> {
        let mut pages = Pages::new(key);
        loop {
            let Some(call) = page(pages.token()) else {
                return Err(Error::new(ErrorKind::Unsupported));
            };
            let answered = self.send(&call, &mut op.call()).await?;
            if pages.add(answered.value, answered.clock)? {
                return Ok(pages.whole());
            }
        }
    }
}
