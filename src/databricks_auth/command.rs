//! Other programs that know tokens. Their output is read through pipes, their input is empty: our own
//! standard streams belong to Terraform.

use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::refusal::fit_to_show;
use crate::api::{
    error::{Error, ErrorKind},
    given::shown_path,
};

/// Time enough for a program that asks the network itself.
pub(super) const WITHIN: Duration = Duration::from_secs(60);

/// What the program writes when it succeeds. It is ended when the caller stops or time is over.
pub(super) async fn output(
    program: &Path,
    arguments: &[&str],
    within: Duration,
    stop: &CancellationToken,
) -> Result<Vec<u8>, Error> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let finished = tokio::select! {
        biased;
        () = stop.cancelled() => return Err(Error::new(ErrorKind::Stopped)),
        finished = tokio::time::timeout(within, child) => finished,
    };
    let name = shown_path(program).unwrap_or_else(|| "the program".to_owned());
    match finished {
        Err(_) => Err(Error::new(ErrorKind::TimedOut)
            .with_message(format!("{name} did not end within {within:?}"))),
        Ok(Err(error)) => {
            Err(Error::new(ErrorKind::Settings)
                .with_message(format!("{name} cannot be run: {error}")))
        }
        Ok(Ok(output)) if output.status.success() => Ok(output.stdout),
        Ok(Ok(output)) => Err(failed(&output)),
    }
}

fn failed(output: &Output) -> Error {
    let words = fit_to_show(&String::from_utf8_lossy(&output.stderr), &[]);
    let message = format!("cannot get access token: {words}: {}", output.status);
    Error::new(ErrorKind::Unauthenticated).with_message(message)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn shell(script: &str, stop: &CancellationToken) -> Result<Vec<u8>, Error> {
        output(Path::new("/bin/sh"), &["-c", script], WITHIN, stop).await
    }

    #[tokio::test]
    async fn output_is_read_and_input_is_empty() {
        let stop = CancellationToken::new();
        assert_eq!(
            shell("cat; echo noise >&2; echo yes", &stop).await.unwrap(),
            b"yes\n"
        );
    }

    #[tokio::test]
    async fn a_failure_is_told_in_the_programs_words_on_one_line() {
        let stop = CancellationToken::new();
        let error = shell("echo 'log in\n first' >&2; exit 3", &stop)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unauthenticated);
        let message = error.message().unwrap();
        assert_eq!(
            message,
            "cannot get access token: log in first: exit status: 3"
        );
    }

    /// A script that notes its process in a file and then takes too long.
    fn endless(ready: &Path) -> String {
        let ready = ready.display();
        format!("echo $$ > {ready}.new; mv {ready}.new {ready}; exec sleep 60")
    }

    #[tokio::test]
    async fn a_program_that_takes_too_long_is_ended_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let ready = folder.path().join("pid");
        let (script, stop) = (endless(&ready), CancellationToken::new());
        // The machine may be too busy to get as far as the note.
        let mut within = Duration::from_millis(100);
        let error = loop {
            let arguments = ["-c", script.as_str()];
            let outcome = output(Path::new("/bin/sh"), &arguments, within, &stop).await;
            if ready.exists() {
                break outcome.unwrap_err();
            }
            within *= 2;
        };
        assert_eq!(*error.kind(), ErrorKind::TimedOut);
        let told = format!("/bin/sh did not end within {within:?}");
        assert_eq!(error.message().unwrap(), told);
        await_end_of(&std::fs::read_to_string(&ready).unwrap()).await;
    }

    #[tokio::test]
    async fn a_stop_ends_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let ready = folder.path().join("pid");
        let script = endless(&ready);
        let stop = CancellationToken::new();
        let (outcome, ()) = tokio::join!(shell(&script, &stop), async {
            while !ready.exists() {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        });
        assert!(outcome.unwrap_err().is_stopped());
        await_end_of(&std::fs::read_to_string(&ready).unwrap()).await;
    }

    /// Returns only when the process is no more.
    async fn await_end_of(pid: &str) {
        let process = Path::new("/proc").join(pid.trim());
        while is_running(&process) {
            tokio::task::yield_now().await;
        }
    }

    fn is_running(process: &Path) -> bool {
        std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }
}
