//! The test support, tried on things that exist without our provider.

mod databricks;
mod databricks_objects;
mod mlflow;
mod proxy;
mod receiver;
mod terraform;

use crate::support::Case;

/// All of them.
pub fn cases() -> Vec<Case> {
    [
        databricks::cases(),
        databricks_objects::cases(),
        mlflow::cases(),
        proxy::cases(),
        receiver::cases(),
        terraform::cases(),
    ]
    .concat()
}
