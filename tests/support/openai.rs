//! A model provider on loopback that speaks as OpenAI does: it answers whatever it is asked, and keeps
//! who asked for which model.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use serde_json::json;

use super::http::{Request, Response};

/// Listens on a port of its own. It stops when dropped.
#[derive(Debug)]
pub struct OpenAi {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    stopping: AtomicBool,
    /// Models that fail.
    broken: Mutex<Vec<String>>,
    asked: Mutex<Vec<Asked>>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub key: String,
    pub model: String,
}

impl OpenAi {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback can be bound");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopping.load(Ordering::Relaxed) {
                    return;
                }
                shared.answer(stream);
            }
        });
        Self {
            address,
            state,
            thread: Some(thread),
        }
    }

    /// What a secret has as `api_base`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// This model fails from now on.
    pub fn fail(&self, model: &str) {
        self.state.broken.lock().unwrap().push(model.to_owned());
    }

    /// The last question.
    pub fn last(&self) -> Option<Asked> {
        self.asked().pop()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl State {
    fn answer(&self, mut stream: TcpStream) {
        let Ok(request) = Request::read(&stream) else {
            return;
        };
        let authorization = request.headers.get("Authorization").unwrap_or_default();
        let asked = Asked {
            key: authorization.trim_start_matches("Bearer ").to_owned(),
            model: request.json()["model"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        };
        let is_broken = self.broken.lock().unwrap().contains(&asked.model);
        let answer = if is_broken {
            Response::json_error(500, "server_error", "broken")
        } else {
            Response::new(200, "application/json", completion(&asked.model))
        };
        self.asked.lock().unwrap().push(asked);
        // A gateway that has gone is its own affair.
        let _ = answer.write(&mut stream);
    }
}

/// With a usage that costs something.
fn completion(model: &str) -> String {
    let message = json!({"role": "assistant", "content": "Well."});
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100_000, "completion_tokens": 100_000, "total_tokens": 200_000},
    })
    .to_string()
}

impl Drop for OpenAi {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::Relaxed);
        // Wakes the thread from its wait for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
