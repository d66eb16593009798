//! The name of an uploaded file: decoded as clients encode it, without folders, and without invisible characters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;

use crate::label::is_format_character;

/// Returns the name that a form's `filename` states. Browsers and curl send a quotation mark or line break as `%22`,
/// `%0D` or `%0A`, and every other `%` as it is (HTML, section "multipart form data").
///
/// Programs that write mail also write forms, and send a name that is not in ASCII as encoded words (RFC 2047). RFC 7578
/// does not provide for them, so only a name that consists of nothing else is taken for them.
pub(super) fn decode(sent: &str) -> String {
    if let Some(decoded) = decode_words(sent) {
        return decoded;
    }
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0d", "\r").replace("%0A", "\n").replace("%0a", "\n")
}

/// Decodes a text that consists of encoded words (RFC 2047 section 2). Returns none for any other text.
fn decode_words(sent: &str) -> Option<String> {
    let words: Vec<&str> = sent.split_ascii_whitespace().collect();
    let words: Option<Vec<_>> = words.into_iter().map(decode_word).collect();
    let words = words.filter(|words| !words.is_empty())?;
    // A character can be divided between two words of one encoding.
    let mut text = String::new();
    for same in words.chunk_by(|(one, _), (other, _)| one == other) {
        let bytes: Vec<u8> = same.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        text.push_str(&same.first()?.0.decode_without_bom_handling_and_without_replacement(&bytes)?);
    }
    Some(text)
}

/// Returns the encoding and the bytes of one encoded word: `=?utf-8?B?xbUucGRm?=` or `=?utf-8?Q?=C5=B5.pdf?=`.
fn decode_word(word: &str) -> Option<(&'static Encoding, Vec<u8>)> {
    let mut parts = word.strip_prefix("=?")?.strip_suffix("?=")?.split('?');
    let (charset, form, text) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // The charset can be followed by a language (RFC 2231 section 5).
    let encoding = Encoding::for_label(charset.split('*').next()?.as_bytes())?;
    let bytes = match form {
        "B" | "b" => STANDARD.decode(text).ok()?,
        "Q" | "q" => decode_q(text)?,
        _ => return None,
    };
    Some((encoding, bytes))
}

/// Decodes the encoding Q, in which `_` is a space and `=C5` a byte (RFC 2047 section 4.2).
fn decode_q(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match first {
            b'_' => b' ',
            b'=' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                *hex::decode(digits).ok()?.first()?
            }
            other => *other,
        });
    }
    Some(bytes)
}

/// Returns the last part of a path, without characters that are not visible.
///
/// A backslash separates folders only in a name that looks like a path of Windows. Elsewhere it is part of the name. What
/// is kept is looked at again, because the last part of a path can look like a path of Windows.
pub(super) fn base_name(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !is_format_character(*c)).collect();
    let mut base = visible.trim();
    loop {
        let is_windows_path = has_drive(base) || base.starts_with("\\\\") || base.contains("..\\");
        let last = base.rsplit(|c| c == '/' || (c == '\\' && is_windows_path)).next().unwrap_or_default().trim();
        if last == base {
            return if matches!(base, "." | "..") { String::new() } else { base.to_owned() };
        }
        base = last;
    }
}

fn has_drive(name: &str) -> bool {
    name.as_bytes().get(1) == Some(&b':') && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded_as_browsers_encode_it() {
        for (sent, name) in [
            ("a %22b%22.txt", "a \"b\".txt"),
            ("100%.txt", "100%.txt"),
            ("a%2Fb%20c.txt", "a%2Fb%20c.txt"),
            ("line%0D%0Abreak", "line\r\nbreak"),
        ] {
            assert_eq!(decode(sent), name, "{sent}");
        }
    }

    #[test]
    fn a_name_of_encoded_words_is_decoded_and_any_other_is_not() {
        for (sent, name) in [
            ("=?utf-8?B?Y29mbm9kaW9uIMW1LnBkZg==?=", "cofnodion ŵ.pdf"),
            ("=?UTF-8?Q?cofnodion_=C5=B5.pdf?=", "cofnodion ŵ.pdf"),
            ("=?utf-8*cy?q?=C5=B5.pdf?=", "ŵ.pdf"),
            ("=?iso-8859-1?Q?caf=E9.txt?=", "café.txt"),
            ("=?utf-8?B?xQ==?= =?utf-8?B?tS5wZGY=?=", "ŵ.pdf"),
            ("=?utf-8?Q?a?=\t=?iso-8859-1?Q?=E9.txt?=", "aé.txt"),
            ("=?utf-8?Q?=2E=2E=2Fpasswd?=", "../passwd"),
            ("=?utf-8?B?not base64?=", "=?utf-8?B?not base64?="),
            ("=?utf-8?Q?=C5.pdf?=", "=?utf-8?Q?=C5.pdf?="),
            ("=?utf-8?Q?a=5?=", "=?utf-8?Q?a=5?="),
            ("=?unknown?Q?a?=", "=?unknown?Q?a?="),
            ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
            ("a =?utf-8?Q?b?=.pdf", "a =?utf-8?Q?b?=.pdf"),
            ("=??=", "=??="),
            ("", ""),
        ] {
            assert_eq!(decode(sent), name, "{sent}");
        }
    }

    #[test]
    fn only_the_visible_base_name_is_kept() {
        for (name, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\minutes.docx", "minutes.docx"),
            ("\\\\server\\share\\minutes.docx", "minutes.docx"),
            ("..\\..\\minutes.docx", "minutes.docx"),
            ("a\\b.txt", "a\\b.txt"),
            ("folder/C:\\Users\\me\\minutes.docx", "minutes.docx"),
            (".\u{200b}.\\..\u{202e}\\minutes.docx", "minutes.docx"),
            (" \\\\server\\share\\minutes.docx", "minutes.docx"),
            ("minutes\u{202e}fdp.exe", "minutesfdp.exe"),
            ("\u{feff} minutes.pdf ", "minutes.pdf"),
            ("folder/", ""),
            ("..", ""),
            ("cofnodion ŵ.pdf", "cofnodion ŵ.pdf"),
        ] {
            assert_eq!(base_name(name), kept, "{name:?}");
        }
    }
}
