//! Codings of bodies (RFC 9110 §8.4): which one a client asks for, and a text made smaller in it.

use std::io::Write;

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding, Header, HeaderValue};
use actix_web::web::Bytes;

/// Below this many bytes a body stays as it is: it fits into one packet anyhow.
pub const LEAST: usize = 1024;

/// A coding that bodies come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
}

/// The best first, where the client likes them alike.
const CODINGS: [(Encoding, BodyEncoding); 2] = [
    (Encoding::Known(ContentEncoding::Brotli), BodyEncoding::Brotli),
    (Encoding::Known(ContentEncoding::Gzip), BodyEncoding::Gzip),
];

impl BodyEncoding {
    /// The one that a request asks for; none where it asks for no coding.
    pub fn wanted(request: &HttpRequest) -> Option<Self> {
        let accepted = AcceptEncoding::parse(request).ok().filter(|accepted| !accepted.0.is_empty())?;
        let known = [Encoding::identity()];
        let known: Vec<&Encoding> = CODINGS.iter().rev().map(|(coding, _)| coding).chain(&known).collect();
        let chosen = accepted.negotiate(known.into_iter())?;
        CODINGS.iter().find(|(coding, _)| *coding == chosen).map(|(_, coding)| *coding)
    }

    /// What it is called in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The bytes in this coding, the same for the same bytes; none where they would be no fewer.
    pub fn encode(self, bytes: &[u8]) -> Option<Bytes> {
        let mut smaller = Vec::with_capacity(bytes.len() / 4);
        match self {
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(&mut smaller, 4096, 4, 20);
                encoder.write_all(bytes).ok()?;
                drop(encoder);
            }
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(&mut smaller, flate2::Compression::new(5));
                encoder.write_all(bytes).ok()?;
                encoder.finish().ok()?;
            }
        }
        (smaller.len() < bytes.len()).then(|| Bytes::from(smaller))
    }

    /// The entity tag of a body in this coding, made from the plain body's.
    pub fn tag(self, plain: &HeaderValue) -> Option<HeaderValue> {
        let opened = plain.to_str().ok()?.strip_suffix('"')?;
        HeaderValue::from_str(&format!("{opened}-{}\"", self.name())).ok()
    }
}

/// Whether bodies of a media type are text, and so worth making smaller.
pub fn is_text(media: &HeaderValue) -> bool {
    let media = media.to_str().unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media.starts_with("text/") || media.ends_with("json") || media.ends_with("javascript") || media == "image/svg+xml"
}
