//! Detection of documents that are zip archives (Office Open XML and OpenDocument), of macros in them, and of archives
//! that are not safe to open. Every entry is decompressed once, to check its size, and its bytes are discarded.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use memchr::memmem;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::{MediaType, Refusal, read_at};
use crate::files::active_content;

/// The most entries an archive may have.
const MAX_ENTRIES: usize = 10_000;
/// The most bytes to which an archive may decompress.
const MAX_DECOMPRESSED: u64 = 250 * 1024 * 1024;
/// The largest ratio of an archive's decompressed size to its own size.
const MAX_RATIO: u64 = 200;
/// The largest entry that lists other entries (content types or manifest), in bytes.
const MAX_LIST: u64 = 1024 * 1024;

type Archive<'a> = ZipArchive<BufReader<&'a File>>;

fn unsupported(seems: &str) -> Refusal {
    Refusal::Unsupported(seems.to_owned())
}

fn unsafe_archive(why: impl Into<String>) -> Refusal {
    Refusal::UnsafeArchive(why.into())
}

pub(super) fn detect(mut file: &File, size: u64) -> Result<MediaType, Refusal> {
    // Each entry of the central directory has this signature. The count comes first, because the zip crate reads the
    // whole directory into memory.
    if count_signature(file, b"PK\x01\x02")? > MAX_ENTRIES {
        return Err(unsafe_archive(format!("it has more than {MAX_ENTRIES} entries")));
    }
    file.seek(SeekFrom::Start(0))?;
    let from_start = Config { archive_offset: ArchiveOffset::Known(0) };
    let damaged = |_| unsupported("a damaged archive");
    let mut archive = ZipArchive::with_config(from_start, BufReader::new(file)).map_err(damaged)?;
    if !ends_with_directory(file, size, archive.central_directory_start())? {
        return Err(unsupported("an archive with data after its end"));
    }
    if archive.has_duplicate_names() {
        return Err(unsafe_archive("two of its entries have the same name"));
    }
    let mut scripts = false;
    for at in 0..archive.len() {
        let entry = archive.by_index_data(at).map_err(damaged)?;
        if entry.encrypted() {
            return Err(unsupported("an encrypted archive"));
        }
        let name = String::from_utf8_lossy(entry.name_raw()).to_lowercase();
        if active_content::is_macro_part(&name) {
            return Err(Refusal::Macros(name.chars().take(100).collect()));
        }
        scripts |= active_content::is_in_macro_folder(&name);
    }
    let media_type = media_type(&mut archive)?;
    if scripts && matches!(media_type, MediaType::Odt | MediaType::Ods) {
        return Err(Refusal::Macros("in a folder named Basic or Scripts".to_owned()));
    }
    check_sizes(&mut archive, size)?;
    Ok(media_type)
}

/// Returns true if the file ends with the end record of the central directory at this offset (APPNOTE §4.3.16).
/// Otherwise another program could read another list of entries.
fn ends_with_directory(file: &File, size: u64, directory: u64) -> Result<bool, Refusal> {
    const RECORD: usize = 22;
    let tail = read_at(file, size.saturating_sub((RECORD + usize::from(u16::MAX)) as u64), size)?;
    let Some(at) = memmem::rfind(&tail, b"PK\x05\x06") else { return Ok(false) };
    let Some((record, comment)) = tail[at..].split_at_checked(RECORD) else { return Ok(false) };
    let offset = u32::from_le_bytes([record[16], record[17], record[18], record[19]]);
    let comment_length = u16::from_le_bytes([record[20], record[21]]);
    // All ones means that another record states the offset, as in archives over 4 GiB.
    Ok(usize::from(comment_length) == comment.len() && (offset == u32::MAX || u64::from(offset) == directory))
}

/// Counts a signature of four bytes in the file.
fn count_signature(mut file: &File, signature: &[u8; 4]) -> Result<usize, Refusal> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = vec![0; 64 * 1024];
    let (mut carried, mut found) = (0, 0);
    loop {
        let read = file.read(&mut bytes[carried..])?;
        if read == 0 {
            return Ok(found);
        }
        let end = carried + read;
        found += memmem::find_iter(&bytes[..end], signature).count();
        // The end of the chunk may cut a signature.
        let from = end.saturating_sub(signature.len() - 1);
        bytes.copy_within(from..end, 0);
        carried = end - from;
    }
}

