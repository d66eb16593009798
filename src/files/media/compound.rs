//! Compound files (MS-CFB): only what is an Outlook message is taken, for the old office documents carry macros.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};

use super::{MediaType, Refusal};

/// The class of Outlook's messages, which some writers leave out.
const OUTLOOK: &str = "00020d0b-0000-0000-c000-000000000046";

/// The stream that every message has (MS-OXMSG §2.4).
const PROPERTIES: &str = "/__properties_version1.0";

pub(super) fn decide(mut file: &File) -> Result<MediaType, Refusal> {
    file.seek(SeekFrom::Start(0))?;
    let damaged = |_| Refusal::Content("a damaged compound file".to_owned());
    let compound = cfb::CompoundFile::open(BufReader::new(file)).map_err(damaged)?;
    let class = compound.root_entry().clsid().to_string();
    let unnamed = compound.root_entry().clsid().is_nil();
    if (unnamed || class == OUTLOOK) && compound.is_stream(PROPERTIES) {
        return Ok(MediaType::Msg);
    }
    let seems = if compound.is_stream("/EncryptedPackage") {
        "an encrypted document"
    } else if compound.is_stream("/WordDocument") {
        "a document of Word 97 to 2003"
    } else if compound.is_stream("/Workbook") || compound.is_stream("/Book") {
        "a workbook of Excel 97 to 2003"
    } else {
        "a compound file that is no Outlook message"
    };
    Err(Refusal::Content(seems.to_owned()))
}
