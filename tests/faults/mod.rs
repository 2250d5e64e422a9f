//! What the network, the server and the machine can do to the provider, and what must be left of
//! it: nothing twice, nothing lost, nothing leaked.

mod access;
mod cell;
mod ends;
mod fault;
mod matrix;
mod process;
mod registry;
mod soak;
mod stop;
mod twins;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    let cases = [
        matrix::cases(),
        twins::cases(),
        soak::cases(),
        stop::cases(),
    ];
    [cases.concat(), process::cases(), access::cases()].concat()
}
