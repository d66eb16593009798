//! The outline of a document: its parts in reading order, each with its heading and its lines.

use super::context::Section;
use super::heading::Heading;
use super::opening::Form;
use crate::recommendations::RecommendationKind;

/// A line with what it can begin.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// The index of the line.
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) kind: TokenKind,
    /// Whether a blank line or a paragraph mark stands before the line.
    pub(super) after_blank: bool,
    /// Whether a blank line stands before the line.
    pub(super) after_gap: bool,
    /// Whether the line continues a sentence after a page break.
    pub(super) continues: bool,
    /// Whether the file styles the line as a heading.
    pub(super) is_styled: bool,
}

/// What a line can begin.
#[derive(Clone, Debug)]
pub(super) enum TokenKind {
    Heading(Heading),
    Opening(ItemOpening),
    Text,
}

/// The opening of an item, with the byte at which its text begins.
#[derive(Clone, Debug)]
pub(super) struct ItemOpening {
    pub(super) form: Form,
    pub(super) kind: Option<RecommendationKind>,
    pub(super) number: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) addressees: Option<String>,
    pub(super) note: Option<String>,
    /// The other numbers of a label such as “Recommendations 2 and 3”.
    pub(super) other_numbers: Vec<String>,
    pub(super) text_at: usize,
}

/// Who writes a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The policing body.
    Body,
    /// The chief officer.
    Chief,
    /// Both in one text, or nobody named.
    Joint,
    /// The policing body, in reply to the chief officer.
    Reply,
    /// The policing body, in a conclusion.
    Also,
}

/// What a part of the document is.
#[derive(Clone, Debug)]
pub(super) enum PartKind {
    /// A form field or a fact of the inspection.
    Field(Section),
    /// The key findings.
    KeyFindings,
    /// A recommendation, or a numbered answer to one.
    Item(Item),
    /// An answer under the item with this index of a part.
    Answer { item: usize, section: Section, is_labelled: bool },
    /// Comments, and whether a heading or a quotation sets them apart.
    Comments { role: Role, is_set_apart: bool },
    /// A section that introduces the document.
    Overview,
    /// Text outside all sections.
    Loose,
    /// A name, an office and a day at the end of a letter or of comments.
    Signature,
    /// A sentence that introduces other parts.
    Introduction,
    /// The service's own statement of publication and copies.
    Publication,
    /// Lines of a letter, such as its salutation.
    Letter,
    /// Tick boxes and other words of a form that no member has.
    FormWords,
}

/// The head of a recommendation, or of a numbered answer.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) form: Option<Form>,
    /// The kind that the label or the heading of the list names.
    pub(super) kind: Option<RecommendationKind>,
    /// Whether the item's own label names the kind.
    pub(super) has_label: bool,
    pub(super) number: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) note: Option<String>,
    /// The bodies that the heading of the list names.
    pub(super) addressees: Option<String>,
    /// The other recommendations that an answer is about, as in “Recommendations 2 and 3: …”.
    pub(super) other_numbers: Vec<String>,
    /// The beginning of the sentence that the item ends, such as “By 31 March 2025, the force should:”.
    pub(super) lead: Option<String>,
    /// The writer of the section, if the item stands in comments or answers.
    pub(super) answers: Option<Section>,
    /// The number of the list in the document.
    pub(super) list: usize,
    /// Whether the heading of the list leaves open whether its texts are causes of concern.
    pub(super) is_doubtful: bool,
}

/// A part of the document.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) kind: PartKind,
    /// The line of the heading or opening, and its words.
    pub(super) head: Option<(usize, String)>,
    /// The words in brackets of the heading.
    pub(super) note: Option<String>,
    pub(super) pieces: Vec<Piece>,
    /// The heading inside the part, or at its end, that is not known.
    pub(super) unknown_heading: Option<UnknownHeading>,
}

/// A line that looks like a heading and is not known.
#[derive(Clone, Debug)]
pub(super) struct UnknownHeading {
    pub(super) line: usize,
    pub(super) words: String,
    /// Whether the part ends above it.
    pub(super) ends_part: bool,
}

/// A line of a part, or what is left of it after its heading.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) begins_paragraph: bool,
    pub(super) continues: bool,
}

impl Part {
    pub(super) fn new(kind: PartKind) -> Self {
        Self { kind, head: None, note: None, pieces: Vec::new(), unknown_heading: None }
    }

    /// Returns the text of the part, with its line breaks.
    pub(super) fn text(&self) -> String {
        join(&self.pieces)
    }

    /// Returns the last words of the part.
    pub(super) fn last_text(&self) -> &str {
        self.pieces.last().map_or("", |piece| &piece.text)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| piece.text.is_empty())
    }
}

/// Joins lines to a text. A sentence that a page break interrupts becomes one line.
pub(super) fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
        if is_broken_word(&text, &piece.text) {
            text.pop();
        } else if !text.is_empty() {
            text.push_str(match (piece.continues, piece.begins_paragraph) {
                (true, _) => " ",
                (false, true) => "\n\n",
                (false, false) => "\n",
            });
        }
        text.push_str(&piece.text);
    }
    text
}

/// Returns true if a line ends with the hyphen of a broken word, and not with that of a compound such as “self-”.
pub(super) fn is_broken_word(text: &str, next: &str) -> bool {
    const FIRST_PARTS: [&str; 28] = [
        "self", "non", "co", "re", "counter", "anti", "multi", "well", "long", "short", "cross", "part", "post", "pre",
        "sub", "mid", "semi", "full", "half", "high", "low", "follow", "stand", "on", "year", "decision", "ex",
        "inter",
    ];
    let Some(before) = text.strip_suffix('-') else { return false };
    let last = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    !last.is_empty()
        && last.chars().all(char::is_lowercase)
        && next.starts_with(char::is_lowercase)
        && !FIRST_PARTS.contains(&last)
}
