//! Ports of loopback that nobody else is given while a test holds them. A test that lets go of a port and goes on
//! using its address meets whoever the system gives it to next: another test's server.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A port at which nothing listens. It stays ours until this is dropped.
#[derive(Debug)]
pub struct Silent {
    address: SocketAddr,
    _socket: Socket,
}

impl Silent {
    pub fn new() -> Self {
        Self::at(0)
    }

    /// Takes over a port at which somebody has just stopped listening.
    pub fn at(port: u16) -> Self {
        let socket = bound(port);
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
        let socket = bound(0);
        Self {
            number: address(&socket).port(),
            _socket: cfg!(target_os = "linux").then_some(socket),
        }
    }

    pub fn number(&self) -> u16 {
        self.number
    }
}

fn bound(port: u16) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket can be made");
    socket
        .set_reuse_address(true)
        .expect("an address can be shared");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    socket.bind(&address.into()).expect("loopback can be bound");
    socket
}

fn address(socket: &Socket) -> SocketAddr {
    let address = socket.local_addr().expect("a bound socket has an address");
    address.as_socket().expect("it is of the internet")
}
