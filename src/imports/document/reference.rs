//! References after “#”, dashes and blanks: the small pieces of print that several readers share.

/// True for white space and for the invisible characters that word processors leave behind.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Without blanks at either end.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// With single spaces between words, and none at the ends.
pub(super) fn single_spaced(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().map(trimmed).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// True for the hyphen and every dash it is confused with.
pub(super) fn is_dash(c: char) -> bool {
    c == '-' || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// A reference that stands at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opening<'t> {
    /// The text does not begin with “#”.
    None,
    /// It begins with “#”, but what follows cannot be told apart from the text.
    Unclear,
    /// The reference, whether a dash follows, and the text after both.
    Reference { reference: &'t str, dash: bool, text: &'t str },
}

/// Reads “#21912 – text” or “# 21912 text”; the reference is opaque: letters, digits, and “.”, “/” or “_” inside.
pub(super) fn opening(text: &str) -> Opening<'_> {
    let Some(after) = text.strip_prefix('#') else {
        return Opening::None;
    };
    let after = after.trim_start_matches(is_blank);
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_'))).unwrap_or(after.len());
    let (reference, rest) = after.split_at(end);
    let inside = |c: char| c.is_ascii_alphanumeric();
    if !(reference.starts_with(inside) && reference.ends_with(inside)) {
        return Opening::Unclear;
    }
    let mut characters = rest.chars();
    let glued = characters.next().is_some_and(|c| c == '-');
    // “#2021-05” may be one reference; “#21912-Forces” cannot be.
    if glued
        && let Some(next) = characters.next()
        && next.is_alphanumeric()
        && (next.is_ascii_digit() || !reference.bytes().all(|b| b.is_ascii_digit()))
    {
        return Opening::Unclear;
    }
    let spaced = rest.trim_start_matches(is_blank);
    let text = spaced.trim_start_matches(is_dash);
    let dash = text.len() < spaced.len();
    if !dash && !spaced.is_empty() && spaced.len() == rest.len() {
        return Opening::Unclear;
    }
    Opening::Reference { reference, dash, text: trimmed(text) }
}
