//! Documents that are zip archives: opened to see what they are, whether they carry macros, and whether they can be
//! opened safely at all. Every entry is inflated once, and nothing of it kept.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use memchr::memmem;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::{MediaType, Refusal, beginning};

/// The most entries an archive may have.
const ENTRIES: usize = 10_000;
/// The most bytes it may grow to.
const INFLATED: u64 = 250 * 1024 * 1024;
/// The most times its own size that it may grow to.
const RATIO: u64 = 200;
/// The longest list of content types, or manifest, that is looked at.
const LIST: u64 = 1024 * 1024;

type Archive<'a> = ZipArchive<BufReader<&'a File>>;

fn refused(seems: &str) -> Refusal {
    Refusal::Content(seems.to_owned())
}

fn bomb(why: impl Into<String>) -> Refusal {
    Refusal::Bomb(why.into())
}

pub(super) fn decide(mut file: &File, size: u64) -> Result<MediaType, Refusal> {
    // Before the list of entries is read into memory: each has this signature.
    if count(file, b"PK\x01\x02")? > ENTRIES {
        return Err(bomb(format!("it has more than {ENTRIES} entries")));
    }
    file.seek(SeekFrom::Start(0))?;
    let whole = Config { archive_offset: ArchiveOffset::Known(0) };
    let damaged = |_| refused("a damaged archive");
    let mut archive = ZipArchive::with_config(whole, BufReader::new(file)).map_err(damaged)?;
    if !ends_so(file, size, archive.central_directory_start())? {
        return Err(refused("an archive with something after its end"));
    }
    if archive.has_duplicate_names() {
        return Err(bomb("two entries have one name"));
    }
    let mut scripts = false;
    for at in 0..archive.len() {
        let entry = archive.by_index_data(at).map_err(damaged)?;
        if entry.encrypted() {
            return Err(refused("an encrypted archive"));
        }
        let name = String::from_utf8_lossy(entry.name_raw()).to_lowercase();
        if name.contains("vbaproject") || name.contains("macrosheets/") {
            return Err(Refusal::Macros(name.chars().take(100).collect()));
        }
        scripts |= name.split('/').rev().skip(1).any(|folder| folder == "basic" || folder == "scripts");
    }
    let kind = kind(&mut archive)?;
    if scripts && matches!(kind, MediaType::Odt | MediaType::Ods) {
        return Err(Refusal::Macros("Basic or Scripts".to_owned()));
    }
    inflate(&mut archive, size)?;
    Ok(kind)
}

/// Whether the file ends with the record that ends an archive whose list of entries begins there (APPNOTE §4.3.16), so
/// that every reader finds the same list.
fn ends_so(file: &File, size: u64, list: u64) -> Result<bool, Refusal> {
    const RECORD: usize = 22;
    let tail = beginning(file, size.saturating_sub((RECORD + usize::from(u16::MAX)) as u64), size)?;
    let Some(at) = memmem::rfind(&tail, b"PK\x05\x06") else { return Ok(false) };
    let Some((record, comment)) = tail[at..].split_at_checked(RECORD) else { return Ok(false) };
    let begins = u32::from_le_bytes([record[16], record[17], record[18], record[19]]);
    let commented = u16::from_le_bytes([record[20], record[21]]);
    // All ones: the place is told elsewhere, for archives over 4 GiB.
    Ok(usize::from(commented) == comment.len() && (begins == u32::MAX || u64::from(begins) == list))
}

/// How often a signature of four bytes stands in the file.
fn count(mut file: &File, signature: &[u8; 4]) -> Result<usize, Refusal> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = vec![0; 64 * 1024];
    let (mut kept, mut found) = (0, 0);
    loop {
        let read = file.read(&mut bytes[kept..])?;
        if read == 0 {
            return Ok(found);
        }
        let end = kept + read;
        found += memmem::find_iter(&bytes[..end], signature).count();
        // One that the end of the chunk cuts.
        let from = end.saturating_sub(signature.len() - 1);
        bytes.copy_within(from..end, 0);
        kept = end - from;
    }
}

