//! A model provider on loopback that speaks as OpenAI does: it answers whatever it is asked, and keeps
//! who asked for which model.

use std::{
    net::TcpStream,
    sync::{Arc, Mutex},
};

use serde_json::json;

use super::{
    http::{Request, Response},
    listener::Listener,
};

/// Listens on a port of its own. It stops when dropped.
#[derive(Debug)]
pub struct OpenAi {
    state: Arc<State>,
    listener: Listener,
}

#[derive(Debug, Default)]
struct State {
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
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        Self {
            state,
            listener: Listener::start(move |stream| shared.answer(stream)),
        }
    }

    /// What a secret has as `api_base`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.listener.address())
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
