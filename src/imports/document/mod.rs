//! A document as lines and tables, whatever the format of its file. The formats are read in a child process; the module
//! `reading` finds the facts.

mod builder;
mod docx;
mod fault;
mod format;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod grid;
mod html;
mod limits;
mod numbers;
mod odt;
mod omission;
mod package;
mod pdf;
pub mod process;
mod read;
mod symbols;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod text;
mod xml;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use fault::DocumentFault;
pub use format::MediaHint;

crate::vocabulary! {
    /// The format of an imported file, recognised by its content.
    pub enum DocumentFormat {
        /// Plain text.
        Text = "text",
        /// A web page.
        Html = "html",
        /// A document of Word 2007 or later.
        Docx = "docx",
        /// An OpenDocument text.
        Odt = "odt",
        /// Rich Text Format.
        Rtf = "rtf",
        /// A PDF that contains text.
        Pdf = "pdf",
        /// A table of values separated by commas, semicolons or tabs.
        Csv = "csv",
        /// A workbook of Excel 2007 or later.
        Xlsx = "xlsx",
        /// A workbook of Excel 97 to 2003.
        Xls = "xls",
        /// An OpenDocument spreadsheet.
        Ods = "ods",
        /// JSON.
        Json = "json",
    }
}

/// A document: its lines and tables in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The format of the file.
    pub format: DocumentFormat,
    /// The lines and tables.
    pub blocks: Vec<Block>,
    /// What the reader of the format left out or could not read, for the person who imports the file.
    pub notices: Vec<Notice>,
}

/// A line or a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A line.
    Line(Line),
    /// A table.
    Table(Table),
}

/// One line of text, or one paragraph of a format that has paragraphs. Blank lines are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The place of the line in the file.
    pub place: Place,
    /// The text without a line break. A list item begins with the number or bullet that the document's own numbering
    /// gives it, as in `2.1 ` or `• `.
    pub text: String,
    /// The role that the file gives to the line.
    pub style: LineStyle,
}

/// The role that a file gives to a line. Plain text and PDF give none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStyle {
    /// Running text.
    #[default]
    Text,
    /// A heading, or a paragraph that is bold as a whole.
    Heading,
    /// An item of a list.
    ListItem,
}

/// A table, such as a worksheet or a table in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The name of the worksheet, or `Table 1` in a document.
    pub name: String,
    /// The rows. Blank rows are kept.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// The number of the row in its worksheet, from 1.
    pub number: u32,
    /// The cells. A merged cell stands in its first place, and `merged` is true in the others with the same text.
    pub cells: Vec<TableCell>,
    /// Whether the file hides the row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCell {
    /// The text as the file shows it; a date as YYYY-MM-DD.
    pub text: String,
    /// Whether the cell repeats the text of a merged cell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged: bool,
    /// Whether the text is struck through.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub struck: bool,
    /// Whether the cell contains an error, such as `#N/A`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub error: bool,
}

/// A place in a file. The members that the format has are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FilePlace)]
pub struct Place {
    /// The number of the page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub page: Option<u32>,
    /// The number of the line or paragraph in the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<u32>,
    /// The cell, such as `Sheet1!C7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Sheet1!C7")]
    pub cell: Option<String>,
}

/// Something that the reader of a format left out or could not read, such as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReadingNotice)]
pub struct Notice {
    /// The code, for programs.
    pub code: String,
    /// The sentence for people.
    pub detail: String,
}
