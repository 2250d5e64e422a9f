//! A request body that knows whether it was asked for, which is the moment a request is sent.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body of known length (MLflow reads a chunked one as empty) that sets `sent` once it is read.
pub(super) fn marked(text: String, sent: &Arc<AtomicBool>) -> reqwest::Body {
    reqwest::Body::wrap(Marked {
        bytes: Some(text.into()),
        sent: Arc::clone(sent),
    })
}

struct Marked {
    bytes: Option<Bytes>,
    sent: Arc<AtomicBool>,
}

impl Body for Marked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.sent.store(true, Ordering::Relaxed);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
