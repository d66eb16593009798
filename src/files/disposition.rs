//! A stored filename as a header says it (RFC 6266): whatever it is, it names what is saved and does nothing else.

use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue, TryIntoHeaderValue,
};

/// `attachment` with the name in ASCII for old readers, and whole in `filename*` (RFC 8187).
pub(super) fn attachment(filename: &str) -> HeaderValue {
    let plain = |c: char| c.is_ascii_graphic() && !"\"\\/%:*?<>|".contains(c) || c == ' ';
    let fallback: String = filename.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let whole = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: filename.as_bytes().to_vec(),
    };
    let parameters = vec![DispositionParam::Filename(fallback), DispositionParam::FilenameExt(whole)];
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    // What was escaped has no byte that a header could not carry.
    disposition.try_into_value().unwrap_or(HeaderValue::from_static("attachment"))
}
