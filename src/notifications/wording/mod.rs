//! The words of notifications in English and in Welsh: what happened, what to do, and the texts around them.

mod labels;
mod table;

use chrono::{Datelike, NaiveDate};

use super::model::EmailLine;
use crate::areas::NotificationLanguage;
use crate::calendar::days_until;
use labels::{LABELS, MONTHS};
use table::{WORDS, Words};

pub use labels::Labels;

/// A notification in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// What happened, in one line.
    pub headline: String,
    /// What to do.
    pub to_do: String,
}

/// Returns the fixed texts around notifications.
pub fn labels(language: NotificationLanguage) -> &'static Labels {
    match language {
        NotificationLanguage::English => &LABELS[0],
        NotificationLanguage::Welsh => &LABELS[1],
    }
}

/// Returns a day in words, such as `21 April 2022`.
pub fn day(language: NotificationLanguage, day: NaiveDate) -> String {
    let months = match language {
        NotificationLanguage::English => &MONTHS[0],
        NotificationLanguage::Welsh => &MONTHS[1],
    };
    format!("{} {} {}", day.day(), months[day.month0() as usize], day.year())
}

/// Returns the key of a line in the table: a record and an action, or a kind of deadline and whether the day has passed.
fn key(line: &EmailLine, today: NaiveDate) -> String {
    match line.day.filter(|_| line.is_of_day) {
        Some(day) if days_until(day, today) < 0 => format!("{}.passed", line.action),
        Some(_) => format!("{}.ahead", line.action),
        None => format!("{}.{}", line.resource, line.action),
    }
}

/// Returns a line of an e-mail in words.
pub fn phrase(language: NotificationLanguage, line: &EmailLine, today: NaiveDate) -> Phrase {
    let key = key(line, today);
    let words = WORDS.iter().find(|words| words.key == key).unwrap_or(&FALLBACK);
    let (headline, to_do) = match language {
        NotificationLanguage::English => words.english,
        NotificationLanguage::Welsh => words.welsh,
    };
    let reference = line.reference.as_deref().unwrap_or_default();
    let day = line.day.map(|on| self::day(language, on)).unwrap_or_default();
    let headline = headline.replace("{day}", &day);
    Phrase { headline: headline.replace("{reference}", &format!("#{reference}")), to_do: to_do.to_owned() }
}

/// The words of a notification that an earlier version of the service stored and this one has no words for.
const FALLBACK: Words = Words {
    key: "",
    english: ("A record of your area changed", "Open the record."),
    welsh: ("Newidiodd cofnod eich ardal", "Agorwch y cofnod."),
};

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::deadlines::DeadlineKind;
    use crate::notifications::kind::{EVENT_RULES, NotificationKind};
    use crate::vocabulary::WireName;

    #[test]
    fn every_event_and_every_day_has_words_in_both_languages() {
        let events = EVENT_RULES.iter().map(|rule| format!("{}.{}", rule.resource, rule.action));
        let days = DeadlineKind::NAMES.iter().flat_map(|kind| [format!("{kind}.ahead"), format!("{kind}.passed")]);
        let keys: Vec<String> = events.chain(days).collect();
        for key in &keys {
            assert_eq!(WORDS.iter().filter(|words| words.key == *key).count(), 1, "{key}");
        }
        assert_eq!(WORDS.len(), keys.len(), "words that nothing uses");
        for words in WORDS {
            for place in ["{day}", "{reference}"] {
                assert_eq!(words.english.0.contains(place), words.welsh.0.contains(place), "{}: {place}", words.key);
            }
        }
    }

    #[test]
    fn a_day_is_ahead_until_it_has_passed() {
        let on: NaiveDate = "2022-04-21".parse().expect("a day");
        let line = EmailLine {
            kind: NotificationKind::DayAhead,
            lead: Some(7),
            resource: "response".to_owned(),
            resource_id: Uuid::nil(),
            action: "response_due".to_owned(),
            day: Some(on),
            is_of_day: true,
            title: None,
            reference: Some("21866".to_owned()),
            who: None,
        };
        let headline = |language, today: &str| phrase(language, &line, today.parse().expect("a day")).headline;
        let english = headline(NotificationLanguage::English, "2022-04-21");
        assert_eq!(english, "The response to inspection report #21866 is due by 21 April 2022");
        let late = headline(NotificationLanguage::English, "2022-04-22");
        assert_eq!(late, "The response to inspection report #21866 is late: it was due by 21 April 2022");
        assert!(headline(NotificationLanguage::Welsh, "2022-04-21").contains("21 Ebrill 2022"));
    }
}
