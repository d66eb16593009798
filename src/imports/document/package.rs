//! A document that is a zip archive: Office Open XML or OpenDocument. Entries are read one at a time, within limits.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::DocumentFault;
use super::xml::{self, Element};

/// The most entries of an archive.
const MAX_ENTRIES: usize = 10_000;
/// The most bytes to which an archive may decompress, and the most that every archive may.
const MAX_DECOMPRESSED: u64 = 250 * 1024 * 1024;
const MIN_DECOMPRESSED: u64 = 16 * 1024 * 1024;
/// The largest ratio of an archive's decompressed size to its own size.
const MAX_RATIO: u64 = 200;
/// The largest entry that is read, in bytes.
const MAX_ENTRY: u64 = 64 * 1024 * 1024;

/// An open archive.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

fn bomb(why: &str) -> DocumentFault {
    DocumentFault::new("archive_bomb", format!("The archive in this document is not safe to open: {why}."))
}

impl<'a> Package<'a> {
    /// Opens an archive.
    ///
    /// # Errors
    ///
    /// Returns a fault if the archive is damaged, encrypted or not safe to open.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DocumentFault> {
        // Each entry of the directory has this signature. The count comes first, because the zip crate reads the whole
        // directory into memory.
        if memmem::find_iter(bytes, b"PK\x01\x02").take(MAX_ENTRIES + 1).count() > MAX_ENTRIES {
            return Err(bomb(&format!("it has more than {MAX_ENTRIES} entries")));
        }
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let archive = ZipArchive::with_config(config, Cursor::new(bytes)).map_err(|_| DocumentFault::malformed())?;
        if archive.has_duplicate_names() {
            return Err(bomb("two of its entries have the same name"));
        }
        let mut total = 0_u64;
        for at in 0..archive.len() {
            let entry = archive.by_index_data(at).map_err(|_| DocumentFault::malformed())?;
            if entry.encrypted() {
                return Err(DocumentFault::encrypted());
            }
            total = total.saturating_add(entry.size());
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let limit = size.saturating_mul(MAX_RATIO).clamp(MIN_DECOMPRESSED, MAX_DECOMPRESSED);
        if total > limit {
            return Err(bomb(&format!("it decompresses to more than {limit} bytes")));
        }
        Ok(Self { archive })
    }

    /// Returns true if the archive has an entry with this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Returns an entry, or none if the archive has no entry with this name.
    ///
    /// # Errors
    ///
    /// Returns a fault if the entry is damaged, or larger than it states.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocumentFault> {
        let Some(at) = self.archive.index_for_name(name) else { return Ok(None) };
        let mut entry = self.archive.by_index(at).map_err(|_| DocumentFault::malformed())?;
        let stated = entry.size();
        if stated > MAX_ENTRY {
            return Err(bomb(&format!("the entry {name} has more than {MAX_ENTRY} bytes")));
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(stated + 1).read_to_end(&mut bytes).map_err(|_| DocumentFault::malformed())?;
        if bytes.len() as u64 != stated {
            return Err(bomb(&format!("the entry {name} does not have the size that it states")));
        }
        Ok(Some(bytes))
    }

    /// Returns an XML entry, or none if the archive has no entry with this name.
    ///
    /// # Errors
    ///
    /// Returns a fault if the entry is damaged, or is XML that is not read.
    pub(super) fn read_xml(&mut self, name: &str) -> Result<Option<Element>, DocumentFault> {
        match self.read(name)? {
            Some(bytes) => xml::parse(&bytes, name).map(Some),
            None => Ok(None),
        }
    }

    /// Returns an XML entry that every document of the format has.
    ///
    /// # Errors
    ///
    /// Returns a fault if the entry is missing or damaged, or is XML that is not read.
    pub(super) fn read_required_xml(&mut self, name: &str) -> Result<Element, DocumentFault> {
        self.read_xml(name)?.ok_or_else(DocumentFault::malformed)
    }
}
