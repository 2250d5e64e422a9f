//! How often a write is sent again that had no clear answer and was not carried out: one rule for
//! creations, updates and deletions of everything.

use crate::api::{
    budget::Op,
    error::{Error, ErrorKind},
};

/// The repetitions of one write. Looking must have shown that it was not carried out.
#[derive(Debug, Default)]
pub(in crate::api) struct Repeats {
    after_foreign_answer: bool,
}

impl Repeats {
    /// Waits until the write may be sent again. `false`: it is not to be sent again.
    pub(in crate::api) async fn once_more(
        &mut self,
        error: &Error,
        op: &mut Op<'_>,
    ) -> Result<bool, Error> {
        let allowed = match Cause::of(error) {
            Cause::Passing => true,
            Cause::Crash => false,
            Cause::Foreign => !std::mem::replace(&mut self.after_foreign_answer, true),
        };
        Ok(allowed && op.retry(None).await?)
    }
}

/// Why a write has no clear answer, as far as it tells what a repetition would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// A lost connection, or a gateway that could not pass the request on. Both pass.
    Passing,
    /// The server failed at this request, and would most likely fail at it again.
    Crash,
    /// Something else answered in the server's place, such as a login page. It would answer every
    /// repetition in the same way, and each is followed by looks that take seconds.
    Foreign,
}

impl Cause {
    fn of(error: &Error) -> Self {
        match (error.kind(), error.status()) {
            (ErrorKind::ForeignAnswer, _) => Self::Foreign,
            (ErrorKind::Throttled, _) | (_, None | Some(502..=504)) => Self::Passing,
            (_, Some(500)) => Self::Crash,
            (_, Some(_)) => Self::Foreign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lost_connections_and_gateways_pass() {
        for (kind, status, cause) in [
            (ErrorKind::Unreachable, None, Cause::Passing),
            (ErrorKind::TimedOut, None, Cause::Passing),
            (ErrorKind::Throttled, Some(429), Cause::Passing),
            (ErrorKind::Server, Some(502), Cause::Passing),
            (ErrorKind::Server, Some(503), Cause::Passing),
            (ErrorKind::Server, Some(504), Cause::Passing),
            (ErrorKind::Server, Some(500), Cause::Crash),
            (ErrorKind::EncryptionKey, Some(500), Cause::Crash),
            (ErrorKind::Server, Some(501), Cause::Foreign),
            (ErrorKind::Server, Some(520), Cause::Foreign),
            (ErrorKind::ForeignAnswer, Some(200), Cause::Foreign),
            // An answer of more octets than are read has no status by then.
            (ErrorKind::ForeignAnswer, None, Cause::Foreign),
        ] {
            let error = Error::new(kind.clone());
            let error = match status {
                Some(status) => error.with_answer(status, None),
                None => error,
            };
            assert_eq!(Cause::of(&error), cause, "{kind:?} {status:?}");
        }
    }
}
