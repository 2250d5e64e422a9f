//! Answers that are streams: items while the work goes on, and how it ended.

use futures_util::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::sync::mpsc;
use tonic::{Response, Status};

/// The messages of a streaming RPC.
pub(super) type Events<E> = BoxStream<'static, Result<E, Status>>;

/// These events as an answer.
pub(super) fn streamed<E: 'static>(
    events: impl Stream<Item = E> + Send + 'static,
) -> Response<Events<E>> {
    Response::new(events.map(Ok).boxed())
}

/// The items that `work` sends, each as it comes, and then what it came to. The work goes on only
/// while the stream is read, and is dropped with it.
pub(super) fn driven<T, E>(
    work: impl Future<Output = Option<E>> + Send + 'static,
    items: mpsc::Receiver<T>,
    event: impl FnMut(T) -> E + Send + 'static,
) -> impl Stream<Item = E> + Send
where
    T: Send + 'static,
    E: Send + 'static,
{
    let driven = Driven {
        work: Some(work.boxed()),
        items,
        event,
        last: None,
    };
    stream::unfold(driven, |mut driven| async {
        let event = driven.next().await?;
        Some((event, driven))
    })
}

struct Driven<T, E, F> {
    work: Option<BoxFuture<'static, Option<E>>>,
    items: mpsc::Receiver<T>,
    event: F,
    last: Option<E>,
}

impl<T, E, F: FnMut(T) -> E> Driven<T, E, F> {
    async fn next(&mut self) -> Option<E> {
        if let Some(work) = &mut self.work {
            tokio::select! {
                biased;
                Some(item) = self.items.recv() => return Some((self.event)(item)),
                last = work => self.last = last,
            }
            self.work = None;
            self.items.close();
        }
        match self.items.recv().await {
            Some(item) => Some((self.event)(item)),
            None => self.last.take(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn items_come_as_they_are_sent_and_the_end_comes_last() {
        let (sender, items) = mpsc::channel(1);
        let kept = sender.clone();
        let work = async move {
            for item in 0..3 {
                sender.send(item).await.unwrap();
            }
            Some("end".to_owned())
        };
        let events: Vec<_> = driven(work, items, |it: i32| it.to_string())
            .collect()
            .await;
        assert_eq!(events, ["0", "1", "2", "end"]);
        assert!(kept.is_closed(), "a sender left over does not hold it up");
    }

    #[tokio::test]
    async fn work_goes_no_further_than_it_is_read() {
        let (sender, items) = mpsc::channel(1);
        let (alive, mut dropped) = mpsc::channel::<()>(1);
        let (count, counted) = std::sync::mpsc::channel();
        let work = async move {
            let _alive = alive;
            for item in 0..=i32::MAX {
                count.send(item).unwrap();
                sender.send(item).await.unwrap();
            }
            None
        };
        let events: Vec<_> = driven(work, items, |it: i32| it).take(3).collect().await;
        assert_eq!(events, [0, 1, 2]);
        assert_eq!(dropped.recv().await, None, "the work is gone");
        assert!(counted.iter().count() <= 5);
    }
}
