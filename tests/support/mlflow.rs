//! The real MLflow server, from the environment that `make mlflow` builds.

use std::{
    env,
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_URL_SAFE};
use tempfile::TempDir;
use terraform_provider_mlflow::api::Version;

use super::{
    feature::Feature,
    http::Request,
    port::Reserved,
    postgresql::{self, Database},
    process::Supervised,
    random,
    rest::Rest,
};

const REQUIREMENTS: &str = include_str!("../mlflow/requirements.txt");
pub const ADMIN: &str = "admin";
pub const ADMIN_PASSWORD: &str = "correct-horse-battery";
/// About ten seconds on an idle machine; several start at once on a busy one.
const START_LIMIT: Duration = Duration::from_secs(180);

/// Servers that tests share, each started by the first that asks for it.
static SHARED: Common = Common::new(Options::default);
static WITH_WORKSPACES: Common = Common::new(|| Options {
    workspaces: true,
    ..Options::default()
});

static WITH_LOGINS: Common = Common::new(|| Options {
    workspaces: Feature::Workspaces.is_there(),
    admin_password: Some(ADMIN_PASSWORD),
    ..Options::default()
});

/// A server that several tests share.
struct Common {
    options: fn() -> Options,
    server: OnceLock<Result<Server, String>>,
}

impl Common {
    const fn new(options: fn() -> Options) -> Self {
        Self {
            options,
            server: OnceLock::new(),
        }
    }

    fn get(&self) -> &Server {
        let start = || Server::try_start((self.options)());
        match self.server.get_or_init(start) {
            Ok(server) => server,
            Err(problem) => panic!("{problem}"),
        }
    }

    fn stop(&self) {
        if let Some(Ok(server)) = self.server.get() {
            server.stop();
            // Only litter is at stake, and the next run would not trip over it.
            let _ = fs::remove_dir_all(server.dir.path());
        }
    }
}

/// A running server with a data folder of its own. It stops when dropped.
#[derive(Debug)]
pub struct Server {
    options: Options,
    port: Reserved,
    dir: TempDir,
    encryption_key: String,
    /// Where PostgreSQL was asked for; otherwise the data is in `dir`.
    database: Option<Database>,
    process: Mutex<Option<Supervised>>,
}

/// How a server differs from the shared one, which is `Options::default()`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Several workspaces, chosen by header.
    pub workspaces: bool,
    /// HTTP basic authentication with this password for the user `admin`.
    pub admin_password: Option<&'static str>,
    /// Without a key, each worker process encrypts secrets with one that dies with it.
    pub encryption_key: bool,
    /// A file store: MLflow has no webhooks on it.
    pub file_store: bool,
    /// Path in front of every route, such as `/mlflow`.
    pub prefix: &'static str,
    /// Whether webhooks may point to private addresses; MLflow's own default is no.
    pub private_ips: bool,
    /// More settings, by their names in the environment.
    pub environment: Vec<(&'static str, &'static str)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workspaces: false,
            admin_password: None,
            encryption_key: true,
            file_store: false,
            prefix: "",
            private_ips: true,
            environment: Vec::new(),
        }
    }
}

