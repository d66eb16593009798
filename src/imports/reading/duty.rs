//! Recognises sentences: those that ask somebody to act, those in the first person, and those that only introduce.

use super::target;
use super::text::{SpacedWords, ends_sentence, first_sentence, trim};
use crate::recommendations::TargetKind;

/// Words with which a report asks somebody to act.
const DUTIES: [&str; 19] = [
    "should",
    "must",
    "shall",
    "needs to",
    "need to",
    "ought to",
    "we recommend",
    "it is recommended",
    "recommends that",
    "recommended that",
    "is to",
    "are to",
    "has to",
    "have to",
    "dylai",
    "dylid",
    "rhaid",
    "dylair",
    "is recommended",
];

/// Returns true if a text asks somebody to act.
pub(super) fn has_duty(text: &str) -> bool {
    SpacedWords::new(text).contains_any(&DUTIES)
}

/// Returns true if a text can be a recommendation: it asks somebody to act, or begins with a time for action.
pub(super) fn can_be_recommendation(text: &str) -> bool {
    let begins_with_time = || {
        let read = target::read_target(text, None);
        let printed = read.target.text.unwrap_or_default();
        read.target.kind != TargetKind::None && text.starts_with(&printed) && printed.len() < trim(text).len()
    };
    !is_first_person(text) && (has_duty(text) || begins_with_time())
}

/// Returns true if the first sentence speaks as “I”.
pub(super) fn is_singular(text: &str) -> bool {
    let words = SpacedWords::new(first_sentence(text));
    words.contains_any(&["i", "my", "me", "ive", "im", "myself", "rwyf", "rwyn", "fy"])
}

/// Returns true if the first sentence speaks as “I” or “we”, other than “we recommend”.
pub(super) fn is_first_person(text: &str) -> bool {
    let words = SpacedWords::new(first_sentence(text));
    is_singular(text)
        || words.contains_any(&["we", "our", "us", "weve", "ourselves"]) && !words.contains("we recommend")
}

/// Returns true for a sentence or more, and not a name, a title or an address.
pub(super) fn is_prose(text: &str) -> bool {
    ends_sentence(text) && SpacedWords::new(text).count() >= 3
}

/// Returns true if a text gives an opinion on the report.
pub(super) fn has_opinion(text: &str) -> bool {
    const OPINIONS: [&str; 22] = [
        "welcome",
        "welcomes",
        "accept",
        "accepts",
        "glad",
        "pleased",
        "concerned",
        "concern me",
        "thank",
        "thanks",
        "support",
        "agree",
        "agrees",
        "commend",
        "disappointed",
        "grateful",
        "reassured",
        "proud",
        "sorry",
        "worried",
        "encouraged",
        "satisfied",
    ];
    SpacedWords::new(text).contains_any(&OPINIONS)
}

/// Returns true if the sentence only says that the report was published, that a letter answers it, or what follows.
pub(super) fn is_introduction(sentence: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "i write to you in response",
        "i write in response",
        "i am writing",
        "i am responding",
        "i write to you about",
        "i write to respond",
        "i write further to",
        "i write regarding",
        "thank you for the above report",
        "thank you for your letter",
        "thank you for the report",
        "thank you for sending",
        "please find",
        "this is my response",
        "this is the response",
        "this response is",
        "this document is",
        "this document sets out",
        "this letter is",
        "this paper",
        "the above report was published",
        "the report was published",
        "the inspection report was published",
        "the report above was published",
        "further to the",
        "further to your",
        "further to this",
        "with reference to",
        "i refer to",
        "following the publication",
        "following publication",
        "in response to your",
        "in response to this",
        "in response to the report",
        "in response to the inspection",
        "you will be aware",
        "as you will know",
        "you published",
        "i set out",
        "i attach",
        "i enclose",
        "the following is",
        "set out below",
        "below is",
        "in response to the above",
        "in accordance with section",
        "under section 55",
        "section 55",
        "section 33",
        "inspectors came",
        "inspectors visited",
        "the inspection took place",
        "ysgrifennaf",
    ];
    const COUNTS: &[&str] = &[
        "there were",
        "there are",
        "there was",
        "there is",
        "it makes",
        "the report makes",
        "this report makes",
        "the report made",
        "the report contains",
        "the report contained",
        "it contains",
        "hmicfrs made",
        "hmicfrs makes",
        "the inspectorate made",
        "the report includes",
        "the report highlights",
        "the report highlighted",
        "the report identifies",
        "the report identified",
        "the report sets out",
        "hmicfrs identified",
        "the inspection identified",
        "inspectors made",
    ];
    const ITEMS: [&str; 10] = [
        "recommendation",
        "recommendations",
        "afi",
        "afis",
        "area for improvement",
        "areas for improvement",
        "cause of concern",
        "causes of concern",
        "argymhellion",
        "findings",
    ];
    let words = SpacedWords::new(sentence);
    let announces = trim(sentence).ends_with(':') && words.count() <= 40;
    let published = words.contains_any(&[
        "hmicfrs published",
        "hmic published",
        "was published on",
        "was published by",
        "published its report",
        "published its letter",
        "published its findings",
        "published their report",
        "published their findings",
        "inspectorate published",
        "inspectorates published",
        "inspectors published",
    ]) && words.count() <= 30
        && !words.contains_any(&["i welcome", "welcome", "accept", "pleased", "glad", "thank"]);
    announces
        || published
        || BEGINNINGS.iter().any(|beginning| words.starts_with(beginning))
            && (!has_opinion(sentence) || words.starts_with("thank you"))
        || COUNTS.iter().any(|count| words.starts_with(count)) && words.contains_any(&ITEMS) && words.count() <= 30
}

/// Returns true for a sentence that says that a report has none of something: “No causes of concern were identified.”
pub(super) fn states_none(text: &str) -> bool {
    const ITEMS: [&str; 7] = [
        "recommendations",
        "recommendation",
        "causes of concern",
        "cause of concern",
        "areas for improvement",
        "area for improvement",
        "afis",
    ];
    let words = SpacedWords::new(text);
    let beginnings = [
        "no",
        "none",
        "there are no",
        "there were no",
        "there is no",
        "the report makes no",
        "the report made no",
        "hmicfrs made no",
        "this report makes no",
        "dim",
        "nil",
        "not applicable",
        "n a",
    ];
    let begins = beginnings.iter().any(|beginning| words.starts_with(beginning));
    begins && words.count() <= 25 && (words.contains_any(&ITEMS) || words.count() <= 4)
}
