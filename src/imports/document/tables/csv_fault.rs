//! The faults of the form of a CSV file.

use std::fmt;

use super::MAX_COLUMNS;

/// The most text of one record, in bytes.
pub(super) const MAX_RECORD: usize = 1024 * 1024;

/// A fault of the form of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvFaultKind {
    /// A quotation mark has no closing one.
    UnclosedQuote,
    /// A quotation mark stands inside a cell that does not begin with one.
    QuoteInText,
    /// Text follows a closing quotation mark.
    TextAfterQuote,
    /// The character NUL.
    Nul,
    /// A carriage return without a line feed.
    LoneCarriageReturn,
    /// The record has too much text.
    TooLong,
    /// The record has text beyond the last column that a table can have.
    TooManyColumns,
}

impl CsvFaultKind {
    /// Returns the code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "unclosed_quote",
            Self::QuoteInText => "quote_in_text",
            Self::TextAfterQuote => "text_after_quote",
            Self::Nul => "nul",
            Self::LoneCarriageReturn => "carriage_return",
            Self::TooLong => "too_long",
            Self::TooManyColumns => "too_many_columns",
        }
    }
}

impl fmt::Display for CsvFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote => f.write_str(
                "The quotation mark at the beginning of a cell is never closed. Close it, and double each quotation \
                 mark inside the cell.",
            ),
            Self::QuoteInText => f.write_str(
                "A quotation mark stands inside a cell that does not begin with one. Put the cell in quotation marks, \
                 and double each one inside it.",
            ),
            Self::TextAfterQuote => f.write_str(
                "Text follows the closing quotation mark of a cell. Double each quotation mark inside the cell.",
            ),
            Self::Nul => f.write_str("The line contains the character NUL. Save the table again as CSV UTF-8."),
            Self::LoneCarriageReturn => f.write_str(
                "The line contains a carriage return without a line feed. Save the table again as CSV UTF-8.",
            ),
            Self::TooLong => write!(f, "The row has more than {MAX_RECORD} bytes. Shorten its texts."),
            Self::TooManyColumns => write!(f, "The row has text beyond column {MAX_COLUMNS}. Remove these columns."),
        }
    }
}
