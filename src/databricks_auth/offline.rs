//! What is wrong with what somebody configures, whatever environment, profile and network say.

use secrecy::SecretString;
use url::Url;

use super::{
    attributes::{Attribute, AuthConfig, Holds, TABLE},
    host, metadata_service,
    method::Method,
    resolve,
};
use crate::api::given::is_host;

/// An attribute, and a sentence about what is wrong with it.
pub type Problem = (&'static str, String);

impl AuthConfig {
    /// What each attribute holds that no other source could mend. What is [mistaken](Self::mistaken) is not
    /// told again.
    pub fn problems(&self) -> Vec<Problem> {
        let set = TABLE.iter().filter(|row| (row.is_set)(self));
        let judged = set.filter(|row| row.mistaken(self).is_none());
        judged
            .filter_map(|row| Some((row.name, self.problem(row)?)))
            .collect()
    }

    /// Two methods at a time, where none is named: the attribute that names one, and what is to be said.
    pub fn conflict(&self) -> Option<Problem> {
        self.groups_in_conflict()?;
        let used = TABLE.iter().filter(|row| (row.is_set)(self));
        let used = used.filter_map(|row| Some((row.group?, row.name)));
        let mut used: Vec<_> = used
            .map(|(group, name)| format!("{name} ({group})"))
            .collect();
        used.sort();
        let why = format!(
            "Arguments of more than one authentication method are set: {}. Keep those of one, or say with \
             auth_type which one to use.",
            used.join(" and ")
        );
        Some(("auth_type", why))
    }

    fn problem(&self, row: &Attribute) -> Option<String> {
        let text = (row.text)(self);
        match row.name {
            "host" => host::normalise(&text).err().map(|why| sentence(&why)),
            "auth_type" => unknown_method(&text),
            "metadata_service_url" => self.metadata_service_url.as_ref().and_then(foreign_service),
            "username" if text.contains(':') => Some(
                "A user of basic authentication has no colon in the name: what follows it would be read as the \
                 password."
                    .to_owned(),
            ),
            name if row.holds == Holds::Address && !is_safe(&text) => Some(format!(
                "{name} must be an https address, or an http address on this machine."
            )),
            _ => None,
        }
    }
}

fn sentence(why: &str) -> String {
    let rest = why.strip_prefix("the ");
    rest.map_or_else(
        || format!("Unusable: {why}."),
        |rest| format!("The {rest}."),
    )
}

fn unknown_method(name: &str) -> Option<String> {
    if Method::named(&resolve::todays_name(name.to_owned())).is_some() {
        return None;
    }
    let names: Vec<_> = Method::ALL.iter().map(|it| it.name()).collect();
    let told = Method::shown(name).unwrap_or_else(|| "The value".to_owned());
    Some(format!("{told} is none of {}.", names.join(", ")))
}

fn foreign_service(url: &SecretString) -> Option<String> {
    metadata_service::check(url).err().map(|_| {
        "metadata_service_url must be an address on this machine: http://localhost or http://127.0.0.1.".to_owned()
    })
}

fn is_safe(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| is_host(&url) && host::is_confidential(&url))
}
