//! Walks through the lines of a document and builds its parts: fields, lists of recommendations, answers, comments and
//! signatures. Each line comes into one part, or is the heading of one.

use std::cell::Cell;
use std::collections::HashSet;

use super::context::Section;
use super::heading::Heading;
use super::heading_forms::{HeadingForms, is_in_capitals};
use super::opening::Form;
use super::outline::{Part, PartKind, Piece, Token, TokenKind};
use super::text::trim;
use super::walk_answers::{last_headings, repeated_labels};
use crate::recommendations::RecommendationKind;

/// The parts of a document, and the lines that are headings without a part.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) parts: Vec<Part>,
    /// The lines of headings, with the words that no member contains.
    pub(super) headings: Vec<(usize, String)>,
    /// The words after the label of an item that are its caption and not its text.
    pub(super) captions: Vec<(usize, String)>,
}

/// Where the walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Outside all sections.
    Outside,
    Field(Section),
    KeyFindings,
    Overview,
    List,
    Comments(Section),
    Signature,
    Publication,
}

/// The list of recommendations or answers that the walk is in.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub(super) kind: Option<RecommendationKind>,
    pub(super) addressees: Option<String>,
    pub(super) section: Option<Section>,
    /// The writer, if the list holds answers.
    pub(super) answers: Option<Section>,
    pub(super) index: usize,
    /// The form and the number of the last item.
    pub(super) form: Option<Form>,
    pub(super) number: Option<String>,
    pub(super) bullet: Option<char>,
    /// The form and the number of the last item inside the current item.
    pub(super) nested: Option<(Form, Option<String>)>,
    pub(super) items: usize,
    /// Whether the items stand on lines without blank lines between them.
    pub(super) is_compact: bool,
    /// Whether the heading leaves open whether the texts below it are causes of concern.
    pub(super) is_doubtful: bool,
    /// The beginning of a sentence that the items end, such as “By 31 March 2025, the force should:”.
    pub(super) lead: Option<String>,
}

/// A quotation of the chief officer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quotation {
    /// Whether an opening mark was found.
    pub(super) is_marked: bool,
    pub(super) is_begun: bool,
    /// Where the walk was before.
    pub(super) before: Place,
}

/// The state of the walk.
pub(super) struct Walk<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
    pub(super) outline: Outline,
    pub(super) place: Place,
    pub(super) list: Option<List>,
    pub(super) lists: usize,
    /// The current item, as an index of a part.
    pub(super) item: Option<usize>,
    pub(super) quotation: Option<Quotation>,
    /// The numbers of the items so far.
    pub(super) numbers: HashSet<String>,
    /// Whether comments or answers of a whole document have begun.
    pub(super) in_response: bool,
    /// The labels that stand under several recommendations.
    pub(super) labels: HashSet<String>,
    /// The parts up to which `has_content` has looked.
    looked: Cell<(usize, bool)>,
    /// The form that was looked for, whether it was found, and the token up to which the answer holds.
    pub(super) later: Cell<Option<(Form, bool, usize)>>,
    /// The form of numbered lines, whether they answer known items, and the token up to which this holds.
    pub(super) known_answers: Cell<Option<(Form, bool, usize)>>,
    /// The forms of the document's headings.
    pub(super) forms: HeadingForms,
    /// The last heading of comments of the policing body, and of the chief officer.
    pub(super) last_headings: (Option<usize>, Option<usize>),
}

/// Returns the parts of the document.
pub(super) fn walk(tokens: &[Token]) -> Outline {
    let mut walk = Walk {
        tokens,
        at: 0,
        outline: Outline::default(),
        place: Place::Outside,
        list: None,
        lists: 0,
        item: None,
        quotation: None,
        numbers: HashSet::new(),
        in_response: false,
        labels: repeated_labels(tokens),
        looked: Cell::new((0, false)),
        later: Cell::new(None),
        known_answers: Cell::new(None),
        forms: HeadingForms::of(tokens),
        last_headings: last_headings(tokens),
    };
    for (at, token) in tokens.iter().enumerate() {
        walk.at = at;
        match &token.kind {
            TokenKind::Heading(heading) => {
                walk.forms.add(&token.text);
                walk.heading(token, heading);
            }
            _ if walk.begins_unknown_section(token) => walk.unknown_section(token),
            _ => {
                // The title of a paper can have the number before that of the next heading.
                if walk.place == Place::Outside && is_in_capitals(&token.text) {
                    walk.forms.add(&token.text);
                }
                walk.line(token);
            }
        }
    }
    walk.outline
}

impl Walk<'_> {
    /// Takes a line that is no heading.
    fn line(&mut self, token: &Token) {
        match &token.kind {
            TokenKind::Opening(opening) if self.accepts(token, opening) => self.open_item(token, opening),
            TokenKind::Opening(opening) if opening.form == Form::Parts => {
                self.text(token, &token.text[opening.text_at..], true);
            }
            _ => self.text(token, &token.text, false),
        }
    }

    /// Begins a section with its own part.
    pub(super) fn section(&mut self, token: &Token, kind: PartKind, place: Place, heading: &Heading, value: &str) {
        self.close();
        self.place = place;
        self.push(token, kind, heading, value);
    }

    /// Returns true if a part is something else than a field or loose text.
    pub(super) fn has_content(&self) -> bool {
        let (from, mut found) = self.looked.get();
        let parts = self.outline.parts.get(from..).unwrap_or_default();
        found |= parts.iter().any(|part| !matches!(part.kind, PartKind::Loose | PartKind::Field(_)));
        self.looked.set((self.outline.parts.len(), found));
        found
    }

    /// Ends the current list, item and quotation.
    pub(super) fn close(&mut self) {
        self.list = None;
        self.item = None;
        self.quotation = None;
    }

    pub(super) fn push(&mut self, token: &Token, kind: PartKind, heading: &Heading, value: &str) {
        let mut part = Part::new(kind);
        let words =
            if value.contains(char::is_alphanumeric) { trim(&token.text[..heading.value_at]) } else { &token.text };
        part.head = Some((token.line, words.to_owned()));
        part.note.clone_from(&heading.note);
        if value.contains(char::is_alphanumeric) {
            part.pieces.push(Piece {
                line: token.line,
                text: value.to_owned(),
                begins_paragraph: false,
                continues: false,
            });
        }
        self.outline.parts.push(part);
    }
}
