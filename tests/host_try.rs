//! Temporary.
#![allow(unreachable_pub)]
mod support {
    #[path = "../support/host.rs"]
    pub mod host;
}
mod protocol {
    #[path = "../protocol/host.rs"]
    pub mod host;
}
fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = protocol::host::cases()
        .into_iter()
        .map(|(name, case)| {
            libtest_mimic::Trial::test(name, move || {
                case();
                Ok(())
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
