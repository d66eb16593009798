//! The headings of columns in English and Welsh, and what each means.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::heading_words::HEADINGS;
use super::member::TrackerMember as Member;
use super::words::{contains_phrase, is_part_of_date, normalize};
use crate::vocabulary::WireName;

/// What a heading means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A member.
    Member(Member),
    /// A number or the source's reference, which the cells show.
    Identifier,
    /// The same in a column that names the inspectorate. Its references come before those of the office.
    SourceIdentifier,
    /// A status or an update, which the cells show.
    StatusOrUpdate,
    /// A colour, which is never a status.
    Colour,
    /// The force's answer: an update in a tracker, and an explanation in other tables.
    ForceAnswer,
    /// The policing body's comment: a note in a tracker, and part of an explanation in other tables.
    BodyComment,
    /// A known heading that no member has.
    NoMember,
}

/// What was found out about a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// What the heading means.
    pub meaning: Meaning,
    /// Whether the heading is the usual one. A usual heading comes before others with the same meaning.
    pub usual: bool,
    /// How the heading was found.
    pub found: Found,
}

/// How a heading was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is in the table of headings as it stands.
    Whole,
    /// A part of it is in the table of headings.
    InPart,
    /// Single words of it say what it is.
    ByWords,
}

/// The most words of a heading that is found by single words. A longer text is a cell of a row.
const MAX_WORDS: usize = 7;

/// Returns what a heading means.
pub(super) fn find(heading: &str) -> Option<Match> {
    let raw = heading.trim();
    if raw.is_empty() {
        return None;
    }
    // The template's “target” is the report's; an office's “Target” is its own.
    let of_template = Member::find(&raw.to_lowercase()).filter(|member| *member != Member::Target || raw == "target");
    if let Some(member) = of_template {
        return Some(Match { meaning: Meaning::Member(member), usual: true, found: Found::Whole });
    }
    let whole = normalize(raw);
    listed(&whole)
        .or_else(|| without_addition(raw))
        .or_else(|| in_two_languages(raw))
        .or_else(|| by_words(&whole).map(|(meaning, usual)| Match { meaning, usual, found: Found::ByWords }))
}

/// Returns true if the heading is one of the service's own template.
pub(super) fn is_of_template(heading: &str) -> bool {
    ["supersedes", "reiterates"].contains(&heading.trim()) || Member::find(heading.trim()).is_some()
}

/// The headings by their words. The first row of the table that has a heading counts.
static LISTED: LazyLock<HashMap<&str, (Meaning, bool)>> = LazyLock::new(|| {
    let all = HEADINGS.iter().rev();
    all.flat_map(|(meaning, usual, phrases)| phrases.iter().map(|phrase| (*phrase, (*meaning, *usual)))).collect()
});

fn listed(words: &str) -> Option<Match> {
    let (meaning, usual) = *LISTED.get(words)?;
    Some(Match { meaning, usual, found: Found::Whole })
}

/// Finds a heading without what stands in brackets and without a date: `Update (March 2024)`.
fn without_addition(heading: &str) -> Option<Match> {
    let outside: String = heading.split('(').enumerate().fold(String::new(), |mut outside, (at, part)| {
        let kept = if at == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) };
        outside.push_str(kept);
        outside.push(' ');
        outside
    });
    let outside = normalize(&outside);
    let undated: Vec<&str> = outside.split(' ').filter(|word| !is_part_of_date(word)).collect();
    let mut undated = undated.join(" ");
    for preposition in [" as at", " as of", " at", " on", " for", " to"] {
        undated.truncate(undated.strip_suffix(preposition).unwrap_or(&undated).len());
    }
    let found = listed(&outside).or_else(|| listed(&undated))?;
    Some(Match { found: Found::InPart, ..found })
}

