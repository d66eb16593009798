//! The reason why a file cannot be read as a document.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::files::active_content::ContentFault;

/// The codes of faults. A fault of a child process has one of them.
const CODES: [&str; 19] = [
    "active_content",
    "archive_bomb",
    "document_type",
    "empty",
    "encrypted",
    "json",
    "macros",
    "malformed",
    "malformed_text",
    "no_text",
    "no_text_layer",
    "not_text",
    "too_deep",
    "too_large",
    "too_long",
    "too_many_columns",
    "too_many_merged",
    "too_many_rows",
    "unsupported_content",
];

/// The reason why a file cannot be read as a document. It becomes a fault of a 422 problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct DocumentFault {
    /// The code, for programs, such as `too_long`.
    pub code: Cow<'static, str>,
    /// One or two sentences for people: what is wrong, and what would be right.
    pub detail: String,
}

impl From<ContentFault> for DocumentFault {
    fn from(fault: ContentFault) -> Self {
        Self::new(fault.code.as_str(), fault.detail)
    }
}

impl DocumentFault {
    /// Creates a fault.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), detail: detail.into() }
    }

    /// Returns the code as the faults of a problem have it. A code that is not known becomes `malformed`.
    pub fn static_code(&self) -> &'static str {
        CODES.into_iter().find(|code| *code == self.code).unwrap_or("malformed")
    }

    /// Returns the fault for a file that needs a password.
    pub(super) fn encrypted() -> Self {
        Self::new(
            "encrypted",
            "The file is protected with a password. Save it without the password, and send that file.",
        )
    }

    /// Returns the fault for a file that is damaged or not complete.
    pub(super) fn malformed() -> Self {
        Self::new("malformed", "The file is damaged or not complete. Save the document again, and send that file.")
    }
}
