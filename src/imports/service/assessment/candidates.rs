//! Finds the registered inspections that a proposal may be about: by reference, or by likeness of title and day.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::api::Problem;
use crate::db::Session;
use crate::imports::proposal::Proposal;
use crate::imports::store::candidates as store;
use crate::imports::views::{Candidate, CandidateReason};
use crate::inspections::{DEFAULT_SOURCE, Inspection};
use crate::label;

/// The answer that registers a new inspection.
pub const NEW: &str = "new";

/// The most days between the day of a file and the day of an inspection that it may be about.
const MAX_DAYS: u64 = 31;
/// The most candidates.
const MAX_CANDIDATES: usize = 10;

/// Returns the candidates, the likeliest first.
pub async fn find(db: &Session<'_>, proposal: &Proposal) -> Result<Vec<Candidate>, Problem> {
    let facts = &proposal.inspection;
    let source = facts.source.get().map_or(DEFAULT_SOURCE, String::as_str);
    let reference = facts.reference.get().map(String::as_str);
    let title = facts.title.get().map(|title| title.trim());
    let on = facts.published_on.get().copied();
    let period =
        on.and_then(|on| Some((on.checked_sub_days(Days::new(MAX_DAYS))?, on.checked_add_days(Days::new(MAX_DAYS))?)));
    let found = store::find(db, (source, reference), title, period).await?;
    let mut candidates: Vec<Candidate> = found
        .iter()
        .filter_map(|inspection| {
            let why = reasons(inspection, (source, reference), title, on);
            let likely = why.contains(&CandidateReason::Reference) || why.contains(&CandidateReason::Title);
            likely.then(|| candidate(inspection, why))
        })
        .collect();
    // The sort is stable, so the order of the statement remains among equals.
    candidates.sort_by_key(|candidate| rank(&candidate.why));
    candidates.truncate(MAX_CANDIDATES);
    Ok(candidates)
}

/// Returns the answer that the service proposes: the candidate with the reference of the file, or a new inspection if
/// there is no candidate. A likeness alone proposes nothing, because the same title can be another report.
pub fn proposed(candidates: &[Candidate]) -> Option<String> {
    let exact = candidates.iter().find(|candidate| candidate.why.contains(&CandidateReason::Reference));
    match exact {
        Some(exact) => Some(exact.id.to_string()),
        None => candidates.is_empty().then(|| NEW.to_owned()),
    }
}

fn rank(why: &[CandidateReason]) -> u8 {
    use CandidateReason::{PublishedOn, Reference, Title};
    match (why.contains(&Reference), why.contains(&Title), why.contains(&PublishedOn)) {
        (true, ..) => 0,
        (_, true, true) => 1,
        (_, true, false) => 2,
        _ => 3,
    }
}

fn reasons(
    inspection: &Inspection,
    (source, reference): (&str, Option<&str>),
    title: Option<&str>,
    on: Option<NaiveDate>,
) -> Vec<CandidateReason> {
    let mut why = Vec::new();
    let is_same = |one: &str, other: &str| label::key(one) == label::key(other);
    if is_same(&inspection.source, source) && reference.is_some_and(|it| is_same(&inspection.reference, it)) {
        why.push(CandidateReason::Reference);
    }
    if let (Some(one), Some(other)) = (inspection.title.as_deref(), title)
        && are_alike(one, other)
    {
        why.push(CandidateReason::Title);
    }
    if let (Some(one), Some(other)) = (inspection.published_on, on) {
        if one == other {
            why.push(CandidateReason::PublishedOn);
        } else if (one - other).num_days().unsigned_abs() <= MAX_DAYS {
            why.push(CandidateReason::PublishedNear);
        }
    }
    why
}

fn candidate(inspection: &Inspection, why: Vec<CandidateReason>) -> Candidate {
    Candidate {
        id: inspection.id,
        reference: inspection.reference.clone(),
        source: inspection.source.clone(),
        title: inspection.title.clone(),
        published_on: inspection.published_on,
        state: inspection.state,
        why,
        links: [("self", format!("/v1/inspections/{}", inspection.id))].into(),
    }
}

/// Returns true if two titles have at least half of their words in common.
fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let common = one.intersection(&other).count();
    let all = one.union(&other).count();
    common > 0 && common * 2 >= all
}

/// Returns the words of a title in lower case, without the short words that most titles have.
fn words(title: &str) -> BTreeSet<String> {
    const COMMON: [&str; 10] = ["a", "an", "and", "at", "for", "in", "of", "on", "the", "to"];
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !COMMON.contains(word));
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::are_alike;

    #[test]
    fn titles_are_alike_if_they_share_half_of_their_words() {
        for (one, other, alike) in [
            ("An inspection of custody in Cumbria", "Custody inspection: Cumbria", true),
            ("PEEL 2021/22: Warwickshire", "PEEL 2021/22: Surrey", true),
            ("PEEL 2021/22: Warwickshire", "Vetting, misconduct and misogyny", false),
            ("", "", false),
        ] {
            assert_eq!(are_alike(one, other), alike, "{one} / {other}");
        }
    }
}
