//! A small HTTP server that plays workspace and identity provider, and remembers what it was asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::form_urlencoded;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
    /// How many requests of this method and path came before, this one counted.
    pub(super) number: usize,
}

impl Received {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(super) fn form(&self) -> BTreeMap<String, String> {
        let pairs = form_urlencoded::parse(self.body.as_bytes());
        pairs.into_owned().collect()
    }

    pub(super) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }
}

/// What the server says to a request.
pub(super) struct Reply(pub(super) u16, pub(super) String, pub(super) String);

pub(super) fn json(value: &Value) -> Reply {
    Reply(200, String::new(), value.to_string())
}

pub(super) fn refuse(status: u16, value: &Value) -> Reply {
    Reply(status, String::new(), value.to_string())
}

pub(super) fn nothing_here() -> Reply {
    Reply(404, String::new(), String::new())
}

pub(super) struct Double {
    pub(super) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

type Answer = dyn Fn(&Received) -> Reply + Send + Sync;

impl Double {
    pub(super) async fn start(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::default();
        let (seen, answer): (_, Arc<Answer>) = (Arc::clone(&received), Arc::new(answer));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(converse(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self {
            url,
            received,
            task,
        }
    }

    pub(super) fn received(&self, method: &str, path: &str) -> Vec<Received> {
        let all = self.received.lock().unwrap();
        all.iter()
            .filter(|it| it.is(method, path))
            .cloned()
            .collect()
    }

    pub(super) fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(mut stream: TcpStream, seen: Arc<Mutex<Vec<Received>>>, answer: Arc<Answer>) {
    let Some(mut received) = read(&mut stream).await else {
        return;
    };
    {
        let mut seen = seen.lock().unwrap();
        let same = seen
            .iter()
            .filter(|it| it.is(&received.method, &received.path));
        received.number = same.count() + 1;
        seen.push(received.clone());
    }
    let Reply(status, headers, body) = answer(&received);
    let text = format!(
        "HTTP/1.1 {status} -\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut text = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(received) = whole(&text) {
            return Some(received);
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => text.extend_from_slice(&part[..count]),
        }
    }
}

fn whole(text: &[u8]) -> Option<Received> {
    let text = std::str::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |it| it.parse().unwrap());
    (body.len() >= length).then(|| Received {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.to_owned(),
        number: 0,
    })
}
