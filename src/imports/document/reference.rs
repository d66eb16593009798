//! Parses references after “#”, and recognises dashes and blanks. All parsers of a document use these functions.

/// Returns true for white space, and for the invisible characters that word processors insert.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Removes blanks at both ends.
pub(super) fn trim_blanks(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Puts single spaces between words, and removes blanks at both ends.
pub(super) fn collapse_blanks(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().map(trim_blanks).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// Returns true for the hyphen and all dashes.
pub(super) fn is_dash(c: char) -> bool {
    c == '-' || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The reference at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LeadingReference<'t> {
    /// The text does not begin with “#”.
    None,
    /// The text begins with “#”, but it is not clear where the reference ends.
    Unclear,
    /// The reference, whether a dash follows it, and the text after both.
    Reference { reference: &'t str, dash: bool, text: &'t str },
}

/// Parses “#21912 – text” or “# 21912 text”. A reference has letters and digits, and “.”, “/” or “_” between them.
pub(super) fn parse_leading_reference(text: &str) -> LeadingReference<'_> {
    let Some(after) = text.strip_prefix('#') else {
        return LeadingReference::None;
    };
    let after = after.trim_start_matches(is_blank);
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_'))).unwrap_or(after.len());
    let (reference, rest) = after.split_at(end);
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    if !(reference.starts_with(alphanumeric) && reference.ends_with(alphanumeric)) {
        return LeadingReference::Unclear;
    }
    let mut characters = rest.chars();
    let touches_hyphen = characters.next().is_some_and(|c| c == '-');
    // “#2021-05” can be one reference; “#21912-Forces” cannot.
    if touches_hyphen
        && let Some(next) = characters.next()
        && next.is_alphanumeric()
        && (next.is_ascii_digit() || !reference.bytes().all(|b| b.is_ascii_digit()))
    {
        return LeadingReference::Unclear;
    }
    let after_blanks = rest.trim_start_matches(is_blank);
    let text = after_blanks.trim_start_matches(is_dash);
    let dash = text.len() < after_blanks.len();
    if !dash && !after_blanks.is_empty() && after_blanks.len() == rest.len() {
        return LeadingReference::Unclear;
    }
    LeadingReference::Reference { reference, dash, text: trim_blanks(text) }
}
