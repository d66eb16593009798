//! The statistics and the deadlines.

mod dashboard;
mod deadlines;
mod statistics;
