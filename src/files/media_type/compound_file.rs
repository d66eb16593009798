//! Detection of compound files (MS-CFB). Only Outlook messages are accepted, because the old Office formats can have
//! macros.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};

use super::{MediaType, Refusal};

/// The class identifier of an Outlook message. Some programs leave it nil.
const OUTLOOK_CLASS: &str = "00020d0b-0000-0000-c000-000000000046";

/// The stream that every Outlook message has (MS-OXMSG §2.4).
const OUTLOOK_PROPERTIES: &str = "/__properties_version1.0";

pub(super) fn detect(mut file: &File) -> Result<MediaType, Refusal> {
    file.seek(SeekFrom::Start(0))?;
    let damaged = |_| Refusal::Unsupported("a damaged compound file".to_owned());
    let compound = cfb::CompoundFile::open(BufReader::new(file)).map_err(damaged)?;
    let class = compound.root_entry().clsid().to_string();
    let unnamed = compound.root_entry().clsid().is_nil();
    if (unnamed || class == OUTLOOK_CLASS) && compound.is_stream(OUTLOOK_PROPERTIES) {
        return Ok(MediaType::Msg);
    }
    let seems = if compound.is_stream("/EncryptedPackage") {
        "an encrypted document"
    } else if compound.is_stream("/WordDocument") {
        "a document of Word 97 to 2003"
    } else if compound.is_stream("/Workbook") || compound.is_stream("/Book") {
        "a workbook of Excel 97 to 2003"
    } else {
        "a compound file, but not an Outlook message"
    };
    Err(Refusal::Unsupported(seems.to_owned()))
}
