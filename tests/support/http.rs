//! HTTP/1.1 messages over blocking sockets: as much as the receiver, the proxy and the REST
//! helpers need. One message per connection, so that a test never depends on connection reuse.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than any call a test makes, so that a stuck peer fails the test and does not hang it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A request, as read or to be sent. `path` includes the query.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// An answer, as read or to be sent.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// Header lines in order; names compare without case.
#[derive(Clone, Debug, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Request {
    pub fn new(method: &str, path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Headers::default(),
            body: body.into(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Sends over a new connection and reads the whole answer.
    pub fn send(&self, address: SocketAddr) -> io::Result<Response> {
        let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let mut headers = self.headers.clone();
        if headers.get("host").is_none() {
            headers.set("Host", &address.to_string());
        }
        headers.set("Connection", "close");
        headers.set("Content-Length", &self.body.len().to_string());
        let start = format!("{} {} HTTP/1.1", self.method, self.path);
        write_message(&mut stream, &start, &headers, &self.body)?;
        Response::read(stream)
    }

    /// Reads one request from a connection that a listener accepted.
    pub fn read(stream: &TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(TIMEOUT))?;
        let mut reader = BufReader::new(stream);
        let start = read_line(&mut reader)?;
        let headers = read_headers(&mut reader)?;
        let mut words = start.split(' ');
        let (Some(method), Some(path)) = (words.next(), words.next()) else {
            return Err(invalid(format!("not a request: {start:?}")));
        };
        let length = headers.content_length()?.unwrap_or(0);
        let body = read_body(&mut reader, length)?;
        Ok(Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers,
            body,
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the request has a JSON body")
    }

    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path.contains(path)
    }
}

impl Response {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut headers = Headers::default();
        headers.set("Content-Type", content_type);
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn html(status: u16, text: &str) -> Self {
        Self::new(
            status,
            "text/html; charset=utf-8",
            format!("<html><body>{text}</body></html>"),
        )
    }

    pub fn json_error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"error_code": code, "message": message});
        Self::new(status, "application/json", body.to_string())
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    pub fn read(stream: TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let start = read_line(&mut reader)?;
        let headers = read_headers(&mut reader)?;
        let status = start.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| invalid(format!("not an answer: {start:?}")))?;
        let body = match headers.content_length()? {
            Some(length) => read_body(&mut reader, length)?,
            None => read_to_end(&mut reader)?,
        };
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    /// Writes the answer, claiming a body of `length` octets: more than it has is a truncation.
    pub fn write_claiming(&self, stream: &mut TcpStream, length: usize) -> io::Result<()> {
        let mut headers = self.headers.clone();
        headers.set("Connection", "close");
        headers.set("Content-Length", &length.to_string());
        let start = format!("HTTP/1.1 {} Answer", self.status);
        write_message(stream, &start, &headers, &self.body)
    }

    pub fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        self.write_claiming(stream, self.body.len())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the answer has a JSON body")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Headers {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.0.push((name.to_owned(), value.to_owned()));
    }

    fn content_length(&self) -> io::Result<Option<usize>> {
        if self.get("transfer-encoding").is_some() {
            return Err(invalid(
                "a transfer encoding; MLflow reads such a body as empty".into(),
            ));
        }
        let length = self.get("content-length").map(str::parse).transpose();
        length.map_err(|_| invalid("the content length is no number".into()))
    }
}

fn write_message(
    stream: &mut TcpStream,
    start: &str,
    headers: &Headers,
    body: &[u8],
) -> io::Result<()> {
    let mut message = format!("{start}\r\n");
    for (name, value) in &headers.0 {
        message.push_str(&format!("{name}: {value}\r\n"));
    }
    message.push_str("\r\n");
    stream.write_all(&[message.as_bytes(), body].concat())
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_headers(reader: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::default();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid(line.clone()))?;
        headers.0.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn read_body(reader: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn read_to_end(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    reader.read_to_end(&mut body)?;
    Ok(body)
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
