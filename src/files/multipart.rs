//! A parser of `multipart/form-data` (RFC 7578) that reads part by part in little memory. Only the boundary ends a
//! part: a `Content-Length` inside a part is ignored, and a form without its last boundary is refused.

use std::time::Duration;

use actix_web::http::header::parse_extended_value;
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use memchr::memmem;

use super::file_name;
use crate::api::{Fault, Problem, ProblemKind};

/// The longest headers of a part, and the longest text before the first boundary or after the last, in bytes.
const MAX_HEADERS: usize = 16 * 1024;

/// The longest time without a byte of the body.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// A form that is being read.
pub(super) struct MultipartForm<S> {
    body: S,
    buffer: BytesMut,
    /// The longest time without a byte of the body.
    pub(super) read_timeout: Duration,
    /// A line end, two hyphens and the boundary.
    delimiter: Vec<u8>,
}

/// The headers of a part that the service reads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PartHeaders {
    /// The name of the form field.
    pub(super) name: String,
    /// The name of the file.
    pub(super) filename: Option<String>,
}

/// Returns a 400 for a form that cannot be read.
pub(super) fn malformed(detail: &str) -> Problem {
    Problem::with_faults(ProblemKind::Malformed, vec![Fault::body("/file", "malformed", detail)])
}

/// Returns the boundary in a Content-Type (RFC 2046 §5.1.1), if it is a valid one.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let value = parameters(content_type.as_bytes()).into_iter().find(|(name, _)| name == "boundary")?.1;
    let boundary = String::from_utf8(value).ok()?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    (matches!(boundary.len(), 1..=70) && boundary.bytes().all(allowed) && !boundary.ends_with(' ')).then_some(boundary)
}

impl<S, E> MultipartForm<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    /// Makes a parser that has read nothing yet.
    pub(super) fn new(boundary: &str, body: S) -> Self {
        // A delimiter begins with a line end, but the first boundary may be the first bytes of the body.
        let buffer = BytesMut::from(&b"\r\n"[..]);
        Self { body, buffer, read_timeout: READ_TIMEOUT, delimiter: format!("\r\n--{boundary}").into_bytes() }
    }

    /// Returns the headers of the first part, or `None` if the form has no parts.
    pub(super) async fn first(&mut self) -> Result<Option<PartHeaders>, Problem> {
        while memmem::find(&self.buffer, &self.delimiter).is_none() {
            self.fill_bounded(
                "The form has no boundary at its beginning. Use the boundary that the Content-Type states.",
            )
            .await?;
        }
        while self.chunk().await?.is_some() {}
        self.next().await
    }

    /// Returns the headers of the next part, or `None` after the last. Call it after `chunk` has returned `None`.
    pub(super) async fn next(&mut self) -> Result<Option<PartHeaders>, Problem> {
        let end = loop {
            match self.buffer.iter().position(|byte| !matches!(byte, b' ' | b'\t')) {
                Some(at) if self.buffer.len() >= at + 2 => break at,
                _ => {
                    self.fill_bounded("The form ends at a boundary, before it is complete. Send the whole form.")
                        .await?;
                }
            }
        };
        if end == 0 && self.buffer.starts_with(b"--") {
            return Ok(None);
        }
        if &self.buffer[end..end + 2] != b"\r\n" {
            return Err(malformed(
                "A boundary of the form is followed by other text. End the line after each boundary.",
            ));
        }
        let _ = self.buffer.split_to(end);
        // The line end before the headers stays in the buffer, because headers without fields end at once.
        let headers = loop {
            match memmem::find(&self.buffer, b"\r\n\r\n") {
                Some(at) => break self.buffer.split_to(at + 4),
                None => {
                    self.fill_bounded(
                        "The headers of a part are too long or have no end. End them with an empty line.",
                    )
                    .await?;
                }
            }
        };
        read_headers(&headers).map(Some)
    }

    /// Returns more bytes of the part, or `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(at) = memmem::find(&self.buffer, &self.delimiter) {
                if at > 0 {
                    return Ok(Some(self.buffer.split_to(at).freeze()));
                }
                let _ = self.buffer.split_to(self.delimiter.len());
                return Ok(None);
            }
            // The last bytes may be the beginning of a delimiter, so they stay in the buffer.
            let complete = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if complete > 0 {
                return Ok(Some(self.buffer.split_to(complete).freeze()));
            }
            self.fill("The form ends within a part, before its last boundary. Send the whole form.").await?;
        }
    }

    /// Reads the text after the last boundary, so that the connection can be used again and a truncated body is an
    /// error.
    pub(super) async fn end(&mut self) -> Result<(), Problem> {
        let mut after = self.buffer.len();
        while let Some(bytes) = self.next_bytes().await? {
            after += bytes.len();
            if after > MAX_HEADERS {
                return Err(malformed("The form has too much text after its last boundary. End the body there."));
            }
        }
        Ok(())
    }

    /// Reads more bytes, unless the buffer already has the most that headers may have.
    async fn fill_bounded(&mut self, detail: &str) -> Result<(), Problem> {
        if self.buffer.len() > MAX_HEADERS {
            return Err(malformed(detail));
        }
        self.fill(detail).await
    }

    async fn fill(&mut self, detail: &str) -> Result<(), Problem> {
        let bytes = self.next_bytes().await?.ok_or_else(|| malformed(detail))?;
        self.buffer.extend_from_slice(&bytes);
        Ok(())
    }

    async fn next_bytes(&mut self) -> Result<Option<Bytes>, Problem> {
        match tokio::time::timeout(self.read_timeout, self.body.next()).await {
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(error))) => Err(malformed(&format!("The body ended early: {error}. Send the request again."))),
            Ok(None) => Ok(None),
            Err(_) => {
                let seconds = self.read_timeout.as_secs();
                let detail = format!("No part of the body arrived for {seconds} seconds. Send the request again.");
                Err(Problem::new(ProblemKind::RequestTimeout, detail))
            }
        }
    }
}

