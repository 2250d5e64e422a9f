//! Private state: what a resource remembers beside its state, unseen by the user.

use std::collections::BTreeMap;

use super::{Diagnostic, Diagnostics};

/// Named notes that travel with a resource instance. The host keeps them in the state file as
/// they are, so they are no place for secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, serde_json::Value>);

impl Private {
    /// The note of this name.
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.0.get(name)
    }

    /// Writes a note, or overwrites it.
    pub fn set(&mut self, name: &str, note: impl Into<serde_json::Value>) {
        self.0.insert(name.to_owned(), note.into());
    }

    /// Removes a note.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Reads what [`Private::to_bytes`] wrote; no bytes are no notes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Diagnostics> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(bytes).map(Self).map_err(|_| {
            Diagnostic::error(
                "Unreadable Private State",
                "The provider's private data of this resource in the state file is not what this \
                 provider wrote. If the state was edited by hand, restore it from its backup; \
                 else remove the resource from state and import it again.",
            )
            .into()
        })
    }

    /// What the host is to keep.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_survive_the_way_through_the_state_file() {
        let mut notes = Private::default();
        assert_eq!(notes.to_bytes(), b"");
        notes.set("registry", "https://mlflow.example.com");
        assert_eq!(Private::from_bytes(&notes.to_bytes()).unwrap(), notes);
        assert_eq!(Private::from_bytes(b"").unwrap(), Private::default());
        assert!(Private::from_bytes(b"\x00").is_err());
    }
}
