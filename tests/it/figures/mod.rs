//! The statistics and the deadlines.

mod deadlines;
mod statistics;
