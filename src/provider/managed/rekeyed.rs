//! Objects whose key was changed, as by a rename, without a clear answer. The state keeps the key that is
//! certain. A note beside it keeps the other one, so that an object that is not under the first is
//! looked for under the second, and not taken for gone.

use crate::{
    framework::{Field, Private, map_object},
    provider::managed::{entity::Entity, import},
};

const NOTE: &str = "perhaps";

/// Notes the key that the object may have by now, if it is another than that of its state.
pub(super) fn note<E: Entity>(private: &mut Private, state: &E::Row, perhaps: Option<&E::Row>) {
    let id = import::id_with_workspace::<E>;
    if let Some(other) = perhaps.map(id).filter(|other| *other != id(state)) {
        private.set(NOTE, other);
    }
}

/// Once the object has been seen, its key is certain.
pub(super) fn forget(private: &mut Private) {
    private.remove(NOTE);
}

/// The state with the key that is noted.
pub(super) fn noted<E: Entity>(private: &Private, state: &E::Row) -> Option<E::Row> {
    let key = import::row::<E>(private.get(NOTE)?.as_str()?)?.into_value();
    let is_of_key = |name: &str| E::IDENTITY.iter().any(|(it, _)| *it == name);
    let state = map_object(state.clone().into_value(), |name, value| {
        match key.get(name) {
            noted if is_of_key(name) && !noted.is_null() => noted.clone(),
            _ => value,
        }
    });
    E::Row::from_value(state).ok()
}
