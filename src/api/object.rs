//! What things are that a server keeps under a key: the nouns that [`Server`](super::Server) works on
//! without knowing them.

use std::{fmt::Debug, hash::Hash, marker::PhantomData};

use crate::api::{area::Area, call::Call, kind::ServerKind, page::Page};

/// A kind of thing that has a key within its workspace.
pub trait Object: 'static {
    /// What tells one from the others, chosen by the caller or given by the server.
    type Key: Clone + Debug + Ord + Hash + Send + Sync;
    /// The thing as servers show it.
    type Remote: Clone + Debug + Send + Sync + 'static;

    /// Whether others may equal it in all that they show, because the server gives it its key. Then
    /// those that this process has seen are remembered, and none is taken for a new one.
    const HAS_EQUALS: bool = false;

    /// The area of the API that it belongs to.
    fn area() -> &'static Area;

    /// Reads one.
    fn get(key: &Self::Key) -> Call<Self::Remote>;

    /// What it stands in, where that has to be asked when a look at it is denied: servers deny a look
    /// at what is in nothing that there is.
    fn within(_key: &Self::Key) -> Option<Call<()>> {
        None
    }

    /// One page of the list of all, at most `size` long, from `token` on; `None` where there is no such
    /// list.
    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<Self::Remote>>>;

    /// Whether the list of a server of this kind shows the whole thing, so that a refresh may be served
    /// from it.
    fn is_listed_whole(_on: ServerKind) -> bool {
        true
    }

    /// The key of one.
    fn key(remote: &Self::Remote) -> Self::Key;

    /// Whether this can only be half of what a list was to show. MLflow reads rows first and their tags
    /// then, so what is deleted or renamed in between is shown without any, whatever was asked for.
    fn is_half(_listed: &Self::Remote) -> bool {
        false
    }

    /// When it was made, in Unix milliseconds of the server's clock, where it tells.
    fn created(remote: &Self::Remote) -> Option<i64>;

    /// Whether one that a server of this kind shows keeps its key from others.
    fn keeps_its_key(_remote: &Self::Remote, _on: ServerKind) -> bool {
        true
    }
}

/// A kind of thing that has, beside the key that its server gives it, a name that is unique in its
/// workspace.
pub trait Named: Object {
    /// Reads the one of this name.
    fn get_named(name: &str) -> Call<Self::Remote>;

    /// The name of one.
    fn name(remote: &Self::Remote) -> &str;

    /// Whether one that a server of this kind shows keeps its name from others.
    fn keeps_its_name(_remote: &Self::Remote, _on: ServerKind) -> bool {
        true
    }
}

/// The same things, each under its name.
#[derive(Debug)]
pub struct ByName<O>(PhantomData<fn(O)>);

impl<O: Named> Object for ByName<O> {
    type Key = String;
    type Remote = O::Remote;

    fn area() -> &'static Area {
        O::area()
    }

    fn get(name: &String) -> Call<O::Remote> {
        O::get_named(name)
    }

    fn page(size: usize, token: Option<&str>) -> Option<Call<Page<O::Remote>>> {
        O::page(size, token)
    }

    fn is_listed_whole(on: ServerKind) -> bool {
        O::is_listed_whole(on)
    }

    fn key(remote: &O::Remote) -> String {
        O::name(remote).to_owned()
    }

    fn is_half(listed: &O::Remote) -> bool {
        O::is_half(listed)
    }

    fn created(remote: &O::Remote) -> Option<i64> {
        O::created(remote)
    }

    fn keeps_its_key(remote: &O::Remote, on: ServerKind) -> bool {
        O::keeps_its_name(remote, on)
    }
}
