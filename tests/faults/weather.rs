//! Bad weather: random requests and answers are lost or spoilt, always in the same order.

use std::{
    env,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::support::{
    http::Response,
    proxy::{Fault, Loss, Weather},
};

const SEED: u64 = 20_261_123;
/// One request in so many fares badly.
const BAD: u64 = 4;

/// How many applies are asked for; as many as this when nobody says.
pub fn asked_for(applies: usize) -> usize {
    let wanted = env::var("MLFLOW_TEST_SOAK").ok();
    wanted.map_or(applies, |text| text.parse().expect("a number of applies"))
}

/// The same faults in the same order for the same seed.
pub fn weather(struck: Arc<Mutex<usize>>) -> Weather {
    let mut chance = Chance(SEED);
    Box::new(move |request| {
        if chance.below(BAD) > 0 {
            return None;
        }
        *struck.lock().unwrap() += 1;
        Some(fault(&mut chance, request.method == "GET"))
    })
}

fn fault(chance: &mut Chance, is_read: bool) -> Fault {
    let unclear = [
        Loss::Reset,
        Loss::Close,
        Loss::Truncate,
        Loss::Garbage,
        Loss::Answer(Response::html(502, "Bad Gateway")),
        Loss::Answer(Response::html(503, "Service Unavailable")),
        Loss::Answer(Response::html(504, "Gateway Timeout")),
        Loss::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
        Loss::Changed(|real| Response {
            body: Vec::new(),
            ..real
        }),
    ];
    let refusals = [
        Loss::Answer(
            Response::json_error(429, "REQUEST_LIMIT_EXCEEDED", "").with_header("Retry-After", "0"),
        ),
        Loss::Answer(Response::html(403, "No")),
    ];
    let number = usize::try_from(chance.below(13)).unwrap();
    match number {
        0..9 if chance.below(2) == 0 || is_read => Fault::Instead(unclear[number].clone()),
        0..9 => Fault::Afterwards(unclear[number].clone()),
        9..11 => Fault::Instead(refusals[number - 9].clone()),
        _ => Fault::Late(Duration::from_millis(200)),
    }
}

/// SplitMix64: enough randomness for this, and no more.
pub struct Chance(u64);

impl Chance {
    /// That of the one with this number among many.
    pub const fn of(number: usize) -> Self {
        Self(SEED ^ (number as u64) << 32)
    }

    /// A number from 0 on, below this.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
