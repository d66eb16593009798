//! What can be wrong with a document: one enum, each fault with its code and its sentence.
//! Collects them so that all are told at once, in the order of the lines.

use thiserror::Error;

/// One thing that could not be read; line 0 stands for the document as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {detail}")]
pub struct LineFault {
    /// The line, counted from 1; 0 for what is missing from, or true of, the whole document.
    pub line: usize,
    /// A stable name for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

/// The kinds of fault.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Fault {
    #[error("the document holds no text")]
    NoText,
    #[error("the document holds {bytes} bytes; the most that is read is {most}")]
    TooLong { bytes: usize, most: usize },
    #[error("the character U+{0:04X} does not belong in text")]
    ControlCharacter(u32),
    #[error("the heading “{0}” is missing")]
    MissingHeading(&'static str),
    #[error("the heading “{heading}” stands already on line {first}")]
    DuplicateHeading { heading: &'static str, first: usize },
    #[error("the heading “{0}” stands after the response, which runs to the end")]
    HeadingAfterResponse(&'static str),
    #[error("“{0}” is followed by more than its value")]
    UnexpectedText(&'static str),
    #[error("the inspection has no title")]
    EmptyTitle,
    #[error("the title does not begin with “#” and the inspection's reference")]
    MissingReference,
    #[error("it is not clear where the reference after “#” ends")]
    UnclearReference,
    #[error("the date of publication is missing")]
    EmptyDate,
    #[error("“{0}” is not a date such as 25/02/2022 or 25 February 2022")]
    UnreadableDate(String),
    #[error("“{0}” is not a day in the calendar")]
    ImpossibleDate(String),
    #[error("the type of inspection is missing")]
    EmptyInspectionType,
    #[error("“{0}” does not say whether the inspection is national, regional or of one force")]
    UnknownInspectionType(String),
    #[error("text stands before the first numbered recommendation")]
    TextBeforeRecommendations,
    #[error("a numbered line must go on with “#” and the recommendation's reference")]
    NumberWithoutReference,
    #[error("a recommendation's reference must stand after a number, at the beginning of a line")]
    ReferenceWithoutNumber,
    #[error("a dash must stand between “#{0}” and the text")]
    MissingDash(String),
    #[error("the recommendation #{0} has no text")]
    EmptyRecommendation(String),
    #[error("the recommendation #{reference} stands already on line {first}")]
    DuplicateReference { reference: String, first: usize },
    #[error("the number {number} stands already on line {first}")]
    DuplicateNumber { number: String, first: usize },
    #[error("the response has no text")]
    EmptyResponse,
    #[error("{0} more faults follow; they are not listed")]
    MoreFaults(usize),
}

impl Fault {
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

    /// This fault at its line.
    pub(super) fn at(self, line: usize) -> LineFault {
        LineFault { line, code: self.code(), detail: self.to_string() }
    }
}

/// The faults found so far: the first thousand by line, and how many more.
#[derive(Debug, Default)]
pub(super) struct Faults {
    kept: Vec<(usize, Fault)>,
    dropped: usize,
}

impl Faults {
    // A binary file sent by mistake has a fault on nearly every line.
    const MOST: usize = 1_000;

    /// Notes a fault at a line.
    pub(super) fn note(&mut self, line: usize, fault: Fault) {
        self.kept.push((line, fault));
        if self.kept.len() >= 2 * Self::MOST {
            self.keep_the_first();
        }
    }

    /// True while nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// All faults by line; after the first thousand only their number.
    pub(super) fn by_line(mut self) -> Vec<LineFault> {
        self.keep_the_first();
        if let (1.., Some((line, _))) = (self.dropped, self.kept.last()) {
            self.kept.push((*line, Fault::MoreFaults(self.dropped)));
        }
        self.kept.into_iter().map(|(line, fault)| fault.at(line)).collect()
    }

    fn keep_the_first(&mut self) {
        self.kept.sort_by_key(|(line, _)| *line);
        self.dropped += self.kept.len().saturating_sub(Self::MOST);
        self.kept.truncate(Self::MOST);
    }
}

/// The beginning of a printed value, short enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
