//! The day a target means: as the report states it, or counted from the day of publication. A pure function of both.

use chrono::{Days, Months, NaiveDate};

use super::model::{RecommendationTarget, TargetBasis, TargetKind};
use super::snapshot::snapshot;
use super::store;
use crate::api::Problem;
use crate::db::{Event, Tx};
use crate::inspections::Inspection;

const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A number as reports write one before a unit of time: `3`, `three`, `a`.
pub fn number(word: &str) -> Option<u32> {
    let spelled = |word: &str| NUMBERS.iter().zip(1..).find_map(|(known, number)| (*known == word).then_some(number));
    match word {
        "a" => Some(1),
        "eighteen" => Some(18),
        _ if (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()) => word.parse().ok(),
        _ => spelled(word),
    }
}

/// The day on which a time such as “within three months” ends, counted from the day of publication. Working days are not
/// counted: that would need to know every bank holiday.
fn within(printed: &str, published_on: NaiveDate) -> Option<NaiveDate> {
    let lower = printed.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.find(|word| *word == "within")?;
    let mut next = words.next()?;
    if next == "the" {
        words.next().filter(|word| *word == "next")?;
        next = words.next()?;
    }
    let count = number(next)?;
    match words.next()?.trim_end_matches('s') {
        "day" => published_on.checked_add_days(Days::new(u64::from(count))),
        "week" => published_on.checked_add_days(Days::new(u64::from(count) * 7)),
        "month" => published_on.checked_add_months(Months::new(count)),
        "year" => published_on.checked_add_months(Months::new(count * 12)),
        _ => None,
    }
}

impl RecommendationTarget {
    /// The day it means for a report published on this day, and why; `basis` is how its present day came about.
    fn dated(&self, basis: TargetBasis, published_on: NaiveDate) -> (Option<NaiveDate>, TargetBasis) {
        match (self.kind, basis) {
            (_, TargetBasis::Stated) => (self.on, TargetBasis::Stated),
            (TargetKind::Immediate, _) => (Some(published_on), TargetBasis::Publication),
            (TargetKind::Within, _) => match self.text.as_deref().and_then(|text| within(text, published_on)) {
                Some(on) => (Some(on), TargetBasis::Counted),
                None => (None, TargetBasis::NotCountable),
            },
            _ => (None, TargetBasis::NoDate),
        }
    }
}

/// Sets the days of an inspection's targets that no report states, when it is published or its day is put right; gives
/// the events. What it was in a draft is its registering area's; what follows publication, everybody may read.
pub async fn set_dates(
    tx: &Tx<'_>,
    inspection: &Inspection,
    published_on: NaiveDate,
    shared: bool,
) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for mut it in store::of_inspection(tx, inspection.id).await? {
        let before = (it.target.on, it.target_basis, snapshot(&it)?);
        (it.target.on, it.target_basis) = it.target.dated(it.target_basis, published_on);
        if (it.target.on, it.target_basis) == (before.0, before.1) {
            continue;
        }
        let moved = it.target.on != before.0;
        store::date(tx, &it, moved).await?;
        if !moved {
            // Why there is no day is not of the record that the log keeps.
            continue;
        }
        let now = store::find(tx, it.id).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new("recommendation", it.id, now.version, "date").under(inspection.id).shared(shared);
        let mut event = event.fields(vec!["target"]).before(before.2).after(snapshot(&now)?);
        event.area.clone_from(&inspection.registered_by);
        events.push(event);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(written: &str) -> NaiveDate {
        written.parse().expect("a date")
    }

    #[test]
    fn a_time_is_counted_from_the_day_of_publication() {
        for (printed, means) in [
            ("Within three months", Some("2022-05-25")),
            ("within 6 months of this report,", Some("2022-08-25")),
            ("Within the next twelve months", Some("2023-02-25")),
            ("within a year", Some("2023-02-25")),
            ("within two weeks", Some("2022-03-11")),
            ("Within 56 days of publication", Some("2022-04-22")),
            ("within eighteen months", Some("2023-08-25")),
            ("within 20 working days", None),
            ("within the year", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(within(printed, day("2022-02-25")), means.map(day), "{printed}");
        }
        assert_eq!(within("within one month", day("2022-01-31")), Some(day("2022-02-28")), "the month's last day");
    }

    #[test]
    fn each_kind_of_target_says_why_it_means_its_day() {
        let dated = |kind, text: Option<&str>, on: Option<&str>| {
            let target = RecommendationTarget { kind, text: text.map(str::to_owned), on: on.map(day) };
            target.dated(target.basis(), day("2022-02-25"))
        };
        let published = Some(day("2022-02-25"));
        assert_eq!(dated(TargetKind::Immediate, Some("Immediately"), None), (published, TargetBasis::Publication));
        let stated = (Some(day("2023-04-30")), TargetBasis::Stated);
        assert_eq!(dated(TargetKind::ByDate, Some("By 30 April 2023"), Some("2023-04-30")), stated);
        assert_eq!(dated(TargetKind::Within, Some("within a while"), Some("2023-04-30")), stated);
        let counted = (Some(day("2022-05-25")), TargetBasis::Counted);
        assert_eq!(dated(TargetKind::Within, Some("within three months"), None), counted);
        assert_eq!(dated(TargetKind::Within, Some("within a while"), None), (None, TargetBasis::NotCountable));
        assert_eq!(dated(TargetKind::Within, None, None), (None, TargetBasis::NotCountable));
        assert_eq!(dated(TargetKind::Ongoing, None, None), (None, TargetBasis::NoDate));
    }
}
