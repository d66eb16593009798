//! Follows a quotation of the chief officer to its end.

use super::context::Section;
use super::duty::is_singular;
use super::outline::{Part, PartKind, Role, Token};
use super::quotation;
use super::text::{SpacedWords, trim};
use super::walk::{Place, Walk};

impl Walk<'_> {
    /// Adds the words of the chief officer, up to the end of the quotation.
    pub(super) fn quoted(&mut self, token: &Token, text: &str) {
        let Some(mut state) = self.quotation else { return };
        if !state.is_begun {
            state.is_marked = quotation::opens(text);
            state.is_begun = true;
            let kind = PartKind::Comments { role: Role::Chief, is_set_apart: state.is_marked };
            self.outline.parts.push(Part::new(kind));
        } else if token.after_blank
            && is_singular(text)
            && (!state.is_marked || names_chief_officer(text) && !quotation::opens(text))
        {
            // Without marks, words in the first person singular are again those of the policing body; and so are words as
            // “I” about the chief officer.
            self.quotation = None;
            self.resume(state.before);
            return self.text(token, text, false);
        }
        self.quotation = Some(state);
        match quotation::end_of(text).filter(|_| state.is_marked) {
            Some(end) => {
                self.append(token, &text[..end]);
                self.quotation = None;
                self.resume(state.before);
                self.text(token, trim(&text[end..]), false);
            }
            None => self.append(token, text),
        }
    }

    /// Goes on where the walk was before a quotation.
    fn resume(&mut self, before: Place) {
        self.place = before;
        if let Place::Comments(section) = before {
            let role = match section {
                Section::ChiefOfficerComments => Role::Chief,
                Section::Conclusion => Role::Also,
                Section::Reply => Role::Reply,
                Section::PolicingBodyComments => Role::Body,
                _ => Role::Joint,
            };
            self.outline.parts.push(Part::new(PartKind::Comments { role, is_set_apart: true }));
        } else if before == Place::Overview {
            self.outline.parts.push(Part::new(PartKind::Overview));
        }
    }
}

/// Returns true for words about the chief officer in the third person.
pub(super) fn names_chief_officer(text: &str) -> bool {
    SpacedWords::new(text).contains_any(&[
        "the chief constable",
        "the chief constables",
        "the chief officer",
        "my chief constable",
        "the force",
    ])
}