/// Returns the type that the archive states: in its entry `mimetype` (OpenDocument), or in the content types of its
/// parts (Office Open XML).
fn media_type(archive: &mut Archive<'_>) -> Result<MediaType, Refusal> {
    let is_office = archive.index_for_name("[Content_Types].xml").is_some();
    if let Some(stated) = read_entry(archive, "mimetype")? {
        let media_type = match stated.as_slice() {
            b"application/vnd.oasis.opendocument.text" => MediaType::Odt,
            b"application/vnd.oasis.opendocument.spreadsheet" => MediaType::Ods,
            _ => return Err(unsupported("an archive of another type")),
        };
        let manifest = read_entry(archive, "META-INF/manifest.xml")?;
        let manifest = manifest.ok_or_else(|| unsupported("an OpenDocument without its manifest"))?;
        if memmem::find(&manifest, b"encryption-data").is_some() {
            return Err(unsupported("an encrypted document"));
        }
        return if is_office { Err(unsupported("two documents in one archive")) } else { Ok(media_type) };
    }
    match read_entry(archive, "[Content_Types].xml")? {
        Some(types) => office_media_type(&types),
        None => Err(unsupported("an archive, but not a document")),
    }
}

/// Returns the type that the content types of an Office Open XML package state (ISO/IEC 29500-2 §10).
fn office_media_type(types: &[u8]) -> Result<MediaType, Refusal> {
    let unreadable = || unsupported("a package whose content types cannot be read");
    let types = std::str::from_utf8(types).map_err(|_| unreadable())?;
    let mut reader = quick_xml::Reader::from_str(types);
    let mut found = Vec::new();
    loop {
        let element = match reader.read_event().map_err(|_| unreadable())? {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => break,
            Event::DocType(_) => return Err(unreadable()),
            _ => continue,
        };
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| unreadable())?;
            if attribute.key.as_ref() != b"ContentType" {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| unreadable())?.to_lowercase();
            if active_content::is_macro_type(&value) {
                return Err(Refusal::Macros(value.chars().take(100).collect()));
            }
            match value.as_str() {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" => {
                    found.push(MediaType::Docx);
                }
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml" => {
                    found.push(MediaType::Xlsx);
                }
                _ => {}
            }
        }
    }
    match found.as_slice() {
        [media_type] => Ok(*media_type),
        _ => Err(unsupported("an Office package that is not a Word document or an Excel workbook")),
    }
}

/// Returns a whole entry that lists other entries. Refuses an archive in which it is too long to be read.
fn read_entry(archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(at) = archive.index_for_name(name) else { return Ok(None) };
    let mut entry = archive.by_index(at).map_err(|_| unsupported("a damaged archive"))?;
    let mut bytes = Vec::new();
    entry
        .by_ref()
        .take(MAX_LIST + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| unsafe_archive("one of its entries does not match its header"))?;
    if bytes.len() as u64 > MAX_LIST {
        return Err(unsafe_archive(format!("its list of parts has more than {MAX_LIST} bytes")));
    }
    Ok(Some(bytes))
}

/// Returns the most bytes to which an archive of `size` bytes may decompress.
pub(in crate::files) fn decompression_limit(size: u64) -> u64 {
    MAX_DECOMPRESSED.min(size.saturating_mul(MAX_RATIO))
}

/// Decompresses every entry, to check that it has the size in its header and that all together are within the limit.
fn check_sizes(archive: &mut Archive<'_>, size: u64) -> Result<(), Refusal> {
    let limit = decompression_limit(size);
    let mut bytes = vec![0; 64 * 1024];
    let mut total = 0;
    for at in 0..archive.len() {
        let mut entry =
            archive.by_index(at).map_err(|_| unsupported("an archive with a compression that documents do not use"))?;
        let declared = entry.size();
        let mut decompressed = 0;
        loop {
            let read =
                entry.read(&mut bytes).map_err(|_| unsafe_archive("one of its entries does not match its header"))?
                    as u64;
            if read == 0 {
                break;
            }
            decompressed += read;
            total += read;
            if total > limit {
                return Err(unsafe_archive(format!("it decompresses to more than {limit} bytes")));
            }
        }
        if decompressed != declared {
            return Err(unsafe_archive("one of its entries does not have the size in its header"));
        }
    }
    Ok(())
}