/// Finds the parts of a heading that a slash or a line break separates: `Argymhelliad / Recommendation`.
fn in_two_languages(heading: &str) -> Option<Match> {
    let parts = heading.split(['/', '\n', '|', '&', '+']).map(normalize);
    let found: Vec<Match> = parts.filter_map(|part| listed(&part)).collect();
    let first = *found.first()?;
    let has = |meaning| found.iter().any(|other| other.meaning == meaning);
    let meaning = if has(Meaning::Member(Member::Text)) {
        Meaning::Member(Member::Text)
    } else if has(Meaning::Member(Member::ForceStatus)) && has(Meaning::Member(Member::Update)) {
        Meaning::StatusOrUpdate
    } else {
        first.meaning
    };
    Some(Match { meaning, usual: first.usual, found: Found::InPart })
}

/// Finds a heading by single words, for headings that are not listed.
fn by_words(words: &str) -> Option<(Meaning, bool)> {
    if words.split(' ').count() > MAX_WORDS {
        return None;
    }
    let has = |any: &[&str]| any.iter().any(|phrase| contains_phrase(words, phrase));
    let member = |member| Some((Meaning::Member(member), false));
    let is_inspectorate = has(&["hmicfrs", "hmic", "hmi", "inspectorate", "inspectorates", "arolygiaeth"]);
    let is_body = has(&[
        "pcc",
        "opcc",
        "pfcc",
        "opfcc",
        "commissioner",
        "commissioners",
        "mayor",
        "mopac",
        "policing body",
        "comisiynydd",
    ]);
    let is_day = has(&["date", "deadline", "due", "by when", "dyddiad", "timescale", "timescales"]);
    if has(&["rag", "brag", "bragg", "colour", "lliw"]) {
        Some((Meaning::Colour, false))
    } else if is_day && has(&["published", "publication", "cyhoeddi"]) {
        member(Member::InspectionPublishedOn)
    } else if is_day && has(&["update", "updated", "diweddaru"]) {
        member(Member::UpdateOn)
    } else if is_day
        && has(&[
            "completed",
            "closed",
            "opened",
            "added",
            "received",
            "raised",
            "allocated",
            "actual",
            "review",
            "next",
            "start",
        ])
    {
        Some((Meaning::NoMember, false))
    } else if is_inspectorate && has(&["status", "position", "decision", "closure", "closed", "statws"]) {
        member(Member::InspectorateStatus)
    } else if is_inspectorate && has(&["due", "deadline", "timescale", "target"]) {
        member(Member::Target)
    } else if is_body
        && has(&["view", "assurance", "assured", "opinion", "status", "position", "assessment", "judgement", "barn"])
    {
        member(Member::BodyView)
    } else if is_body && has(&["comment", "comments", "response", "scrutiny", "sylwadau", "update", "notes", "ymateb"])
    {
        Some((Meaning::BodyComment, false))
    } else if has(&["force", "constabulary", "chief constable", "heddlu"])
        && has(&["assessment", "view", "position", "opinion", "judgement", "rating", "barn"])
    {
        member(Member::ForceStatus)
    } else if is_inspectorate && has(&["comment", "comments", "update", "feedback"]) {
        Some((Meaning::NoMember, false))
    } else if has(&["response", "answer", "ymateb"]) && !is_day && !has(&["date", "accepted", "status"]) {
        Some((Meaning::ForceAnswer, false))
    } else if has(&["update", "updates", "diweddariad", "diweddariadau"]) {
        member(Member::Update)
    } else if is_day
        && has(&["target", "due", "deadline", "completion", "revised", "targed", "cwblhau", "cau", "by when"])
    {
        member(Member::LocalTargetOn)
    } else if has(&["status", "statws"]) {
        member(Member::ForceStatus)
    } else if has(&["owner", "lead", "responsible", "sro", "perchennog", "arweinydd"]) {
        member(Member::Owner)
    } else if has(&["title", "name", "teitl"]) && has(&["inspection", "report", "arolygiad", "adroddiad"]) {
        member(Member::InspectionTitle)
    } else if has(&["reference", "ref", "number", "no", "id", "cyfeirnod", "rhif"])
        && !has(&["page", "version", "case", "phone", "telephone"])
    {
        Some((if is_inspectorate { Meaning::SourceIdentifier } else { Meaning::Identifier }, false))
    } else if has(&["recommendation", "recommendations", "argymhelliad", "argymhellion"]) && !has(&["date", "accepted"])
    {
        member(Member::Text)
    } else {
        None
    }
}
