//! The name of an uploaded file: decoded as clients encode it, without folders, and without invisible characters.

/// Returns the name that a form's `filename` states. Browsers and curl send a quotation mark or line break as `%22`,
/// `%0D` or `%0A`, and every other `%` as it is (HTML, section "multipart form data").
pub(super) fn decode(sent: &str) -> String {
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0d", "\r").replace("%0A", "\n").replace("%0a", "\n")
}

/// Returns the last part of a path, without characters that are not visible.
///
/// A backslash separates folders only in a name that looks like a path of Windows. Elsewhere it is part of the name.
pub(super) fn base_name(name: &str) -> String {
    let has_drive =
        |name: &str| name.as_bytes().get(1) == Some(&b':') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_windows_path = has_drive(name) || name.starts_with("\\\\") || name.contains("..\\");
    let last = name.rsplit(|c| c == '/' || (c == '\\' && is_windows_path)).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_format_character(*c)).collect();
    let trimmed = visible.trim();
    if matches!(trimmed, "." | "..") { String::new() } else { trimmed.to_owned() }
}

/// Returns true for characters of the Unicode category Cf, which have no form of their own. One of them, U+202E, shows
/// `cod.exe` as `exe.doc`.
fn is_format_character(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
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
    fn only_the_visible_base_name_is_kept() {
        for (name, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\minutes.docx", "minutes.docx"),
            ("\\\\server\\share\\minutes.docx", "minutes.docx"),
            ("..\\..\\minutes.docx", "minutes.docx"),
            ("a\\b.txt", "a\\b.txt"),
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
