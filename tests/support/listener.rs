//! A server of a test's own: a port of loopback, and a thread that takes who connects.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// Takes connections one after the other. It stops when dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub fn start(mut take: impl FnMut(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback can be bound");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let stopping = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stopping);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                take(stream);
            }
        });
        Self {
            address,
            stopping,
            thread: Some(thread),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it listened until now.
    pub fn stop(&mut self) -> bool {
        let Some(thread) = self.thread.take() else {
            return false;
        };
        self.stopping.store(true, Ordering::Relaxed);
        // Wakes the thread from its wait for a connection.
        let _ = TcpStream::connect(self.address);
        let _ = thread.join();
        true
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}
