//! `multipart/form-data` (RFC 7578) part by part as it arrives, in little memory. The boundary alone ends a part: what a
//! part says of its own length is not believed, and a form without its last boundary is not whole.

use std::time::Duration;

use actix_web::http::header::parse_extended_value;
use actix_web::web::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use memchr::memmem;

use crate::api::{Fault, Kind, Problem};

/// The longest head of a part, and the most that may stand before the first.
const HEAD_LIMIT: usize = 16 * 1024;

/// How long nothing may arrive.
const STALL: Duration = Duration::from_secs(10);

/// A form that is being read.
pub(super) struct MultipartForm<S> {
    body: S,
    held: BytesMut,
    /// How long nothing may arrive.
    pub(super) stall: Duration,
    /// Line end, two hyphens, boundary.
    delimiter: Vec<u8>,
}

/// What a part says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The field's name.
    pub(super) name: String,
    /// The file's name.
    pub(super) filename: Option<String>,
}

/// The form cannot be read.
pub(super) fn malformed(detail: &str) -> Problem {
    Problem::with_faults(Kind::Malformed, vec![Fault::body("/file", "malformed", detail)])
}

/// The boundary that a Content-Type names (RFC 2046 §5.1.1), if it is one.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let given = parameters(content_type.as_bytes()).into_iter().find(|(name, _)| name == "boundary")?.1;
    let boundary = String::from_utf8(given).ok()?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    (matches!(boundary.len(), 1..=70) && boundary.bytes().all(allowed) && !boundary.ends_with(' ')).then_some(boundary)
}

impl<S, E> MultipartForm<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    /// A form at its beginning.
    pub(super) fn new(boundary: &str, body: S) -> Self {
        // The first boundary may stand at the very beginning: as if after a line.
        let held = BytesMut::from(&b"\r\n"[..]);
        Self { body, held, stall: STALL, delimiter: format!("\r\n--{boundary}").into_bytes() }
    }

    /// The first part's head; none where the form has no parts.
    pub(super) async fn first(&mut self) -> Result<Option<Head>, Problem> {
        while memmem::find(&self.held, &self.delimiter).is_none() {
            self.need("The form does not begin with its boundary.").await?;
        }
        while self.chunk().await?.is_some() {}
        self.next().await
    }

    /// The next part's head, once this one is read to its end; none after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Head>, Problem> {
        let said = "A boundary of the form is followed by something else.";
        let end = loop {
            match self.held.iter().position(|byte| !matches!(byte, b' ' | b'\t')) {
                Some(at) if self.held.len() >= at + 2 => break at,
                _ => self.need("The form breaks off at a boundary.").await?,
            }
        };
        if end == 0 && self.held.starts_with(b"--") {
            return Ok(None);
        }
        if &self.held[end..end + 2] != b"\r\n" {
            return Err(malformed(said));
        }
        let _ = self.held.split_to(end);
        // The line end before the head is kept, for a head without fields ends at once.
        let head = loop {
            match memmem::find(&self.held, b"\r\n\r\n") {
                Some(at) => break self.held.split_to(at + 4),
                None => self.need("A part's head has no end.").await?,
            }
        };
        read_head(&head).map(Some)
    }

    /// More of the part; none at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(at) = memmem::find(&self.held, &self.delimiter) {
                if at > 0 {
                    return Ok(Some(self.held.split_to(at).freeze()));
                }
                let _ = self.held.split_to(self.delimiter.len());
                return Ok(None);
            }
            // The end may be the beginning of the boundary.
            let sure = self.held.len().saturating_sub(self.delimiter.len() - 1);
            if sure > 0 {
                return Ok(Some(self.held.split_to(sure).freeze()));
            }
            self.fill("The form breaks off within a part.").await?;
        }
    }

    /// Reads what may stand after the last boundary, so that the connection can go on and a body cut off is told.
    pub(super) async fn end(&mut self) -> Result<(), Problem> {
        let mut after = self.held.len();
        while let Some(bytes) = self.arriving().await? {
            after += bytes.len();
            if after > HEAD_LIMIT {
                return Err(malformed("The form goes on after its end."));
            }
        }
        Ok(())
    }

    /// Reads on where what is held must not grow without end.
    async fn need(&mut self, missing: &str) -> Result<(), Problem> {
        if self.held.len() > HEAD_LIMIT {
            return Err(malformed(missing));
        }
        self.fill(missing).await
    }

    async fn fill(&mut self, missing: &str) -> Result<(), Problem> {
        let bytes = self.arriving().await?.ok_or_else(|| malformed(missing))?;
        self.held.extend_from_slice(&bytes);
        Ok(())
    }

    async fn arriving(&mut self) -> Result<Option<Bytes>, Problem> {
        match tokio::time::timeout(self.stall, self.body.next()).await {
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(error))) => Err(malformed(&format!("The body broke off: {error}."))),
            Ok(None) => Ok(None),
            Err(_) => Err(Problem::new(Kind::RequestTimeout, "Nothing of the body arrived for a while.")),
        }
    }
}

/// The head of a part, from the line end before it to the empty line after it.
fn read_head(head: &[u8]) -> Result<Head, Problem> {
    let text = |value: Vec<u8>| String::from_utf8(value).map_err(|_| malformed("A part's name is not UTF-8."));
    let mut found = None;
    for line in lines(head) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(malformed("A part's head has a line that is no field."));
        };
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            let plain = [&b"binary"[..], b"8bit", b"7bit"].iter().any(|plain| value.eq_ignore_ascii_case(plain));
            if !plain {
                return Err(malformed("Parts are read without Content-Transfer-Encoding."));
            }
        }
        if name.eq_ignore_ascii_case(b"content-disposition") {
            if found.is_some() {
                return Err(malformed("A part has two Content-Dispositions."));
            }
            found = Some(parameters(value));
        }
    }
    let given = found.ok_or_else(|| malformed("A part has no Content-Disposition."))?;
    let mut named = Head::default();
    let mut extended = None;
    for (name, value) in given {
        match name.as_str() {
            "name" => named.name = text(value)?,
            "filename" => named.filename = Some(text(value)?),
            "filename*" => {
                let value =
                    parse_extended_value(&text(value)?).map_err(|_| malformed("The filename* is malformed."))?;
                extended = Some(text(value.value)?);
            }
            _ => {}
        }
    }
    named.filename = extended.or(named.filename);
    Ok(named)
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = head;
    std::iter::from_fn(move || {
        let at = memmem::find(rest, b"\r\n")?;
        let line = &rest[..at];
        rest = &rest[at + 2..];
        Some(line)
    })
    .filter(|line| !line.is_empty())
}

/// The parameters of a header's value, their names in lower case. In quotes a backslash escapes quotes and backslashes
/// alone: browsers send any other as it is.
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
