//! The state of a stored file, and the figures of all stored files.

use chrono::TimeDelta;

use crate::vocabulary;

vocabulary! {
    /// What the last check of a stored file found.
    pub enum FileState {
        /// The bytes are those of the upload, as far as is known.
        Intact = "intact",
        /// The bytes are others. They are not sent.
        Damaged = "damaged",
        /// There are no bytes.
        Missing = "missing",
    }
}

/// How many stored files are known to be damaged or missing, and how long ago the files were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntegrityFigures {
    /// The number of damaged files.
    pub damaged: i64,
    /// The number of missing files.
    pub missing: i64,
    /// The time since the check of the file that was not read for the longest time; since its upload, if it was never
    /// read. Zero without files.
    pub oldest_unread: TimeDelta,
}
