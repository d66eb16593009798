//! The decoding of text: UTF-8, UTF-16 with or without a byte order mark, and Windows-1252.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::fault::DocumentFault;

/// The number of bytes at the beginning of a file that show whether a text with NUL bytes is UTF-16.
const UTF_16_SAMPLE: usize = 4096;
/// The number of bytes that are read at a time.
const CHUNK: usize = 16 * 1024;

/// Decodes a text in UTF-8, in UTF-16, or else in Windows-1252. The byte order mark is removed.
///
/// # Errors
///
/// Returns a fault if the bytes are not text, or if two encodings are mixed.
pub fn decode(bytes: &[u8]) -> Result<String, DocumentFault> {
    let mut detector = EncodingDetector::default();
    detector.feed(bytes);
    let (text, has_errors) = detector.finish()?.decode_with_bom_removal(bytes);
    if has_errors {
        return Err(damaged());
    }
    check_controls(&text)?;
    Ok(match text.strip_suffix('\u{1a}') {
        // DOS programs end a text with this character.
        Some(text) => text.to_owned(),
        None => text.into_owned(),
    })
}

fn damaged() -> DocumentFault {
    DocumentFault::new("malformed_text", "The text is damaged: it is not valid UTF-16. Save the file again as UTF-8.")
}

/// Refuses a text with NUL, or with so many control characters that it is no text.
fn check_controls(text: &str) -> Result<(), DocumentFault> {
    let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1a}');
    let controls = text.chars().filter(|c| is_control(*c)).count();
    if text.contains('\0') || controls > 16 && controls > text.len() / 100 { Err(not_text()) } else { Ok(()) }
}

fn not_text() -> DocumentFault {
    DocumentFault::new(
        "not_text",
        "The file is not text: it contains NUL or other control characters. Send a text, or a \
                                    document in one of the accepted formats.",
    )
}

/// Finds the encoding of a text that arrives in pieces.
#[derive(Default)]
pub struct EncodingDetector {
    /// The first bytes.
    sample: Vec<u8>,
    /// The last bytes if they can be the beginning of a character.
    rest: Vec<u8>,
    has_nul: bool,
    line: usize,
    /// The number of characters of several bytes that are valid UTF-8.
    valid: usize,
    /// The number of sequences that are not valid UTF-8.
    invalid: usize,
    /// The line of the first such sequence.
    invalid_line: usize,
}

impl EncodingDetector {
    /// Examines the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        let missing = UTF_16_SAMPLE - self.sample.len().min(UTF_16_SAMPLE);
        self.sample.extend_from_slice(&piece[..piece.len().min(missing)]);
        // A character can begin in one piece and end in the next. Only its few bytes are copied.
        let mut piece = piece;
        while !self.rest.is_empty() && !piece.is_empty() {
            self.rest.push(piece[0]);
            piece = &piece[1..];
            let rest = std::mem::take(&mut self.rest);
            self.examine(&rest);
        }
        self.examine(piece);
    }

    fn examine(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (valid, invalid) = match std::str::from_utf8(bytes) {
                Ok(_) => (bytes.len(), 0),
                Err(error) => match error.error_len() {
                    Some(length) => (error.valid_up_to(), length),
                    None => {
                        self.rest = bytes[error.valid_up_to()..].to_vec();
                        bytes = &bytes[..error.valid_up_to()];
                        (bytes.len(), 0)
                    }
                },
            };
            for byte in &bytes[..valid] {
                self.line += usize::from(*byte == b'\n');
                self.has_nul |= *byte == 0;
                self.valid += usize::from(*byte >= 0xc0);
            }
            if invalid > 0 {
                if self.invalid == 0 {
                    self.invalid_line = self.line + 1;
                }
                self.invalid += 1;
            }
            bytes = &bytes[valid + invalid..];
        }
    }

    /// Returns the encoding.
    ///
    /// # Errors
    ///
    /// Returns a fault if the bytes are not text, or if two encodings are mixed.
    pub fn finish(self) -> Result<&'static Encoding, DocumentFault> {
        if let Some((encoding, _)) = Encoding::for_bom(&self.sample)
            && encoding != UTF_8
        {
            return Ok(encoding);
        }
        if self.has_nul {
            return utf_16_without_mark(&self.sample).ok_or_else(not_text);
        }
        let invalid = self.invalid + usize::from(!self.rest.is_empty());
        if invalid == 0 {
            return Ok(UTF_8);
        }
        // In Windows-1252, a sequence that is also valid UTF-8 is rare. A text with many of them is damaged UTF-8.
        if self.valid > invalid || self.sample.starts_with(b"\xef\xbb\xbf") {
            let line = if self.invalid == 0 { self.line + 1 } else { self.invalid_line };
            let detail = format!("Line {line} is not valid UTF-8, but other lines are. Save the file again as UTF-8.");
            return Err(DocumentFault::new("not_utf8", detail));
        }
        Ok(WINDOWS_1252)
    }
}

