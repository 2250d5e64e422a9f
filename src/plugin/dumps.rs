//! No memory on disk when the process crashes: there are secrets in it.

/// Forbids core dumps for this process and those it starts.
#[cfg(unix)]
pub(crate) fn forbid() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, nothing) {
        tracing::debug!(%error, "core dumps cannot be forbidden");
    }
}

/// Windows writes dumps only where an administrator has asked for them.
#[cfg(not(unix))]
pub(crate) fn forbid() {}
