//! The log: each record's history and the area's audit events, read back; and the trees over it, by which anyone can
//! check it without us. Events are appended by `db::change` alone, and given their places by the sequencer.

pub mod http;
pub mod key;
mod model;
mod sequencer;
mod store;
mod tree;

pub use model::{AuditEvent, By, History, HistoryItem};
pub use sequencer::{Sequenced, Sequencer, SequencerError};
pub use store::history;
