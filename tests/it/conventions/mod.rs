//! The contract's second section: what holds for every operation, swept over all that the OpenAPI document declares.

mod documentation;
mod envelope;
mod expand;
mod fields;
mod paging;
mod parameters;
mod tags;
mod writing;
