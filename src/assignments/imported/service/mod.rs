//! Writes of imported positions: an import proposes them, persons confirm or reject them, and undoing the import
//! withdraws those that are left.

mod confirm;
mod propose;
mod transition;
mod withdraw;

pub use confirm::confirm_many;
pub use propose::propose;
pub use transition::transition;
pub use withdraw::withdraw;
