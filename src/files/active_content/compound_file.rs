//! Active content in compound files (MS-CFB): Outlook messages with attachments, and documents of Office 97 to 2003.

use std::io::{Cursor, Read};

use cfb::CompoundFile;
use memchr::memmem;

use super::{Check, ContentFault};

/// The most bytes of a stream that is read.
const MAX_STREAM: u64 = 64 * 1024 * 1024;
/// The stream that holds an attachment of an Outlook message (MS-OXMSG §2.2.2).
const ATTACHMENT: &str = "__substg1.0_37010102";
/// The streams with the name of an attachment, in UTF-16 or in one byte for each character: long, short, its ending, and
/// as it is shown.
const NAMES: [&str; 4] = ["__substg1.0_3707", "__substg1.0_3704", "__substg1.0_3703", "__substg1.0_3001"];

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Checks a file.
pub(super) fn check(check: &mut Check, bytes: &[u8]) -> Result<(), ContentFault> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| ContentFault::malformed(""))?;
    let entries: Vec<(String, String, bool)> = file
        .walk()
        .map(|entry| (entry.name().to_owned(), entry.path().to_string_lossy().into_owned(), entry.is_stream()))
        .collect();
    for (name, path, is_stream) in &entries {
        check.count_file()?;
        let lower = name.to_lowercase();
        match (lower.as_str(), is_stream) {
            ("encryptedpackage" | "encryptioninfo", true) => return Err(ContentFault::encrypted("")),
            ("vba" | "_vba_project_cur" | "macros", false) | ("_vba_project", true) => {
                return Err(ContentFault::macros(path));
            }
            ("\u{1}ole10native" | "\u{1}ole10itemname", true) => {
                return Err(ContentFault::embedded_object("an object of another program", path));
            }
            ("powerpoint document", true) => {
                return Err(ContentFault::unchecked(path, "it is a presentation of PowerPoint 97 to 2003"));
            }
            ("workbook" | "book", true) => check_workbook(path, &read(&mut file, path)?)?,
            ("worddocument", true) => check_word(path, &read(&mut file, path)?)?,
            (name, false) if name.starts_with("mbd") || name == "objectpool" && has_children(&entries, path) => {
                return Err(ContentFault::embedded_object("an object of another program", path));
            }
            (ATTACHMENT, true) => {
                let attachment = read(&mut file, path)?;
                check.count_bytes(attachment.len())?;
                let folder = path.strip_suffix(name.as_str()).unwrap_or_default();
                let names = attachment_names(&mut file, &entries, folder)?;
                for name in &names[1..] {
                    check.nested(name, b"")?;
                }
                check.nested(&names[0], &attachment)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn has_children(entries: &[(String, String, bool)], path: &str) -> bool {
    let folder = format!("{path}/");
    entries.iter().any(|(_, path, _)| path.starts_with(&folder))
}

/// Reads a stream.
fn read(file: &mut File<'_>, path: &str) -> Result<Vec<u8>, ContentFault> {
    let stream = file.open_stream(path).map_err(|_| ContentFault::malformed(path))?;
    let mut bytes = Vec::new();
    stream.take(MAX_STREAM).read_to_end(&mut bytes).map_err(|_| ContentFault::malformed(path))?;
    Ok(bytes)
}

/// Returns the names of the attachment in a folder, at least one, which may be empty.
fn attachment_names(
    file: &mut File<'_>,
    entries: &[(String, String, bool)],
    folder: &str,
) -> Result<Vec<String>, ContentFault> {
    let mut names = Vec::new();
    for wanted in NAMES {
        for form in ["001F", "001E"] {
            let path = format!("{folder}{wanted}{form}");
            if !entries.iter().any(|(_, known, is_stream)| *is_stream && known.eq_ignore_ascii_case(&path)) {
                continue;
            }
            let bytes = read(file, &path)?;
            let name = if form == "001F" {
                let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            } else {
                String::from_utf8_lossy(&bytes).into_owned()
            };
            names.push(name.trim_end_matches('\0').to_owned());
        }
    }
    if names.is_empty() {
        names.push(String::new());
    }
    Ok(names)
}

/// Refuses a workbook with a sheet of macros of Excel 4.0, or with a link that starts a program (MS-XLS §2.4).
fn check_workbook(path: &str, bytes: &[u8]) -> Result<(), ContentFault> {
    const SHEET: u16 = 0x0085;
    const LINK: u16 = 0x01ae;
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_at_checked(4) {
        let (kind, length) = (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
        let Some((record, after)) = after.split_at_checked(usize::from(length)) else { break };
        // The type of a sheet of macros is 1, and that of a module of Visual Basic is 6.
        if kind == SHEET && record.get(5).is_some_and(|sheet| matches!(sheet, 1 | 6)) {
            return Err(ContentFault::macros(path));
        }
        if kind == LINK && is_program_link(record) {
            return Err(ContentFault::runs("a DDE link", path));
        }
        rest = after;
    }
    Ok(())
}

/// Returns true if a link to other data names a program and a topic, and not a workbook, whose name begins with U+0001.
fn is_program_link(record: &[u8]) -> bool {
    let Some((head, text)) = record.split_at_checked(5) else { return false };
    let count = u16::from_le_bytes([head[2], head[3]]);
    // Other values mean this workbook or an add-in.
    let is_text = (1..=0xff).contains(&count);
    is_text && text.first() != Some(&1) && text.contains(&3)
}

/// Refuses a document with a field that starts a program.
fn check_word(path: &str, bytes: &[u8]) -> Result<(), ContentFault> {
    let wide: Vec<u8> = "DDEAUTO".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memmem::find(bytes, b"DDEAUTO").is_some() || memmem::find(bytes, &wide).is_some() {
        return Err(ContentFault::runs("a DDE field", path));
    }
    Ok(())
}
