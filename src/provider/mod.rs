//! The catalogue: everything this provider offers.
