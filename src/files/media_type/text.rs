//! Detection of text files: plain text, CSV and e-mail. Text that a program runs or renders, such as HTML, is refused.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;

use super::{MediaType, read_at};

/// The longest header section of an e-mail, in bytes.
const MAX_HEADERS: u64 = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The result of reading a file as text.
pub(super) enum Detection {
    /// Text of an accepted type.
    Accepted(MediaType),
    /// Text of another type, with what it seems to be.
    Refused(&'static str),
    /// Not text, with the reason, which is the end of the sentence in the error message.
    NotText(&'static str),
}

pub(super) fn detect(file: &File) -> io::Result<Detection> {
    let head = read_at(file, 0, MAX_HEADERS)?;
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&head);
    if is_email(head) {
        return Ok(match not_text(file, |b| is_control(b) && b != 0x1b, false)? {
            None => Detection::Accepted(MediaType::Eml),
            Some(reason) => Detection::NotText(reason),
        });
    }
    if let Some(reason) = not_text(file, is_control, true)? {
        return Ok(Detection::NotText(reason));
    }
    if let Some(seems) = active_content(head) {
        return Ok(Detection::Refused(seems));
    }
    Ok(Detection::Accepted(if is_table(file)? { MediaType::Csv } else { MediaType::Txt }))
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

/// Returns the reason why the file is not text, or `None` if it is. Reads the file to its end.
fn not_text(mut file: &File, forbidden: fn(u8) -> bool, utf8: bool) -> io::Result<Option<&'static str>> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = vec![0; 64 * 1024];
    // The number of bytes of a character that the end of a chunk cuts.
    let mut carried = 0;
    loop {
        let read = file.read(&mut bytes[carried..])?;
        let end = carried + read;
        if bytes[carried..end].iter().any(|byte| forbidden(*byte)) {
            return Ok(Some("and it has bytes that text cannot have"));
        }
        if !utf8 {
            if read == 0 {
                return Ok(None);
            }
            continue;
        }
        let cut = match std::str::from_utf8(&bytes[..end]) {
            Ok(_) => end,
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Ok(Some("and it is not text in UTF-8")),
        };
        // The control characters beyond ASCII, U+0080 to U+009F.
        if memmem::find_iter(&bytes[..cut], b"\xc2").any(|at| bytes[at + 1] < 0xa0) {
            return Ok(Some("and it has bytes that text cannot have"));
        }
        if read == 0 {
            return Ok(None);
        }
        bytes.copy_within(cut..end, 0);
        carried = end - cut;
    }
}

/// Returns what a text that a program runs or renders seems to be, or `None` for other text.
fn active_content(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with.as_bytes()));
    if infer::text::is_html(head) || begins("<!doctype html") || begins("<html") {
        return Some("HTML");
    }
    if begins("<svg") || (begins("<?xml") && memmem::find(head, b"<svg").is_some()) {
        return Some("SVG");
    }
    if begins("<?xml") {
        return Some("XML");
    }
    if begins("#!") || begins("<?") || begins("<%") || begins("@echo ") || begins("%!ps") || begins("{\\rtf") {
        return Some("a script, or a document with commands");
    }
    let tag = text.len() > 1 && text[0] == b'<' && (text[1].is_ascii_alphabetic() || matches!(text[1], b'!' | b'/'));
    tag.then_some("markup")
}

/// Returns true if the text begins with header fields of RFC 5322, up to an empty line. `From` and one other of the
/// usual fields must be among them.
fn is_email(head: &[u8]) -> bool {
    let end = memmem::find(head, b"\r\n\r\n").or_else(|| memmem::find(head, b"\n\n"));
    let Some(Ok(fields)) = end.map(|end| std::str::from_utf8(&head[..end])) else { return false };
    let mut names = Vec::new();
    for line in fields.lines() {
        if line.starts_with([' ', '\t']) && !names.is_empty() {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        // A field name is printable US-ASCII without colon and space (RFC 5322 §3.6.8).
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        names.push(name.to_ascii_lowercase());
    }
    let has = |name: &str| names.iter().any(|field| field == name);
    let others = ["date", "message-id", "received", "to", "subject", "mime-version"];
    has("from") && others.into_iter().any(has)
}

/// Returns true if the text has two or more records, all with the same number of columns, which is two or more.
fn is_table(mut file: &File) -> io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(BufReader::new(file));
    let mut record = csv::ByteRecord::new();
    let mut records = 0_u64;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) if record.len() > 1 => records += 1,
            Ok(false) => return Ok(records > 1),
            Ok(true) => return Ok(false),
            Err(error) => {
                let broken = error.is_io_error();
                return if broken { Err(io::Error::other(error)) } else { Ok(false) };
            }
        }
    }
}
