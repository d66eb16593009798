//! Labels: texts that name something, such as references, names and titles. One normal form is stored, and one key
//! decides whether two labels are the same.

use unicode_normalization::UnicodeNormalization;

/// Returns the form in which a label is stored: Unicode NFC, without invisible characters, trimmed, and with one space
/// for each run of blanks. The case and the width of its letters stay.
pub fn normal_form(text: &str) -> String {
    // A label in ASCII is in NFC and has no invisible characters.
    if text.is_ascii() {
        return join_words(text);
    }
    let visible = text.chars().filter(|c| !is_invisible(*c));
    join_words(&visible.nfc().collect::<String>())
}

/// Returns the key of a label. Two labels are the same if their keys are equal: their case, the width of their
/// characters, their blanks, invisible characters and the kind of hyphen do not count. The SQL function
/// `published.label_key` returns the same key.
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        return join_words(&text.to_ascii_lowercase());
    }
    // NFKD separates letters from their accents, so that the letters without a decomposition are few.
    let folded = text.chars().filter(|c| !is_invisible(*c)).nfkd().map(fold);
    join_words(&folded.nfc().collect::<String>())
}

/// Returns the lower case of a letter of ASCII or of Latin, Greek or Cyrillic, and the plain form of a hyphen.
fn fold(c: char) -> char {
    match c {
        // The hyphen that typesetting programs use, and the sigma at the end of a word.
        '\u{2010}' => '-',
        'ς' => 'σ',
        '\0'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' => {
            let mut lower = c.to_lowercase();
            lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
        }
        c => c,
    }
}

fn join_words(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// Returns true for characters of the Unicode category Cf, which have no form of their own: marks of the direction of
/// writing, spaces without width, the soft hyphen. One of them, U+202E, shows `cod.exe` as `exe.doc`.
pub fn is_format_character(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}')
}

/// Returns true for format characters and for the other characters that are displayed as nothing: the Unicode property
/// Default_Ignorable_Code_Point, such as variation selectors and the Hangul filler.
fn is_invisible(c: char) -> bool {
    is_format_character(c)
        || matches!(c,
            '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_visible_composed_and_has_single_spaces() {
        for (sent, stored) in [
            ("DUP-1", "DUP-1"),
            (" DUP-1 ", "DUP-1"),
            ("\u{a0}DUP\u{2003}\u{3000} 1\u{2028}", "DUP 1"),
            ("D\u{ad}UP\u{200b}-\u{2060}1\u{feff}", "DUP-1"),
            ("\u{202e}DUP-1\u{202c}", "DUP-1"),
            ("A \u{200b} B", "A B"),
            ("dw\u{302}r", "dŵr"),
            ("ＤＵＰ-1", "ＤＵＰ-1"),
            ("\u{200b} \u{3164}", ""),
        ] {
            assert_eq!(normal_form(sent), stored, "{sent:?}");
        }
    }

    #[test]
    fn one_thing_has_one_key() {
        for (one, other, same) in [
            ("DUP-1", "dup-1", true),
            ("DUP-1", "ＤＵＰ－１", true),
            ("DUP-1", " DUP-1\u{3000}", true),
            ("DUP-1", "D\u{200d}UP-1\u{fe0f}", true),
            ("DUP-1", "DUP\u{2010}1", true),
            ("DUP-1", "DUP\u{2011}1", true),
            ("Dŵr Ŷ", "dw\u{302}r y\u{302}", true),
            ("ÆØÞ", "æøþ", true),
            ("ΟΔΟΣ", "οδος", true),
            ("ДОКЛАД", "доклад", true),
            ("No. 1", "No.1", false),
            ("DUP-1", "DUP-11", false),
            ("Dŵr", "Dwr", false),
            ("3.10", "3.1", false),
        ] {
            assert_eq!(key(one) == key(other), same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn the_forms_of_every_character_are_final() {
        for c in ('\u{1}'..=char::MAX).filter(|c| !c.is_ascii_control()) {
            let text = format!("a{c}\u{301}b {c}");
            let (stored, key_of) = (normal_form(&text), key(&text));
            assert_eq!(normal_form(&stored), stored, "{c:?}");
            assert_eq!(key(&key_of), key_of, "{c:?}");
            assert_eq!(key(&stored), key_of, "{c:?}: the stored form is the same label");
            assert!(!stored.contains(is_format_character), "{c:?}");
        }
    }
}
