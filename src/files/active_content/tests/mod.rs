//! Unit tests of the check for active content, with files that the tests build.

mod compound_files;
mod emails;
mod office;
mod open_documents;
mod pdfs;

use super::check;
use crate::files::tests::samples;

/// Returns the code and the detail of the fault, or two empty texts if the file may pass.
fn outcome(bytes: &[u8]) -> (&'static str, String) {
    match check(bytes) {
        Ok(()) => ("", String::new()),
        Err(fault) => (fault.code.as_str(), fault.detail),
    }
}

/// Asserts that a file is refused with this code, and that the detail contains the words.
#[track_caller]
fn assert_refused(bytes: &[u8], code: &str, words: &str) {
    let (found, detail) = outcome(bytes);
    assert_eq!(found, code, "{words}: {detail}");
    assert!(detail.contains(words), "{words}: {detail}");
}

#[track_caller]
fn assert_passes(bytes: &[u8], what: &str) {
    assert_eq!(outcome(bytes), ("", String::new()), "{what}");
}

/// A program for Windows.
fn program() -> Vec<u8> {
    let mut program = b"MZ\x90\x00\x03\x00\x00\x00".to_vec();
    program.resize(256, 0);
    program
}
