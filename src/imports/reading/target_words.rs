//! The words that state times for action.

/// Phrases that mean “at once”.
pub(super) const IMMEDIATE: [&[&str]; 10] = [
    &["immediately"],
    &["take", "immediate", "action"],
    &["takes", "immediate", "action"],
    &["take", "immediate", "steps"],
    &["takes", "immediate", "steps"],
    &["with", "immediate", "effect"],
    &["with", "immediate", "effect", "from", "publication"],
    &["as", "of", "now"],
    &["ar", "unwaith"],
    &["yn", "syth"],
];

/// Phrases that mean “without an end”.
pub(super) const ONGOING: [&[&str]; 3] =
    [&["on", "an", "ongoing", "basis"], &["on", "a", "continuing", "basis"], &["on", "a", "continuous", "basis"]];

/// Phrases that name a time without a last day. A person is asked what they mean.
pub(super) const URGENT: [&[&str]; 9] = [
    &["as", "soon", "as", "possible"],
    &["as", "soon", "as", "practicable"],
    &["as", "soon", "as", "reasonably", "practicable"],
    &["as", "a", "matter", "of", "urgency"],
    &["without", "delay"],
    &["without", "further", "delay"],
    &["urgently"],
    &["at", "the", "earliest", "opportunity"],
    &["cyn", "gynted", "â", "phosibl"],
];

/// Phrases before the last day.
pub(super) const BEGINNINGS_OF_BY: [&[&str]; 9] = [
    &["by"],
    &["by", "no", "later", "than"],
    &["no", "later", "than"],
    &["not", "later", "than"],
    &["before"],
    &["on", "or", "before"],
    &["by", "or", "before"],
    &["until"],
    &["erbyn"],
];

/// Words after which “immediately” sets no time for the action.
pub(super) const NOT_IMMEDIATE_BEFORE: [&str; 16] = [
    "after",
    "following",
    "upon",
    "on",
    "once",
    "when",
    "if",
    "available",
    "before",
    "prior",
    "apparent",
    "obvious",
    "adjacent",
    "identifiable",
    "accessible",
    "as",
];

/// Words of a duty, after which a time belongs to the action.
pub(super) const MODALS: [&str; 9] = ["that", "should", "must", "shall", "to", "will", "needs", "need", "ought"];

/// The units of a period.
pub(super) const UNITS: [&str; 17] = [
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "mis",
    "fis",
    "diwrnod",
    "wythnos",
    "blwyddyn",
    "flynedd",
    "blynedd",
    "months’",
    "days’",
];

/// Words with which a period counts from the report.
pub(super) const COUNTS_FROM_REPORT: [&str; 17] = [
    "the",
    "this",
    "our",
    "its",
    "date",
    "of",
    "publication",
    "publishing",
    "published",
    "being",
    "report",
    "report’s",
    "report's",
    "inspection",
    "receipt",
    "receiving",
    "receive",
];

/// Words for a time. After “by” or “within” they make a time for action that a person must explain.
pub(super) const TIME_WORDS: [&str; 48] = [
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "quarter",
    "quarters",
    "spring",
    "summer",
    "autumn",
    "winter",
    "easter",
    "christmas",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "q1",
    "q2",
    "q3",
    "q4",
    "inspection",
    "mid-2023",
    "mid-2024",
    "mid-2025",
    "mid-2026",
    "mid-2027",
    "weekend",
    "hours",
    "revisit",
    "period",
    "cycle",
    "2024/25",
    "2025/26",
    "2026/27",
    "2023/24",
    "2022/23",
];

/// Returns the number of words of the longest phrase that matches from a place.
pub(super) fn longest_match<'w>(phrases: &[&[&str]], word: impl Fn(usize) -> &'w str) -> Option<usize> {
    let matching = phrases.iter().filter(|phrase| phrase.iter().enumerate().all(|(index, part)| word(index) == *part));
    matching.map(|phrase| phrase.len()).max()
}

/// Returns true for a word that names the report from which a period counts.
pub(super) fn names_report(word: &str) -> bool {
    matches!(word, "publication" | "publishing" | "published" | "inspection") || word.starts_with("report")
}

/// Returns true for a past participle, as in “cases closed before 1 May”.
pub(super) fn is_participle(word: &str) -> bool {
    const IRREGULAR: [&str; 12] =
        ["made", "held", "taken", "given", "sent", "left", "begun", "built", "kept", "known", "seen", "found"];
    word.len() > 4 && word.ends_with("ed") && !matches!(word, "need" | "speed" | "indeed" | "exceed")
        || IRREGULAR.contains(&word)
}

/// Returns the English unit of a period for a Welsh one.
pub(super) fn english_unit(word: &str) -> &'static str {
    match word {
        "diwrnod" => "days",
        "wythnos" => "weeks",
        "blwyddyn" | "flynedd" | "blynedd" => "years",
        _ => "months",
    }
}

/// Parses a Welsh number before a unit of time.
pub(super) fn welsh_number(word: &str) -> Option<u32> {
    const NUMBERS: [(&str, u32); 12] = [
        ("un", 1),
        ("dau", 2),
        ("ddau", 2),
        ("dri", 3),
        ("tri", 3),
        ("pedwar", 4),
        ("bedwar", 4),
        ("pum", 5),
        ("bum", 5),
        ("chwe", 6),
        ("naw", 9),
        ("deuddeg", 12),
    ];
    let found = NUMBERS.iter().find(|(known, _)| *known == word).map(|(_, number)| *number);
    found.or_else(|| word.parse().ok().filter(|number| *number < 1000))
}
