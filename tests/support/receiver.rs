//! A webhook receiver: what somebody's deployment system would be.

use std::{
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    http::{Request, Response},
    listener::Listener,
    wait_for,
};

/// MLflow delivers in the background, within a second on an idle machine.
const DELIVERY_LIMIT: Duration = Duration::from_secs(30);

/// Listens on a port of its own and keeps every request. It stops when dropped.
#[derive(Debug)]
pub struct Receiver {
    state: Arc<State>,
    listener: Listener,
}

#[derive(Debug)]
struct State {
    status: AtomicU16,
    deliveries: Mutex<Vec<Request>>,
}

impl Receiver {
    pub fn start() -> Self {
        let state = Arc::new(State {
            status: AtomicU16::new(200),
            deliveries: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        Self {
            state,
            listener: Listener::start(move |stream| shared.receive(stream)),
        }
    }

    /// Where webhooks are to be sent.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.listener.address())
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        self.state.status.store(status, Ordering::Relaxed);
    }

    /// Waits until `count` deliveries have come in all, and gives all of them.
    pub fn wait_for(&self, count: usize) -> Vec<Request> {
        self.wait_for_matching(count, |_| true)
    }

    /// The same for deliveries that are `wanted`: other tests make models on this server too.
    pub fn wait_for_matching(
        &self,
        count: usize,
        wanted: impl Fn(&Request) -> bool,
    ) -> Vec<Request> {
        wait_for(&format!("delivery number {count}"), DELIVERY_LIMIT, || {
            let mut deliveries = self.deliveries();
            deliveries.retain(&wanted);
            Some(deliveries).filter(|deliveries| deliveries.len() >= count)
        })
    }

    pub fn deliveries(&self) -> Vec<Request> {
        self.state.deliveries.lock().unwrap().clone()
    }

    /// Forgets what has come so far.
    pub fn clear(&self) {
        self.state.deliveries.lock().unwrap().clear();
    }
}

impl State {
    fn receive(&self, mut stream: TcpStream) {
        let Ok(request) = Request::read(&stream) else {
            return;
        };
        self.deliveries.lock().unwrap().push(request);
        let answer = Response::new(
            self.status.load(Ordering::Relaxed),
            "text/plain",
            "thank you",
        );
        // A sender that has gone is its own affair.
        let _ = answer.write(&mut stream);
    }
}

/// Whether a delivery bears a signature at all.
pub fn is_signed(delivery: &Request) -> bool {
    delivery.headers.get("X-MLflow-Signature").is_some()
}

/// Whether a delivery bears MLflow's signature with `secret`, computed here independently.
pub fn is_signed_with(delivery: &Request, secret: &str) -> bool {
    let header = |name| delivery.headers.get(name).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(header("X-MLflow-Delivery-Id").as_bytes());
    mac.update(b".");
    mac.update(header("X-MLflow-Timestamp").as_bytes());
    mac.update(b".");
    mac.update(&delivery.body);
    let expected = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    header("X-MLflow-Signature") == format!("v1,{expected}")
}
