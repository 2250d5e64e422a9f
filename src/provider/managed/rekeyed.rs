//! Objects whose key was changed, as by a rename, without a clear answer. The state keeps the key that is
//! certain. A note beside it keeps the other one, so that an object that is not under the first is
//! looked for under the second, and not taken for gone.

use crate::{
    api::Object,
    framework::Private,
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

/// The key that is noted.
pub(super) fn noted<E: Entity>(private: &Private) -> Option<<E::Object as Object>::Key> {
    let row = import::row::<E>(private.get(NOTE)?.as_str()?)?;
    E::key(&row)
}
