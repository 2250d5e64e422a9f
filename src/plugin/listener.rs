//! Where the host connects: a unix socket that only its user can reach, or TCP on loopback.

use std::io;
#[cfg(any(not(unix), test))]
use std::ops::RangeInclusive;

use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(any(not(unix), test))]
use tokio::net::TcpListener;

use super::{Error, handshake::Invitation};

/// A byte stream to a client, of whatever kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Listens from the moment it exists; what it made in the file system goes when it is dropped.
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(unix::Socket),
    #[cfg(any(not(unix), test))]
    Tcp(TcpListener, String),
}

impl Listener {
    #[cfg(unix)]
    pub(super) fn bind(invitation: &Invitation) -> Result<Self, Error> {
        unix::Socket::bind(invitation).map(Self::Unix)
    }

    #[cfg(not(unix))]
    pub(super) fn bind(invitation: &Invitation) -> Result<Self, Error> {
        Self::tcp(invitation.ports.clone())
    }

    /// Takes the first free port of 127.0.0.1; a range for the sake of users with firewall rules.
    #[cfg(any(not(unix), test))]
    fn tcp(ports: RangeInclusive<u16>) -> Result<Self, Error> {
        let range = format!("{}-{}", ports.start(), ports.end());
        for port in ports {
            if let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", port)) {
                return Self::adopt(listener)
                    .map_err(Error::while_trying(format!("listen on port {port}")));
            }
        }
        Err(Error::new(format!(
            "no port of {range} (PLUGIN_MIN_PORT-PLUGIN_MAX_PORT) is free on 127.0.0.1"
        )))
    }

    #[cfg(any(not(unix), test))]
    fn adopt(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?.to_string();
        Ok(Self::Tcp(listener, address))
    }

    /// As handshake and reattach configuration name the kind of address.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            #[cfg(any(not(unix), test))]
            Self::Tcp(..) => "tcp",
        }
    }

    pub(super) fn address(&self) -> &str {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.path(),
            #[cfg(any(not(unix), test))]
            Self::Tcp(_, address) => address,
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => socket.accept().await,
            #[cfg(any(not(unix), test))]
            Self::Tcp(listener, _) => {
                let (stream, _) = listener.accept().await?;
                // gRPC writes little and often: with Nagle's algorithm each call costs 40 ms.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, Permissions},
        hash::{BuildHasher, RandomState},
        io,
        os::unix::fs::{PermissionsExt, chown},
        path::{Path, PathBuf},
    };

    use tokio::net::{UnixListener, UnixSocket};

    use super::Stream;
    use crate::plugin::{Error, handshake::Invitation};

    /// What a socket address can hold, with a byte for the final NUL.
    const SUN_PATH: usize = if cfg!(target_os = "linux") { 108 } else { 104 };

    /// How many connections may wait to be accepted. A host opens one.
    const BACKLOG: u32 = 128;

    pub(crate) struct Socket {
        listener: UnixListener,
        file: File,
    }

    impl Socket {
        pub(crate) fn bind(invitation: &Invitation) -> Result<Self, Error> {
            let name = format!("plugin-{:016x}", random());
            let mut failure = None;
            for parent in parents(invitation) {
                match Self::bind_at(&parent.join(&name), invitation.socket_group.as_deref()) {
                    Ok(socket) => return Ok(socket),
                    Err(source) => failure = Some((parent, source)),
                }
            }
            let (parent, source) =
                failure.ok_or_else(|| Error::new("there is no directory for a socket"))?;
            let attempt = format!("make a socket in {}", parent.display());
            Err(Error::while_trying(attempt)(source))
        }

        /// Nobody can connect before it listens, and by then it has its mode: so it is private from
        /// the first moment, without a directory of its own that a disk would have to make and free.
        fn bind_at(path: &Path, group: Option<&str>) -> io::Result<Self> {
            let path = printable(path)?;
            let socket = UnixSocket::new_stream()?;
            socket.bind(&path)?;
            let file = File(path);
            let mode = match group {
                Some(group) => {
                    chown(&file.0, None, Some(group_id(group)?))?;
                    0o660
                }
                None => 0o600,
            };
            fs::set_permissions(&file.0, Permissions::from_mode(mode))?;
            let listener = socket.listen(BACKLOG)?;
            Ok(Self { listener, file })
        }

        pub(crate) fn path(&self) -> &str {
            &self.file.0
        }

        pub(crate) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
            let (stream, _) = self.listener.accept().await?;
            Ok(Box::new(stream))
        }
    }

    /// Where the socket may be: a directory that the host insists on, or else one for temporary
    /// files, or the short name for such a one.
    fn parents(invitation: &Invitation) -> Vec<PathBuf> {
        let candidates = invitation.socket_dir.as_ref().map_or_else(
            || vec![invitation.temporary_dir.clone(), PathBuf::from("/tmp")],
            |directory| vec![directory.clone()],
        );
        let absolute = candidates.iter().map(std::path::absolute);
        absolute.filter_map(Result::ok).collect()
    }

    /// The path as an address and as a field of the handshake line, if it can be both.
    fn printable(path: &Path) -> io::Result<String> {
        let invalid = |reason| io::Error::new(io::ErrorKind::InvalidInput, reason);
        let text = path.to_str().ok_or_else(|| invalid("not UTF-8"))?;
        if text.len() >= SUN_PATH {
            return Err(invalid("the path is too long for a socket"));
        }
        if text.contains(['|', '\n', '\r']) {
            return Err(invalid("the path does not fit in a handshake line"));
        }
        Ok(text.to_owned())
    }

    /// Unguessable: the standard library seeds each `RandomState` from the system.
    fn random() -> u64 {
        RandomState::new().hash_one(std::process::id())
    }

    fn group_id(group: &str) -> io::Result<u32> {
        if let Ok(id) = group.parse() {
            return Ok(id);
        }
        let unknown = || io::Error::new(io::ErrorKind::NotFound, format!("no group {group}"));
        find_group(&fs::read_to_string("/etc/group")?, group).ok_or_else(unknown)
    }

    fn find_group(groups: &str, name: &str) -> Option<u32> {
        groups.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then(|| fields.nth(1)?.parse().ok())?
        })
    }

    /// What a socket leaves in the file system unless it is removed.
    struct File(String);

    impl Drop for File {
        fn drop(&mut self) {
            // Nothing can be done about a failure, and nobody is left to be told.
            let _ = fs::remove_file(&self.0);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn invitation(directory: Option<&Path>, temporary: &Path) -> Invitation {
            let mut invitation = Invitation::read(&|_| None).unwrap();
            invitation.socket_dir = directory.map(Path::to_owned);
            invitation.temporary_dir = temporary.to_owned();
            invitation
        }

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[tokio::test]
        async fn a_socket_is_reachable_by_its_user_only_and_goes_with_its_owner() {
            let temporary = tempfile::tempdir().unwrap();
            let socket = Socket::bind(&invitation(None, temporary.path())).unwrap();
            let path = PathBuf::from(socket.path());
            assert_eq!(path.parent(), Some(temporary.path()));
            assert_eq!(mode(&path), 0o600);
            drop(socket);
            assert!(!path.exists());
        }

        #[tokio::test]
        async fn a_group_may_be_let_in() {
            let temporary = tempfile::tempdir().unwrap();
            let mut invitation = invitation(Some(temporary.path()), Path::new("/nowhere"));
            let group = std::os::unix::fs::MetadataExt::gid(&temporary.path().metadata().unwrap());
            invitation.socket_group = Some(group.to_string());
            let socket = Socket::bind(&invitation).unwrap();
            assert_eq!(mode(Path::new(socket.path())), 0o660);
        }

        #[tokio::test]
        async fn a_temporary_directory_of_no_use_is_replaced_but_not_one_the_host_insists_on() {
            let temporary = tempfile::tempdir().unwrap();
            let long = temporary.path().join("d".repeat(SUN_PATH));
            fs::create_dir(&long).unwrap();
            for unfit in [long.as_path(), Path::new("/nowhere"), Path::new("/a|b")] {
                let socket = Socket::bind(&invitation(None, unfit)).unwrap();
                assert!(socket.path().starts_with("/tmp/plugin-"), "{unfit:?}");
                assert!(Socket::bind(&invitation(Some(unfit), temporary.path())).is_err());
            }
            assert_eq!(fs::read_dir(&long).unwrap().count(), 0, "nothing left over");
        }

        #[test]
        fn a_group_is_found_by_name() {
            let groups = "root:x:0:\nplugdev:x:46:ann,bob\n";
            assert_eq!(find_group(groups, "plugdev"), Some(46));
            assert_eq!(find_group(groups, "plug"), None);
            assert_eq!(group_id("46").unwrap(), 46);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tcp_takes_the_first_free_port_of_the_range() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(Listener::tcp(port..=port).is_err());
        let listener = Listener::tcp(port..=u16::MAX).unwrap();
        let address: std::net::SocketAddr = listener.address().parse().unwrap();
        assert!(address.port() > port);
        let client = tokio::net::TcpStream::connect(address);
        let (accepted, connected) = tokio::join!(listener.accept(), client);
        assert!(accepted.is_ok() && connected.is_ok());
    }
}
