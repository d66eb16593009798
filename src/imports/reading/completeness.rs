//! Asks whether the file has all recommendations of the report: if it states a greater number of them than were read, or
//! if numbers are missing between those that were read.

use serde_json::json;

use super::questions::list_of;
use super::state::Reading;
use super::text::SpacedWords;
use crate::imports::document::Place;
use crate::imports::proposal::{Confidence, Fact, ProposedRecommendation, QuestionCode};
use crate::recommendations::RecommendationKind::{self, AreaForImprovement, CauseOfConcern, Recommendation};
use crate::recommendations::parse_number;

/// The member that is asked.
const POINTER: &str = "/recommendations_complete";

/// The greatest number that counts the recommendations of one report. Greater ones are references or years.
const GREATEST: u32 = 200;

/// The words for the kinds, after which a number can stand.
const KINDS: [(&[&str], RecommendationKind); 9] = [
    (&["recommendations"], Recommendation),
    (&["recommendation"], Recommendation),
    (&["recs"], Recommendation),
    (&["areas", "for", "improvement"], AreaForImprovement),
    (&["area", "for", "improvement"], AreaForImprovement),
    (&["afis"], AreaForImprovement),
    (&["afi"], AreaForImprovement),
    (&["causes", "of", "concern"], CauseOfConcern),
    (&["cause", "of", "concern"], CauseOfConcern),
];

impl Reading<'_> {
    /// Asks whether the report has more recommendations than were read.
    pub(super) fn ask_about_completeness(&mut self) {
        if self.proposal.recommendations.is_empty() {
            return;
        }
        let read = &self.proposal.recommendations;
        let lines = self.claims.lines().iter().filter(|line| line.left_out.is_none());
        let stated = lines.flat_map(|line| counts_in(&line.text).into_iter().map(move |found| (found, line)));
        let too_few = stated
            .map(|((number, kind), line)| (number, kind, line.place.clone(), line.text.clone()))
            .filter(|(number, kind, ..)| *number > count_of(read, *kind))
            .max_by_key(|(number, kind, ..)| number - count_of(read, *kind));
        let missing = missing_numbers(read);
        let (detail, from) = match (too_few, missing.is_empty()) {
            (Some((number, kind, place, text)), _) => {
                let count = count_of(read, kind);
                let detail = format!(
                    "The file states {number} {}, and {count} were read. Add the others, or confirm that the file does \
                     not have them.",
                    plural(kind)
                );
                (detail, Some((place, text)))
            }
            (None, false) => {
                let detail = format!(
                    "No recommendation with the number {} was read. Add what is missing, or confirm that the file does \
                     not have it.",
                    list_of(&missing)
                );
                (detail, None::<(Place, String)>)
            }
            (None, true) => {
                self.proposal.recommendations_complete = Fact::assumed(true);
                return;
            }
        };
        let question = self.ask(QuestionCode::Missing, POINTER, detail).with_options([json!(true)]);
        if let Some((place, text)) = from {
            question.with_words(&place, &text);
        }
    }
}

fn plural(kind: RecommendationKind) -> &'static str {
    match kind {
        Recommendation => "recommendations",
        AreaForImprovement => "areas for improvement",
        CauseOfConcern => "causes of concern",
    }
}

