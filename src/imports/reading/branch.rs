//! Proposes the branch of an explanation from its words: action taken, action proposed, or no action. A person confirms
//! each proposal.

use super::branch_words::{CHECKS, NO_ACTION, PROPOSED, TAKEN};
use super::day::find_days;
use super::text::{SpacedWords, sentences};
use crate::responses::Branch;

/// Proposes the branch of an explanation. Returns none if its words give no sign.
pub(super) fn propose(text: &str) -> Option<Branch> {
    let ranges = sentences(text);
    let all: Vec<SpacedWords> = ranges.iter().map(|range| SpacedWords::new(&text[range.clone()])).collect();
    let first = all.first()?;
    let stated = stated(first);
    if let Some(Branch::NoAction) = stated {
        return stated;
    }
    let mut taken = false;
    let mut proposed = false;
    let mut checks_only = false;
    for (words, range) in all.iter().zip(&ranges) {
        let plan = words.contains_any(PROPOSED) || is_present_with_later_day(&text[range.clone()], words);
        if !plan {
            taken |= words.contains_any(TAKEN);
        } else if words.contains_any(CHECKS) && taken {
            checks_only = true;
        } else {
            proposed = true;
        }
    }
    match (taken, proposed) {
        (_, true) => Some(Branch::ActionProposed),
        (true, false) => Some(Branch::ActionTaken),
        (false, false) if checks_only => Some(Branch::ActionTaken),
        // Words in the present tense tell what is done: “Each sergeant checks three records”.
        (false, false) => stated.or_else(|| (first.count() >= 4).then_some(Branch::ActionTaken)),
    }
}

/// Returns the branch that the first words state alone, as in “Not accepted.”
fn stated(first: &SpacedWords) -> Option<Branch> {
    let is_no_action = NO_ACTION.iter().any(|phrase| first.position(phrase).is_some_and(|at| at <= 40));
    let does_something = first.contains_any(&["will", "has been", "have been", "is being"]);
    // “The force has no port” gives a reason; “there has been no delay” does not.
    if is_no_action && !does_something {
        return Some(Branch::NoAction);
    }
    if first.count() <= 3
        && first.contains_any(&["complete", "completed", "done", "implemented", "closed", "met", "discharged"])
    {
        return Some(Branch::ActionTaken);
    }
    None
}

/// Returns true for a plan in the present tense with its day: “Training ends in October 2024.”
fn is_present_with_later_day(sentence: &str, words: &SpacedWords) -> bool {
    let begins_later = words.contains_any(&[
        "starts",
        "ends",
        "begins",
        "finishes",
        "opens",
        "follows",
        "comes",
        "goes live",
        "takes effect",
        "launches",
    ]);
    begins_later && !find_days(sentence).is_empty() && !words.contains_any(&["since", "has", "have", "was", "were"])
}

#[cfg(test)]
#[path = "branch_tests.rs"]
mod tests;
