//! Names that objects had before, as far as this process has been told. What belongs to an object that
//! was renamed is then looked for under its new name, and not taken for gone.

use std::{collections::HashMap, sync::Mutex};

use crate::api::{lock::lock, server::Server};

/// The names that each had before, by its type, and those that it has by now.
#[derive(Default)]
struct Renames(Mutex<HashMap<(&'static str, String), Vec<String>>>);

impl Server {
    /// Remembers that what had a name has another by now.
    pub fn remember_rename(&self, type_name: &'static str, former: &str, name: &str) {
        let renames = self.kept::<Renames>();
        let mut renames = lock(&renames.0);
        let names = renames.entry((type_name, former.to_owned())).or_default();
        if !names.iter().any(|it| it == name) {
            names.push(name.to_owned());
        }
    }

    /// The names that what had this one may have by now. Others may have had it too.
    #[must_use]
    pub fn renamed(&self, type_name: &'static str, former: &str) -> Vec<String> {
        let renames = self.kept::<Renames>();
        let renames = lock(&renames.0);
        let names = renames.get(&(type_name, former.to_owned()));
        names.cloned().unwrap_or_default()
    }
}
