//! Asks where prose belongs that no member contains. A further comment without a value stands for each block of lines,
//! so that an answer has a place; the proposed answer is that the block belongs to no member.

use crate::imports::document::Place;
use crate::imports::proposal::{Fact, Proposal, Question, QuestionCode, Source, UnclaimedLine, UnclaimedReason};

use super::text::{SpacedWords, ends_sentence};

/// The fewest words of a block that is asked about, and of one that the reader took for an introduction.
const FEWEST_WORDS: usize = 8;
const FEWEST_WORDS_OF_INTRODUCTION: usize = 30;
/// The most blocks of one document.
const MOST_BLOCKS: usize = 40;

/// Asks about each block of prose that no member contains.
pub(super) fn ask(proposal: &mut Proposal) {
    for block in blocks(&proposal.unclaimed).into_iter().take(MOST_BLOCKS) {
        let at = proposal.response.policing_body_comments_also.len();
        proposal.response.policing_body_comments_also.push(Fact { from: Some(block.clone()), ..Fact::default() });
        let detail = "No member contains these words. To which member do they belong? Put them there, or answer here with the words \
                      if they are further comments of the policing body. An empty answer leaves them out.";
        let question = Question::new(QuestionCode::Role, format!("/response/policing_body_comments_also/{at}"), detail);
        proposal.questions.push(Question { proposed: Some("".into()), from: Some(block), ..question });
    }
}

/// Returns the blocks of lines with prose that follow each other in the document.
fn blocks(unclaimed: &[UnclaimedLine]) -> Vec<Source> {
    let mut found: Vec<Vec<&UnclaimedLine>> = Vec::new();
    for line in unclaimed.iter().filter(|line| is_open(line.reason)) {
        match found.last_mut() {
            Some(block) if block.last().is_some_and(|last| follows(&last.source.place, &line.source.place)) => {
                block.push(line);
            }
            _ => found.push(vec![line]),
        }
    }
    found.iter().filter(|block| is_prose(block)).map(|block| source_of(block)).collect()
}

fn is_open(reason: UnclaimedReason) -> bool {
    matches!(reason, UnclaimedReason::NotRecognised | UnclaimedReason::Introduction)
}

/// Returns true if at most one blank line stands between two places.
fn follows(before: &Place, after: &Place) -> bool {
    match (before.line, after.line) {
        (Some(before), Some(after)) => after <= before + 2,
        _ => before.page == after.page,
    }
}

fn is_prose(block: &[&UnclaimedLine]) -> bool {
    let count = |reason| {
        let lines = block.iter().filter(|line| line.reason == reason);
        lines.map(|line| SpacedWords::new(&line.source.text).count()).sum::<usize>()
    };
    let unknown = count(UnclaimedReason::NotRecognised);
    let has_sentence = block.iter().any(|line| ends_sentence(&line.source.text));
    has_sentence
        && (unknown >= FEWEST_WORDS || unknown + count(UnclaimedReason::Introduction) >= FEWEST_WORDS_OF_INTRODUCTION)
}

fn source_of(block: &[&UnclaimedLine]) -> Source {
    let text = block.iter().map(|line| line.source.text.as_str()).collect::<Vec<_>>().join("\n");
    Source::new(&block[0].source.place, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u32, text: &str, reason: UnclaimedReason) -> UnclaimedLine {
        let place = Place { line: Some(number), ..Place::default() };
        UnclaimedLine { source: Source::new(&place, text), reason }
    }

    #[test]
    fn each_block_of_prose_is_asked_about_once() {
        let unknown = UnclaimedReason::NotRecognised;
        let mut proposal = Proposal {
            unclaimed: vec![
                line(1, "Office of the Commissioner", UnclaimedReason::Letter),
                line(3, "The inspectors spent two days with us and were courteous", unknown),
                line(4, "throughout.", unknown),
                line(9, "This letter is our response.", UnclaimedReason::Introduction),
                line(12, "Nobody who has reported a crime should have to wait.", unknown),
            ],
            ..Proposal::default()
        };
        ask(&mut proposal);
        let pointers: Vec<&str> = proposal.questions.iter().map(|question| question.pointer.as_str()).collect();
        assert_eq!(pointers, ["/response/policing_body_comments_also/0", "/response/policing_body_comments_also/1"]);
        assert!(proposal.questions.iter().all(|question| question.proposed == Some("".into())));
        let quoted = proposal.questions[0].from.as_ref().map(|from| from.text.as_str());
        assert_eq!(quoted, Some("The inspectors spent two days with us and were courteous\nthroughout."));
        assert!(proposal.response.policing_body_comments_also.iter().all(|fact| fact.value.is_none()));
    }
}
