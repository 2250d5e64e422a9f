//! Many trials, some at a time.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::Mutex,
    thread,
    time::Instant,
};

/// Trials wait far more than they compute.
const AT_ONCE: usize = 16;

/// Runs each of them, and fails with every problem that one of them has or panics with.
pub fn expect_no_problem<T: fmt::Display + Send>(
    what: &str,
    trials: Vec<T>,
    run: impl Fn(&T) -> Option<String> + Sync,
) {
    let (begun, count) = (Instant::now(), trials.len());
    let (queue, wrong) = (Mutex::new(trials.into_iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(trial) = queue.lock().unwrap().next() else {
                        return;
                    };
                    if let Some(problem) = problem(&trial, &run) {
                        wrong.lock().unwrap().push(problem);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let took = begun.elapsed();
    eprintln!(
        "{count} {what} in {took:.0?}, {} of them wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn problem<T: fmt::Display>(trial: &T, run: impl Fn(&T) -> Option<String>) -> Option<String> {
    let begun = Instant::now();
    let problem = match panic::catch_unwind(AssertUnwindSafe(|| run(trial))) {
        Ok(problem) => problem,
        Err(cause) => Some(words(&*cause)),
    };
    problem.map(|it| format!("{trial} ({:.1?}): {it}", begun.elapsed()))
}

fn words(cause: &(dyn std::any::Any + Send)) -> String {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").to_owned()
}
