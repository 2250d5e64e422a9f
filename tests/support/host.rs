//! A host of our own: starts the real binary and speaks to it as Terraform does, certificate for
//! certificate. Start at [`Host::start`], inside of [`run`].

use std::{
    env,
    future::Future,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, LazyLock},
    task::{Context, Poll},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use futures_util::future::BoxFuture;
use http::{Request, Response, Uri};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::{
    ClientConfig, RootCertStore, SignatureScheme,
    client::ResolvesClientCert,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    sign::CertifiedKey,
};
use terraform_provider_mlflow::wire::proto::provider_client::ProviderClient;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
};
use tokio_rustls::TlsConnector;
use tonic::body::Body;
use tower_service::Service;

use self::proto::grpc_controller_client::GrpcControllerClient;

#[allow(dead_code, unreachable_pub, clippy::all, reason = "generated code")]
pub mod proto {
    tonic::include_proto!("plugin");

    pub mod health {
        tonic::include_proto!("grpc.health.v1");
    }
}

/// The provider under test: our own build, or the program that `make test-platforms` names, which
/// starts that of another platform.
pub static BINARY: LazyLock<String> = LazyLock::new(|| {
    let own = || env!("CARGO_BIN_EXE_terraform-provider-mlflow").to_owned();
    env::var("MLFLOW_TEST_PROVIDER").unwrap_or_else(|_| own())
});

pub const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// As long as anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test that talks to a plugin.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(test)
}

/// The binary in a host's environment, without a certificate.
pub fn plugin() -> Command {
    invited(Command::new(&*BINARY))
}

/// A process that starts the binary as its own child and waits for it, in a host's environment. On
/// another platform that is a process of it, because what ends there is told there.
pub fn parent_of_plugin() -> Command {
    let named = env::var("MLFLOW_TEST_PARENT").map(Command::new);
    invited(named.unwrap_or_else(|_| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "\"$0\" & wait", &BINARY]);
        shell
    }))
}

/// Any command in a host's environment, without a certificate.
pub fn invited(mut command: Command) -> Command {
    for name in ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_MLFLOW"] {
        command.env_remove(name);
    }
    command
        .env(COOKIE.0, COOKIE.1)
        .env("PLUGIN_PROTOCOL_VERSIONS", "6,5")
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000")
        .stdin(Stdio::null());
    command
}

/// How a client of the plugin shows who it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Showing {
    /// The host's certificate.
    Certificate,
    NoCertificate,
    AnotherCertificate,
    /// The host's certificate, whose key it does not have.
    AnotherKey,
    /// The host's certificate, without agreeing on HTTP/2.
    NoProtocol,
    /// Not even TLS.
    Plaintext,
}

/// A running plugin and the host's end of it. Killed when dropped.
pub struct Host {
    child: Child,
    identity: Identity,
    line: String,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
    connection: Option<Connection>,
}

impl Host {
    /// Starts the plugin with mutual TLS and connects to it.
    pub async fn start() -> Self {
        Self::start_with(plugin()).await
    }

    pub async fn start_with(mut command: Command) -> Self {
        let identity = Identity::new();
        command.env("PLUGIN_CLIENT_CERT", &identity.pem);
        let mut host = Self::launch(command, identity);
        host.connection = Some(host.connect(Showing::Certificate).await.unwrap());
        host
    }

    /// Starts the plugin as with `TF_DISABLE_PLUGIN_TLS` and connects to it.
    pub async fn start_plaintext(command: Command) -> Self {
        let mut host = Self::launch(command, Identity::new());
        host.connection = Some(host.connect(Showing::Plaintext).await.unwrap());
        host
    }

