//! The matrix: every fault × every operation × both registries, against the table of ends.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use super::cell::Cell;
use super::ends;
use super::fault::faults;
use super::registry::Kind;
use crate::support::{Case, cases};

/// Cells wait far more than they compute.
const AT_ONCE: usize = 16;

pub fn cases() -> Vec<Case> {
    cases![
        every_fault_ends_well_on_mlflow,
        every_fault_ends_well_on_databricks
    ]
}

fn every_fault_ends_well_on_mlflow() {
    run(Kind::Mlflow);
}

fn every_fault_ends_well_on_databricks() {
    run(Kind::Databricks);
}

fn run(kind: Kind) {
    let begun = Instant::now();
    let cells: Vec<Cell> = faults()
        .iter()
        .flat_map(|fault| Cell::all_of(kind, fault))
        .collect();
    let count = cells.len();
    let (queue, wrong) = (Mutex::new(cells.into_iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(cell) = queue.lock().unwrap().next() else {
                        return;
                    };
                    if let Some(problem) = problem(&cell) {
                        wrong.lock().unwrap().push(problem);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    eprintln!(
        "{count} cells on {kind:?} in {:.0?}, {} of them wrong",
        begun.elapsed(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn problem(cell: &Cell) -> Option<String> {
    let begun = Instant::now();
    let name = format!(
        "{:?} {:?} {:?}: {}",
        cell.kind, cell.operation, cell.moment, cell.fault.name
    );
    let problem = match panic::catch_unwind(AssertUnwindSafe(|| cell.run())) {
        Ok(end) => ends::contradiction(cell, &end),
        Err(cause) => Some(words(&*cause)),
    };
    problem.map(|it| format!("{name} ({:.1?}): {it}", begun.elapsed()))
}

fn words(cause: &(dyn std::any::Any + Send)) -> String {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").to_owned()
}
