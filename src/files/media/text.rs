//! Texts: plain, tables, e-mails. What is written to be run or rendered is no plain text.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use memchr::memmem;

use super::{MediaType, beginning};

/// How far the head of an e-mail may go, in bytes.
const HEAD: u64 = 64 * 1024;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// What a file is, read as text.
pub(super) enum Reading {
    /// A text that is taken.
    Taken(MediaType),
    /// A text that is not, and what it seems to be.
    Refused(&'static str),
    /// No text, and why.
    NoText(&'static str),
}

pub(super) fn decide(file: &File) -> io::Result<Reading> {
    let head = beginning(file, 0, HEAD)?;
    let head = head.strip_prefix(MARK).unwrap_or(&head);
    if is_email(head) {
        return Ok(match held(file, |b| is_control(b) && b != 0x1b, false)? {
            None => Reading::Taken(MediaType::Eml),
            Some(why) => Reading::NoText(why),
        });
    }
    if let Some(why) = held(file, is_control, true)? {
        return Ok(Reading::NoText(why));
    }
    if let Some(seems) = active(head) {
        return Ok(Reading::Refused(seems));
    }
    Ok(Reading::Taken(if is_table(file)? { MediaType::Csv } else { MediaType::Txt }))
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

/// Why the file is no text, if it is none, read to its end.
fn held(mut file: &File, forbidden: fn(u8) -> bool, utf8: bool) -> io::Result<Option<&'static str>> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = vec![0; 64 * 1024];
    // Of a character that the end of a chunk cuts, what came.
    let mut kept = 0;
    loop {
        let read = file.read(&mut bytes[kept..])?;
        let end = kept + read;
        if bytes[kept..end].iter().any(|byte| forbidden(*byte)) {
            return Ok(Some("with bytes that no text has"));
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
            Err(_) => return Ok(Some("no text in UTF-8")),
        };
        // The controls beyond ASCII, U+0080 to U+009F.
        if memmem::find_iter(&bytes[..cut], b"\xc2").any(|at| bytes[at + 1] < 0xa0) {
            return Ok(Some("with bytes that no text has"));
        }
        if read == 0 {
            return Ok(None);
        }
        bytes.copy_within(cut..end, 0);
        kept = end - cut;
    }
}

/// What a text that is run or rendered seems to be.
fn active(head: &[u8]) -> Option<&'static str> {
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
        return Some("a script, or a document in a language of its own");
    }
    let tag = text.len() > 1 && text[0] == b'<' && (text[1].is_ascii_alphabetic() || matches!(text[1], b'!' | b'/'));
    tag.then_some("markup")
}

/// Whether it begins with fields of RFC 5322, a sender or a date among them, up to an empty line.
fn is_email(head: &[u8]) -> bool {
    let end = memmem::find(head, b"\r\n\r\n").or_else(|| memmem::find(head, b"\n\n"));
    let Some(Ok(fields)) = end.map(|end| std::str::from_utf8(&head[..end])) else { return false };
    let mut names = Vec::new();
    for line in fields.lines() {
        if line.starts_with([' ', '\t']) && !names.is_empty() {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        // Field names are printable US-ASCII without colon and space (RFC 5322 §3.6.8).
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        names.push(name.to_ascii_lowercase());
    }
    let has = |name: &str| names.iter().any(|known| known == name);
    let also = ["date", "message-id", "received", "to", "subject", "mime-version"];
    has("from") && also.into_iter().any(has)
}

/// Whether it has two records or more, all with the same two columns or more.
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
