//! Recognises Welsh, and sets the two languages of a bilingual text apart. Neither is lost.

use super::text::words;

/// Frequent Welsh words that are not English.
const WELSH: &[&str] = &[
    "yr",
    "y",
    "ar",
    "yn",
    "mae",
    "fod",
    "gan",
    "ac",
    "wedi",
    "bod",
    "nid",
    "sydd",
    "or",
    "ir",
    "heddlu",
    "erbyn",
    "pob",
    "rhaid",
    "bydd",
    "gyda",
    "ei",
    "eu",
    "hyn",
    "hwn",
    "hon",
    "nad",
    "na",
    "rwyn",
    "rwyf",
    "croesawaf",
    "dylai",
    "dylid",
    "prif",
    "ers",
    "ym",
    "mis",
    "fewn",
    "oi",
    "ai",
    "ni",
    "nw",
    "hwy",
    "hi",
    "fe",
    "mewn",
    "neu",
    "ond",
    "oedd",
    "roedd",
    "am",
    "beth",
    "pa",
    "pan",
    "dros",
    "trwy",
    "drwy",
    "wrth",
    "gwnstabliaid",
    "argymhelliad",
    "argymhellion",
    "ymateb",
    "sylwadaur",
    "sylwadau",
    "comisiynydd",
    "arolygiad",
    "adroddiad",
    "cyhoeddwyd",
    "teitl",
    "dyddiad",
    "llofnod",
    "llofnodwyd",
    "unwaith",
    "cwblhawyd",
    "newydd",
    "diolch",
    "ddioddefwyr",
    "blant",
    "plentyn",
    "troseddu",
    "throseddu",
    "swyddfa",
    "nghymru",
    "cymraeg",
    "gofynnir",
    "hoffai",
    "cenedlaethol",
    "yw",
    "dyma",
    "hefyd",
    "bob",
    "cael",
    "gwella",
    "wella",
    "oedi",
    "ateb",
    "eiliad",
    "cyfrif",
    "gwrando",
    "cadwn",
    "meysydd",
    "ionawr",
    "chwefror",
    "mawrth",
    "ebrill",
    "mai",
    "mehefin",
    "gorffennaf",
    "awst",
    "medi",
    "hydref",
    "tachwedd",
    "rhagfyr",
    "chyfri",
    "amddiffyn",
    "math",
    "rhodd",
    "cymru",
    "llywodraeth",
    "canllawiau",
    "ysgolion",
    "gyhoeddi",
    "cyhoeddi",
    "dim",
    "gweithredu",
    "plant",
    "bob",
    "cymryd",
    "gymryd",
    "sicrhau",
    "swyddogion",
    "lluoedd",
    "troseddau",
    "chafwyd",
];

/// Frequent English words that are not Welsh.
const ENGLISH: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "is",
    "was",
    "should",
    "by",
    "for",
    "that",
    "with",
    "this",
    "from",
    "has",
    "have",
    "been",
    "will",
    "be",
    "are",
    "on",
    "it",
    "in",
    "how",
    "every",
    "which",
    "they",
    "we",
    "our",
    "their",
    "not",
    "police",
    "commissioner",
    "response",
    "comments",
    "recommendation",
    "published",
    "within",
    "welcome",
];

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextLanguage {
    Welsh,
    English,
    /// The words do not show it.
    Unknown,
}

/// Returns the language of a text by its frequent words.
pub(super) fn language_of(text: &str) -> TextLanguage {
    let (mut welsh, mut english, mut count) = (0_usize, 0_usize, 0_usize);
    for word in words(text).into_iter().take(200) {
        count += 1;
        welsh += usize::from(WELSH.contains(&word.as_str()));
        english += usize::from(ENGLISH.contains(&word.as_str()));
    }
    match (welsh, english) {
        (0, 0) => TextLanguage::Unknown,
        _ if welsh > english && welsh * 6 >= count => TextLanguage::Welsh,
        _ if english >= welsh => TextLanguage::English,
        _ => TextLanguage::Unknown,
    }
}

pub(super) fn is_welsh(text: &str) -> bool {
    language_of(text) == TextLanguage::Welsh
}

/// A text in two languages, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bilingual {
    pub(super) welsh: String,
    pub(super) english: String,
}

/// Returns the two languages of a text whose lines are in both. A line whose language does not show belongs to that of
/// the line before it.
pub(super) fn split(text: &str) -> Option<Bilingual> {
    let mut found = Bilingual { welsh: String::new(), english: String::new() };
    let mut last = TextLanguage::Unknown;
    for line in text.lines() {
        // Two languages can share a line: “Welsh / English”.
        let halves = line.split_once(" / ").filter(|(first, second)| is_welsh(first) && !is_welsh(second));
        if let Some((welsh, english)) = halves {
            push_line(&mut found.welsh, welsh);
            push_line(&mut found.english, english);
            continue;
        }
        let language = match language_of(line) {
            TextLanguage::Unknown => last,
            language => language,
        };
        last = language;
        push_line(if language == TextLanguage::Welsh { &mut found.welsh } else { &mut found.english }, line);
    }
    let trim = |text: &str| text.trim().to_owned();
    let found = Bilingual { welsh: trim(&found.welsh), english: trim(&found.english) };
    (!found.welsh.is_empty() && !found.english.is_empty()).then_some(found)
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line.trim());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_of_a_text_are_set_apart() {
        let welsh = "Erbyn 31 Mawrth 2024, dylai prif gwnstabliaid ofyn i bob dioddefwr ym mha iaith yr hoffai siarad.";
        let english =
            "By 31 March 2024, chief constables should ask every victim which language they would like to speak.";
        assert!(is_welsh(welsh));
        assert!(!is_welsh(english));
        let both = split(&format!("{welsh}\n{english}")).expect("both languages");
        assert_eq!((both.welsh.as_str(), both.english.as_str()), (welsh, english));
        assert_eq!(split(english), None);
        assert_eq!(split(welsh), None);
        assert_eq!(
            split("Gwrando ar ddioddefwyr / Listening to victims").map(|both| both.english).as_deref(),
            Some("Listening to victims")
        );
    }
}
