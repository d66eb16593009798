//! Reads the words of a status. Words that are not understood are asked about, and a colour is never a status.

use super::settings::Settings;
use super::status_words::{BODY, COLOURS, FORCE, INSPECTORATE, TURNS};
use super::words::{contains_phrase, is_part_of_date, normalize};
use crate::assignments::ForceStatus;
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::vocabulary::WireName;

/// What a word for the force's status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ForceWord {
    /// A status.
    Status(ForceStatus),
    /// Work has not started: allocated if there is an owner, and awaiting allocation if there is none.
    NotStarted,
}

/// What the words of a position mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading<T> {
    /// The words mean this.
    Known {
        /// The meaning.
        value: T,
        /// How the meaning was found.
        by: FoundBy,
    },
    /// The words are only a colour.
    Colour,
    /// The words are not understood.
    Unknown,
}

/// How the meaning of words was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundBy {
    /// The words are the name of the value.
    Name,
    /// The area's profile has the words.
    Profile,
    /// The table of words has them.
    Table,
    /// The words begin with words of the table.
    Beginning,
}

/// The most bytes of the words of a status. A longer text is an update.
const MAX_LENGTH: usize = 400;

/// Reads the force's status.
pub(super) fn force(text: &str, settings: &Settings) -> Reading<ForceWord> {
    if text.len() > MAX_LENGTH {
        return Reading::Unknown;
    }
    let words = normalize(text);
    if let Some(status) = settings.status(&words) {
        return Reading::Known { value: ForceWord::Status(status), by: FoundBy::Profile };
    }
    read(&words, FORCE, |word| match word {
        ForceWord::Status(status) => status.as_str(),
        ForceWord::NotStarted => "",
    })
}

/// Reads the policing body's view.
pub(super) fn body(text: &str) -> Reading<BodyView> {
    read(&normalize(text), BODY, BodyView::as_str)
}

/// Reads the inspectorate's decision.
pub(super) fn inspectorate(text: &str) -> Reading<InspectorateStatus> {
    read(&normalize(text), INSPECTORATE, InspectorateStatus::as_str)
}

/// Returns true if normalized words are only colours.
pub(super) fn is_colour(words: &str) -> bool {
    !words.is_empty() && words.len() <= MAX_LENGTH && words.split(' ').all(|word| COLOURS.contains(&word))
}

fn read<T: Copy + PartialEq>(words: &str, table: &[(T, &[&str])], name: impl Fn(T) -> &'static str) -> Reading<T> {
    if is_colour(words) {
        return Reading::Colour;
    }
    // “Amber – in progress” states a status beside its colour.
    let is_beside = |word: &str| word.len() > 2 && COLOURS.contains(&word);
    let rest = words.split(' ').skip_while(|word| is_beside(word)).collect::<Vec<_>>().join(" ");
    let rest = rest.as_str();
    for (value, phrases) in table {
        if phrases.contains(&rest) {
            let is_name = normalize(name(*value)) == rest && rest == words;
            return Reading::Known { value: *value, by: if is_name { FoundBy::Name } else { FoundBy::Table } };
        }
    }
    let all = table.iter().flat_map(|(value, phrases)| phrases.iter().map(|phrase| (*value, *phrase)));
    let begins =
        |phrase: &str| phrase.len() > 2 && rest.strip_prefix(phrase).is_some_and(|after| after.starts_with(' '));
    let longest = all.clone().filter(|(_, phrase)| begins(phrase)).max_by_key(|(_, phrase)| phrase.len());
    let Some((value, phrase)) = longest else { return Reading::Unknown };
    let after = &rest[phrase.len() + 1..];
    let contradicts =
        all.clone().any(|(other, phrase)| other != value && phrase.len() > 2 && contains_phrase(after, phrase));
    let turns = after.split(' ').any(|word| TURNS.contains(&word));
    // A long text after the status says more than the status, and can say the opposite.
    let is_short = after.split(' ').filter(|word| !is_part_of_date(word)).count() <= 8;
    if contradicts || turns || !is_short {
        return Reading::Unknown;
    }
    Reading::Known { value, by: FoundBy::Beginning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ForceStatus::*;

    fn force_of(text: &str) -> Option<ForceWord> {
        match force(text, &Settings::default()) {
            Reading::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    #[test]
    fn words_mean_a_status() {
        for (text, status) in [
            ("Complete", ForceComplete),
            ("CLOSED", ForceComplete),
            ("Completed – March 2024", ForceComplete),
            ("Implemented (12/03/24)", ForceComplete),
            ("In progress", InProgress),
            ("Amber – in progress", InProgress),
            ("On track.", InProgress),
            ("Partially complete", InProgress),
            ("Completed, awaiting sign-off", AwaitingSignOff),
            ("BAU", Embedding),
            ("N/A", NotApplicable),
            ("Not accepted", WillNotImplement),
            ("Superseded by rec 4", Superseded),
            ("Wedi’i gwblhau", ForceComplete),
            ("force_complete", ForceComplete),
        ] {
            assert_eq!(force_of(text), Some(ForceWord::Status(status)), "{text}");
        }
        assert_eq!(force_of("Not started"), Some(ForceWord::NotStarted));
    }

    #[test]
    fn what_is_doubtful_is_not_a_status() {
        for text in [
            "75%",
            "Overdue",
            "Complete but not embedded",
            "Complete until reviewed",
            "See update",
            "Closed, not started",
        ] {
            assert_eq!(force(text, &Settings::default()), Reading::Unknown, "{text}");
        }
        for text in ["Green", "AMBER", "Red/Amber", "G", "Amber-Green"] {
            assert_eq!(force(text, &Settings::default()), Reading::Colour, "{text}");
        }
    }

    #[test]
    fn other_positions_have_their_own_words() {
        fn known<T>(value: T) -> Reading<T> {
            Reading::Known { value, by: FoundBy::Name }
        }
        assert_eq!(inspectorate("Closed"), known(InspectorateStatus::Closed));
        assert_eq!(inspectorate("Closed - verified"), known(InspectorateStatus::ClosedVerified));
        assert_eq!(inspectorate("Embedding"), Reading::Unknown);
        assert_eq!(body("Partially assured"), known(BodyView::PartiallyAssured));
        assert_eq!(body("Green"), Reading::Colour);
    }
}
