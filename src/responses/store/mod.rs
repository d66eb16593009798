//! SQL for responses: the row, the texts and explanations that only some sides may read, and the published editions.

mod find;
mod list;
mod pending;
mod published;
mod row;
mod write;

pub use find::{
    ResponseRecord, ResponseTextKind, find, find_in_area, find_many, is_of_own_area, lock, lock_many,
    readable_text_kinds,
};
pub use list::{ResponseListItem, Responses, aggregate_public, aggregate_visible, count_overdue, page, page_public};
pub use pending::{
    OpenedTexts, PendingExplanation, PendingTexts, delete_all_pending_texts, delete_pending_texts,
    insert_pending_texts, open_pending_texts,
};
pub use published::{PublishedResponse, find_printed, find_public, insert_edition, list_editions, update_copies};
pub use row::ResponseRow;
pub use write::{
    delete_explanation, delete_explanations, insert_for_areas, set_text, update, upsert_explanation,
    upsert_explanations,
};
