//! Characters of symbol fonts as Unicode. Ticked boxes become ☒ and empty boxes ☐, whatever their shape.

/// A ticked box.
pub(super) const TICKED: char = '☒';
/// An empty box.
pub(super) const EMPTY: char = '☐';

/// Returns the box with this state.
pub(super) fn check_box(is_ticked: bool) -> char {
    if is_ticked { TICKED } else { EMPTY }
}

/// Returns true for the name of a font whose characters are symbols.
pub(super) fn is_symbol_font(name: &str) -> bool {
    matches!(name, "Wingdings" | "Wingdings 2" | "Wingdings 3" | "Webdings" | "Symbol")
}

/// Returns the Unicode character for a code of a symbol font, or none if it is not known. Office adds 0xF000 to the
/// codes of these fonts.
pub(super) fn unicode(font: &str, code: u32) -> Option<char> {
    let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    let found = match (font, code) {
        (_, 0x20 | 0xa0) => ' ',
        ("Wingdings", 0xfd | 0xfe) | ("Wingdings 2", 0x51..=0x54) | ("Webdings", 0x67) => TICKED,
        ("Wingdings", 0x6f | 0x70 | 0x71 | 0x72 | 0xa8) | ("Wingdings 2", 0x2a | 0x30 | 0xa3) | ("Webdings", 0x63) => {
            EMPTY
        }
        ("Wingdings", 0xfc) | ("Wingdings 2", 0x50) | ("Webdings", 0x61) => '✓',
        ("Wingdings", 0xfb) | ("Wingdings 2", 0x4f) | ("Webdings", 0x72) => '✗',
        ("Wingdings", 0xe0 | 0xf0) | ("Symbol", 0xae) => '→',
        ("Wingdings", 0xdf) | ("Symbol", 0xac) => '←',
        ("Wingdings", 0x9f | 0xa7 | 0x6c | 0x6e | 0x75 | 0x76 | 0x77 | 0xd8) | ("Symbol", 0xb7) => '•',
        ("Symbol", 0xa3) => '≤',
        ("Symbol", 0xb3) => '≥',
        ("Symbol", 0xb0) => '°',
        ("Symbol", 0xb1) => '±',
        ("Symbol", 0xb4) => '×',
        ("Symbol", 0x2d) => '−',
        ("Symbol", 0x61) => 'α',
        ("Symbol", 0x62) => 'β',
        ("Symbol", 0x6d) => 'µ',
        // The digits and signs of Symbol are those of ASCII.
        ("Symbol", 0x21 | 0x23 | 0x25 | 0x26 | 0x28..=0x2c | 0x2e..=0x3f) => char::from_u32(code)?,
        _ => return None,
    };
    Some(found)
}

/// Returns the Unicode character for a private character of unknown font, as PDF files have them.
pub(super) fn private_character(character: char) -> Option<char> {
    let code = u32::from(character);
    if !(0xf000..=0xf0ff).contains(&code) {
        return None;
    }
    unicode("Wingdings", code).or_else(|| unicode("Symbol", code))
}
