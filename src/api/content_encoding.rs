//! Content encodings of responses (RFC 9110 §8.4): negotiation, compression and the ETag of a compressed body.

use std::io::Write;

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding, Header, HeaderValue};
use actix_web::web::Bytes;

/// The smallest body, in bytes, that is compressed. A smaller one fits into one network packet anyway.
pub const MIN_SIZE: usize = 1024;

/// A content encoding that the service can produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
}

/// The encodings by preference, which decides between those that the client accepts with equal weight.
const ENCODINGS: [(Encoding, BodyEncoding); 2] = [
    (Encoding::Known(ContentEncoding::Brotli), BodyEncoding::Brotli),
    (Encoding::Known(ContentEncoding::Gzip), BodyEncoding::Gzip),
];

impl BodyEncoding {
    /// Chooses the encoding from `Accept-Encoding`, or returns `None` if the body is to be sent as it is.
    pub fn negotiate(request: &HttpRequest) -> Option<Self> {
        let accepted = AcceptEncoding::parse(request).ok().filter(|accepted| !accepted.0.is_empty())?;
        let identity = [Encoding::identity()];
        let offered = ENCODINGS.iter().rev().map(|(encoding, _)| encoding).chain(&identity);
        let chosen = accepted.negotiate(offered)?;
        ENCODINGS.iter().find(|(encoding, _)| *encoding == chosen).map(|(_, encoding)| *encoding)
    }

    /// Returns the name in the `Content-Encoding` header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Compresses the bytes, or returns `None` if the result would not be smaller. The result is deterministic.
    pub fn compress(self, bytes: &[u8]) -> Option<Bytes> {
        let mut compressed = Vec::with_capacity(bytes.len() / 4);
        match self {
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(&mut compressed, 4096, 4, 20);
                encoder.write_all(bytes).ok()?;
                drop(encoder);
            }
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(&mut compressed, flate2::Compression::new(5));
                encoder.write_all(bytes).ok()?;
                encoder.finish().ok()?;
            }
        }
        (compressed.len() < bytes.len()).then(|| Bytes::from(compressed))
    }

    /// Returns the ETag of the compressed body, such as `"v7-0123456789abcdef-gzip"`, from the ETag of the plain body.
    pub fn etag(self, plain: &HeaderValue) -> Option<HeaderValue> {
        let plain = plain.to_str().ok()?.strip_suffix('"')?;
        HeaderValue::from_str(&format!("{plain}-{}\"", self.name())).ok()
    }
}

/// Returns true if bodies of this media type are text, which compresses well.
pub fn is_text(media_type: &HeaderValue) -> bool {
    let media_type = media_type.to_str().unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.starts_with("text/")
        || media_type.ends_with("json")
        || media_type.ends_with("javascript")
        || media_type == "image/svg+xml"
}
