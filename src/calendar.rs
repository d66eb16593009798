//! The 56 days of the Police Act 1996 s.55(5A), and dates in London. Every function takes the time as an argument;
//! none reads a clock.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, SubsecRound, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Europe::London;

/// The days that a local policing body has to respond, with the day of publication as the first (Police Act 1996
/// s.55(5A)).
pub const DAYS_TO_RESPOND: u64 = 56;

/// The date on which s.37 of the Policing and Crime Act 2017 came into force (SI 2017/399 reg. 4). A response to an
/// earlier report has no statutory date.
pub const IN_FORCE: NaiveDate = NaiveDate::from_ymd_opt(2017, 5, 2).expect("2 May 2017 is a valid date");

/// Returns the last date on which the response to a report is on time; none for a report published before [`IN_FORCE`].
///
/// Weekends and bank holidays do not extend the period: Police Act 1996 s.55(5A) counts every day.
pub fn due_on(published_on: NaiveDate) -> Option<NaiveDate> {
    (published_on >= IN_FORCE).then(|| published_on.checked_add_days(Days::new(DAYS_TO_RESPOND - 1)))?
}

/// Returns the date in London at an instant.
pub fn london_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// Returns the hour of the day in London at an instant: 0 to 23.
pub fn london_hour(at: DateTime<Utc>) -> u32 {
    at.with_timezone(&London).hour()
}

/// Returns noon in London on a date. It stands for a date whose time of day is not known.
pub fn london_noon(on: NaiveDate) -> DateTime<Utc> {
    let noon = on.and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("12:00 is a valid time"));
    // The clocks change at night, so noon occurs once on every day.
    London.from_local_datetime(&noon).single().map_or_else(|| noon.and_utc(), |at| at.with_timezone(&Utc))
}

/// Returns an hour of the morning in London on a date: from 3 on, when the clocks do not change.
pub fn london_morning(on: NaiveDate, hour: u32) -> DateTime<Utc> {
    let morning = on.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    London.from_local_datetime(&morning).single().map_or_else(|| morning.and_utc(), |at| at.with_timezone(&Utc))
}

/// Returns the last instant of a date in London, to the microsecond.
pub fn london_end(on: NaiveDate) -> DateTime<Utc> {
    let next = on.checked_add_days(Days::new(1)).unwrap_or(on).and_time(NaiveTime::MIN);
    // The clocks change at one o'clock, so midnight occurs once on every day.
    let midnight =
        London.from_local_datetime(&next).single().map_or_else(|| next.and_utc(), |at| at.with_timezone(&Utc));
    midnight - chrono::TimeDelta::microseconds(1)
}

/// The bank holidays of England and Wales. They never move a last day; they only tell whether it is a working day.
#[derive(Clone, Debug, Default)]
pub struct BankHolidays(Arc<BTreeSet<NaiveDate>>);

impl BankHolidays {
    /// Creates the set of these days.
    pub fn new(days: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self(Arc::new(days.into_iter().collect()))
    }

    /// Returns true if the day is neither on a weekend nor a bank holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.0.contains(&day)
    }

    /// Returns the last working day on or before a day.
    pub fn last_working_day(&self, day: NaiveDate) -> NaiveDate {
        let mut back = std::iter::successors(Some(day), NaiveDate::pred_opt);
        back.find(|day| self.is_working_day(*day)).unwrap_or(day)
    }
}

/// Returns the number of days from today to a date: 0 on the date itself, negative once it has passed.
pub fn days_until(date: NaiveDate, today: NaiveDate) -> i64 {
    (date - today).num_days()
}

