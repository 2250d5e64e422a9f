//! Where bytes from outside come in: each door as a function that takes any bytes and must neither
//! panic nor break its promise. `fuzz/` drives them guided by coverage (`make fuzz`), the test below
//! with a fixed seed.

use crate::{
    api::{self, Event},
    databricks_auth,
    framework::{Provider as _, Type, server},
    provider::{self, Environment, Mlflow},
    wire::{json, msgpack},
};

/// A door, under the name of its fuzz target.
pub type Target = (&'static str, fn(&[u8]));

/// All doors.
pub const TARGETS: [Target; 9] = [
    ("msgpack", msgpack),
    ("state", state),
    ("rpc", rpc),
    ("mlflow_answer", mlflow_answer),
    ("databricks_answer", databricks_answer),
    ("databricks_profile", databricks_profile),
    ("credentials_file", credentials_file),
    ("header_and_address", header_and_address),
    ("event", event),
];

/// Values from the host. What is understood comes back from its own encoding.
pub fn msgpack(bytes: &[u8]) {
    let ty = webhook_type();
    if let Ok(value) = msgpack::decode(bytes, &ty) {
        let again = msgpack::encode(&value, &ty).map(|bytes| msgpack::decode(&bytes, &ty));
        assert!(matches!(again, Ok(Ok(again)) if again == value));
    }
}

/// State from a file that people edit.
pub fn state(bytes: &[u8]) {
    let ty = webhook_type();
    if let Ok(value) = json::decode_state(bytes, &ty) {
        let again = json::encode(&value, &ty).map(|bytes| json::decode_state(&bytes, &ty));
        assert!(matches!(again, Ok(Ok(again)) if again == value));
    }
}

/// Requests of a host: the first byte says which RPC, the rest is the message.
pub fn rpc(bytes: &[u8]) {
    let config = br#"{"tracking_uri":"http://127.0.0.1:5000"}"#;
    server::fuzzing::rpc(mlflow, config, bytes);
}

/// What an MLflow server answers, or a proxy before it.
pub fn mlflow_answer(bytes: &[u8]) {
    api::fuzzing::mlflow_answer(bytes);
}

/// What a Databricks workspace answers, or a login page before it.
pub fn databricks_answer(bytes: &[u8]) {
    api::fuzzing::databricks_answer(bytes);
}

/// `~/.databrickscfg`.
pub fn databricks_profile(bytes: &[u8]) {
    databricks_auth::fuzz_profile(&String::from_utf8_lossy(bytes));
}

/// `~/.mlflow/credentials`.
pub fn credentials_file(bytes: &[u8]) {
    provider::fuzzing::credentials_file(&String::from_utf8_lossy(bytes));
}

/// `Retry-After` and tracking URIs.
pub fn header_and_address(bytes: &[u8]) {
    api::fuzzing::retry_after(bytes);
    provider::fuzzing::tracking_uri(&String::from_utf8_lossy(bytes));
}

/// The name of an event. A known one is found again by each of its spellings.
pub fn event(bytes: &[u8]) {
    if let Some(event) = Event::parse(&String::from_utf8_lossy(bytes)) {
        let names = [event.mlflow_name(), event.databricks_name()];
        let same = |name: &str| Event::parse(name) == Some(event);
        assert!(names.into_iter().flatten().all(same));
    }
}

fn webhook_type() -> Type {
    let mut resources = mlflow().catalogue().resources.into_iter();
    let webhook = resources.find(|it| it.type_name() == "mlflow_webhook");
    webhook.map_or(Type::Dynamic, |it| it.schema().ty())
}

fn mlflow() -> Mlflow {
    Mlflow::new(Environment::default())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::{
        prelude::Rng,
        test_runner::{RngAlgorithm, TestRng},
    };

    use super::*;

    /// How often each seed is bent.
    const TIMES: usize = 200;

    #[test]
    fn no_seed_however_bent_breaks_anything() {
        let mut random = TestRng::deterministic_rng(RngAlgorithm::XorShift);
        for (name, door) in TARGETS {
            let seeds = seeds(name);
            assert!(!seeds.is_empty(), "{name} has no seeds");
            for seed in &seeds {
                door(seed);
                for _ in 0..TIMES {
                    door(&bent(seed, &seeds, &mut random));
                }
            }
        }
    }

    /// What `cargo fuzz` starts from, too.
    fn seeds(name: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz/seeds")
            .join(name);
        let files = fs::read_dir(folder).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files
            .into_iter()
            .map(|file| fs::read(file).unwrap())
            .collect()
    }

    /// A byte or a stretch changed, taken out, or taken from another seed.
    fn bent(seed: &[u8], others: &[Vec<u8>], random: &mut TestRng) -> Vec<u8> {
        let mut below = |limit: usize| random.next_u32() as usize % limit.max(1);
        let mut bytes = seed.to_vec();
        for _ in 0..=below(4) {
            let from = below(bytes.len() + 1);
            let to = (from + below(8)).min(bytes.len());
            let other = &others[below(others.len())];
            let start = below(other.len() + 1);
            let stretch = &other[start..(start + below(16)).min(other.len())];
            match below(3) {
                0 => drop(bytes.splice(from..to, stretch.iter().copied())),
                1 => drop(bytes.splice(from..to, [])),
                _ if from < bytes.len() => bytes[from] ^= 1 << below(8),
                _ => bytes.push(u8::try_from(below(256)).unwrap()),
            }
        }
        bytes
    }
}
