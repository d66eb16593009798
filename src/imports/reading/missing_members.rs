//! Asks about the members that a response has and the document seems to lack, because a layout that nobody has seen can
//! hide them. The proposed answer is that there is none.

use super::day::find_days;
use super::signature::{is_office, parse_signatory};
use super::text::{SpacedWords, trim};
use crate::imports::proposal::{Confidence, Fact, Proposal, Question, QuestionCode, Source};

/// The most lines that a question quotes.
const MOST_LINES: usize = 3;

/// Asks about each member of the response that has no value. `is_tracker` is true for a document with a table of
/// positions, which is a response only if it has comments.
pub(super) fn ask(proposal: &mut Proposal, is_tracker: bool) {
    let response = &proposal.response;
    let has_comments = response.policing_body_comments.value.is_some()
        || response.chief_officer_comments.value.is_some()
        || response.policing_body_comments_also.iter().any(|fact| fact.value.is_some());
    let has_explanations = response.explanations.iter().any(|found| found.text.value.is_some());
    if !has_comments && (is_tracker || !has_explanations) {
        return;
    }
    let has_chief_officer = response.chief_officer_comments.value.is_some()
        || proposal.is_asked("/response/chief_officer_comments")
        || candidates(proposal, &names_chief_officer).is_some();
    let mut asked = Vec::new();
    let mut look = |is_missing: bool, name: &str, detail: &str, is_like: &dyn Fn(&str) -> bool| {
        let pointer = format!("/response/{name}");
        if is_missing && !proposal.is_asked(&pointer) {
            asked.push((pointer, detail.to_owned(), candidates(proposal, is_like)));
        }
    };
    look(
        is_open(&response.policing_body_comments),
        "policing_body_comments",
        "No comments of the policing body were found. Does the file have any?",
        &names_body,
    );
    look(
        is_open(&response.chief_officer_comments),
        "chief_officer_comments",
        "No comments of the chief officer were found. Does the file have any?",
        &names_chief_officer,
    );
    if has_chief_officer {
        look(
            is_open(&response.chief_officer),
            "chief_officer",
            "The file does not say who made the chief officer’s comments. Is the name in it?",
            &|line| parse_signatory(line).is_some_and(|found| found.is_chief_officer),
        );
        look(
            is_open(&response.chief_officer_dated),
            "chief_officer_dated",
            "No day of the chief officer’s comments was found. Does the file have it?",
            &|line| names_chief_officer(line) && has_day(line),
        );
        look(
            is_open(&response.reply_to_chief_officer),
            "reply_to_chief_officer",
            "No reply to the chief officer’s comments was found. Does the file have one?",
            &|line| names_chief_officer(line) && !has_day(line),
        );
    }
    look(is_open(&response.dated), "dated", "No day of the response was found. Does the file have it?", &has_day);
    look(
        is_open(&response.signed_by),
        "signed_by",
        "Nobody was found who signed the response. Is the name in the file?",
        &is_like_signature,
    );
    for (pointer, detail, from) in asked {
        let question = Question::new(QuestionCode::Missing, pointer, detail);
        proposal.questions.push(Question { proposed: Some("".into()), from, ..question });
    }
}

/// Returns true if neither the file nor a person states the value.
fn is_open<T>(fact: &Fact<T>) -> bool {
    fact.value.is_none() && fact.confidence == Confidence::Missing
}

/// Returns the first lines without a member that can be the value.
fn candidates(proposal: &Proposal, is_like: &dyn Fn(&str) -> bool) -> Option<Source> {
    let lines = proposal.unclaimed.iter().map(|line| &line.source);
    let found: Vec<&Source> = lines.filter(|line| is_like(&line.text)).take(MOST_LINES).collect();
    let text = found.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    found.first().map(|first| Source::new(&first.place, &text))
}

fn names_body(line: &str) -> bool {
    SpacedWords::new(line).contains_any(&["commissioner", "pcc", "pfcc", "mayor", "comisiynydd", "i", "my"])
}

fn names_chief_officer(line: &str) -> bool {
    const NAMES: [&str; 6] =
        ["chief constable", "chief constables", "chief officer", "commissioner of police", "prif gwnstabl", "cc"];
    SpacedWords::new(line).contains_any(&NAMES) || trim(line).starts_with(['“', '"', '‘'])
}

fn has_day(line: &str) -> bool {
    !find_days(line).is_empty()
}

fn is_like_signature(line: &str) -> bool {
    let words = SpacedWords::new(line);
    parse_signatory(line).is_some()
        || is_office(line)
        || words.count() <= 20 && words.contains_any(&["signed", "approved", "authorised", "agreed", "llofnodwyd"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::document::Place;
    use crate::imports::proposal::{UnclaimedLine, UnclaimedReason};

    fn pointers(proposal: &Proposal) -> Vec<&str> {
        proposal.questions.iter().filter_map(|question| question.pointer.strip_prefix("/response/")).collect()
    }

    #[test]
    fn a_response_is_asked_about_the_members_that_it_lacks() {
        let line = |text: &str| UnclaimedLine {
            source: Source::new(&Place::default(), text),
            reason: UnclaimedReason::NotRecognised,
        };
        let mut proposal = Proposal {
            unclaimed: vec![line("The Chief Constable wrote on 3 May 2024."), line("Approved by A. Whitlock")],
            ..Proposal::default()
        };
        ask(&mut proposal, false);
        assert!(proposal.questions.is_empty(), "a file without texts is no response");
        proposal.response.policing_body_comments = Fact::assumed("I agree.".to_owned());
        ask(&mut proposal, false);
        let expected = [
            "chief_officer_comments",
            "chief_officer",
            "chief_officer_dated",
            "reply_to_chief_officer",
            "dated",
            "signed_by",
        ];
        assert_eq!(pointers(&proposal), expected);
        assert!(proposal.questions.iter().all(|question| question.proposed == Some("".into())));
        let quoted = |at: usize| proposal.questions[at].from.as_ref().map_or("", |from| from.text.as_str());
        assert_eq!(quoted(2), "The Chief Constable wrote on 3 May 2024.");
        assert_eq!(quoted(5), "Approved by A. Whitlock");
        ask(&mut proposal, false);
        assert_eq!(proposal.questions.len(), expected.len(), "nothing is asked twice");
    }
}
