//! The reason why a file with active content is refused.

use serde::{Deserialize, Serialize};

/// The most characters of a name or an address that a fault quotes.
const MAX_QUOTED: usize = 120;

/// The code of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentFaultCode {
    /// The file has macros.
    Macros,
    /// The file has other active content.
    ActiveContent,
    /// The file, or a file in it, is protected with a password, so it cannot be checked.
    Encrypted,
    /// The file is damaged, so it cannot be checked.
    Malformed,
    /// A part of an office document declares entities, which office documents do not.
    DocumentType,
    /// An archive expands too far.
    ArchiveBomb,
}

/// The reason why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct ContentFault {
    /// The code, for programs.
    pub code: ContentFaultCode,
    /// Sentences for people: what was found, and what to do.
    pub detail: String,
}

impl ContentFaultCode {
    /// Returns the code as the faults of a problem have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Macros => "macros",
            Self::ActiveContent => "active_content",
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::DocumentType => "document_type",
            Self::ArchiveBomb => "archive_bomb",
        }
    }
}

impl ContentFault {
    fn new(code: ContentFaultCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Returns the fault for macros. `place` names the part.
    pub(super) fn macros(place: &str) -> Self {
        let detail =
            format!("The file has macros ({}). Save it without macros or as PDF/A, and send that file.", quoted(place));
        Self::new(ContentFaultCode::Macros, detail)
    }

    /// Returns the fault for an object that another program opens.
    pub(super) fn embedded_object(what: &str, place: &str) -> Self {
        let detail = format!(
            "The file has {what} inside ({}), which another program opens. Remove it or save the file as PDF/A, and send \
             that file.",
            quoted(place)
        );
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for content that loads by itself when the file is opened.
    pub(super) fn loads(what: &str, address: &str) -> Self {
        let detail = format!(
            "The file loads {what} from {} when it is opened. Remove that link or save the file as PDF/A, and send that \
             file. Hyperlinks may stay.",
            quoted(address)
        );
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for something that runs when the file is opened or used.
    pub(super) fn runs(what: &str, place: &str) -> Self {
        let detail = format!(
            "The file has {what} ({}), which runs when the file is used. Remove it or save the file as PDF/A, and send \
             that file.",
            quoted(place)
        );
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for a PDF. `place` is the name of the PDF if it is inside another file.
    pub(super) fn pdf(what: &str, place: &str) -> Self {
        let subject = if place.is_empty() { "The PDF".to_owned() } else { format!("The PDF {}", quoted(place)) };
        let detail = format!(
            "{subject} has {what}. Print it to a new PDF or save it as PDF/A without {what}, and send that file. Send an \
             attached file as a file of its own."
        );
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for a file in the file that is never accepted, such as a program.
    pub(super) fn contained(what: &str, name: &str) -> Self {
        let detail = format!("The file contains {what} ({}). Remove it, and send the file without it.", quoted(name));
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for a file in the file that cannot be checked.
    pub(super) fn unchecked(name: &str, why: &str) -> Self {
        let detail = format!(
            "The file contains {}, which cannot be checked for active content: {why}. Send what it contains as files of \
             their own, and this file without it.",
            quoted(name)
        );
        Self::new(ContentFaultCode::ActiveContent, detail)
    }

    /// Returns the fault for a file that needs a password.
    pub(super) fn encrypted(name: &str) -> Self {
        let subject = if name.is_empty() { "The file".to_owned() } else { format!("The file {}", quoted(name)) };
        let detail = format!(
            "{subject} is protected with a password, so it cannot be checked. Save it without the password, and send \
             that file."
        );
        Self::new(ContentFaultCode::Encrypted, detail)
    }

    /// Returns the fault for a file or part that cannot be read.
    pub(super) fn malformed(name: &str) -> Self {
        let subject = if name.is_empty() { "The file".to_owned() } else { format!("The part {}", quoted(name)) };
        let detail =
            format!("{subject} is damaged, so it cannot be checked. Save the document again, and send that file.");
        Self::new(ContentFaultCode::Malformed, detail)
    }

    /// Returns the fault for a part with a document type that declares entities.
    pub(super) fn document_type(name: &str) -> Self {
        let detail =
            format!("The part {} of the file has a document type, which office documents do not.", quoted(name));
        Self::new(ContentFaultCode::DocumentType, detail)
    }

    /// Returns the fault for an archive that is not safe to open.
    pub(super) fn unsafe_archive(why: &str) -> Self {
        Self::new(ContentFaultCode::ArchiveBomb, format!("The archive in this file is not safe to open: {why}."))
    }
}

/// Returns the beginning of a name or an address of the sender, in quotation marks and with escapes.
fn quoted(text: &str) -> String {
    let text: String = text.chars().take(MAX_QUOTED).collect();
    if text.is_empty() { "a file without a name".to_owned() } else { format!("{text:?}") }
}
