//! Ports of loopback that nobody else is given while a test holds them. A test that lets go of a port and goes on
//! using its address meets whoever the system gives it to next: another test's server.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use socket2::{Domain, Socket, Type};

/// How long a port may be held by a process that is on its way.
const LIMIT: Duration = Duration::from_secs(10);

/// A port at which nothing listens. It stays ours until this is dropped.
#[derive(Debug)]
pub struct Silent {
    address: SocketAddr,
    _socket: Socket,
}

impl Silent {
    pub fn new() -> Self {
        Self::of(bound(0).expect("loopback has a free port"))
    }

    /// Takes over a port at which somebody has just stopped listening. Processes that were begun
    /// meanwhile hold what listened until they are other programs, a moment later.
    pub fn at(port: u16) -> Self {
        let deadline = Instant::now() + LIMIT;
        loop {
            match bound(port) {
                Ok(socket) => return Self::of(socket),
                Err(error) => assert!(Instant::now() < deadline, "port {port}: {error}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn of(socket: Socket) -> Self {
        Self {
            address: address(&socket),
            _socket: socket,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A port for a program that has to be told one, as it cannot be given an open socket.
#[derive(Debug)]
pub struct Reserved {
    number: u16,
    /// Linux lets the program listen beside this socket, which does not listen; other systems may not.
    _socket: Option<Socket>,
}

impl Reserved {
    pub fn new() -> Self {
        let socket = bound(0).expect("loopback has a free port");
        Self {
            number: address(&socket).port(),
            _socket: cfg!(target_os = "linux").then_some(socket),
        }
    }

    pub fn number(&self) -> u16 {
        self.number
    }
}

fn bound(port: u16) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    socket.bind(&address.into())?;
    Ok(socket)
}

fn address(socket: &Socket) -> SocketAddr {
    let address = socket.local_addr().expect("a bound socket has an address");
    address.as_socket().expect("it is of the internet")
}
