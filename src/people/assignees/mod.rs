//! The person to whom a side of an area has assigned a response, an assignment or an item of evidence. Each side assigns a
//! person of its own, and the other side does not see whom.

mod model;
mod service;
mod store;

pub use model::Assignee;
pub use service::{AssigneeChange, assign};
pub use store::find_of_records;
pub(crate) use store::{filter, of_records};
