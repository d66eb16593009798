//! The feed of what changed: each change once, in the order in which the log placed it, as far as its reader may know of
//! the record. No contents: who wants them asks for the record.

mod asked;
mod feed;
pub mod http;
mod kinds;
mod model;
mod store;

pub use asked::Places;
pub use feed::{Feed, Reader};
pub use kinds::ChangeType;
pub use model::ChangeItem;
pub use store::{ALL, Placed};
