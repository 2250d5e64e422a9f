//! PostgreSQL of the test run's own: one cluster for all MLflow servers, a database for each. Unlike
//! SQLite it holds texts to the lengths of their columns.

use std::{
    env,
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{mlflow::python, port::Reserved, process::Supervised, random, unique};

/// What Debian and its kin install servers under, apart from `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";
const OWNER: &str = "mlflow";
const START_LIMIT: Duration = Duration::from_secs(60);

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// A database that is empty so far, and what gets into it.
#[derive(Clone, Debug)]
pub struct Database {
    /// As MLflow's `--backend-store-uri` takes it, without the password.
    pub uri: String,
    /// For `PGPASSWORD`, which other users of this machine do not see.
    pub password: String,
}

impl Database {
    /// A new one, in the cluster that the first to ask starts.
    pub fn create() -> Result<Self, String> {
        let cluster = CLUSTER.get_or_init(Cluster::start);
        let cluster = cluster.as_ref().map_err(Clone::clone)?;
        let name = unique("mlflow").replace('-', "_");
        cluster.psql(&format!("CREATE DATABASE {name}"))?;
        let port = cluster.port.number();
        Ok(Self {
            // Named, because which driver is the default depends on SQLAlchemy.
            uri: format!("postgresql+psycopg2://{OWNER}@127.0.0.1:{port}/{name}"),
            password: cluster.password.clone(),
        })
    }
}

/// Ends the cluster, after the servers that are connected to it; statics are never dropped.
pub fn stop() {
    if let Some(Ok(cluster)) = CLUSTER.get() {
        drop(cluster.process.lock().unwrap().take());
        // Only litter is at stake, and the next run would not trip over it.
        let _ = fs::remove_dir_all(cluster.dir.path());
    }
}

#[derive(Debug)]
struct Cluster {
    programs: PathBuf,
    dir: TempDir,
    /// Whom PostgreSQL runs as where we are root, which it refuses.
    owner: Option<SystemUser>,
    port: Reserved,
    password: String,
    process: Mutex<Option<Supervised>>,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        has_driver(&python())?;
        // Not among the build's folders: those in root's home let no other user in.
        let dir = tempfile::Builder::new().prefix("mlflow-").tempdir();
        let dir = dir.map_err(|error| format!("no folder for PostgreSQL: {error}"))?;
        let cluster = Self {
            programs: programs()?,
            owner: SystemUser::instead_of_root(dir.path())?,
            dir,
            port: Reserved::new(),
            password: format!("{:016x}{:016x}", random(), random()),
            process: Mutex::new(None),
        };
        cluster.initialise()?;
        cluster.run()?;
        cluster.await_ready()?;
        Ok(cluster)
    }

    fn initialise(&self) -> Result<(), String> {
        let password = self.dir.path().join("password");
        let written = fs::write(&password, &self.password);
        written.map_err(|error| format!("{}: {error}", password.display()))?;
        if let Some(owner) = &self.owner {
            owner.take(self.dir.path())?;
            owner.take(&password)?;
        }
        let mut command = self.as_owner("initdb");
        command.extend(["--username", OWNER, "--encoding", "UTF8"].map(Into::into));
        command.extend(["--locale", "C", "--auth", "scram-sha-256"].map(Into::into));
        command.extend(["--no-sync", "--pgdata", &self.data(), "--pwfile"].map(Into::into));
        command.push(password.display().to_string());
        let mut initdb = Command::new(&command[0]);
        succeeds(initdb.args(&command[1..]).current_dir(self.dir.path()))
    }

    fn run(&self) -> Result<(), String> {
        let mut command = self.as_owner("postgres");
        let port = self.port.number().to_string();
        command.extend(["-D", &self.data(), "-p", &port].map(Into::into));
        // Nothing of it outlives the run, so nothing need reach the disk.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "fsync=off",
            "full_page_writes=off",
        ] {
            command.extend(["-c", setting].map(Into::into));
        }
        let process = Supervised::spawn(
            &python(),
            command.iter().map(OsStr::new),
            &[("PATH".into(), env::var("PATH").unwrap_or_default())],
            self.dir.path(),
            &self.log_path(),
        );
        let process = process.map_err(|error| format!("cannot run PostgreSQL: {error}"))?;
        *self.process.lock().unwrap() = Some(process);
        Ok(())
    }

    fn await_ready(&self) -> Result<(), String> {
        let deadline = Instant::now() + START_LIMIT;
        while let Err(problem) = self.psql("SELECT 1") {
            let mut process = self.process.lock().unwrap();
            let ended = process.as_mut().is_none_or(Supervised::has_ended);
            if ended || Instant::now() > deadline {
                let log = fs::read_to_string(self.log_path()).unwrap_or_default();
                return Err(format!("PostgreSQL did not start: {problem}\n{log}"));
            }
            drop(process);
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The start of a command line for one of PostgreSQL's own programs, by whoever owns the data.
    fn as_owner(&self, program: &str) -> Vec<String> {
        let program = self.programs.join(program).display().to_string();
        match &self.owner {
            Some(owner) => owner.running(program),
            None => vec![program],
        }
    }

    fn psql(&self, statement: &str) -> Result<(), String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--output", "/dev/null"]);
        psql.args([
            "--host",
            "127.0.0.1",
            "--port",
            &self.port.number().to_string(),
        ]);
        psql.args(["--username", OWNER, "--dbname", "postgres"]);
        psql.args(["--command", statement]);
        succeeds(psql.env("PGPASSWORD", &self.password))
    }

    fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }
}

