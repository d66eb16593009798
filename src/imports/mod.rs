//! Imports: a document or a table is read as a proposal, which a person answers and accepts; or the rows of a table are
//! written into a draft. Each writes everything or nothing.

mod accepted_versions;
pub mod document;
pub mod http;
mod model;
pub mod profile;
pub mod proposal;
pub mod reading;
mod requests;
mod row_import;
mod running_import_response;
mod service;
mod store;
mod summary;
pub mod table;
mod template;
mod upload;
mod views;
mod workflow;

pub use requests::{ImportAmendment, ImportTransition};
pub use row_import::{Import, ImportKind, ImportState};
pub use service::{
    FileReader, ImportOutcome, ImportRequest, Importer, NewFile, ProposalCreator, act_for, answer, call_for,
    discard_expired, transition,
};
pub use views::{AnyImport, ImportProposal};
pub use workflow::{Action, Need, State, WORKFLOW};