/// Truncates an instant to whole microseconds, the precision of PostgreSQL.
pub fn to_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_day_ends_at_midnight_in_london() {
        for (on, end) in [
            ("2022-03-26", "2022-03-26T23:59:59.999999Z"),
            ("2022-03-27", "2022-03-27T22:59:59.999999Z"),
            ("2022-10-30", "2022-10-30T23:59:59.999999Z"),
        ] {
            assert_eq!(london_end(date(on)), end.parse::<DateTime<Utc>>().expect("an instant"), "{on}");
        }
    }

    #[test]
    fn the_day_of_publication_is_the_first_of_the_56_days() {
        assert_eq!(due_on(date("2022-02-25")), Some(date("2022-04-21")));
        assert_eq!(due_on(date("2022-11-02")), Some(date("2022-12-27")), "a bank holiday does not extend the period");
        assert_eq!(due_on(date("2021-07-16")), Some(date("2021-09-09")));
        assert_eq!(due_on(date("2023-12-06")), Some(date("2024-01-30")));
    }

    #[test]
    fn the_last_working_day_is_before_weekends_and_bank_holidays() {
        let days = ["2022-04-15", "2022-04-18", "2022-12-26", "2022-12-27"].map(date);
        let holidays = BankHolidays::new(days);
        for (day, last) in [
            ("2022-04-21", "2022-04-21"),
            ("2022-04-17", "2022-04-14"),
            ("2022-04-18", "2022-04-14"),
            ("2022-12-27", "2022-12-23"),
            ("2022-12-24", "2022-12-23"),
        ] {
            assert_eq!(holidays.last_working_day(date(day)), date(last), "{day}");
            assert_eq!(holidays.is_working_day(date(day)), day == last, "{day}");
        }
        let week = BankHolidays::new((0..60).map(|n| date("2022-03-01") + Days::new(n)));
        assert_eq!(week.last_working_day(date("2022-04-29")), date("2022-02-28"), "as far back as it takes");
        assert_eq!(BankHolidays::default().last_working_day(date("2022-04-17")), date("2022-04-15"));
    }

    #[test]
    fn a_report_before_section_37_came_into_force_has_no_due_date() {
        assert_eq!(due_on(date("2017-03-02")), None);
        assert_eq!(due_on(date("2017-05-01")), None);
        assert_eq!(due_on(date("2017-05-02")), Some(date("2017-06-26")));
    }

    #[test]
    fn every_due_date_from_2000_to_2100_is_the_56th_day() {
        let mut on = date("2000-01-01");
        while on <= date("2100-12-31") {
            match due_on(on) {
                None => assert!(on < IN_FORCE, "{on}"),
                Some(due) => {
                    assert!(on >= IN_FORCE, "{on}");
                    assert_eq!(on.iter_days().take_while(|d| *d <= due).count(), 56, "{on}");
                }
            }
            on = on.succ_opt().expect("a next day");
        }
        assert_eq!(due_on(date("2024-02-29")), Some(date("2024-04-24")));
        assert_eq!(due_on(date("2024-01-05")), Some(date("2024-02-29")));
    }

    #[test]
    fn the_date_in_london_follows_both_changes_of_the_clocks() {
        let at = |text: &str| london_date(text.parse().expect("an instant"));
        assert_eq!(at("2026-03-28T23:59:59Z"), date("2026-03-28"));
        assert_eq!(at("2026-03-29T22:59:59Z"), date("2026-03-29"));
        assert_eq!(at("2026-03-29T23:00:00Z"), date("2026-03-30"), "summer time began in the night before");
        assert_eq!(at("2026-10-24T23:00:00Z"), date("2026-10-25"));
        assert_eq!(at("2026-10-25T23:59:59Z"), date("2026-10-25"), "summer time ended in the night before");
        assert_eq!(at("2026-10-26T00:00:00Z"), date("2026-10-26"));
    }

    #[test]
    fn noon_in_london_is_on_its_own_date_from_2000_to_2100() {
        let mut on = date("2000-01-01");
        while on <= date("2100-12-31") {
            assert_eq!(london_date(london_noon(on)), on);
            on = on.succ_opt().expect("a next day");
        }
    }

    #[test]
    fn no_days_remain_on_the_last_day() {
        assert_eq!(days_until(date("2022-04-21"), date("2022-04-21")), 0);
        assert_eq!(days_until(date("2022-04-21"), date("2022-04-18")), 3);
        assert_eq!(days_until(date("2022-04-21"), date("2022-04-22")), -1);
    }
}
