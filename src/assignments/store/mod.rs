//! SQL for assignments: the row with its positions and target changes, the list, and the published copy.

mod find;
mod list;
mod published;
mod row;
mod write;

pub(super) use find::find_many;
pub use find::{AssignmentRecord, find, find_id_in_area, is_newer_recommendation, lock};
pub use list::{AssignmentListItem, Assignments, aggregate_public, aggregate_visible, page, page_public};
pub use published::{PublishedAssignment, find_public};
pub use row::AssignmentRow;
pub(crate) use row::{assignment_rows, assignment_rows_with_headline};
pub use write::{
    AssignmentOpening, ReaddressedAssignment, SupersededAssignment, insert_for_areas, insert_target_change, readdress,
    supersede_older, update, update_as_imported, update_state, update_version,
};
