//! What the network, the server and the machine can do to the provider, and what must be left of
//! it: nothing twice, nothing lost, nothing leaked.

mod access;
mod at_once;
mod canaries;
mod cell;
mod cut;
mod ends;
mod entities;
mod entity;
mod fault;
mod lives;
mod matrix;
mod mistakes;
pub mod panics;
mod places;
mod process;
mod registry;
mod soak;
mod stop;
mod strangers;
mod trial;
mod twins;
mod weather;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    let cases = [
        matrix::cases(),
        cut::cases(),
        strangers::cases(),
        twins::cases(),
        soak::cases(),
        lives::cases(),
        stop::cases(),
    ];
    let more = [canaries::cases(), mistakes::cases(), panics::cases()];
    [
        cases.concat(),
        process::cases(),
        access::cases(),
        more.concat(),
    ]
    .concat()
}
