//! Number formats of spreadsheets (ISO/IEC 29500-1 §18.8.31): the text that a cell shows for a number, a date or a text.
//! A format that cannot be rendered surely is not rendered.

use super::decimal::Decimal;

mod date;
mod section;

pub(super) use date::{Moment, render_date};
use section::{Section, split_sections};

/// Returns the code of a built-in format, or none for `General`, for formats that differ between countries, and for
/// unknown ones. The built-in dates differ too, but they are dates in all countries.
pub(super) fn built_in_code(id: u16) -> Option<&'static str> {
    Some(match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "yyyy-mm-dd",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        37 => "#,##0;(#,##0)",
        38 => "#,##0;(#,##0)",
        39 => "#,##0.00;(#,##0.00)",
        40 => "#,##0.00;(#,##0.00)",
        41 => "#,##0;-#,##0;\"-\";@",
        43 => "#,##0.00;-#,##0.00;\"-\";@",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}

/// Returns true for a format that shows a number as it was typed.
pub(super) fn is_general(code: &str) -> bool {
    code.is_empty() || code.eq_ignore_ascii_case("general") || code == "@"
}

/// Returns the text that a cell with this format shows for a number, or none if that is not sure.
pub(super) fn render_number(value: f64, code: &str) -> Option<String> {
    let mut number = Decimal::from_f64(value)?;
    if is_general(code) {
        return Some(number.to_plain());
    }
    let sections = split_sections(code)?;
    // The fourth section formats texts, and so does a last section with `@`.
    let of_numbers =
        sections.len().min(3) - usize::from(sections.len() > 1 && sections.len() < 4 && has_text(&sections));
    let (at, shows_minus) = match of_numbers {
        0 | 1 => (0, true),
        2 if number.is_negative => (1, false),
        2 => (0, false),
        _ if number.is_negative => (1, false),
        _ if number.is_zero() => (2, false),
        _ => (0, false),
    };
    let section = Section::parse(&sections[at])?;
    let is_negative = number.is_negative;
    number.is_negative = false;
    let text = section.render(&mut number)?;
    // A number that is rounded to zero has no sign.
    let shows_minus = shows_minus && is_negative && text.contains(|c: char| matches!(c, '1'..='9'));
    Some(format!("{}{}", if shows_minus { "-" } else { "" }, text.trim()))
}

fn has_text(sections: &[String]) -> bool {
    sections.last().is_some_and(|last| last.contains('@'))
}

/// Returns the text that a cell with this format shows for a text, or none if that is not sure.
pub(super) fn render_text(text: &str, code: &str) -> Option<String> {
    if is_general(code) {
        return Some(text.to_owned());
    }
    let sections = split_sections(code)?;
    match sections.last() {
        Some(last) if sections.len() == 4 || has_text(&sections) => Section::parse(last)?.render_text(text),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_in_its_format() {
        for (value, code, text) in [
            (7.0, "000", "007"),
            (7.0, "General", "7"),
            (7.0, "@", "7"),
            (3.1, "0.00", "3.10"),
            (1234.5, "#,##0.00", "1,234.50"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (12.0, "#,##0", "12"),
            (0.25, "0%", "25%"),
            (0.1234, "0.0%", "12.3%"),
            (1234.5, "\"£\"#,##0.00", "£1,234.50"),
            (-1234.5, "[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", "-£1,234.50"),
            (1234.0, "_-\"£\"* #,##0.00_-;-\"£\"* #,##0.00_-;_-\"£\"* \"-\"??_-;_-@_-", "£1,234.00"),
            (0.0, "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-", "-"),
            (-5.0, "#,##0;(#,##0)", "(5)"),
            (-5.0, "0", "-5"),
            (-0.4, "0", "0"),
            (5.0, "0.##", "5."),
            (0.5, "#.##", ".5"),
            (1_500_000.0, "0.0,,\"m\"", "1.5m"),
            (3.0, "\"AFI \"0", "AFI 3"),
            (12.0, "0\\.0", "1.2"),
            (2024.0, "0\"/25\"", "2024/25"),
            (5.0, "0;;", "5"),
            (5.0, "0;@", "5"),
            (-5.0, "0;@", "-5"),
            (44_927.0, "#", "44927"),
        ] {
            assert_eq!(render_number(value, code).as_deref(), Some(text), "{code}");
        }
    }

    #[test]
    fn a_format_that_cannot_be_rendered_surely_is_not_rendered() {
        for (value, code) in [
            (0.5, "# ?/?"),
            (12.0, "0.00E+00"),
            (12.0, "[>100]0;0.0"),
            (-5.0, "0;;"),
            (5.0, ";;;"),
            (5.0, "0 kg"),
            (5.0, "\"open"),
            (5.0, "0;0;0;0;0"),
            (5.0, "0.0.0"),
        ] {
            assert_eq!(render_number(value, code), None, "{code}");
        }
    }

    #[test]
    fn a_text_is_shown_in_its_format() {
        assert_eq!(render_text("3.10", "@").as_deref(), Some("3.10"));
        assert_eq!(render_text("3.10", "0").as_deref(), Some("3.10"));
        assert_eq!(render_text("3.10", "\"Rec \"@").as_deref(), Some("Rec 3.10"));
        assert_eq!(render_text("3.10", "0;0;0;\"Rec \"@").as_deref(), Some("Rec 3.10"));
        assert_eq!(render_text("3.10", "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-").as_deref(), Some("3.10"));
        assert_eq!(render_text("3.10", ";;;"), None);
    }

    #[test]
    fn every_built_in_format_is_rendered_or_known_to_be_unsure() {
        let unsure: Vec<u16> =
            (1..50).filter(|id| built_in_code(*id).is_none_or(|code| render_number(1.5, code).is_none())).collect();
        // Currencies differ between countries; fractions and exponents are not rendered; 14 to 22 and 45 to 47 are dates.
        let (currencies, reserved) = ([5, 6, 7, 8, 42, 44], 23..37);
        let others = [11, 12, 13, 48];
        let expected = |id: &u16| {
            currencies.contains(id) || reserved.contains(id) || others.contains(id) || matches!(id, 14..=22 | 45..=47)
        };
        assert!(unsure.iter().all(expected), "{unsure:?}");
    }
}