/// The user that PostgreSQL's packages bring.
#[derive(Debug)]
struct SystemUser {
    user: u32,
    group: u32,
}

impl SystemUser {
    const NAME: &str = "postgres";

    /// Nobody unless we are root, as a file of our own tells.
    fn instead_of_root(own: &Path) -> Result<Option<Self>, String> {
        if fs::metadata(own).is_ok_and(|it| it.uid() != 0) {
            return Ok(None);
        }
        let ask = |what| {
            let answer = Command::new("id").args([what, Self::NAME]).output().ok()?;
            String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
        };
        let found = ask("-u").zip(ask("-g"));
        let found = found.map(|(user, group)| Self { user, group });
        found.map(Some).ok_or_else(|| {
            let name = Self::NAME;
            format!("PostgreSQL does not run as root: have a user {name}, or do not be root")
        })
    }

    fn take(&self, path: &Path) -> Result<(), String> {
        let done = chown(path, Some(self.user), Some(self.group));
        done.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn running(&self, program: String) -> Vec<String> {
        let Self { user, group } = self;
        let ids = [format!("--reuid={user}"), format!("--regid={group}")];
        let setpriv = ["setpriv".into(), "--clear-groups".into()];
        setpriv.into_iter().chain(ids).chain([program]).collect()
    }
}

/// The folder of `initdb`, `postgres` and `psql`: that of `PATH`, or else the newest of Debian's,
/// which keeps servers off `PATH`.
fn programs() -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let debian = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut debian: Vec<_> = debian.map(|it| it.path().join("bin")).collect();
    debian.sort();
    env::split_paths(&path)
        .chain(debian.into_iter().rev())
        // Links in PATH lead to the folder in which all of them are.
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_path_buf))
        .next()
        .ok_or_else(|| {
            format!(
                "PostgreSQL's initdb is neither on PATH nor in {DEBIAN}: install the server \
                 (Debian, Ubuntu: apt install postgresql), or leave out MLFLOW_STORE"
            )
        })
}

fn has_driver(python: &Path) -> Result<(), String> {
    succeeds(Command::new(python).args(["-c", "import psycopg2"])).map_err(|_| {
        format!(
            "{} has no psycopg2: run `make mlflow MLFLOW_STORE=postgresql` once",
            python.display()
        )
    })
}

fn succeeds(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command.output();
    let output = output.map_err(|error| format!("cannot run {program}: {error}"))?;
    let words = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{program} failed: {words}")),
    }
}
