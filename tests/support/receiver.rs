//! A webhook receiver: what somebody's deployment system would be.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    http::{Request, Response},
    wait_for,
};

/// MLflow delivers in the background, within a second on an idle machine.
const DELIVERY_LIMIT: Duration = Duration::from_secs(30);

/// Listens on a port of its own and keeps every request. It stops when dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    status: AtomicU16,
    stopping: AtomicBool,
    deliveries: Mutex<Vec<Request>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback can be bound");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let state = Arc::new(State {
            status: AtomicU16::new(200),
            stopping: AtomicBool::new(false),
            deliveries: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopping.load(Ordering::Relaxed) {
                    return;
                }
                shared.receive(stream);
            }
        });
        Self {
            address,
            state,
            thread: Some(thread),
        }
    }

    /// Where webhooks are to be sent.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
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

impl Drop for Receiver {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::Relaxed);
        // Wakes the thread from its wait for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
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
