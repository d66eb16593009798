//! The day of publication: from its field, or from a sentence such as “which HMICFRS published on 31st October 2023”.

use super::context::DayFormat;
use super::day::{ParsedDay, find_days_as};
use super::text::{SpacedWords, sentences};

/// A day with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PrintedDay {
    pub(super) day: ParsedDay,
    pub(super) printed: String,
}

/// Returns the day of publication in a sentence of the text. Days of a response, of a deadline or of an earlier report
/// are not returned.
pub(super) fn in_prose(text: &str, format: DayFormat) -> Option<PrintedDay> {
    sentences(text).into_iter().find_map(|range| in_sentence(&text[range], format))
}

fn in_sentence(sentence: &str, format: DayFormat) -> Option<PrintedDay> {
    const PUBLISHED: [&str; 11] = [
        "report date",
        "date of report",
        "report issued",
        "published",
        "publication",
        "published on",
        "issued its report",
        "came out",
        "released",
        "cyhoeddwyd",
        "cyhoeddi",
    ];
    const OTHERS: [&str; 31] = [
        "by us",
        "by our office",
        "by my office",
        "by the commissioner",
        "by the pcc",
        "by the opcc",
        "by the office",
        "response",
        "responses",
        "reply",
        "website",
        "deadline",
        "due",
        "comments",
        "this document",
        "first",
        "earlier",
        "previous",
        "last",
        "original",
        "guidance",
        "policy",
        "will be published",
        "be published",
        "should publish",
        "plan",
        "statement",
        "we published",
        "i published",
        "ymateb",
        "force published",
    ];
    const REPORTS: [&str; 8] =
        ["report", "inspection", "letter", "hmicfrs", "hmic", "findings", "inspectorate", "adroddiad"];
    let mut before = SpacedWords::new("");
    let mut at = 0;
    // A comma can stand inside a day: “Wednesday, 11 October 2023”.
    let days = find_days_as(sentence, format);
    for clause in sentence.split_inclusive([',', ';', '(']) {
        let start = at;
        at += clause.len();
        let words = SpacedWords::new(clause);
        // “(HMICFRS, 3 May 2024)” after a title.
        let in_brackets =
            sentence[..start].ends_with('(') && words.count() <= 2 && words.contains_any(&["hmicfrs", "hmic"]);
        if in_brackets && let Some(found) = days.iter().find(|day| day.start >= start && day.start <= at + 3) {
            return Some(PrintedDay { day: found.day, printed: sentence[found.start..found.end].to_owned() });
        }
        if words.contains_any(&PUBLISHED) {
            let named = clause.to_lowercase();
            let word = [
                "publish",
                "publication",
                "came out",
                "issued",
                "released",
                "cyhoedd",
                "report date",
                "date of report",
            ]
            .iter()
            .filter_map(|word| named.find(word))
            .min();
            let from = start + word.unwrap_or_default();
            // The words of the clause before the day, and the clause before it, tell what was published.
            let found = days.iter().find(|day| {
                day.start >= from.min(sentence.len())
                    && (day.start <= at + 30 || closes_title(&sentence[from.min(day.start)..day.start]))
            });
            if let Some(found) = found {
                // The nearest noun before “published” tells what was published.
                let lead = SpacedWords::new(&sentence[start.min(found.start)..found.start]);
                let last = |nouns: &[&str]| nouns.iter().filter_map(|noun| lead.last_position(noun)).max();
                let other = last(&OTHERS);
                let is_other = other.is_some() && other >= last(&REPORTS)
                    || before.contains_any(&[
                        "first",
                        "earlier",
                        "previous",
                        "original",
                        "this response",
                        "our response",
                    ]);
                if !is_other {
                    return Some(PrintedDay { day: found.day, printed: sentence[found.start..found.end].to_owned() });
                }
            }
        }
        before = words;
    }
    None
}

/// Returns true for a title in quotation marks between “published” and the day.
fn closes_title(between: &str) -> bool {
    between.chars().count() <= 300 && between.contains(['“', '"', '‘']) && between.contains(['”', '"', '’'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_day_of_the_report_is_found() {
        for (text, expected) in [
            (
                "I write to you in response to the above letter, which HMICFRS published on 31st October 2023.",
                Some("31st October 2023"),
            ),
            ("HMICFRS published its report on 14 March 2025 after a week.", Some("14 March 2025")),
            ("HMICFRS published its report on Friday 15 November 2024.", Some("Friday 15 November 2024")),
            ("Thank you for the above report, published on 16 August 2023.", Some("16 August 2023")),
            ("A report (published 19/09/2022)", Some("19/09/2022")),
            ("I write in response to the above report published on 7 February 2023.", Some("7 February 2023")),
            ("Published 12 December 2023", Some("12 December 2023")),
            ("In its first inspection, published on 10 August 2017, it was found to record eight.", None),
            ("This response was published on 5 September 2019.", None),
            ("We put this response on our website on 20 May 2022.", None),
            ("HMICFRS published its report, “Custody, care and time”, on 3 May 2024.", Some("3 May 2024")),
            ("Custody in Hillport (HMICFRS, 3 May 2024)", Some("3 May 2024")),
            ("Inspectors came between 3 and 8 July 2023.", None),
        ] {
            let found = in_prose(text, DayFormat::DayFirst).map(|found| found.printed);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
