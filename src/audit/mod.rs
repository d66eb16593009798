//! The log: each record's history and the area's audit events, read back; and the trees over it, by which anyone can
//! check it without us. Events are appended by `db::change` alone, and given their places by the sequencer.

mod as_of;
mod diff;
mod history_page;
pub mod http;
pub mod key;
mod model;
mod proofs;
mod record_history;
mod sequencer;
mod store;
mod tree;

pub use as_of::AsOf;
pub use history_page::HistoryPage;
pub use model::{AuditEvent, By, FieldChange, History, HistoryItem, RecordEvent, RecordHistory};
pub use record_history::{changes_of, transitions};
pub use sequencer::{Sequenced, Sequencer, SequencerError, Witness};
pub use store::{AuditEvents, changes, history, page};
