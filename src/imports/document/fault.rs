//! The faults of a document, each with its code and its sentence, and the list that returns all of them in the order of
//! the lines.

use thiserror::Error;

/// One fault of a document, with its line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {detail}")]
pub struct LineFault {
    /// The line, counted from 1. 0 is the document as a whole, for example if a heading is missing.
    pub line: usize,
    /// The code of the fault, for programs.
    pub code: &'static str,
    /// The sentence for people.
    pub detail: String,
}

/// A fault of a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum DocumentFault {
    #[error("The document contains no text.")]
    NoText,
    #[error("The document has {bytes} bytes; it must have at most {most}.")]
    TooLong { bytes: usize, most: usize },
    #[error("The line contains the control character U+{0:04X}. Remove it.")]
    ControlCharacter(u32),
    #[error("The heading “{0}” is missing. Add it on a line of its own.")]
    MissingHeading(&'static str),
    #[error("The heading “{heading}” is already on line {first}. Each heading must appear once.")]
    DuplicateHeading { heading: &'static str, first: usize },
    #[error("The heading “{0}” comes after the response. The response must be the last section.")]
    HeadingAfterResponse(&'static str),
    #[error("This text is after the value of “{0}”. The section must contain one paragraph.")]
    UnexpectedText(&'static str),
    #[error("The title of the inspection is missing. Write it after the reference.")]
    EmptyTitle,
    #[error("The title must begin with “#” and the inspection's reference, such as “#21866”.")]
    MissingReference,
    #[error("It is not clear where the reference after “#” ends. Write a space and a dash after it.")]
    UnclearReference,
    #[error("The date of publication is missing. Write a date such as 25/02/2022.")]
    EmptyDate,
    #[error("“{0}” is not a date. Write a date such as 25/02/2022 or 25 February 2022.")]
    UnreadableDate(String),
    #[error("“{0}” is not a day in the calendar.")]
    ImpossibleDate(String),
    #[error("The type of inspection is missing. Write a type such as “National Inspection”.")]
    EmptyInspectionType,
    #[error("“{0}” does not state the scope of the inspection. Write one of “national”, “regional” and “force”.")]
    UnknownInspectionType(String),
    #[error("This text comes before the first numbered recommendation. Remove it, or number it.")]
    TextBeforeRecommendations,
    #[error("After its number, the line must continue with “#” and the recommendation's reference.")]
    NumberWithoutReference,
    #[error("A recommendation's reference must be at the beginning of a line, after a number.")]
    ReferenceWithoutNumber,
    #[error("The dash between “#{0}” and the text is missing.")]
    MissingDash(String),
    #[error("The recommendation #{0} has no text.")]
    EmptyRecommendation(String),
    #[error("The recommendation #{reference} is already on line {first}. Each reference must appear once.")]
    DuplicateReference { reference: String, first: usize },
    #[error("The number {number} is already on line {first}. Each number must appear once.")]
    DuplicateNumber { number: String, first: usize },
    #[error("The response has no text. Write it after its heading.")]
    EmptyResponse,
    #[error("{0} more faults are not listed.")]
    MoreFaults(usize),
}

impl DocumentFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoText => "no_text",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter(_) => "control_character",
            Self::MissingHeading(_) => "missing_heading",
            Self::DuplicateHeading { .. } => "duplicate_heading",
            Self::HeadingAfterResponse(_) => "heading_after_response",
            Self::UnexpectedText(_) => "unexpected_text",
            Self::EmptyTitle => "empty_title",
            Self::MissingReference => "missing_reference",
            Self::UnclearReference => "unclear_reference",
            Self::EmptyDate => "empty_date",
            Self::UnreadableDate(_) => "unreadable_date",
            Self::ImpossibleDate(_) => "impossible_date",
            Self::EmptyInspectionType => "empty_inspection_type",
            Self::UnknownInspectionType(_) => "unknown_inspection_type",
            Self::TextBeforeRecommendations => "text_before_recommendations",
            Self::NumberWithoutReference => "number_without_reference",
            Self::ReferenceWithoutNumber => "reference_without_number",
            Self::MissingDash(_) => "missing_dash",
            Self::EmptyRecommendation(_) => "empty_recommendation",
            Self::DuplicateReference { .. } => "duplicate_reference",
            Self::DuplicateNumber { .. } => "duplicate_number",
            Self::EmptyResponse => "empty_response",
            Self::MoreFaults(_) => "more_faults",
        }
    }

    /// Returns the fault with its line.
    pub(super) fn at(self, line: usize) -> LineFault {
        LineFault { line, code: self.code(), detail: self.to_string() }
    }
}

/// The faults found so far: the first thousand by line, and the number of the others.
#[derive(Debug, Default)]
pub(super) struct DocumentFaults {
    first: Vec<(usize, DocumentFault)>,
    omitted: usize,
}

impl DocumentFaults {
    // A binary file sent by mistake has a fault on nearly every line.
    const MAX_LISTED: usize = 1_000;

    /// Adds a fault at a line.
    pub(super) fn add(&mut self, line: usize, fault: DocumentFault) {
        self.first.push((line, fault));
        if self.first.len() >= 2 * Self::MAX_LISTED {
            self.truncate();
        }
    }

    /// Returns true if there is no fault.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Returns the faults in the order of the lines: the first thousand, and then one with the number of the others.
    pub(super) fn into_line_faults(mut self) -> Vec<LineFault> {
        self.truncate();
        if let (1.., Some((line, _))) = (self.omitted, self.first.last()) {
            self.first.push((*line, DocumentFault::MoreFaults(self.omitted)));
        }
        self.first.into_iter().map(|(line, fault)| fault.at(line)).collect()
    }

    fn truncate(&mut self) {
        self.first.sort_by_key(|(line, _)| *line);
        self.omitted += self.first.len().saturating_sub(Self::MAX_LISTED);
        self.first.truncate(Self::MAX_LISTED);
    }
}

/// Returns the beginning of a printed value, short enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS).collect();
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        short.push('…');
    }
    short
}
