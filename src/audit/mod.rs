//! The log: each record's history and the area's audit events, read back; and the trees over it, by which anyone can
//! check it without us. Events are appended by `db::change` alone, and given their places by the sequencer.

mod before;
mod diff;
pub mod http;
pub mod key;
mod model;
mod past;
mod proofs;
mod sequencer;
mod store;
mod told;
mod tree;

pub use before::Before;
pub use model::{AuditEvent, By, FieldChange, History, HistoryItem, RecordEvent, RecordHistory};
pub use past::AsOf;
pub use sequencer::{Sequenced, Sequencer, SequencerError, Witness};
pub use store::{AuditEvents, changes, history, page};
pub use told::{changes_of, transitions};
