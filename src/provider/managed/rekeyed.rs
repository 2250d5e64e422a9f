//! Objects whose key changes, as by a rename. Notes beside the state say under which other keys an object
//! may be, so that what is not under the one that its state has is not taken for gone.

use serde_json::json;

use crate::{
    api::Server,
    framework::{Field, Private, map_object},
    provider::managed::{
        entity::{Entity, Remote},
        import,
    },
};

/// The key that the object may have by now, after a change without a clear answer.
const PERHAPS: &str = "perhaps";

/// The names that it had before, the latest last.
const FORMER: &str = "former";

/// So many of them: each is of use until what belongs to the object was refreshed once.
const LONGEST: usize = 5;

/// See [`Entity::mark`].
const MARK: &str = "mark";

/// Notes the key that the object may have by now, if it is another than that of its state.
pub(super) fn note<E: Entity>(private: &mut Private, state: &E::Row, perhaps: Option<&E::Row>) {
    let id = import::id_with_workspace::<E>;
    if let Some(other) = perhaps.map(id).filter(|other| *other != id(state)) {
        private.set(PERHAPS, other);
    }
}

/// Notes what an object that has been seen is told from others by. Its key is certain now.
pub(super) fn saw<E: Entity>(private: &mut Private, remote: &Remote<E>, state: &E::Row) {
    forget(private);
    match E::mark(remote, state) {
        Some(mark) => private.set(MARK, mark),
        None => private.remove(MARK),
    }
}

/// Once the object has been seen, its key is certain.
pub(super) fn forget(private: &mut Private) {
    private.remove(PERHAPS);
}

/// What it was last told from others by.
pub(super) fn mark(private: &Private) -> Option<i64> {
    private.get(MARK)?.as_i64()
}

/// The state with the key that is noted.
pub(super) fn noted<E: Entity>(private: &Private, state: &E::Row) -> Option<E::Row> {
    let key = import::row::<E>(private.get(PERHAPS)?.as_str()?)?.into_value();
    let is_of_key = |name: &str| E::IDENTITY.iter().any(|(it, _)| *it == name);
    let state = map_object(state.clone().into_value(), |name, value| {
        match key.get(name) {
            noted if is_of_key(name) && !noted.is_null() => noted.clone(),
            _ => value,
        }
    });
    E::Row::from_value(state).ok()
}

/// Notes the name that an object had before a change, if it has another one after it, and tells the
/// process.
pub(super) fn renamed<E: Entity>(
    server: &Server,
    private: &mut Private,
    before: &E::Row,
    after: &E::Row,
) {
    let ids = (import::id::<E>(before), import::id::<E>(after));
    let (Some(former), Some(name)) = (ids.0.into_known(), ids.1.into_known()) else {
        return;
    };
    let mut names = former_names(private);
    names.retain(|it| *it != former && *it != name);
    if former != name {
        names.push(former);
    }
    let surplus = names.len().saturating_sub(LONGEST);
    names.drain(..surplus);
    match names.is_empty() {
        true => private.remove(FORMER),
        false => private.set(FORMER, json!(names)),
    }
    tell::<E>(server, private, after);
}

/// Tells the process which names the object had before.
pub(super) fn tell<E: Entity>(server: &Server, private: &Private, state: &E::Row) {
    let Some(name) = import::id::<E>(state).into_known() else {
        return;
    };
    for former in former_names(private) {
        server.remember_rename(E::TYPE_NAME, &former, &name);
    }
}

fn former_names(private: &Private) -> Vec<String> {
    let names = private.get(FORMER).and_then(|it| it.as_array());
    let names = names.into_iter().flatten().filter_map(|it| it.as_str());
    names.map(str::to_owned).collect()
}

/// The states that the object has if what it belongs to was renamed.
pub(super) fn followed<E: Entity>(server: &Server, state: &E::Row) -> Vec<E::Row> {
    let mut state = state.clone();
    let Some((type_name, owner)) = E::owner(&mut state) else {
        return Vec::new();
    };
    let former = owner.known_or_default();
    let names = server.renamed(type_name, &former).into_iter();
    let states = names.filter_map(|name| {
        let mut state = state.clone();
        *E::owner(&mut state)?.1 = name.into();
        Some(state)
    });
    states.collect()
}
