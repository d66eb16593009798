//! Active content in files: macros, programs, embedded objects, and content that loads by itself when a file is opened.
//! The same rules hold for evidence, for imported files, and for the files inside them. Runs in a child process.

mod compound_file;
mod email;
mod fault;
mod names;
mod package;
mod pdf;
mod process;
mod relationships;
mod signatures;
#[cfg(test)]
mod tests;
mod xml;

use memchr::memmem;

pub(super) use names::{is_in_macro_folder, is_macro_part, is_macro_type};

pub use fault::{ContentFault, ContentFaultCode};
pub use process::{ContentChecker, SUBCOMMAND, run};

use self::signatures::Kind;

/// The deepest nesting of files in files, such as a workbook in a document that is attached to an e-mail.
const MAX_DEPTH: usize = 4;
/// The most bytes to which all archives of a file may decompress.
const MAX_DECOMPRESSED: u64 = 250 * 1024 * 1024;
/// The most files in a file, at all depths.
const MAX_FILES: usize = 20_000;

/// Checks a file for active content. Hyperlinks, pictures, tables and charts are not active content.
///
/// # Errors
///
/// Returns a fault that names what was found. Also returns a fault if a part of the file cannot be checked, because it is
/// protected with a password, is damaged, or is of a format that is not read.
pub fn check(bytes: &[u8]) -> Result<(), ContentFault> {
    let mut check = Check { depth: 0, decompressed: 0, files: 0 };
    match signatures::kind(bytes) {
        Kind::Zip => package::check(&mut check, "", bytes),
        Kind::CompoundFile => compound_file::check(&mut check, bytes),
        // Some programs write a few bytes before the header of a PDF.
        _ if memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() => pdf::check("", bytes),
        // The sender's types of text are refused elsewhere. An e-mail is the only text that contains files.
        Kind::Other if email::begins_like_one(bytes) => email::check(&mut check, bytes),
        _ => Ok(()),
    }
}

/// What was counted while one file is checked.
struct Check {
    depth: usize,
    decompressed: u64,
    files: usize,
}

impl Check {
    /// Counts a file in the file.
    fn count_file(&mut self) -> Result<(), ContentFault> {
        self.files += 1;
        if self.files > MAX_FILES { Err(ContentFault::unsafe_archive("it contains too many files")) } else { Ok(()) }
    }

    /// Counts bytes that were decompressed.
    fn count_bytes(&mut self, bytes: usize) -> Result<(), ContentFault> {
        self.decompressed = self.decompressed.saturating_add(bytes as u64);
        if self.decompressed > MAX_DECOMPRESSED {
            let why = format!("its files decompress to more than {MAX_DECOMPRESSED} bytes");
            return Err(ContentFault::unsafe_archive(&why));
        }
        Ok(())
    }

    /// Checks a file that is inside another one: an attachment, or an entry of an archive. `name` is empty if it has none.
    fn nested(&mut self, name: &str, bytes: &[u8]) -> Result<(), ContentFault> {
        if let Some(what) = names::refused(name) {
            return Err(ContentFault::contained(what, name));
        }
        self.nested_content(name, bytes)
    }

    /// Checks the content of a file that is inside another one, whatever its name.
    fn nested_content(&mut self, name: &str, bytes: &[u8]) -> Result<(), ContentFault> {
        if self.depth == MAX_DEPTH {
            return Err(ContentFault::unchecked(name, "too many files are nested in each other"));
        }
        self.depth += 1;
        let checked = match signatures::kind(bytes) {
            Kind::Zip => package::check(self, name, bytes),
            Kind::CompoundFile => compound_file::check(self, bytes),
            Kind::Pdf => pdf::check(name, bytes),
            Kind::Program => Err(ContentFault::contained("a program", name)),
            Kind::Unchecked(why) => Err(ContentFault::unchecked(name, why)),
            Kind::Other if names::is_email(name) => email::check(self, bytes),
            Kind::Other => Ok(()),
        };
        self.depth -= 1;
        checked
    }
}
