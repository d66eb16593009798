//! The audit log: lists of audit events, the history of each record, and the Merkle trees that prove the log. Only
//! `Db::write` and `Db::read_audited` append events; the sequencer then assigns their positions in the trees.

mod as_of;
mod backlog;
mod diff;
pub mod http;
pub mod key;
mod model;
mod proofs;
mod record_history;
mod sequencer;
mod store;
mod tree;

pub use as_of::AsOf;
pub use backlog::{Backlog, find_backlog};
pub use model::{AuditEvent, EventActor, FieldChange, RecordEvent, RecordHistory, TransitionEvent, TransitionHistory};
pub use record_history::{HistoryPage, TransitionOrder, change_history, transition_history};
pub use sequencer::{BatchOutcome, Sequencer, SequencerError, Witnesses};
pub use store::{AuditEvents, EVENTS_IN_SCOPE, list_changes, list_events, list_transitions};
