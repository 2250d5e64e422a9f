//! Processes that a test run must not leave behind.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

const SUPERVISE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/supervise.py");

/// A process under `supervise.py`: it ends with this value, and also when the test run is killed.
#[derive(Debug)]
pub struct Supervised(Child);

impl Supervised {
    /// Runs `command` in `dir` with only `environment`; its output goes to `log`.
    pub fn spawn<'a>(
        python: &Path,
        command: impl IntoIterator<Item = &'a OsStr>,
        environment: &[(String, String)],
        dir: &Path,
        log: &Path,
    ) -> io::Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        let mut supervisor = Command::new(python);
        supervisor.arg(SUPERVISE).args(command).current_dir(dir);
        supervisor.env_clear().envs(environment.iter().cloned());
        supervisor.stdin(Stdio::piped());
        // Whoever kills the test run's whole process group must not take the supervisor along.
        supervisor.process_group(0);
        supervisor.stdout(output.try_clone()?).stderr(output);
        Ok(Self(supervisor.spawn()?))
    }

    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends by itself once its input is closed; there is nobody to tell if that failed.
        let _ = self.0.wait();
    }
}
