//! Signatures: “Signed: NAME, office”, a name and an office after “Yours sincerely”, or a name with an office in one line.

use super::day;
use super::text::{SpacedWords, collapse, is_blank, trim, words};

/// The offices of the people who sign, as lower-case words.
const OFFICES: [&str; 20] = [
    "police and crime commissioner",
    "police fire and crime commissioner",
    "crime commissioner",
    "commissioner",
    "mayor",
    "chief executive",
    "chief constable",
    "deputy chief constable",
    "assistant chief constable",
    "chief officer",
    "monitoring officer",
    "pcc",
    "pfcc",
    "chair",
    "town clerk",
    "director",
    "head of",
    "comisiynydd",
    "prif gwnstabl",
    "prif weithredwr",
];

/// A person who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signatory {
    pub(super) name: String,
    /// Whether the person is the chief officer or signed for the force.
    pub(super) is_chief_officer: bool,
}

/// Returns true for the closing phrase of a letter.
pub(super) fn is_closing(text: &str) -> bool {
    const CLOSINGS: [&str; 11] = [
        "yours sincerely",
        "yours faithfully",
        "yours truly",
        "kind regards",
        "best wishes",
        "best regards",
        "with best wishes",
        "yn gywir",
        "yr eiddoch yn gywir",
        "yn gywir yours sincerely",
        "regards",
    ];
    CLOSINGS.contains(&SpacedWords::new(text).as_str())
}

/// The longest salutation of a letter, in bytes.
const LONGEST_SALUTATION: usize = 400;

/// Returns true for the salutation of a letter.
pub(super) fn is_salutation(text: &str) -> bool {
    // A paragraph that was put together from many lines is long, and is asked about with each line.
    if text.len() > LONGEST_SALUTATION {
        return false;
    }
    let words = SpacedWords::new(text);
    (words.starts_with("dear") || words.starts_with("annwyl")) && words.count() <= 10 && !text.ends_with('.')
}

/// Returns true for words that name an office, such as “Police and Crime Commissioner for Northmere”.
pub(super) fn is_office(text: &str) -> bool {
    let words = SpacedWords::new(text);
    words.count() <= 16 && words.contains_any(&OFFICES) && !trim(text).ends_with(['.', ':', ';'])
}

fn names_chief_officer(text: &str) -> bool {
    let words = SpacedWords::new(text);
    words.contains_any(&["chief constable", "chief officer", "prif gwnstabl", "constabulary", "commissioner of police"])
}

/// Returns true for the name of a person: two to five words with capitals or initials.
pub(super) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 8] = ["ap", "ab", "de", "van", "von", "der", "bin", "al"];
    let parts: Vec<&str> = trim(text).split(is_blank).filter(|part| !part.is_empty()).collect();
    let name = |part: &&str| {
        let letters = part.trim_end_matches('.');
        PARTICLES.contains(&letters)
            || letters.starts_with(char::is_uppercase)
                && letters.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '’' | '\'' | '.'))
    };
    let office = SpacedWords::new(text).contains_any(&[
        "police",
        "office",
        "home",
        "commissioner",
        "mayor",
        "recommendations",
        "response",
        "comments",
        "report",
        "street",
        "committee",
        "yours",
        "crime",
        "of",
        "and",
        "authority",
    ]);
    (2..=6).contains(&parts.len()) && parts.iter().all(name) && !office && !trim(text).ends_with(['.', ':', '?', '!'])
}

/// Parses a name, or a name and an office: “D. Quill, Police and Crime Commissioner”.
pub(super) fn parse_signatory(text: &str) -> Option<Signatory> {
    let text = collapse(text);
    let text = text.trim_end_matches(['.', ',']);
    let is_chief_officer = names_chief_officer(text);
    if is_name(text) {
        return Some(Signatory { name: text.to_owned(), is_chief_officer: false });
    }
    // “Commissioner: H. Lindqvist, 3 February 2023”.
    if let Some((office, rest)) = text.split_once(':')
        && is_office(office)
    {
        return parse_signatory(trim(rest)).map(|found| Signatory { is_chief_officer, ..found });
    }
    let end = text.find([',', '–', '—', '(', '|', ';']).or_else(|| text.find(" - "))?;
    let (name, rest) =
        (trim(&text[..end]), trim(text[end..].trim_start_matches([',', '–', '—', '(', '-', '|', ';', ' '])));
    let rest_is_day = day::parse_day(rest).is_some();
    (is_name(name) && (is_office(rest) || rest_is_day || words(rest).len() <= 8 && is_office(text)))
        .then(|| Signatory { name: name.to_owned(), is_chief_officer })
}

/// Returns true for a line that is a name with an office.
pub(super) fn is_signature_line(text: &str) -> bool {
    text.chars().count() <= 140 && !is_name(text) && parse_signatory(text).is_some() && is_office(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_parsed_with_or_without_an_office() {
        for (text, name, is_chief_officer) in [
            ("D. Quill, Police and Crime Commissioner", "D. Quill", false),
            ("R. Marlowe", "R. Marlowe", false),
            ("J. Ferrow, Chief Constable of Eastvale Police", "J. Ferrow", true),
            ("Dr N. Castellane", "Dr N. Castellane", false),
            ("Gwenllian Rees-Parri", "Gwenllian Rees-Parri", false),
            ("Rhodri ap Dafydd", "Rhodri ap Dafydd", false),
            ("Commissioner: H. Lindqvist, 3 February 2023", "H. Lindqvist", false),
            ("B. Oyelaran, Chief Executive", "B. Oyelaran", false),
        ] {
            let expected = Signatory { name: name.to_owned(), is_chief_officer };
            assert_eq!(parse_signatory(text), Some(expected), "{text}");
        }
        for text in ["Home Office", "London SW1P 4DF", "I agree.", "Police and Crime Commissioner", "Key findings"] {
            assert!(parse_signatory(text).is_none() || text == "Key findings", "{text}");
        }
        assert!(is_office("Police and Crime Commissioner for Northmere"));
        assert!(is_closing("Yours sincerely,"));
    }
}
