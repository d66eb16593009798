//! Active content in zip archives: office documents, and archives that are attached to e-mails.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::signatures::{self, Kind};
use super::{Check, ContentFault, names, xml};

/// The most entries of an archive.
const MAX_ENTRIES: usize = 10_000;
/// The largest entry, in bytes.
const MAX_ENTRY: u64 = 100 * 1024 * 1024;

/// Checks an archive. `place` is its name if it is inside another file.
pub(super) fn check(check: &mut Check, place: &str, bytes: &[u8]) -> Result<(), ContentFault> {
    // Each entry of the directory has this signature. The count comes first, because the zip crate reads the whole
    // directory into memory.
    if memmem::find_iter(bytes, b"PK\x01\x02").take(MAX_ENTRIES + 1).count() > MAX_ENTRIES {
        return Err(ContentFault::unsafe_archive(&format!("it has more than {MAX_ENTRIES} entries")));
    }
    let damaged = || ContentFault::malformed(place);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let is_open_document = archive.index_for_name("mimetype").is_some();
    let is_office = is_open_document || archive.index_for_name("[Content_Types].xml").is_some();
    for at in 0..archive.len() {
        check.count_file()?;
        let entry = archive.by_index_data(at).map_err(|_| damaged())?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.encrypted() {
            return Err(ContentFault::encrypted(place));
        }
        let mut content = Vec::new();
        let entry = archive.by_index(at).map_err(|_| damaged())?;
        entry.take(MAX_ENTRY + 1).read_to_end(&mut content).map_err(|_| damaged())?;
        if content.len() as u64 > MAX_ENTRY {
            return Err(ContentFault::unsafe_archive(&format!("an entry has more than {MAX_ENTRY} bytes")));
        }
        check.count_bytes(content.len())?;
        if is_office {
            check_part(check, &name, &content, is_open_document)?;
        } else {
            check.nested(&name, &content)?;
        }
    }
    Ok(())
}

/// Checks a part of an office document.
fn check_part(check: &mut Check, name: &str, content: &[u8], is_open_document: bool) -> Result<(), ContentFault> {
    let lower = name.to_lowercase();
    if names::is_macro_part(&lower) || is_open_document && names::is_in_macro_folder(&lower) {
        return Err(ContentFault::macros(name));
    }
    if names::is_program(name) {
        return Err(ContentFault::contained("a program or script", name));
    }
    match signatures::kind(content) {
        Kind::CompoundFile => Err(ContentFault::embedded_object("an object of another program", name)),
        // A chart keeps its figures in a workbook. It is a file of its own, with the same rules.
        Kind::Zip | Kind::Pdf | Kind::Program => check.nested_content(name, content),
        // Office compresses some drawings with gzip (EMZ and WMZ).
        Kind::Unchecked(_) if lower.ends_with(".emz") || lower.ends_with(".wmz") => Ok(()),
        Kind::Unchecked(why) => Err(ContentFault::unchecked(name, why)),
        Kind::Other if xml::begins_like_one(content) => xml::check(name, content),
        Kind::Other => Ok(()),
    }
}
