//! How every cell of the matrix ends: the one table.

use super::cell::{Cell, End};

pub fn of(_: &Cell) -> End {
    End {
        requests: 0,
        says: String::new(),
    }
}