/// What the archive says it is: by `mimetype` (OpenDocument), else by the content types of its parts (Office Open XML).
fn kind(archive: &mut Archive<'_>) -> Result<MediaType, Refusal> {
    let office = archive.index_for_name("[Content_Types].xml").is_some();
    if let Some(named) = listed(archive, "mimetype")? {
        let kind = match named.as_slice() {
            b"application/vnd.oasis.opendocument.text" => MediaType::Odt,
            b"application/vnd.oasis.opendocument.spreadsheet" => MediaType::Ods,
            _ => return Err(refused("an archive of another kind")),
        };
        let manifest = listed(archive, "META-INF/manifest.xml")?;
        let manifest = manifest.ok_or_else(|| refused("an OpenDocument without its manifest"))?;
        if memmem::find(&manifest, b"encryption-data").is_some() {
            return Err(refused("an encrypted document"));
        }
        return if office { Err(refused("two documents in one archive")) } else { Ok(kind) };
    }
    match listed(archive, "[Content_Types].xml")? {
        Some(types) => office_kind(&types),
        None => Err(refused("an archive that is no document")),
    }
}

/// The kind that the content types of an Office Open XML package name (ISO/IEC 29500-2 §10).
fn office_kind(types: &[u8]) -> Result<MediaType, Refusal> {
    let unreadable = || refused("a package whose content types cannot be read");
    let types = std::str::from_utf8(types).map_err(|_| unreadable())?;
    let mut reader = quick_xml::Reader::from_str(types);
    let mut kinds = Vec::new();
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
            if value.contains("macro") || value.contains("vba") {
                return Err(Refusal::Macros(value.chars().take(100).collect()));
            }
            match value.as_str() {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" => {
                    kinds.push(MediaType::Docx);
                }
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml" => {
                    kinds.push(MediaType::Xlsx);
                }
                _ => {}
            }
        }
    }
    match kinds.as_slice() {
        [kind] => Ok(*kind),
        _ => Err(refused("a package that is neither one Word document nor one Excel workbook")),
    }
}

/// An entry that lists something, whole; refused where it is too long to be looked at.
fn listed(archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(at) = archive.index_for_name(name) else { return Ok(None) };
    let mut entry = archive.by_index(at).map_err(|_| refused("a damaged archive"))?;
    let mut bytes = Vec::new();
    entry.by_ref().take(LIST + 1).read_to_end(&mut bytes).map_err(|_| bomb("an entry is not what it is said to be"))?;
    if bytes.len() as u64 > LIST {
        return Err(bomb("a list of its parts has no end"));
    }
    Ok(Some(bytes))
}

/// The most bytes that an archive of a size may grow to.
pub(in crate::files) fn most(size: u64) -> u64 {
    INFLATED.min(size.saturating_mul(RATIO))
}

/// Inflates every entry to see that it is what its header says, and that all are not too much.
fn inflate(archive: &mut Archive<'_>, size: u64) -> Result<(), Refusal> {
    let most = most(size);
    let mut bytes = vec![0; 64 * 1024];
    let mut all = 0;
    for at in 0..archive.len() {
        let mut entry =
            archive.by_index(at).map_err(|_| refused("an archive packed in a way that documents are not"))?;
        let declared = entry.size();
        let mut inflated = 0;
        loop {
            let read = entry.read(&mut bytes).map_err(|_| bomb("an entry is not what its header says"))? as u64;
            if read == 0 {
                break;
            }
            inflated += read;
            all += read;
            if all > most {
                return Err(bomb(format!("it grows to more than {most} bytes")));
            }
        }
        if inflated != declared {
            return Err(bomb("an entry is not as large as its header says"));
        }
    }
    Ok(())
}
