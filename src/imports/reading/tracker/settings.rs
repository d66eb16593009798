//! What is known about the trackers of an area before one is read.

use std::collections::BTreeMap;

use super::super::context::{DayFormat, Profile};
use super::words::normalize;
use crate::assignments::ForceStatus;

/// What is known about the trackers of an area before one is read. Case and punctuation do not matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    columns: BTreeMap<String, String>,
    status_words: BTreeMap<String, ForceStatus>,
    /// The order of day and month in a date such as `03/04/2024`.
    pub day_format: DayFormat,
}

impl Settings {
    pub fn new(profile: &Profile) -> Self {
        let columns = profile.columns.iter().map(|(heading, member)| (normalize(heading), member.clone()));
        let status_words = profile.status_words.iter().map(|(words, status)| (normalize(words), *status));
        Self { columns: columns.collect(), status_words: status_words.collect(), day_format: profile.day_format }
    }

    /// Returns the member of a heading in the profile. It is empty if the cells become notes.
    pub fn member(&self, heading: &str) -> Option<&str> {
        self.columns.get(&normalize(heading)).map(String::as_str)
    }

    /// Returns the force status of words in the profile.
    pub fn status(&self, normal: &str) -> Option<ForceStatus> {
        self.status_words.get(normal).copied()
    }
}