/// Returns the encoding of UTF-16 without a byte order mark: most characters of a text in English or Welsh have a NUL as
/// their high byte, and none as their low byte.
fn utf_16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let (mut high_first, mut high_last, mut count) = (0, 0, 0);
    for pair in sample.chunks_exact(2) {
        count += 1;
        high_first += usize::from(pair[0] == 0);
        high_last += usize::from(pair[1] == 0);
    }
    match (high_first, high_last) {
        (0, last) if last * 4 > count * 3 => Some(UTF_16LE),
        (first, 0) if first * 4 > count * 3 => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads a text of any length in pieces.
pub struct TextReader<R> {
    from: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    is_done: bool,
}

impl<R: Read> TextReader<R> {
    /// Creates a reader of a text in this encoding.
    pub fn new(from: R, encoding: &'static Encoding) -> Self {
        Self { from, decoder: encoding.new_decoder_with_bom_removal(), bytes: vec![0; CHUNK], is_done: false }
    }

    /// Returns the next piece, or none at the end. A sequence that is not valid becomes U+FFFD.
    ///
    /// # Errors
    ///
    /// Returns the error of the reader below.
    pub fn next_piece(&mut self) -> io::Result<Option<String>> {
        if self.is_done {
            return Ok(None);
        }
        let length = self.from.read(&mut self.bytes)?;
        self.is_done = length == 0;
        let room = self.decoder.max_utf8_buffer_length(length).unwrap_or(CHUNK * 4);
        let mut text = String::with_capacity(room);
        let _ = self.decoder.decode_to_string(&self.bytes[..length], &mut text, self.is_done);
        Ok(Some(text))
    }
}

/// Finds the encoding of all that a reader returns.
///
/// # Errors
///
/// Returns the error of the reader, and inside it a fault if the bytes are not text.
pub fn detect(mut from: impl Read) -> io::Result<Result<&'static Encoding, DocumentFault>> {
    let (mut detector, mut bytes) = (EncodingDetector::default(), vec![0; CHUNK]);
    loop {
        match from.read(&mut bytes)? {
            0 => return Ok(detector.finish()),
            length => detector.feed(&bytes[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Caf\u{e9} \u{2013} \u{201c}fine\u{201d}\r\nT\u{177} \u{a3}5\n";

    fn utf_16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn utf_8_and_utf_16_are_decoded_with_and_without_a_byte_order_mark() {
        let plain = "reference,text\r\nA,Forces should act: caf\u{e9}.\r\n";
        for text in [TEXT, plain] {
            assert_eq!(decode(text.as_bytes()).as_deref(), Ok(text));
            let marked = format!("\u{feff}{text}");
            assert_eq!(decode(marked.as_bytes()).as_deref(), Ok(text));
            assert_eq!(decode(&utf_16(&marked, u16::to_le_bytes)).as_deref(), Ok(text));
            assert_eq!(decode(&utf_16(&marked, u16::to_be_bytes)).as_deref(), Ok(text));
        }
        assert_eq!(decode(&utf_16(plain, u16::to_le_bytes)).as_deref(), Ok(plain));
        assert_eq!(decode(&utf_16(plain, u16::to_be_bytes)).as_deref(), Ok(plain));
        assert_eq!(decode(b"").as_deref(), Ok(""));
        assert_eq!(decode(b"one\x1a").as_deref(), Ok("one"));
    }

    #[test]
    fn a_text_that_is_not_utf_8_is_windows_1252() {
        let bytes = b"Caf\xe9 \x96 \x93fine\x94 \xa35, CAF\xc9\x92S";
        let expected = "Caf\u{e9} \u{2013} \u{201c}fine\u{201d} \u{a3}5, CAF\u{c9}\u{2019}S";
        assert_eq!(decode(bytes).as_deref(), Ok(expected));
    }

    #[test]
    fn what_is_not_text_or_mixes_encodings_is_refused() {
        let code = |bytes: &[u8]| decode(bytes).expect_err("a fault").code.into_owned();
        assert_eq!(code(b"one\0two"), "not_text");
        assert_eq!(code(b"\x7fELF\x02\x01\x01\0\0\0\0"), "not_text");
        assert_eq!(code(&[1; 100]), "not_text");
        assert_eq!(code(b"\xff\xfea\0b"), "malformed_text");
        assert_eq!(code(b"\xff\xfe\x00\xd8a\0"), "malformed_text");
        let mixed = decode(
            "T\u{177}\nd\u{175}r \u{2019}\n"
                .as_bytes()
                .iter()
                .chain(b"Caf\xe9!")
                .copied()
                .collect::<Vec<_>>()
                .as_slice(),
        );
        assert!(mixed.expect_err("a fault").detail.starts_with("Line 3 is not valid UTF-8"));
        let marked = decode(b"\xef\xbb\xbfCaf\xe9!").expect_err("a fault");
        assert_eq!(marked.code, "not_utf8");
    }

    #[test]
    fn the_pieces_of_a_text_are_the_text() {
        /// Returns one byte at a time.
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                to[0] = *first;
                self.0 = rest;
                Ok(1)
            }
        }
        let marked = format!("\u{feff}{TEXT}");
        for bytes in [TEXT.as_bytes().to_vec(), marked.clone().into_bytes(), utf_16(&marked, u16::to_le_bytes)] {
            let encoding = detect(Slow(&bytes)).expect("bytes").expect("text");
            let mut reader = TextReader::new(Slow(&bytes), encoding);
            let mut text = String::new();
            while let Some(piece) = reader.next_piece().expect("a piece") {
                text.push_str(&piece);
            }
            assert_eq!(text, TEXT);
        }
    }
}