impl Server {
    /// The server that all tests share: started by the first that asks.
    pub fn shared() -> &'static Self {
        SHARED.get()
    }

    /// The one with workspaces that tests share: each makes workspaces of its own, by
    /// [`unique`](super::unique) names.
    pub fn with_workspaces() -> &'static Self {
        WITH_WORKSPACES.get()
    }

    /// The one with logins that tests share, with workspaces where its MLflow has them.
    pub fn with_logins() -> &'static Self {
        WITH_LOGINS.get()
    }

    /// Ends the shared servers; statics are never dropped.
    pub fn stop_shared() {
        for common in [&SHARED, &WITH_WORKSPACES, &WITH_LOGINS] {
            common.stop();
        }
        postgresql::stop();
    }

    /// A server of one's own, about ten seconds of work.
    pub fn start(options: Options) -> Self {
        Self::try_start(options).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// The same data on the same port, with other options.
    pub fn restart(&mut self, options: Options) {
        self.stop();
        self.options = options;
        self.run().unwrap_or_else(|problem| panic!("{problem}"));
    }

    pub fn stop(&self) {
        drop(self.process.lock().unwrap().take());
    }

    /// What a user would write as `tracking_uri`.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address(), self.options.prefix)
    }

    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port.number()).into()
    }

    /// The server's own API, for making and seeing what Terraform does not.
    pub fn rest(&self) -> Rest {
        match self.options.admin_password {
            Some(password) => self.anonymous().with_login(ADMIN, password),
            None => self.anonymous(),
        }
    }

    /// The same without a login.
    pub fn anonymous(&self) -> Rest {
        Rest::new(self.address(), self.options.prefix)
    }

    /// Removes a deleted experiment for good, as an administrator does on the server's machine.
    pub fn gc(&self, experiment: &str) {
        // It collects every deleted run of the server, and two at once trip over each other.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mlflow = installed().unwrap_or_else(|problem| panic!("{problem}"));
        let run = Command::new(mlflow.join("bin/mlflow"))
            .args(["gc", "--backend-store-uri", &self.store()])
            .args(["--experiment-ids", experiment])
            .envs(self.environment(&mlflow))
            .env("MLFLOW_TRACKING_URI", self.url())
            .current_dir(self.dir.path())
            .output();
        let run = run.expect("mlflow runs");
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "mlflow gc: {said}");
    }

    /// Changes what is in the server's database, to what an older MLflow would have left there.
    pub fn rewrite(&self, statement: &str) {
        let mlflow = installed().unwrap_or_else(|problem| panic!("{problem}"));
        let script = "import sys, sqlalchemy as it\n\
                      with it.create_engine(sys.argv[1]).begin() as database:\n    \
                          database.execute(it.text(sys.argv[2]))";
        let run = Command::new(mlflow.join("bin/python"))
            .args(["-c", script, &self.store(), statement])
            .envs(self.environment(&mlflow))
            .output();
        let run = run.expect("Python runs");
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{statement}: {said}");
    }

    /// What the server has printed so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn try_start(options: Options) -> Result<Self, String> {
        let dir = tempfile::Builder::new()
            .prefix("mlflow-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let server = Self {
            options,
            port: Reserved::new(),
            dir: dir.map_err(|error| format!("no folder for an MLflow server: {error}"))?,
            encryption_key: fernet_key(),
            database: database()?,
            process: Mutex::new(None),
        };
        server.run()?;
        Ok(server)
    }

    fn run(&self) -> Result<(), String> {
        let mlflow = installed()?;
        let command = self.command(&mlflow);
        let process = Supervised::spawn(
            &mlflow.join("bin/python"),
            command.iter().map(OsStr::new),
            &self.environment(&mlflow),
            self.dir.path(),
            &self.log_path(),
        );
        let mut process = process.map_err(|error| format!("cannot run MLflow: {error}"))?;
        self.await_ready(&mut process)?;
        *self.process.lock().unwrap() = Some(process);
        Ok(())
    }

    fn command(&self, mlflow: &Path) -> Vec<String> {
        let mlflow = mlflow.join("bin/mlflow").display().to_string();
        let port = self.port.number().to_string();
        let mut command = vec![mlflow, "server".into(), "--workers".into(), "1".into()];
        command.extend(["--host".into(), "127.0.0.1".into(), "--port".into(), port]);
        command.extend(["--backend-store-uri".into(), self.store()]);
        command.extend(["--artifacts-destination".into(), self.path("artifacts")]);
        if self.options.workspaces {
            command.push("--enable-workspaces".into());
        }
        if self.options.admin_password.is_some() {
            command.extend(["--app-name".into(), "basic-auth".into()]);
            // Under its default, uvicorn, the login of 3.3.0 answers 500 to everything.
            if !Feature::Prompts.is_there() {
                command.extend(["--gunicorn-opts".into(), "--log-level=info".into()]);
            }
        }
        if !self.options.prefix.is_empty() {
            command.extend(["--static-prefix".into(), self.options.prefix.into()]);
        }
        command
    }

    fn store(&self) -> String {
        match &self.database {
            _ if self.options.file_store => self.path("store"),
            Some(database) => database.uri.clone(),
            None => format!("sqlite:///{}", self.path("mlflow.db")),
        }
    }

    fn environment(&self, mlflow: &Path) -> Vec<(String, String)> {
        let path = env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", mlflow.join("bin").display());
        let mut settings = vec![
            ("PATH", path.as_str()),
            ("HOME", self.dir.path().to_str().unwrap_or_default()),
            ("PYTHONUNBUFFERED", "1"),
            ("MLFLOW_DISABLE_TELEMETRY", "true"),
            ("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
            ("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", "http,https"),
            ("MLFLOW_WEBHOOK_CACHE_TTL", "0"),
            ("MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES", "1"),
            ("MLFLOW_WEBHOOK_REQUEST_TIMEOUT", "5"),
            // Providers of models are on loopback, and a changed key is seen within ten seconds.
            ("MLFLOW_GATEWAY_API_BASE_ALLOWED_SCHEMES", "http,https"),
            ("MLFLOW_GATEWAY_API_BASE_ALLOW_PRIVATE_IPS", "true"),
            ("MLFLOW_SERVER_SECRETS_CACHE_TTL", "10"),
        ];
        if self.options.private_ips {
            settings.push(("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true"));
        }
        if self.options.encryption_key {
            settings.push(("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY", &self.encryption_key));
        }
        if self.options.file_store {
            settings.push(("MLFLOW_ALLOW_FILE_STORE", "true"));
        }
        if let Some(database) = &self.database {
            settings.push(("PGPASSWORD", &database.password));
        }
        let auth_config = self.path("basic_auth.ini");
        if let Some(password) = self.options.admin_password {
            settings.push(("MLFLOW_AUTH_ADMIN_PASSWORD", password));
            settings.push(("MLFLOW_FLASK_SERVER_SECRET_KEY", &self.encryption_key));
            settings.push(("MLFLOW_AUTH_CONFIG_PATH", &auth_config));
            self.write_auth_config(&auth_config, password);
        }
        settings.extend(self.options.environment.iter().copied());
        settings
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }

    /// MLflow 3.3.0 takes the password from here, later ones from the environment. To check one takes a
    /// quarter of a second of work, so what was right is remembered; a change of it is noticed at once,
    /// because there is one worker.
    fn write_auth_config(&self, path: &str, password: &str) {
        let config = format!(
            "[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{}\n\
             admin_username = {ADMIN}\nadmin_password = {password}\n\
             auth_cache_ttl_seconds = 3600\n\
             authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n",
            self.path("auth.db"),
        );
        fs::write(path, config).expect("the server's folder can be written to");
    }

    fn await_ready(&self, process: &mut Supervised) -> Result<(), String> {
        let deadline = Instant::now() + START_LIMIT;
        while !self.is_healthy() {
            if process.has_ended() || Instant::now() > deadline {
                return Err(format!("MLflow did not start. Its output:\n{}", self.log()));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// MLflow 3.3.0 tells its health, and its version, beside the prefix and not under it.
    fn is_healthy(&self) -> bool {
        [self.options.prefix, ""].into_iter().any(|prefix| {
            let health = Request::new("GET", &format!("{prefix}/health"), "");
            let answer = health.send(self.address());
            answer.is_ok_and(|answer| answer.status == 200)
        })
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }
}

/// Where MLflow's own programs are, and those that come with it.
pub fn programs() -> PathBuf {
    let folder = installed().unwrap_or_else(|problem| panic!("{problem}"));
    folder.join("bin")
}

/// The MLflow of this run: another than the pinned one with `make testacc MLFLOW_VERSION=3.3.0`.
pub fn version() -> Version {
    let folder = installed().unwrap_or_else(|problem| panic!("{problem}"));
    let pythons = fs::read_dir(folder.join("lib")).into_iter().flatten();
    let packages = pythons.flatten().map(|it| it.path().join("site-packages"));
    let packages = packages.filter_map(|it| fs::read_dir(it).ok()).flatten();
    let names = packages
        .flatten()
        .filter_map(|it| it.file_name().into_string().ok());
    let mut versions = names.filter_map(|name| {
        let version = name.strip_prefix("mlflow-")?.strip_suffix(".dist-info")?;
        Version::parse(version)
    });
    let version = versions.next();
    version.unwrap_or_else(|| panic!("{} does not tell its MLflow", folder.display()))
}

/// Whether servers keep their data in PostgreSQL, which holds it to its lengths.
pub fn is_on_postgresql() -> bool {
    match env::var("MLFLOW_STORE").as_deref() {
        Ok("postgresql") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("MLFLOW_STORE is {other:?}, not sqlite or postgresql"),
    }
}

fn database() -> Result<Option<Database>, String> {
    is_on_postgresql().then(Database::create).transpose()
}

/// The Python that MLflow runs with.
pub fn python() -> PathBuf {
    let folder = installed().unwrap_or_else(|problem| panic!("{problem}"));
    folder.join("bin/python")
}

/// The virtual environment with MLflow in it, or what to do about its absence.
fn installed() -> Result<PathBuf, String> {
    let version = REQUIREMENTS
        .lines()
        .find_map(|line| line.strip_prefix("mlflow[auth]=="));
    let version = version.expect("tests/mlflow/requirements.txt pins MLflow");
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/mlflow-{version}"));
    let folder = env::var_os("MLFLOW_VENV").map_or(default, PathBuf::from);
    if folder.join("bin/mlflow").exists() {
        return Ok(folder);
    }
    Err(format!(
        "MLflow {version} is not in {}: run `make mlflow` once",
        folder.display()
    ))
}

/// 32 random octets in the alphabet of Fernet keys.
fn fernet_key() -> String {
    let octets: Vec<u8> = (0..4).flat_map(|_| random().to_be_bytes()).collect();
    BASE64_URL_SAFE.encode(octets)
}
