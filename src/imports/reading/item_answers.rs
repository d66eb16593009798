//! The answers to one recommendation, sorted by who writes them.

use super::claims::Passage;
use super::context::Section;
use super::text::SpacedWords;
use crate::imports::document::Place;
use crate::responses::Branch;

/// The answers to one recommendation.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) number: String,
    /// Answers of the force, or of nobody named.
    pub(super) texts: Vec<Passage>,
    /// Words of the policing body.
    pub(super) body: Vec<Passage>,
    /// Answers with a label that is not known.
    pub(super) unknown: Vec<(String, Passage)>,
    /// Statuses, with their label.
    pub(super) statuses: Vec<(String, Passage)>,
    /// Whether a status stands before the policing body's words.
    pub(super) begins_with_status: bool,
    /// The branch that a label states.
    pub(super) branch: Option<(Branch, Place, String)>,
    pub(super) has_reference: bool,
    /// The numbers that one printed answer is for, as “2 and 3”.
    pub(super) shared: Option<String>,
}

impl Answers {
    /// Adds an answer under a label. Returns true if a person must say whether it is an explanation or the chief officer's
    /// comments.
    pub(super) fn add(&mut self, section: Section, label: &str, passage: Passage) -> bool {
        let branch = match section {
            Section::ActionTaken => Some(Branch::ActionTaken),
            Section::ActionProposed => Some(Branch::ActionProposed),
            Section::NoAction => Some(Branch::NoAction),
            _ => None,
        };
        if let Some(branch) = branch {
            self.branch.get_or_insert((branch, passage.place.clone(), label.to_owned()));
        }
        match section {
            // “Our answer” names neither the force nor the policing body.
            Section::PolicingBodyComments if names_nobody(label) => {
                self.texts.push(passage);
                return true;
            }
            Section::PolicingBodyComments => self.body.push(passage),
            Section::Structure => self.unknown.push((label.to_owned(), passage)),
            // “Progress: The work was finished” is an answer, and “Status: Complete” is not.
            Section::Status if SpacedWords::new(&passage.text).count() >= 5 => self.texts.push(passage),
            Section::Status => {
                self.begins_with_status |= self.body.is_empty();
                self.statuses.push((label.to_owned(), passage));
            }
            Section::ActionTaken | Section::ActionProposed | Section::NoAction => {
                self.texts.push(passage);
                return !self.has_reference;
            }
            Section::ChiefOfficerComments => {
                self.texts.push(passage);
                return true;
            }
            _ => self.texts.push(passage),
        }
        false
    }
}

/// Returns true for a label such as “Our answer”, which does not name its writer.
pub(super) fn names_nobody(label: &str) -> bool {
    let words = SpacedWords::new(label);
    words.contains_any(&["our", "we"])
        && !words.contains_any(&["pcc", "pfcc", "commissioner", "commissioners", "office", "mayor", "mayors"])
}
