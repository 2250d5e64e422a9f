//! The matrix: every fault × every operation × every type of resource × both registries, against the
//! table of ends.

use super::{
    at_once::expect_no_problem,
    cell::Cell,
    ends,
    entity::entities,
    fault::{faults, one_of_each_class},
    registry::Kind,
};
use crate::support::{Case, cases, feature::Feature};

pub fn cases() -> Vec<Case> {
    cases![
        every_fault_ends_well_on_mlflow,
        every_fault_ends_well_on_a_server_with_logins,
        every_fault_ends_well_on_databricks
    ]
}

fn every_fault_ends_well_on_mlflow() {
    run(Kind::Mlflow);
}

fn every_fault_ends_well_on_a_server_with_logins() {
    if Feature::Roles.is_there() {
        run(Kind::Logins);
    }
}

fn every_fault_ends_well_on_databricks() {
    run(Kind::Databricks);
}

fn run(kind: Kind) {
    let cells = entities(kind).flat_map(|entity| {
        let faults = match entity.meets_every_fault {
            true => faults(),
            false => one_of_each_class(),
        };
        let cells = faults.into_iter();
        cells.flat_map(move |fault| Cell::all_of(entity, kind, &fault))
    });
    expect_no_problem(&format!("cells on {kind:?}"), cells.collect(), |cell| {
        ends::contradiction(cell, &cell.run())
    });
}
