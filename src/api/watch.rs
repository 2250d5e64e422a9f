//! Watching an object while its server is still at work on it.

use tokio_util::sync::CancellationToken;

use crate::api::{
    error::{Error, ErrorKind},
    object::Object,
    server::Server,
};

impl Server {
    /// Looks at an object again and again until its server is done with it, and gives it as it then is;
    /// `None` where that is not over within the time of an operation, or waiting is to end.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub async fn watch<O: Object>(
        &self,
        key: &O::Key,
        is_at_work: fn(&O::Remote) -> bool,
        stop: &CancellationToken,
    ) -> Result<Option<O::Remote>, Error> {
        let (op, look) = (self.op(stop), O::get(key));
        let mut wait = op.pace.first_wait;
        while op.pause(wait).await.is_ok() {
            match self.send(&look, &mut op.call()).await {
                Ok(seen) if is_at_work(&seen.value) => {}
                Ok(seen) => return Ok(Some(seen.value)),
                Err(over) if is_over(&over) => return Ok(None),
                Err(error) => return Err(self.failed(error, &look.about)),
            }
            wait = (wait * 2).min(op.pace.watch);
        }
        Ok(None)
    }
}

fn is_over(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Stopped | ErrorKind::TimedOut)
}
