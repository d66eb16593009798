//! The life of an imported proposal: created, answered, accepted or discarded, undone; and the strict import of rows into
//! a draft, which can continue in the background.

mod accept;
mod act_for;
mod answer;
mod assessment;
mod corrections;
mod create;
mod expiry;
mod import_rows;
mod importer;
mod json_table;
mod read_file;
mod text_rules;
mod transition;
mod undo;
mod versions;

pub use act_for::{act_for, act_for_rows, require_area};
pub use answer::answer;
pub use assessment::assess;
pub use create::{NewFile, ProposalCreator};
pub use expiry::discard_expired;
pub use importer::{ImportOutcome, ImportRequest, Importer};
pub use read_file::FileReader;
pub use transition::{call_for, transition};