    /// Starts the command and reads the first line it prints.
    pub fn launch(mut command: Command, identity: Identity) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Self {
            stdout: read_all(out),
            stderr: read_all(child.stderr.take().unwrap()),
            child,
            identity,
            line,
            connection: None,
        }
    }

    /// The handshake line (or with `--debug`, the reattach line).
    pub fn line(&self) -> &str {
        &self.line
    }

    /// A field of the handshake line, from 1 on.
    pub fn field(&self, number: usize) -> &str {
        let line = self.line.trim_end_matches('\n');
        line.split('|').nth(number - 1).unwrap()
    }

    pub fn socket(&self) -> PathBuf {
        PathBuf::from(self.field(4))
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The connection made at the start.
    pub fn connection(&self) -> Connection {
        self.connection.clone().unwrap()
    }

    /// A client of the provider on the connection made at the start.
    pub fn provider(&self) -> ProviderClient<Connection> {
        ProviderClient::with_origin(self.connection(), ORIGIN.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX)
    }

    /// Another connection to the same process.
    pub async fn connect(&self, showing: Showing) -> Result<Connection, Refusal> {
        let stream = self.open().await?;
        if showing == Showing::Plaintext {
            return Connection::over(stream).await;
        }
        let server = STANDARD_NO_PAD.decode(self.field(6))?;
        let config = self.identity.config(showing, server.into())?;
        let tls = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("localhost")?;
        Connection::over(tls.connect(name, stream).await?).await
    }

    /// Connects to where the handshake line says.
    async fn open(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self.field(3) {
            "tcp" => Box::new(TcpStream::connect(self.field(4)).await?),
            _ => Box::new(UnixStream::connect(self.socket()).await?),
        })
    }

    /// Waits until nobody listens any more.
    pub async fn closed(&self) {
        let begun = Instant::now();
        while self.open().await.is_ok() {
            assert!(begun.elapsed() < PATIENCE, "the plugin still listens");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A plaintext connection to a socket that is not in a handshake line.
    pub async fn connect_at(&self, socket: &Path) -> Result<Connection, Refusal> {
        Connection::over(UnixStream::connect(socket).await?).await
    }

    /// Calls the plugin's shutdown, which is answered before the process ends.
    pub async fn ask_to_end(&self, connection: Connection) {
        let mut controller = GrpcControllerClient::with_origin(connection, ORIGIN.clone());
        controller.shutdown(proto::Empty {}).await.unwrap();
    }

    /// Ends the plugin as hosts do. What it printed after the first line, on both streams.
    pub async fn shutdown(mut self) -> Ended {
        self.ask_to_end(self.connection()).await;
        self.connection = None;
        self.ended().await
    }

    pub fn signal(&self, name: &str) {
        signal(self.pid(), name);
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Waits for the end of the process and of its output.
    pub async fn ended(mut self) -> Ended {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "the plugin does not end");
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        let after = begun.elapsed();
        let text = |reader: &mut JoinHandle<String>| {
            let reader = std::mem::replace(reader, thread::spawn(String::new));
            reader.join().unwrap()
        };
        Ended {
            status,
            after,
            stdout: text(&mut self.stdout),
            stderr: text(&mut self.stderr),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A killed plugin leaves its socket.
        if let Some(socket) = self.line.split('|').nth(3) {
            let _ = std::fs::remove_file(socket);
        }
    }
}

/// What is left of a plugin.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub after: Duration,
    pub stdout: String,
    pub stderr: String,
}

pub fn signal(pid: u32, name: &str) {
    let arguments = [format!("-{name}"), pid.to_string()];
    let status = Command::new("kill").args(arguments).status();
    assert!(status.unwrap().success());
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        let _ = from.read_to_end(&mut text);
        String::from_utf8(text).unwrap()
    })
}

pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// The authority that hosts send.
pub static ORIGIN: LazyLock<Uri> = LazyLock::new(|| Uri::from_static("http://localhost"));

/// One HTTP/2 connection, which generated clients can be made of.
#[derive(Clone)]
pub struct Connection(http2::SendRequest<Body>);

impl Connection {
    async fn over<S>(stream: S) -> Result<Self, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let executor = TokioExecutor::new();
        let (client, driver) = http2::handshake(executor, TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(Self(client))
    }
}

impl Service<Request<Body>> for Connection {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<'static, hyper::Result<Response<Incoming>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// A byte stream to a plugin, of whatever kind.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A host's one-shot certificate, made as Go hosts make theirs.
pub struct Identity {
    pub pem: String,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Identity {
    pub fn new() -> Self {
        let key = p521();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let name = &mut params.distinguished_name;
        name.push(DnType::OrganizationName, "HashiCorp");
        name.push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self {
            pem: pem(&certificate),
            certificate,
            key,
        }
    }

    fn config(
        &self,
        showing: Showing,
        server: CertificateDer<'static>,
    ) -> Result<ClientConfig, Refusal> {
        let mut roots = RootCertStore::empty();
        roots.add(server)?;
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut config = match showing {
            Showing::NoCertificate => config.with_no_client_auth(),
            Showing::AnotherCertificate => config.with_client_cert_resolver(Self::new().shown()),
            Showing::AnotherKey => config
                .with_client_cert_resolver(Arc::new(Shown(certified(&self.certificate, &p521())))),
            _ => config.with_client_cert_resolver(self.shown()),
        };
        if showing != Showing::NoProtocol {
            config.alpn_protocols = vec![b"h2".to_vec()];
        }
        Ok(config)
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::new(Shown(certified(&self.certificate, &self.key)))
    }
}

fn p521() -> KeyPair {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap()
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}

fn certified(certificate: &CertificateDer<'static>, key: &KeyPair) -> Arc<CertifiedKey> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    Arc::new(CertifiedKey::new(vec![certificate.clone()], key))
}

/// Shows a certificate whether or not the key is its own, which rustls would not do by itself.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}
