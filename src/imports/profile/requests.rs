//! The request body that replaces an area's import profile, with its limits.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::text::{ShortText, SingleLineText};
use crate::api::{Fault, Problem, escape};
use crate::assignments::ForceStatus;
use crate::imports::proposal::Language;
use crate::imports::reading::tracker::TrackerMember;
use crate::imports::reading::{DayFormat, Profile, Section};
use crate::vocabulary::WireName;

/// The most headings of one section.
const MAX_HEADINGS: usize = 20;
/// The most columns, and the most status words.
const MAX_WORDS: usize = 200;
/// The most characters of a column heading or a status word.
const MAX_CHARACTERS: usize = 200;

/// All words of an import profile. A member that is absent becomes empty.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportProfileReplacement {
    /// Further headings of each section of a document, at most 20 of one section. The profile's schema lists the names of
    /// the sections.
    #[serde(default)]
    #[schema(required = false)]
    pub headings: BTreeMap<String, Vec<ShortText>>,
    /// The member for each column heading of a table, at most 200, as `columns` of a proposal states it. An empty member means that the cells become notes.
    #[serde(default)]
    #[schema(required = false)]
    pub columns: BTreeMap<String, String>,
    /// The force status for each status word of a table, at most 200.
    #[serde(default)]
    #[schema(required = false)]
    pub status_words: BTreeMap<String, ForceStatus>,
    /// The order of day and month in a date such as `03/04/2024`; `day_first` if absent.
    #[serde(default)]
    pub day_format: Option<DayFormat>,
    /// The language of the record's texts, if a document has two.
    #[serde(default)]
    pub language: Option<Language>,
    /// The name of the person who signs the office's responses.
    #[serde(default)]
    pub signatory: Option<SingleLineText>,
}

impl ImportProfileReplacement {
    /// Checks the limits, and returns the words.
    ///
    /// # Errors
    ///
    /// Returns a 422 that lists every fault.
    pub fn into_words(self) -> Result<Profile, Problem> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, code, detail: String| faults.push(Fault::body(pointer, code, detail));
        for (section, headings) in &self.headings {
            let pointer = format!("/headings/{}", escape(section));
            if Section::find(section).is_none() {
                let detail = format!("{section:?} is not a section. The sections are: {}.", Section::NAMES.join(", "));
                fault(pointer, "unknown_value", detail);
            } else if headings.len() > MAX_HEADINGS {
                let detail =
                    format!("A section can have at most {MAX_HEADINGS} headings; this has {}.", headings.len());
                fault(pointer, "too_many", detail);
            }
        }
        let words = [("columns", self.columns.len()), ("status_words", self.status_words.len())];
        for (member, count) in words.into_iter().filter(|(_, count)| *count > MAX_WORDS) {
            let detail = format!("`{member}` can have at most {MAX_WORDS} members; this has {count}.");
            fault(format!("/{member}"), "too_many", detail);
        }
        let columns = self.columns.keys().map(|word| ("columns", word));
        for (member, word) in columns.chain(self.status_words.keys().map(|word| ("status_words", word))) {
            if !is_one_line(word) {
                let detail = format!(
                    "A name in `{member}` must be one line of 1 to {MAX_CHARACTERS} characters, without control \
                     characters."
                );
                fault(format!("/{member}/{}", escape(word)), "wrong_format", detail);
            }
        }
        for (heading, member) in &self.columns {
            if !member.is_empty() && TrackerMember::find(member).is_none() {
                let detail = format!(
                    "{member:?} is not a member that a column can be read as. Send an empty text, or one of: {}.",
                    TrackerMember::NAMES.join(", ")
                );
                fault(format!("/columns/{}", escape(heading)), "unknown_value", detail);
            }
        }
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let texts = |texts: Vec<ShortText>| texts.into_iter().map(ShortText::into_string).collect();
        let headings = self.headings.into_iter();
        let headings = headings.filter_map(|(section, headings)| Some((Section::find(&section)?, texts(headings))));
        Ok(Profile {
            headings: headings.collect(),
            columns: self.columns,
            status_words: self.status_words,
            day_format: self.day_format.unwrap_or_default(),
            language: self.language,
            signatory: self.signatory.map(SingleLineText::into_string),
        })
    }
}

fn is_one_line(word: &str) -> bool {
    !word.trim().is_empty() && word.chars().count() <= MAX_CHARACTERS && !word.contains(char::is_control)
}