/// Returns the number of recommendations of a kind. One whose kind is not known counts as a recommendation.
fn count_of(read: &[ProposedRecommendation], kind: RecommendationKind) -> u32 {
    let count = included(read).filter(|found| found.kind.value.unwrap_or(Recommendation) == kind).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn included(read: &[ProposedRecommendation]) -> impl Iterator<Item = &ProposedRecommendation> {
    read.iter().filter(|found| found.included.value != Some(false))
}

/// Returns the numbers of recommendations that a line states: “six recommendations”, “two new areas for improvement”,
/// “AFIs (3)”.
fn counts_in(line: &str) -> Vec<(u32, RecommendationKind)> {
    const BETWEEN: [&str; 14] = [
        "new",
        "national",
        "local",
        "further",
        "additional",
        "specific",
        "formal",
        "key",
        "separate",
        "hmicfrs",
        "other",
        "individual",
        "overarching",
        "of",
    ];
    let spaced = SpacedWords::new(line);
    let words: Vec<&str> = spaced.as_str().split(' ').collect();
    let number = |at: usize| {
        let word = words.get(at)?;
        // “a recommendation” is no count, and “2021/22” is a period.
        let is_part = at > 0 && words[at - 1].bytes().all(|b| b.is_ascii_digit());
        parse_number(word).filter(|number| (1..=GREATEST).contains(number) && *word != "a" && !is_part)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((names, kind)) = KINDS.iter().find(|(names, _)| words[at..].starts_with(names)) else {
            at += 1;
            continue;
        };
        let before = (0..at).rev().find(|before| !BETWEEN.contains(&words[*before]));
        let after = at + names.len();
        let in_brackets = || number(after).filter(|number| line.contains(&format!("({number})")));
        found.extend(before.and_then(number).or_else(in_brackets).map(|number| (number, *kind)));
        at = after;
    }
    found
}

/// Returns the numbers that are missing between 1 and the greatest number that was read. Numbers of parts, such as
/// `3.10`, are not counted.
fn missing_numbers(read: &[ProposedRecommendation]) -> Vec<String> {
    let of_kind = |kind: RecommendationKind| {
        let found = included(read).filter(move |found| found.kind.value.unwrap_or(Recommendation) == kind);
        found.filter_map(|found| whole_number(found.number.value.as_deref()?)).collect::<Vec<u32>>()
    };
    let kinds = [Recommendation, AreaForImprovement, CauseOfConcern].map(of_kind);
    let greatest = |numbers: &[u32]| numbers.iter().copied().max().unwrap_or_default();
    // Kinds that share a number are counted apart; the others share one list.
    let shares = |at: usize| {
        kinds.iter().enumerate().any(|(of, others)| of != at && others.iter().any(|number| kinds[at].contains(number)))
    };
    let is_apart = (0..kinds.len()).any(shares);
    let lists: Vec<Vec<u32>> = if is_apart { kinds.to_vec() } else { vec![kinds.concat()] };
    let is_printed = included(read).any(|found| found.number.confidence == Confidence::Printed);
    let mut missing = Vec::new();
    for numbers in lists.iter().filter(|numbers| is_printed && greatest(numbers) <= GREATEST) {
        missing.extend((1..greatest(numbers)).filter(|number| !numbers.contains(number)));
    }
    missing.sort_unstable();
    missing.dedup();
    missing.iter().map(u32::to_string).collect()
}

/// Returns the number in `4`, `R4`, `AFI 4` or `Recommendation 4`.
fn whole_number(printed: &str) -> Option<u32> {
    let digits = printed.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
    let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_whole { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::document::Place;

    #[test]
    fn a_line_states_how_many_there_are() {
        for (line, expected) in [
            ("The report makes six recommendations, two of them for forces.", vec![(6, Recommendation)]),
            (
                "There are 43 recommendations and five areas for improvement.",
                vec![(43, Recommendation), (5, AreaForImprovement)],
            ),
            ("Vetting AFIs (2)", vec![(2, AreaForImprovement)]),
            ("One cause of concern and two new recommendations", vec![(1, CauseOfConcern), (2, Recommendation)]),
            ("PEEL 2021/22 recommendations", vec![]),
            ("This is a recommendation of the 2014 report.", vec![]),
            ("Recommendation 4: act within six months.", vec![]),
        ] {
            assert_eq!(counts_in(line), expected, "{line}");
        }
    }

    #[test]
    fn numbers_are_missing_between_those_that_were_read() {
        let read = |numbers: &[(&str, RecommendationKind)]| {
            let one = |(number, kind): &(&str, RecommendationKind)| ProposedRecommendation {
                number: Fact::printed((*number).to_owned(), &Place::default(), number),
                kind: Fact::assumed(*kind),
                ..ProposedRecommendation::default()
            };
            missing_numbers(&numbers.iter().map(one).collect::<Vec<_>>())
        };
        assert_eq!(read(&[("2", Recommendation), ("4", Recommendation)]), ["1", "3"]);
        assert_eq!(read(&[("1", Recommendation), ("AFI 2", AreaForImprovement), ("3", Recommendation)]), [""; 0]);
        assert_eq!(read(&[("1", Recommendation), ("AFI 1", AreaForImprovement), ("3", Recommendation)]), ["2"]);
        assert_eq!(read(&[("3.1", Recommendation), ("3.10", Recommendation)]), [""; 0]);
        assert_eq!(read(&[("21912", Recommendation)]), [""; 0]);
    }
}
