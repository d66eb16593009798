//! Finds the title among the lines that no field names.

use super::signature::{is_office, is_salutation};
use super::state::Reading;
use super::text::{SpacedWords, collapse, ends_sentence, trim};
use super::title::{Title, clean, strip_prefix, strip_published};

/// Words for a report or an inspection, which a title often has.
const REPORT_WORDS: [&str; 26] = [
    "inspection",
    "thematic",
    "peel",
    "revisit",
    "reinspection",
    "review",
    "super complaint",
    "state of policing",
    "inspections",
    "report on",
    "visit",
    "assessment",
    "investigation",
    "arolygiad",
    "report",
    "adroddiad",
    "hmicfrs",
    "hmic",
    "custody",
    "integrity",
    "effectiveness",
    "legitimacy",
    "efficiency",
    "how well",
    "how forces",
    "how the police",
];
/// Words of documents that answer a report.
const ANSWER_WORDS: [&str; 24] = [
    "response",
    "responses",
    "respond",
    "tracker",
    "form",
    "record",
    "register",
    "statement",
    "committee",
    "panel",
    "board",
    "reply",
    "comments",
    "ymateb",
    "website",
    "published",
    "publication",
    "commissioner",
    "recommendations",
    "details",
    "officer",
    "minutes",
    "agenda",
    "visited",
];

/// The least score of a line that is clearly a title.
pub(super) const CLEAR: u32 = 4;

/// A line that can be the title, and how likely it is.
pub(super) struct Candidate {
    pub(super) title: Title,
    pub(super) score: u32,
}

/// Returns the title in a line that no field names.
pub(super) fn of_line(line: &str, is_styled: bool) -> Option<Candidate> {
    let text = collapse(line);
    let words = SpacedWords::new(&text);
    // A sentence about the publication is no title.
    if words.contains_any(&["was published", "was released", "published its", "released on", "published this"]) {
        return None;
    }
    if words.count() < 2 || text.chars().count() > 260 || is_salutation(&text) {
        return None;
    }
    let candidate = |title: Title, score: u32| {
        (!title.title.is_empty()).then_some(Candidate { title, score: score + u32::from(is_styled) })
    };
    if let Some(inner) = quoted_title(&text) {
        return candidate(clean(inner), 6);
    }
    let without_day = strip_published(&text);
    if let Some(rest) = strip_prefix(&without_day)
        && SpacedWords::new(rest).count() >= 2
        && !ends_sentence(rest)
    {
        return candidate(clean(rest), 6);
    }
    if let Some(rest) = after_response_to(&without_day) {
        return candidate(clean(rest), 4);
    }
    let is_title = words.contains_any(&REPORT_WORDS)
        && !is_office(&text)
        && !ends_sentence(text.trim_end_matches('?'))
        && !text.ends_with([':', ',']);
    let is_answer = words.contains_any(&ANSWER_WORDS)
        && !words.contains_any(&["report on an", "inspection of", "thematic inspection"]);
    let first = words.as_str().split(' ').next().unwrap_or_default().to_owned();
    let is_field = text.split_once(':').is_some_and(|(label, _)| {
        let label = SpacedWords::new(label);
        label.count() <= 4
            && !label.contains_any(&REPORT_WORDS)
            && label.contains_any(&["contact", "author", "by", "to", "for", "of", "date", "number"])
    });
    let bad_start = matches!(
        first.as_str(),
        "by" | "to" | "from" | "for" | "made" | "on" | "home" | "this" | "there" | "we" | "i" | "and" | "with"
    );
    if is_title && !is_answer && !bad_start && !is_field && words.count() >= 3 {
        let clear = words.contains_any(&[
            "inspection",
            "thematic",
            "peel",
            "revisit",
            "re inspection",
            "review",
            "super complaint",
            "arolygiad",
        ]);
        return candidate(clean(&text), if clear { CLEAR } else { 2 });
    }
    None
}

/// Returns the words in quotation marks of a line that names a report: `HMICFRS report “Fraud counts …”`.
fn quoted_title(text: &str) -> Option<&str> {
    let start = text.find(['“', '"'])?;
    let open = text[start..].chars().next()?;
    let inner = &text[start + open.len_utf8()..];
    let end = inner.rfind(if open == '“' { '”' } else { '"' })?;
    let before = SpacedWords::new(&text[..start]);
    let names_report =
        before.contains_any(&["hmicfrs", "hmic", "report", "inspection", "adroddiad", "thematic", "review"]);
    let is_line = !text[start..].ends_with('.') && before.count() <= 20;
    (names_report && is_line && SpacedWords::new(&inner[..end]).count() >= 2).then_some(trim(&inner[..end]))
}

/// Returns the title in “Response to HMICFRS’s National Child Protection Inspection of Wexmoor Police”.
fn after_response_to(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let at = lower.find("response to ")? + "response to ".len();
    let mut rest = trim(&text[at..]);
    for lead in ["the ", "The ", "HMICFRS’s ", "HMICFRS's ", "HMICFRS ", "HMIC’s ", "HMIC ", "report ", "Report "] {
        rest = rest.strip_prefix(lead).unwrap_or(rest);
    }
    let words = SpacedWords::new(rest);
    let begins = rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '‘' | '“')) && !rest.starts_with("A ");
    let names = words.contains_any(&[
        "inspection of",
        "thematic",
        "revisit",
        "peel",
        "inspection report",
        "re inspection",
        "review of",
    ]);
    (begins && names && words.count() >= 3 && !ends_sentence(rest)).then_some(rest)
}
impl Reading<'_> {
    /// Returns true if the file quotes another title, as in “HMICFRS published “TITLE” on 2 November 2022”.
    pub(super) fn quotes_another_title(&self, title: &str) -> bool {
        const ANNOUNCES: [&str; 5] = ["published", "report", "called", "titled", "entitled"];
        let title = SpacedWords::new(title);
        self.claims.lines().iter().filter(|line| line.left_out.is_none()).any(|line| {
            let Some((before, rest)) = line.text.split_once('“') else { return false };
            let Some((quoted, _)) = rest.split_once('”') else { return false };
            let quoted = SpacedWords::new(quoted);
            let is_title = ANNOUNCES.iter().any(|word| trim(before).ends_with(word)) && quoted.count() >= 3;
            is_title && !quoted.contains(title.as_str()) && !title.contains(quoted.as_str())
        })
    }
}
