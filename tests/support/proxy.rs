//! A proxy in front of the real server that loses and spoils answers on demand, and remembers
//! what was asked of it.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use socket2::SockRef;

use super::{
    http::{Request, Response},
    listener::Listener,
    port::Silent,
};

/// Forwards to one server; rules say which requests fare otherwise. It stops when dropped.
pub struct Proxy {
    state: Arc<State>,
    listener: Listener,
    /// Keeps the port from being given to another test while this refuses connections.
    silent: Option<Silent>,
}

/// Decides what happens to a request that no rule is about.
pub type Weather = Box<dyn FnMut(&Request) -> Option<Fault> + Send>;

/// What happens to a request instead of being forwarded and answered.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The server never sees the request.
    Instead(Loss),
    /// The server acts, and then its answer is lost or spoilt.
    Afterwards(Loss),
    /// The server sees the request only after this time.
    Late(Duration),
}

/// What the client gets.
#[derive(Clone, Debug)]
pub enum Loss {
    /// Another answer.
    Answer(Response),
    /// The connection closes without an answer.
    Close,
    /// The connection is reset without an answer.
    Reset,
    /// The answer stops in the middle of its body.
    Truncate,
    /// Nothing, for as long as the client waits.
    Hang,
    /// The answer, one octet at a time with such a pause before each.
    Slow(Duration),
    /// Something that is no HTTP.
    Garbage,
    /// An answer whose body has so many octets.
    Huge(usize),
    /// The answer that would have come, made into another.
    Changed(fn(Response) -> Response),
}

impl Loss {
    /// Each way in which the answer to a write can be no answer to it.
    pub fn of_each_kind() -> Vec<Self> {
        vec![
            Self::Answer(Response::html(503, "Service Unavailable")),
            Self::Answer(Response::json_error(500, "INTERNAL_ERROR", "")),
            Self::Answer(Response::new(200, "application/json", "{}")),
            Self::Reset,
            Self::Close,
            Self::Truncate,
        ]
    }
}

struct State {
    server: SocketAddr,
    rules: Mutex<Vec<Rule>>,
    weather: Mutex<Weather>,
    requests: Mutex<Vec<Request>>,
}

#[derive(Debug)]
struct Rule {
    method: &'static str,
    path: String,
    times: usize,
    fault: Fault,
}

impl Proxy {
    pub fn start(server: SocketAddr) -> Self {
        let state = Arc::new(State {
            server,
            rules: Mutex::default(),
            weather: Mutex::new(Box::new(|_| None)),
            requests: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let listener = Listener::start(move |stream| {
            let state = Arc::clone(&shared);
            thread::spawn(move || state.serve(stream));
        });
        Self {
            state,
            listener,
            silent: None,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The next `times` requests with this method, whose path contains `path`, get `fault`.
    /// Rules are tried in the order in which they were made.
    pub fn inject(&self, method: &'static str, path: &str, times: usize, fault: Fault) {
        let rule = Rule {
            method,
            path: path.to_owned(),
            times,
            fault,
        };
        self.state.rules.lock().unwrap().push(rule);
    }

    /// Every request that no rule is about gets what is decided of it.
    pub fn expose(&self, weather: Weather) {
        *self.state.weather.lock().unwrap() = weather;
    }

    /// Forwards everything from now on.
    pub fn heal(&self) {
        self.state.rules.lock().unwrap().clear();
        self.expose(Box::new(|_| None));
    }

    /// Refuses every connection from now on.
    pub fn refuse(&mut self) {
        if self.listener.stop() {
            self.silent = Some(Silent::at(self.address().port()));
        }
    }

    /// Every request so far, also those that the server never saw.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    pub fn count(&self, method: &str, path: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.is(method, path))
            .count()
    }

    /// Forgets the requests so far, so that a later "sends nothing" means what it says.
    pub fn clear(&self) {
        self.state.requests.lock().unwrap().clear();
    }
}

impl State {
    fn serve(&self, mut stream: TcpStream) {
        let Ok(request) = Request::read(&stream) else {
            return;
        };
        let fault = self.fault_for(&request);
        self.requests.lock().unwrap().push(request.clone());
        let done = match fault {
            None => self.forward(&request).write(&mut stream),
            Some(Fault::Instead(loss)) => loss.apply(unfinished(), &mut stream),
            Some(Fault::Afterwards(loss)) => loss.apply(self.forward(&request), &mut stream),
            Some(Fault::Late(delay)) => {
                thread::sleep(delay);
                self.forward(&request).write(&mut stream)
            }
        };
        // A client that has gone is what some of these tests are about.
        drop(done);
    }

    fn fault_for(&self, request: &Request) -> Option<Fault> {
        let mut rules = self.rules.lock().unwrap();
        let rule = rules
            .iter_mut()
            .find(|rule| rule.times > 0 && request.is(rule.method, &rule.path));
        if let Some(rule) = rule {
            rule.times -= 1;
            return Some(rule.fault.clone());
        }
        self.weather.lock().unwrap()(request)
    }

    /// MLflow fails at a list of users of which another test deletes one meanwhile. What goes wrong here is
    /// what a test asks for, so it is asked once more.
    fn forward(&self, request: &Request) -> Response {
        let answer = self.send(request);
        match answer.status == 500 && request.is("GET", "/users/list") {
            true => self.send(request),
            false => answer,
        }
    }

    fn send(&self, request: &Request) -> Response {
        let answer = request.send(self.server);
        answer.unwrap_or_else(|error| Response::html(502, &format!("proxy: {error}")))
    }
}

impl Loss {
    fn apply(&self, real: Response, stream: &mut TcpStream) -> io::Result<()> {
        match self {
            Self::Answer(answer) => answer.write(stream),
            Self::Close => Ok(()),
            // A linger time of zero makes the close a reset.
            Self::Reset => SockRef::from(&*stream).set_linger(Some(Duration::ZERO)),
            Self::Truncate => {
                let length = real.body.len();
                let half = Response {
                    body: real.body[..length / 2].to_vec(),
                    ..real
                };
                half.write_claiming(stream, length)
            }
            Self::Hang => stream.read(&mut [0]).map(drop),
            Self::Slow(pause) => write_slowly(&real, *pause, stream),
            Self::Garbage => stream.write_all(b"SSH-2.0-OpenSSH_9.7\r\n\x00\xff\xfe\r\n\r\n"),
            Self::Huge(length) => write_huge(*length, stream),
            Self::Changed(change) => change(real).write(stream),
        }
    }
}

/// What there is to spoil when the server was not asked: the beginning of an answer.
fn unfinished() -> Response {
    let body = format!("{{\"webhook\": {{\"description\": \"{}", "x".repeat(500));
    Response::new(200, "application/json", body)
}

fn write_slowly(answer: &Response, pause: Duration, stream: &mut TcpStream) -> io::Result<()> {
    let head = Response {
        body: Vec::new(),
        ..answer.clone()
    };
    head.write_claiming(stream, answer.body.len())?;
    for octet in &answer.body {
        thread::sleep(pause);
        stream.write_all(&[*octet])?;
    }
    Ok(())
}

/// White space, with which JSON may begin.
fn write_huge(length: usize, stream: &mut TcpStream) -> io::Result<()> {
    static BLOCK: [u8; 1 << 16] = [b' '; 1 << 16];
    Response::new(200, "application/json", "").write_claiming(stream, length)?;
    for _ in 0..length / BLOCK.len() {
        stream.write_all(&BLOCK)?;
    }
    Ok(())
}