/// Parses the headers of a part, from the line end before them to the empty line after them.
fn read_headers(headers: &[u8]) -> Result<PartHeaders, Problem> {
    let text = |value: Vec<u8>| {
        String::from_utf8(value)
            .map_err(|_| malformed("The name of a part or of its file is not UTF-8. Send names in UTF-8."))
    };
    let mut disposition = None;
    for line in lines(headers) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(malformed("A header line of a part has no colon. Write each header as name: value."));
        };
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            let plain = [&b"binary"[..], b"8bit", b"7bit"].iter().any(|plain| value.eq_ignore_ascii_case(plain));
            if !plain {
                let detail =
                    "The Content-Transfer-Encoding of a part must be binary, 8bit or 7bit. Send the bytes as they are.";
                return Err(malformed(detail));
            }
        }
        if name.eq_ignore_ascii_case(b"content-disposition") {
            if disposition.is_some() {
                return Err(malformed("A part has two Content-Disposition headers. Send one."));
            }
            disposition = Some(parameters(value));
        }
    }
    let disposition = disposition.ok_or_else(|| {
        malformed("A part has no Content-Disposition. Send Content-Disposition: form-data; name=\"file\".")
    })?;
    let mut part = PartHeaders::default();
    let mut extended = None;
    for (name, value) in disposition {
        match name.as_str() {
            "name" => part.name = text(value)?,
            "filename" => part.filename = Some(file_name::decode(&text(value)?)),
            "filename*" => {
                let value = parse_extended_value(&text(value)?).map_err(|_| {
                    malformed("filename* is not of the form that RFC 8187 states. Correct it or leave it out.")
                })?;
                extended = Some(text(value.value)?);
            }
            _ => {}
        }
    }
    part.filename = extended.or(part.filename);
    Ok(part)
}

/// Returns the lines that are not empty.
fn lines(headers: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = headers;
    std::iter::from_fn(move || {
        let at = memmem::find(rest, b"\r\n")?;
        let line = &rest[..at];
        rest = &rest[at + 2..];
        Some(line)
    })
    .filter(|line| !line.is_empty())
}

/// Parses the parameters of a header's value. Names are returned in lower case. In quotes, a backslash escapes only a
/// quote or a backslash, because browsers send every other backslash as it is.
fn parameters(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = value.iter().position(|byte| *byte == b';').map_or(&[][..], |at| &value[at + 1..]);
    while let Some(equals) = rest.iter().position(|byte| *byte == b'=') {
        let name = String::from_utf8_lossy(rest[..equals].trim_ascii()).to_ascii_lowercase();
        rest = rest[equals + 1..].trim_ascii_start();
        let mut value = Vec::new();
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let mut at = 0;
            while at < quoted.len() && quoted[at] != b'"' {
                at += usize::from(quoted[at] == b'\\' && matches!(quoted.get(at + 1), Some(b'"' | b'\\')));
                value.push(quoted[at]);
                at += 1;
            }
            rest = &quoted[at.min(quoted.len())..];
        } else {
            let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
            value = rest[..end].trim_ascii().to_vec();
            rest = &rest[end..];
        }
        found.push((name, value));
        rest = rest.iter().position(|byte| *byte == b';').map_or(&[][..], |at| &rest[at + 1..]);
    }
    found
}
