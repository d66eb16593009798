//! Active content in e-mails (RFC 5322, MIME): what is attached to them.

use std::collections::HashMap;

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use memchr::memmem;

use super::{Check, ContentFault};

/// The deepest nesting of e-mails in e-mails.
const MAX_DEPTH: usize = 10;
/// The most boundaries of a message and the messages in its text. The text is read once for each.
const MAX_BOUNDARIES: usize = 100;

/// Returns true if the bytes may be an e-mail: they begin with the name of a field and a colon.
pub(super) fn begins_like_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    name > 0 && bytes.get(name..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// Checks an e-mail.
pub(super) fn check(check: &mut Check, bytes: &[u8]) -> Result<(), ContentFault> {
    let message = MessageParser::default().parse(bytes).ok_or_else(|| ContentFault::malformed(""))?;
    require_clear_parts(&message)?;
    check_message(check, &message, 0)
}

/// Refuses a message whose parts can be divided in another way. The parser also takes a boundary in the middle of a line,
/// or the beginning of a longer line, for a boundary; a program that does not may show an attachment that was not checked.
fn require_clear_parts(message: &Message<'_>) -> Result<(), ContentFault> {
    let mut parts = HashMap::new();
    count_parts(message, &mut parts)?;
    if parts.len() > MAX_BOUNDARIES {
        return Err(ContentFault::unchecked("", "it has too many parts with parts"));
    }
    let is_clear = parts.iter().all(|(boundary, count)| count_lines(message.raw_message(), boundary) == Some(*count));
    if is_clear { Ok(()) } else { Err(ContentFault::malformed("")) }
}

/// Returns the number of parts that the lines of a boundary begin (RFC 2046 §5.1.1). Returns none if the boundary stands
/// anywhere else than alone on a line, or if a part follows the line that ends them.
fn count_lines(text: &[u8], boundary: &str) -> Option<usize> {
    let delimiter = format!("--{boundary}");
    let (mut count, mut is_ended) = (0, false);
    for at in memmem::find_iter(text, delimiter.as_bytes()) {
        let is_at_start = at == 0 || text[at - 1] == b'\n';
        let rest =
            text[at + delimiter.len()..].split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        match (is_at_start, rest) {
            (true, b"") if !is_ended => count += 1,
            (true, b"--") => is_ended = true,
            _ => return None,
        }
    }
    Some(count)
}

/// Counts the parts behind each boundary of a message and of the messages in its text. Two must not have one boundary.
fn count_parts<'a>(message: &'a Message<'_>, parts: &mut HashMap<&'a str, usize>) -> Result<(), ContentFault> {
    for part in &message.parts {
        let kind = part.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
        if let Some(boundary) = kind.and_then(|kind| kind.attribute("boundary")) {
            let count = if let PartType::Multipart(parts) = &part.body { parts.len() } else { 0 };
            if parts.insert(boundary, count).is_some() {
                return Err(ContentFault::malformed(""));
            }
        }
        if let PartType::Message(inner) = &part.body
            && !is_encoded(inner, message)
        {
            count_parts(inner, parts)?;
        }
    }
    Ok(())
}

/// Returns true if an inner message was encoded. Others stand in the text of the outer message as they are.
fn is_encoded(inner: &Message<'_>, outer: &Message<'_>) -> bool {
    !std::ptr::eq(inner.raw_message().as_ptr(), outer.raw_message().as_ptr())
}

fn check_message(check: &mut Check, message: &Message<'_>, depth: usize) -> Result<(), ContentFault> {
    if depth > MAX_DEPTH {
        return Err(ContentFault::unchecked("", "too many e-mails are nested in each other"));
    }
    for part in &message.parts {
        check.count_file()?;
        let kind = part.content_type();
        let subtype = kind.and_then(|kind| kind.subtype()).unwrap_or_default().to_lowercase();
        let name = part.attachment_name().unwrap_or_default();
        if matches!(subtype.as_str(), "pkcs7-mime" | "x-pkcs7-mime" | "encrypted") {
            return Err(ContentFault::encrypted(name));
        }
        // The parts of such a message are elsewhere, or in other messages.
        if matches!(subtype.as_str(), "partial" | "external-body") {
            return Err(ContentFault::unchecked(name, "it is only a part of a message"));
        }
        match &part.body {
            PartType::Message(inner) => {
                if is_encoded(inner, message) {
                    require_clear_parts(inner)?;
                }
                check_message(check, inner, depth + 1)?;
            }
            PartType::Multipart(_) => {}
            // The text of the message itself has no name. It may be HTML: programs for e-mail run no scripts in it.
            PartType::Text(text) if name.is_empty() => check_encoded_in_text(text)?,
            PartType::Html(_) if name.is_empty() => {}
            PartType::Text(text) | PartType::Html(text) => {
                check.count_bytes(text.len())?;
                check.nested(name, text.as_bytes())?;
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                check.count_bytes(bytes.len())?;
                check.nested(name, bytes)?;
            }
        }
    }
    Ok(())
}

/// Refuses a file in the text of a message, which old programs encode as lines after `begin 644 name`.
fn check_encoded_in_text(text: &str) -> Result<(), ContentFault> {
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("begin ") else { continue };
        let Some((mode, name)) = rest.split_once(' ') else { continue };
        if (3..=4).contains(&mode.len()) && mode.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ContentFault::unchecked(name, "it is a file in the text of a message"));
        }
    }
    Ok(())
}
